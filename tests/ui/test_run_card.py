"""The card of a run: buttons that stay where they are, what it says when it ends, and where the focus goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import Cancelled, ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.run_store import Run, new_run, store_run
from resnet_desktop.core.training import (
    FITTING,
    EpochDone,
    Preset,
    RunDone,
    RunStarted,
    StepDone,
    TrainingConfig,
    TrainingPaused,
    Validation,
)
from resnet_desktop.engine.train import TrainingControl
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.train import run_at_hand
from resnet_desktop.ui.train import trainer as trainer_module
from resnet_desktop.ui.train.close_question import CloseQuestion
from resnet_desktop.ui.train.train_page import TrainPage
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.workers.job import EventBatch
from tests.ui.test_models_page import buttons_of, press, texts_of
from tests.ui.test_train_page import RUN_BUTTONS, button_of, colours, inspect_until_cancelled, page, trainer

__all__ = ["colours", "page", "trainer"]


class StoredRun:
    """A run on the disk that tells what it is given and then waits, as the engine would, until it is ended."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self.control: TrainingControl | None = None
        self.epochs = 1  # done before it waits
        self.checkpoint = True
        self.go, self.silent = CancelToken(), False
        self.error: ModelError | None = None
        self.resumed: list[str] = []

    def train(self, config: TrainingConfig, token: CancelToken, control: TrainingControl) -> Iterator[Event]:
        self.control = control
        self.run = new_run(config, ("red", "green"), "0")
        if self.checkpoint:
            (self.run.folder / "checkpoint-0.json").write_text("{}", encoding="utf-8")
        yield from self._told(self.run, token)

    def resume(self, run: Run, token: CancelToken, control: TrainingControl) -> Iterator[Event]:
        self.control = control
        self.resumed.append(run.id)
        yield from self._told(run, token)

    def _told(self, run: Run, token: CancelToken) -> Iterator[Event]:
        store_run(dataclasses.replace(run, state="running"))
        try:
            if not self.silent:
                yield from told_of(run, self.epochs)
            yield Progress(1, 8, FITTING)
            while not self.go.wait(0.01):
                token.check()
            if self.error is not None:
                raise self.error
        except Cancelled:
            store_run(dataclasses.replace(run, state="stopped"))
            raise
        except ModelError:
            store_run(dataclasses.replace(run, state="failed"))
            raise


def told_of(run: Run, epochs: int) -> Iterator[Event]:
    deep = run.config.preset != "quick"
    yield RunStarted(
        run=run.id, folder=run.folder, config=run.config, classes=run.classes, train_count=20, validation_count=4,
        epochs=7, steps=70 if deep else 0, device="cpu",
    )  # fmt: skip
    for number in range(1, epochs + 1):
        yield StepDone(step=10 * number, epoch=number, loss=1.0, learning_rate=1e-3, pictures_per_second=33.0)
        yield an_epoch(number)


def an_epoch(number: int) -> EpochDone:
    worth = {"train_loss": 0.5, "validation_loss": 0.4, "validation_accuracy": 0.75}
    return EpochDone(epoch=number, learning_rate=1e-3, best=True, **worth)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[StoredRun]:
    run = StoredRun()
    monkeypatch.setattr(trainer_module, "train", run.train)
    monkeypatch.setattr(run_at_hand, "resume", run.resume)
    monkeypatch.setattr(CloseQuestion, "may_close", lambda _self: True)  # at the end of a test that failed
    yield run
    run.go.cancel()  # or a test that failed would wait for ever


def begin(qtbot: QtBot, page: TrainPage, folder: Path, preset: Preset = "tutorial") -> None:
    """Start by the button that has the focus, and wait until the run waits."""
    trainer = page._trainer
    page.choose(folder)
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)
    page.presets.choose(preset)
    start = button_of(page, "Start")
    start.setFocus()
    start.click()
    qtbot.waitUntil(lambda: trainer.progress is not None and trainer.progress.stage == FITTING)


def end(qtbot: QtBot, trainer: Trainer) -> None:
    trainer.stop()
    qtbot.waitUntil(lambda: not trainer.busy)


def focused(window: QWidget) -> str:
    widget = window.window().focusWidget()
    return widget.text() if isinstance(widget, QPushButton) else type(widget).__name__


def places(page: TrainPage) -> list[tuple[str, QPoint]]:
    QApplication.processEvents()
    buttons = [each for each in page.run_card.findChildren(QPushButton) if each.isVisible()]
    return [(button.text(), button.mapTo(page.window(), QPoint())) for button in buttons]


def test_the_buttons_of_a_run_never_move(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    stored.epochs = 0
    page.window().resize(1024, 600)
    begin(qtbot, page, colours)
    before = places(page)
    assert [text for text, _place in before] == list(RUN_BUTTONS)
    keep = button_of(page, "Stop and keep the best")
    assert not keep.isEnabled(), "there is nothing to keep"
    assert "once an epoch is done" in keep.toolTip()
    trainer._on_events(EventBatch((an_epoch(1),)))
    assert keep.isEnabled()
    assert "once an epoch is done" not in keep.toolTip()
    assert places(page) == before
    end(qtbot, trainer)


def test_a_run_without_epochs_can_only_be_stopped(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    stored.checkpoint = False
    begin(qtbot, page, colours, "quick")
    assert [text for text, _place in places(page)] == ["Stop for now"]
    end(qtbot, trainer)
    qtbot.waitUntil(lambda: trainer.unfinished is not None)
    assert "Stopped before its end." in texts_of(page)
    assert {"Continue", "Train again"} <= set(buttons_of(page))


@pytest.mark.parametrize(
    ("epochs", "sentence"),
    [(0, "Stopped before the first epoch was done."), (3, "Stopped after epoch 3 of 7.")],
)
def test_a_run_that_was_stopped_says_where_and_goes_on(
    epochs: int, sentence: str, qtbot: QtBot, page: TrainPage, colours: Path, stored: StoredRun
) -> None:
    trainer, stored.epochs = page._trainer, epochs
    begin(qtbot, page, colours)
    press(page, "Stop for now")
    assert "Stopping…" in texts_of(page)
    qtbot.waitUntil(lambda: trainer.unfinished is not None)
    assert sentence in texts_of(page)
    go_on = button_of(page, "Continue")
    assert go_on.property("role") == "primary"
    assert go_on.isEnabled()
    press(page, "Continue")
    qtbot.waitUntil(lambda: trainer.started is not None)
    assert stored.run is not None
    assert stored.resumed == [stored.run.id], "this very run"
    assert "Learning" in texts_of(page)
    end(qtbot, trainer)


@pytest.mark.parametrize("checkpoint", [True, False])
def test_a_run_that_failed_can_go_on(
    checkpoint: bool, qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    stored.checkpoint, stored.error = checkpoint, ModelError("The engine was ended by the system.")
    begin(qtbot, page, colours)
    stored.go.cancel()
    qtbot.waitUntil(lambda: not trainer.busy and trainer.at_hand.settled)
    assert texts_of(page).count("The engine was ended by the system.") == 1
    assert "The run has failed" in texts_of(page)
    assert "Continue" in buttons_of(page)
    assert "Start" not in buttons_of(page)


def test_in_place_of_the_curves_stands_what_goes_on(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    stored.epochs = 0
    begin(qtbot, page, colours, "quick")
    assert "press Start" not in texts_of(page)
    assert "Fitting the last layer…\nThe curves grow here as soon as there are numbers." in texts_of(page)
    trainer._on_events(EventBatch((an_epoch(1),)))
    assert "The curves grow here" not in texts_of(page)
    assert page._curves.plots.isVisible()
    end(qtbot, trainer)


def test_while_pictures_are_checked_nobody_is_asked_to_start(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect_until_cancelled(monkeypatch)
    page.choose(colours)
    qtbot.waitUntil(lambda: trainer.progress is not None)
    assert page._waiting.isVisible()
    assert "press Start" not in texts_of(page)
    trainer.leave()


def test_the_focus_goes_where_the_person_goes_on(
    qtbot: QtBot, window: MainWindow, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    begin(qtbot, page, colours)
    assert focused(window) == "Pause"
    press(page, "Stop for now")
    assert page.isAncestorOf(window.focusWidget()), "not in the header"
    qtbot.waitUntil(lambda: focused(window) == "Continue")
    press(page, "Continue")
    assert focused(window) == "Pause"
    worth = Validation(accuracy=0.75, low=0.3, high=0.95, count=4)
    trainer._on_events(EventBatch((RunDone(run="r1", model="colours", validation=worth),)))
    stored.go.cancel()
    qtbot.waitUntil(lambda: trainer.stage is Stage.DONE)
    assert focused(window) == "Use this model"
    press(page, "Train again")
    assert window.focusWidget() is page.presets._buttons["tutorial"]


def test_the_focus_does_not_slip_to_a_button_that_ends_the_run(
    qtbot: QtBot, window: MainWindow, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    begin(qtbot, page, colours)
    press(page, "Pause")
    assert window.focusWidget() is page.run_card
    trainer._on_events(EventBatch((TrainingPaused(),)))
    assert focused(window) == "Continue"
    button_of(page, "Stop for now").setFocus()
    trainer._on_events(EventBatch((an_epoch(2),)))
    assert focused(window) == "Stop for now", "where the person has put it"
    end(qtbot, trainer)


def test_the_focus_is_not_taken_from_another_page(
    qtbot: QtBot, window: MainWindow, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    begin(qtbot, page, colours)
    window.show_models()
    before = window.focusWidget()
    end(qtbot, trainer)
    qtbot.waitUntil(lambda: trainer.unfinished is not None)
    assert window.focusWidget() is before


# On the Runs page


def test_a_run_that_was_just_begun_is_learning_there_before_it_says_a_word(
    qtbot: QtBot, window: MainWindow, page: TrainPage, trainer: Trainer, colours: Path, stored: StoredRun
) -> None:
    stored.silent = True
    begin(qtbot, page, colours)
    window.show_runs()
    runs = window.runs()
    for _time in ("new", "continued"):
        assert trainer.started is None
        qtbot.waitUntil(lambda: "It is learning now." in texts_of(runs))
        qtbot.waitUntil(lambda: "The curves grow here as soon as there are numbers." in texts_of(runs))
        assert "interrupted" not in texts_of(runs)
        assert "ended before" not in texts_of(runs)
        assert "Continue" not in buttons_of(runs)
        assert not runs.details.delete_button.isEnabled()
        assert not runs.details.rename_button.isEnabled()
        end(qtbot, trainer)
        assert "interrupted" not in texts_of(runs), "not even for a moment"
        qtbot.waitUntil(lambda: "It was stopped before its end." in texts_of(runs))
        press(runs, "Continue")
        window.show_runs()
    end(qtbot, trainer)
