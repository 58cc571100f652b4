"""A real screen with a window manager, the program on it, and things to drag."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_desktop.app import Application
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.settings import Settings, save_settings
from resnet_desktop.ui.model_desk import Phase
from tests.e2e.outside import Program, window_manager

TARGET = (0, 30, 1100, 680)  # left, top, width, height: beside it there is room for what things are dragged from
Start = Callable[..., Program]
Open = Callable[..., Application]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in ("xdotool", "openbox") if not shutil.which(name)]
    if os.environ.get("QT_QPA_PLATFORM") != "xcb" or not os.environ.get("DISPLAY"):
        missing.append("an X server (python3 dev.py test starts one)")
    for item in items:
        if missing and item.path.parent == Path(__file__).parent and item.get_closest_marker("window"):
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))


@pytest.fixture(scope="session")
def desktop(qapp: QApplication) -> Iterator[None]:
    """A window manager on the screen, which ``qapp`` keeps from being reset when other programs end."""

    def wait(done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not done():
            assert time.monotonic() < deadline, "openbox did not start"
            qapp.processEvents()

    with window_manager(wait):
        yield


@pytest.fixture
def start(qtbot: QtBot, desktop: None, home: Path) -> Iterator[Start]:
    """Starts real processes in this test's home and sees to their end."""
    started: list[Program] = []

    def start_one(*given: Path, window: bool = True, before: Sequence[str] = ()) -> Program:
        started.append(Program(qtbot, given, before))
        if window:
            started[-1].wait_for_window()
        return started[-1]

    yield start_one
    for program in started:
        program.kill()


@pytest.fixture
def open_here(qtbot: QtBot, qapp: QApplication, desktop: None, home: Path) -> Iterator[Open]:
    """Opens the whole program in this process, on the real screen."""
    opened: list[Application] = []

    def open_one(**settings: str) -> Application:
        save_settings(Settings(**({"language": "en", "theme": "light"} | settings)))  # type: ignore[arg-type]
        program = Application(qapp)
        opened.append(program)
        program.open(())
        assert program.window is not None
        program.window.setGeometry(*TARGET)
        qtbot.waitExposed(program.window)
        return program

    yield open_one
    for program in opened:
        assert program.window is not None
        program.window.close()
        assert not program.host.busy
        program.language.apply(qapp, "en")


@pytest.fixture
def program(qtbot: QtBot, open_here: Open, built_in: ModelSpec) -> Application:
    """The program in this process, ready to answer with the real built-in model."""
    opened = open_here()
    qtbot.waitUntil(lambda: opened.session.models.phase is Phase.READY, timeout=30_000)
    return opened


class Lines:
    """What a child process has written to its standard output so far; read as the event loop turns."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.text = ""
        self._notifier = QSocketNotifier(self.process.stdout.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        assert self.process.stdout is not None
        data = self.process.stdout.read()
        if data:
            self.text += data.decode()
        elif data == b"":
            self._notifier.setEnabled(False)

    def close(self) -> None:
        self._notifier.setEnabled(False)
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(autouse=True)
def _collected(collected_in_main_thread: None) -> None:
    """For every test here."""
