"""The engine child that prepares the model, killed; and the window killed over it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from resnet_desktop.app import Application
from resnet_desktop.core import paths
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase
from tests.e2e.conftest import Open, Start
from tests.e2e.outside import engines_of, is_running

pytestmark = pytest.mark.window

CLOSE_MILLISECONDS = ORPHAN_MILLISECONDS = 5000
BUSY_BYTES = 300 << 20  # an engine that holds so much has torch and is at work


def is_working(process: psutil.Process) -> bool:
    return is_running(process) and process.memory_info().rss > BUSY_BYTES


def living(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if is_running(process)]


def wait_for_engine(qtbot: QtBot, pid: int) -> psutil.Process:
    """The engine child of ``pid``, in the middle of its work."""
    qtbot.waitUntil(lambda: any(is_working(engine) for engine in engines_of(pid)), timeout=60_000)
    return next(engine for engine in engines_of(pid) if is_working(engine))


def shown_texts(window: MainWindow) -> list[str]:
    return [label.text() for label in window.page.model_card.findChildren(QLabel) if label.isVisible()]


def button(window: MainWindow, text: str) -> QPushButton:
    buttons: Sequence[QPushButton] = window.page.model_card.findChildren(QPushButton)
    return next(each for each in buttons if each.accessibleName() == text)


def test_a_killed_engine_is_said_and_check_again_brings_the_answer(qtbot: QtBot, open_here: Open, coffee: Path) -> None:
    program: Application = open_here()
    window = program.window
    assert window is not None
    program.session.add([coffee])
    wait_for_engine(qtbot, os.getpid()).kill()
    qtbot.waitUntil(lambda: program.session.models.phase is Phase.UNUSABLE, timeout=10_000)
    assert window.isVisible()
    assert any("ended by the system" in text for text in shown_texts(window))
    qtbot.mouseClick(button(window, "Check again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=60_000)
    answer = program.session.answer
    assert answer is not None
    assert program.session.labels[answer.best.index] == "espresso"
    assert not window.page.model_card.isVisible()


def test_no_engine_outlives_a_window_that_was_killed(qtbot: QtBot, start: Start) -> None:
    running = start()
    wait_for_engine(qtbot, running.pid)
    children = psutil.Process(running.pid).children(recursive=True)
    running.process.kill()
    assert children
    qtbot.waitUntil(lambda: living(children) == [], timeout=ORPHAN_MILLISECONDS)


def test_closing_while_the_model_is_prepared_leaves_nothing_behind(qtbot: QtBot, start: Start) -> None:
    running = start()
    wait_for_engine(qtbot, running.pid)
    children = psutil.Process(running.pid).children(recursive=True)
    running.press("ctrl+q")
    assert running.wait_for_end(CLOSE_MILLISECONDS) == 0
    # multiprocessing's own helper ends when it hears that its parent has.
    qtbot.waitUntil(lambda: living(children) == [], timeout=1000)
    assert list(paths.prepared_dir().iterdir()) == []
