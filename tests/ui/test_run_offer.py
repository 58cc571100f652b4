"""The next start offers to go on with a run that was interrupted."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from resnet_desktop.core.run_store import Run
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.pages import TRAIN
from resnet_desktop.ui.train.trainer import Trainer
from tests.ui.test_runs_page import Make, make

__all__ = ["make"]


def offered(window: MainWindow) -> list[QPushButton]:
    buttons = window.banner.findChildren(QPushButton)
    return [button for button in buttons if button.text() == "Continue" and button.isVisible()]


def test_an_interrupted_run_is_offered_and_taken_up(
    qtbot: QtBot, window: MainWindow, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("Older", "stopped", checkpoint=True)
    newest = make("Fruit", "running", checkpoint=True)  # its process was killed
    resumed: list[Run] = []
    monkeypatch.setattr(Trainer, "resume", lambda _self, run: resumed.append(run))
    window.offer.begin()
    qtbot.waitUntil(lambda: len(offered(window)) == 1)
    assert "“Fruit”" in window.banner.sentence
    offered(window)[0].click()
    assert [run.id for run in resumed] == [newest.id]
    assert window.banner.sentence == ""
    assert window.pages.number == TRAIN


def test_a_run_that_is_done_is_not_offered(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("Older", "stopped", checkpoint=True)
    make("Fruit", "done", checkpoint=True)
    window.offer.begin()
    qtbot.waitUntil(lambda: window._trainer.has_looked)
    assert window.banner.sentence == ""


def test_the_offer_gives_way_to_another_sentence(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("Fruit", "stopped", checkpoint=True)
    window.offer.begin()
    qtbot.waitUntil(lambda: len(offered(window)) == 1)
    window.banner.say(lambda: "Something else.")
    assert offered(window) == []
