"""The program as another program sees it: a process, a window, keys, the clipboard."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parent.parent.parent
START_MILLISECONDS = 30_000
# In the command line of every child that multiprocessing spawned.
ENGINE_SIGN = "multiprocessing.spawn"

Wait = Callable[..., None]


def xdotool(*arguments: object) -> str:
    """What it prints; nothing where it finds nothing."""
    command = ["xdotool", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout


def command_line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "resnet_desktop", *(str(argument) for argument in arguments)]


class Program:
    """One running copy of the program."""

    def __init__(self, qtbot: QtBot, given: Sequence[Path] = (), before: Sequence[str] = ()) -> None:
        self._qtbot = qtbot
        self.process = subprocess.Popen([*before, *command_line(*given)], cwd=ROOT)

    @property
    def pid(self) -> int:
        """Of the program itself, also where another program (``before``) started it; 0 while there is none."""
        starter, sign = psutil.Process(self.process.pid), " ".join(command_line())
        tree = [starter, *starter.children(recursive=True)]
        return next((each.pid for each in tree if _command(each).startswith(sign)), 0)

    def windows(self) -> list[str]:
        pid = self.pid
        return xdotool("search", "--onlyvisible", "--pid", pid, "--name", "^ResNet Desktop$").split() if pid else []

    def wait_for_window(self) -> None:
        self._qtbot.waitUntil(lambda: bool(self.windows()), timeout=START_MILLISECONDS)

    def press(self, *keys: str) -> None:
        xdotool("windowactivate", "--sync", self.windows()[0], "key", *keys)

    def answer(self) -> str:
        """The answer to the picture on the table as Ctrl+C gives it; empty while there is none."""
        clipboard = QGuiApplication.clipboard()
        clipboard.clear()
        self.press("ctrl+c")
        with contextlib.suppress(Exception):
            self._qtbot.waitUntil(lambda: bool(clipboard.text()), timeout=500)
        return clipboard.text()

    def wait_for_answer(self, label: str) -> None:
        self._qtbot.waitUntil(lambda: label in self.answer(), timeout=START_MILLISECONDS)

    def wait_for_end(self, milliseconds: int) -> int:
        """The exit code."""
        self._qtbot.waitUntil(lambda: self.process.poll() is not None, timeout=milliseconds)
        return self.process.returncode

    def kill(self) -> None:
        """End it and everything it started, whatever state it is in."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
        self.process.kill()
        self.process.wait()


def engines_of(pid: int) -> list[psutil.Process]:
    """The engine children of a process."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child for child in psutil.Process(pid).children() if ENGINE_SIGN in _command(child)]
    return []


def _command(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def is_running(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


@contextlib.contextmanager
def window_manager(wait: Wait) -> Iterator[None]:
    """openbox, unless one is at work already. Without one no window gets the focus, and so no keys."""
    if _manager_runs():
        yield
        return
    process = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        wait(_manager_runs)
        yield
    finally:
        process.terminate()
        process.wait()


def _manager_runs() -> bool:
    look = ["xdotool", "get_desktop"]
    return subprocess.run(look, capture_output=True, check=False, timeout=20).returncode == 0
