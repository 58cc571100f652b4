"""The window of a frozen program from outside: a screen for it, leaving it as a person does, and what is left then."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

HOME = "RESNET_DESKTOP_HOME"
X_PROGRAMS = ("Xvfb", "openbox", "xdotool")
SCREEN_SECONDS, QUIT_SECONDS, GONE_SECONDS = 20.0, 20.0, 10.0
LOOK_SECONDS = 0.05  # between two looks at something that nobody tells
TITLE = "^ResNet Desktop$"


class SmokeError(Exception):
    """What is wrong with the program, in words."""


def missing_for_a_screen() -> list[str]:
    """What a real window cannot be tried without. Windows and macOS bring a screen along."""
    if sys.platform in {"win32", "darwin"}:
        return []
    return [name for name in X_PROGRAMS if not shutil.which(name)]


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """What the environment of a program on a real screen has besides.

    On Linux it is a screen of its own with a window manager, also where a person sits at another one: without a manager
    no window gets the keys, and nobody else's window may get them.
    """
    if sys.platform in {"win32", "darwin"}:
        yield {}
        return
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-noreset", "-nolisten", "tcp", "-screen", "0", "1366x768x24"]
    with _running(command, pass_fds=(theirs,)):
        os.close(theirs)
        with os.fdopen(ours) as told:
            number = told.readline().strip()
        if not number:
            raise SmokeError("Xvfb did not start")
        display = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        with _running(["openbox"], env=os.environ | display):
            wait_until(lambda: _asked(display, "get_desktop")[0] == 0, SCREEN_SECONDS, "openbox did not start")
            yield display


@contextlib.contextmanager
def _running(command: list[str], env: dict[str, str] | None = None, pass_fds: tuple[int, ...] = ()) -> Iterator[None]:
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdout=silent, stderr=silent, pass_fds=pass_fds)
    try:
        yield
    finally:
        process.terminate()
        process.wait(SCREEN_SECONDS)


def leave(process: subprocess.Popen[bytes], display: dict[str, str]) -> str:
    """Quit the window as a person does; how, in words. Another end than by itself with 0 is a SmokeError."""
    if sys.platform == "darwin":  # telling another program to quit needs a permission that only a person can give
        end(process)
        return "ended by a signal"
    how = _close_on_windows(process.pid) if sys.platform == "win32" else _press_quit(process.pid, display)
    try:
        code = process.wait(QUIT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise SmokeError(f"the window did not end {QUIT_SECONDS:.0f} s after it was {how}") from error
    if code:
        raise SmokeError(f"the window ended with {code} after it was {how}")
    return how


def _press_quit(pid: int, display: dict[str, str]) -> str:
    search = ("search", "--onlyvisible", "--pid", str(pid), "--name", TITLE)
    wait_until(lambda: bool(_asked(display, *search)[1]), SCREEN_SECONDS, "no window of the program is on the screen")
    window = _asked(display, *search)[1].split()[0]
    if _asked(display, "windowactivate", "--sync", window)[0]:
        raise SmokeError("the window cannot be given the keys")
    _asked(display, "key", "ctrl+q")  # as from a keyboard, to whatever window has the keys
    return "quit by Ctrl+Q"


def _close_on_windows(pid: int) -> str:
    """As its cross does: a window that another program put in front would get the keys."""
    line = f"if (-not (Get-Process -Id {pid}).CloseMainWindow()) {{ exit 1 }}"
    command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", line]
    if subprocess.run(command, check=False, timeout=60).returncode:
        raise SmokeError("the window takes no request to close")
    return "closed by its cross"


def _asked(display: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and words of xdotool."""
    command, environment = ["xdotool", *arguments], os.environ | display
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=20)
    except subprocess.TimeoutExpired:
        return 1, ""
    return done.returncode, done.stdout.strip()


def end(process: subprocess.Popen[bytes]) -> None:
    """End the window from outside: offscreen nothing else reaches it."""
    if sys.platform == "win32":
        process.terminate()
    elif process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(QUIT_SECONDS)


def check_gone(home: Path) -> None:
    """No process that has this home folder is left: no engine, and none that a library started."""
    wait_until(lambda: not processes_of(home), GONE_SECONDS, lambda: f"left running: {'; '.join(processes_of(home))}")


def processes_of(home: Path) -> list[str]:
    """Whoever was given this home folder, orphans too, as number and name."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):  # another person's, or it ends just now
            if process.environ().get(HOME) == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {process.name()}")
    return found


def wait_until(holds: Callable[[], bool], seconds: float, otherwise: str | Callable[[], str]) -> None:
    """Look until it holds; a SmokeError where it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise SmokeError(otherwise if isinstance(otherwise, str) else otherwise())
        time.sleep(LOOK_SECONDS)
