"""The Train page: a folder in, curves while it learns, a model out. The engine is stood in for, but once."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core import frozen
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.dataset import DatasetError
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.run_store import new_run, store_run, stored_runs
from resnet_desktop.core.training import (
    TRAINING,
    EpochDone,
    RunDone,
    RunStarted,
    StepDone,
    TrainingConfig,
    TrainingNote,
    TrainingPaused,
    TrainingProgress,
    Validation,
)
from resnet_desktop.engine.train import TrainingControl
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.train import trainer as trainer_module
from resnet_desktop.ui.train.dataset_card import ClassCount
from resnet_desktop.ui.train.plots import Curves
from resnet_desktop.ui.train.train_page import TrainPage
from resnet_desktop.ui.train.trainer import Stage, Trainer
from tests.ui.conftest import drop, files_mime
from tests.ui.test_models_page import buttons_of, press, texts_of

RUN_BUTTONS = ("Pause", "Stop and keep the best", "Stop for now")
COLOURS = {"red": (220, 30, 30), "green": (30, 200, 60), "blue": (40, 60, 220)}


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    """Three classes that a child could tell apart, eight pictures each."""
    dice = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        folder = tmp_path / "colours" / name
        folder.mkdir(parents=True)
        for number in range(8):
            pixels = np.clip(np.array(colour) + dice.integers(-25, 25, (80, 90, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
    return tmp_path / "colours"


@pytest.fixture
def page(window: MainWindow) -> TrainPage:
    window.show_train()
    return window.train()


@pytest.fixture
def trainer(window: MainWindow) -> Trainer:
    return window._trainer


class FakeRun:
    """A run that waits to be told what to do next."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.rested = threading.Event()  # the run says that it has come to rest
        self.config: TrainingConfig | None = None
        self.control: TrainingControl | None = None
        self.error: ModelError | None = None

    def train(self, config: TrainingConfig, token: CancelToken, control: TrainingControl) -> Iterator[Event]:
        self.config, self.control = config, control
        yield RunStarted(
            run="r1",
            folder=Path(),
            config=config,
            classes=("red", "green"),
            train_count=20,
            validation_count=4,
            epochs=2,
            steps=20,
            device="cpu",
        )
        for step in range(1, 11):
            yield StepDone(step=step, epoch=1, loss=2 / step, learning_rate=1e-3, pictures_per_second=33.0)
        yield TrainingProgress(10, 20, TRAINING, 120.0)
        yield EpochDone(
            epoch=1, train_loss=0.5, validation_loss=0.4, validation_accuracy=0.75, learning_rate=1e-3, best=True
        )
        yield TrainingNote(ModelError("{count} pictures were lost.", count=2))
        while not self.go.wait(0.01):
            token.check()
            if self.rested.is_set():
                self.rested.clear()
                yield TrainingPaused()
        if self.error is not None:
            raise self.error
        yield RunDone(run="r1", model="colours", validation=Validation(accuracy=0.75, low=0.3, high=0.95, count=4))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRun]:
    run = FakeRun()
    monkeypatch.setattr(trainer_module, "train", run.train)
    yield run
    run.go.set()  # or a test that failed would wait for ever


def begin(qtbot: QtBot, page: TrainPage, trainer: Trainer, folder: Path) -> None:
    page.choose(folder)
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)
    page.presets.choose("standard")
    press(page.presets, "Start")
    qtbot.waitUntil(lambda: bool(len(trainer.curves.epoch)))


def test_the_empty_page_says_what_to_drop(page: TrainPage) -> None:
    assert "Drop a folder whose subfolders are the classes" in texts_of(page)
    assert "Choose a folder…" in buttons_of(page)


def test_a_dropped_folder_is_inspected_and_its_classes_are_counted(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path
) -> None:
    (colours / "red" / "cut.png").write_bytes((colours / "red" / "0.png").read_bytes()[:200])
    assert drop(page, files_mime(colours))
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)
    counts = page.findChildren(ClassCount)
    assert [count.accessibleName() for count in counts] == ["blue, 8", "green, 8", "red, 8"]
    texts = texts_of(page)
    assert "3 classes · 24 pictures to learn from" in texts
    assert "One picture cannot be read and was left out." in texts
    assert "Start" in buttons_of(page)
    assert page.presets._name.text() == "colours"


def test_a_folder_that_is_no_dataset_says_exactly_what_is_missing(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, tmp_path: Path
) -> None:
    page.choose(tmp_path)
    qtbot.waitUntil(lambda: trainer.error is not None)
    assert isinstance(trainer.error, DatasetError)
    assert "There are no pictures in" in texts_of(page)
    assert trainer.stage is Stage.EMPTY


def test_a_run_shows_its_curves_and_how_far_it_is(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, fake: FakeRun
) -> None:
    begin(qtbot, page, trainer, colours)
    assert fake.config == TrainingConfig(name="colours", model="built-in", preset="standard", dataset=str(colours))
    texts = texts_of(page)
    assert "Learning" in texts
    assert "75 % right" in texts
    facts = dict(itertools.pairwise(texts.splitlines()))  # each name stands before its value
    assert facts["Pictures a second"] == "33"
    assert facts["Time left"] == "2 minutes"
    assert facts["Epoch"].startswith("1 of ")
    assert facts["Best so far"] == "75 %, in epoch 1"
    assert facts["Device"].startswith("Processor, ")
    assert "2 pictures were lost." in texts
    curves = page.findChild(Curves)
    assert isinstance(curves, Curves)
    curves.redraw()
    x, y = curves.plots.learning.x, curves.plots.learning.y
    assert list(x) == list(range(1, 11))
    assert y[0] == 2.0
    x, y = curves.plots.right.x, curves.plots.right.y
    assert (list(x), list(y)) == ([1.0], [75.0])
    fake.go.set()
    qtbot.waitUntil(lambda: trainer.stage is Stage.DONE)
    texts = texts_of(page)
    assert "Your model is ready" in texts
    assert "of 4 pictures that it had not seen; most likely between 30 % and 95 %." in texts
    assert "Use this model" in buttons_of(page)
    press(page, "Train again")
    assert "Start" in buttons_of(page)


def test_pause_continue_and_an_early_end_reach_the_run(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, fake: FakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(qtbot, page, trainer, colours)
    wishes: list[str] = []
    monkeypatch.setattr(fake.control, "wish", wishes.append)
    press(page, "Pause")
    assert "Pausing…" in texts_of(page)
    assert not button_of(page, "Pause").isEnabled(), "until it rests"
    fake.rested.set()
    qtbot.waitUntil(lambda: "Paused" in texts_of(page))
    assert "Training…" not in texts_of(page), "nothing goes on now"
    press(page, "Continue")
    assert "Training…" in texts_of(page)
    press(page, "Stop and keep the best")
    assert "Keeping the best so far" in texts_of(page)
    assert wishes == ["pause", "continue", "finish"]
    assert not any(button_of(page, text).isEnabled() for text in RUN_BUTTONS)
    fake.go.set()
    qtbot.waitUntil(lambda: trainer.stage is Stage.DONE)


def test_a_run_that_is_stopped_leaves_the_dataset_on_the_page(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, fake: FakeRun
) -> None:
    begin(qtbot, page, trainer, colours)
    press(page, "Stop for now")
    assert "Stopping…" in texts_of(page), "at once"
    assert not any(button_of(page, text).isEnabled() for text in RUN_BUTTONS)
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)
    assert "Stopped after epoch 1 of 2." in texts_of(page)
    assert len(trainer.curves.epoch), "what was seen stays on the page"


def test_a_run_that_fails_says_why(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, fake: FakeRun
) -> None:
    fake.error = ModelError("The engine was ended by the system.")
    begin(qtbot, page, trainer, colours)
    fake.go.set()
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)
    assert "The engine was ended by the system." in texts_of(page)


@pytest.mark.parametrize("stops", [True, False])
def test_closing_the_window_during_a_run_asks(
    stops: bool, qtbot: QtBot, page: TrainPage, window: MainWindow, colours: Path, fake: FakeRun
) -> None:
    trainer = window._trainer
    begin(qtbot, page, trainer, colours)
    defaults: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, answer)
            return
        default = next(button for button in box.findChildren(QPushButton) if button.isDefault())
        defaults.append(default.text())
        press(box, "Stop and keep progress" if stops else "Go on learning")

    QTimer.singleShot(0, answer)
    assert window.close() is stops
    assert defaults == ["Stop and keep progress"]
    trainer.stop()
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)


def test_a_folder_dropped_during_a_run_changes_nothing(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, tmp_path: Path, fake: FakeRun
) -> None:
    begin(qtbot, page, trainer, colours)
    page.choose(tmp_path)
    assert trainer.busy
    assert trainer.folder == colours
    trainer.stop()
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)


def test_runs_of_before_can_go_on(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(name="Fruit", model="built-in", preset="full", dataset=str(colours))
    run = new_run(config, ("apple", "pear"), "0")
    (run.folder / "checkpoint-0.json").write_text("{}", encoding="utf-8")
    store_run(run)
    page.shown()
    qtbot.waitUntil(lambda: "Fruit" in texts_of(page))
    assert "Full" in texts_of(page)
    resumed: list[str] = []
    monkeypatch.setattr(trainer, "resume", lambda each: resumed.append(each.id))
    press(page, "Continue")
    assert resumed == [run.id]
    store_run(dataclasses.replace(run, state="done"))
    page.shown()
    qtbot.waitUntil(lambda: "Fruit" not in texts_of(page))


def test_a_run_whose_folder_is_gone_leaves_the_dataset_that_was_there(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path
) -> None:
    page.choose(colours)
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)
    config = TrainingConfig(name="Gone", model="built-in", preset="tutorial", dataset=str(colours / "gone"))
    trainer.resume(new_run(config, ("x", "y"), ""))
    qtbot.waitUntil(lambda: not trainer.busy)
    assert trainer.error is not None
    assert trainer.dataset is not None
    assert trainer.folder == trainer.dataset.root == colours


def test_a_real_quick_run_becomes_a_model_that_answers(
    qtbot: QtBot, page: TrainPage, window: MainWindow, built_in: ModelSpec, colours: Path
) -> None:
    trainer = window._trainer
    page.choose(colours)
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY)
    press(page.presets, "Start")
    qtbot.waitUntil(lambda: trainer.stage is Stage.DONE, timeout=60_000)
    assert trainer.result is not None
    assert trainer.result.validation.accuracy == 1.0
    session = window._session
    qtbot.waitUntil(lambda: "colours" in session.models.states)
    press(page, "Use this model")
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY and session.models.spec.key == "colours")
    assert window.pages.currentWidget() is window.page
    assert [run.state for run in stored_runs()] == ["done"]


def inspect_until_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inspections from now on: one that has looked at three pictures and gets no further."""

    def inspect(_folder: Path, token: CancelToken) -> Iterator[Event]:
        yield Progress(3, 24, "Checking the pictures")
        while not token.wait(0.01):
            pass
        token.check()

    monkeypatch.setattr(trainer_module, "inspect_dataset", inspect)


def test_progress_of_the_inspection_is_seen(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect_until_cancelled(monkeypatch)
    page.choose(colours)
    qtbot.waitUntil(lambda: "Checking the pictures…" in texts_of(page))
    assert not start_button(page).isEnabled()
    trainer.leave()
    assert "Choose a folder…" in buttons_of(page)


def start_button(page: QWidget) -> QPushButton:
    return next(button for button in page.findChildren(QPushButton) if button.text().strip() == "Start")


def button_of(page: QWidget, text: str) -> QPushButton:
    """The one with this text that is seen."""
    (button,) = [each for each in page.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    return button


def test_the_computer_stays_awake_while_a_run_goes_on(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, fake: FakeRun, colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    monkeypatch.setattr(trainer._awake, "keep", held.append)
    begin(qtbot, page, trainer, colours)
    assert held[-1]
    trainer.wish("pause")
    assert not held[-1]
    trainer.wish("continue")
    assert held[-1]
    fake.go.set()
    qtbot.waitUntil(lambda: not trainer.busy)
    assert not held[-1]


def test_the_classify_edition_says_so_before_a_folder_is_chosen_and_cannot_start(
    qtbot: QtBot, window: MainWindow, colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen, "can_train", lambda: False)
    window.show_train()
    page, trainer = window.train(), window._trainer
    assert "Classify edition" in texts_of(page)
    page.choose(colours)
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY, timeout=20_000)
    (start,) = [button for button in page.findChildren(QPushButton) if button.text().strip() == "Start"]
    assert not start.isEnabled()
    assert not trainer.prober.measuring
