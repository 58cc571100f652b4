"""Preset cards with their times, and the Advanced drawer. Probe and range test are stood in for."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset import Dataset
from resnet_desktop.core.devices import Device
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.rate_range import RateSuggested, RateTried, rate_at
from resnet_desktop.core.training import PRESETS, TrainingConfig
from resnet_desktop.core.training_time import PresetTime, TimesMeasured
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.train import prober as prober_module
from resnet_desktop.ui.train import rate_finder as finder_module
from resnet_desktop.ui.train import trainer as trainer_module
from resnet_desktop.ui.train.advanced import AdvancedDrawer
from resnet_desktop.ui.train.examples_card import ExamplesCard
from resnet_desktop.ui.train.plots import Curves
from resnet_desktop.ui.train.preset_button import PresetButton
from resnet_desktop.ui.train.rate_card import RateCard
from resnet_desktop.ui.train.train_page import TrainPage
from resnet_desktop.ui.train.trainer import Stage, Trainer
from tests.ui.test_models_page import buttons_of, press, texts_of

TIMES = (
    PresetTime(preset="quick", fixed=8, looking=30, epoch=0, epochs=0),
    PresetTime(preset="standard", fixed=8, looking=32, epoch=100, epochs=6),
    PresetTime(preset="full", fixed=8, looking=32, epoch=1200, epochs=10),
)


Kind = TypeVar("Kind", bound=QWidget)


class FakeProbe:
    """Measures once it may; keeps what it was asked for."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: list[tuple[Dataset, str, str]] = []
        self.known: list[int] = []
        self.cancelled = threading.Event()
        self.error: EngineError | None = None

    def __call__(
        self, dataset: Dataset, model: str, device: str, known: dict[object, TimesMeasured], token: CancelToken
    ) -> Iterator[Event]:
        self.asked.append((dataset, model, device))
        self.known.append(len(known))
        while not self.go.wait(0.01):
            if token.cancelled:
                self.cancelled.set()
            token.check()
        if self.error is not None:
            raise self.error
        yield TimesMeasured(
            fingerprint="f", model=model, device=device, times=TIMES, devices=(Device("cuda", "A card"),), whole=True
        )


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProbe]:
    fake = FakeProbe()
    monkeypatch.setattr(prober_module, "probe", fake)
    yield fake
    fake.go.set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes, one of them rare."""
    dice = np.random.default_rng(0)
    for name, count in (("many", 6), ("few", 2)):
        for number in range(count):
            path = tmp_path / "things" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(dice.integers(0, 255, (80, 90, 3), dtype=np.uint8)).save(path)
    return tmp_path / "things"


@pytest.fixture
def trainer(window: MainWindow) -> Trainer:
    return window._trainer


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, trainer: Trainer, folder: Path, probe: FakeProbe) -> TrainPage:
    """With a dataset on it."""
    window.show_train()
    page = window.train()
    page.choose(folder)
    qtbot.waitUntil(lambda: trainer.stage is Stage.READY and bool(probe.asked))
    return page


@pytest.fixture
def drawer(page: TrainPage) -> AdvancedDrawer:
    """Open, for Standard."""
    page.presets.choose("standard")
    press(page.presets, "Advanced")
    assert page.advanced.isVisible()
    return page.advanced


def field(widget: QWidget, kind: type[Kind], name: str) -> Kind:
    return next(each for each in widget.findChildren(kind) if each.accessibleName() == name)


def box(widget: QWidget, text: str) -> QCheckBox:
    return next(each for each in widget.findChildren(QCheckBox) if each.text() == text)


def times_of(page: TrainPage) -> list[str]:
    return [button.time for button in page.presets.findChildren(PresetButton)]


# Cards


def test_cards_say_that_they_are_measured_and_then_how_long(qtbot: QtBot, page: TrainPage, probe: FakeProbe) -> None:
    assert times_of(page) == ["measuring…"] * 4
    probe.go.set()
    qtbot.waitUntil(lambda: times_of(page) == ["about 40 seconds", "about 11 minutes", "about 3 hours", ""])


def test_a_probe_that_fails_is_silent(qtbot: QtBot, page: TrainPage, trainer: Trainer, probe: FakeProbe) -> None:
    probe.error = EngineError("The engine failed.")
    probe.go.set()
    qtbot.waitUntil(lambda: not trainer.prober.measuring)
    assert times_of(page) == [""] * 4
    assert "The engine failed." not in texts_of(page)
    page.presets.refresh()
    assert len(probe.asked) == 1, "what has failed is not tried again and again"


def test_a_run_ends_the_probe_and_it_is_made_up_for_afterwards(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, probe: FakeProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[TrainingConfig] = []

    def run(config: TrainingConfig, token: CancelToken, control: object) -> Iterator[Event]:
        ran.append(config)
        while not token.wait(0.01):
            pass
        token.check()
        yield from ()

    monkeypatch.setattr(trainer_module, "train", run)
    press(page.presets, "Start")
    qtbot.waitUntil(lambda: probe.cancelled.is_set() and bool(ran))
    assert not trainer.prober.measuring
    page.presets.refresh()
    assert len(probe.asked) == 1
    trainer.stop()
    qtbot.waitUntil(lambda: len(probe.asked) == 2)


def test_another_model_is_measured_and_what_was_measured_is_handed_on(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, probe: FakeProbe
) -> None:
    probe.go.set()
    qtbot.waitUntil(lambda: trainer.prober.times is not None and not trainer.prober.measuring)
    trainer.choices.set(model="resnet18")
    qtbot.waitUntil(lambda: len(probe.asked) == 2 and not trainer.prober.measuring)
    assert [model for _dataset, model, _device in probe.asked] == ["built-in", "resnet18"]
    assert probe.known == [0, 1]


def test_leaving_the_folder_ends_the_probe(qtbot: QtBot, page: TrainPage, trainer: Trainer, probe: FakeProbe) -> None:
    trainer.leave()
    qtbot.waitUntil(probe.cancelled.is_set)
    assert not trainer.prober.measuring
    assert trainer.prober.times is None


def test_cards_are_radio_buttons_that_the_keyboard_reaches(qtbot: QtBot, page: TrainPage, probe: FakeProbe) -> None:
    probe.go.set()
    quick, standard, *_others = page.presets.findChildren(PresetButton)
    quick.setFocus()
    qtbot.keyClick(quick, Qt.Key.Key_Down)
    assert standard.isChecked()
    assert standard.hasFocus()
    assert page.presets.preset == "standard"
    qtbot.mouseClick(quick, Qt.MouseButton.LeftButton, pos=quick.rect().bottomRight() / 2)
    assert page.presets.preset == "quick"
    qtbot.waitUntil(lambda: quick.time.startswith("about"))
    told = QAccessible.queryAccessibleInterface(quick)
    assert told.role() is QAccessible.Role.RadioButton
    assert told.text(QAccessible.Text.Name) == "Quick"
    assert told.text(QAccessible.Text.Description).endswith("about 40 seconds")


def test_times_follow_the_epochs_and_the_picture_size(
    qtbot: QtBot, page: TrainPage, trainer: Trainer, probe: FakeProbe
) -> None:
    probe.go.set()
    qtbot.waitUntil(lambda: times_of(page)[0] == "about 40 seconds")
    page.presets.choose("standard")
    trainer.choices.set(epochs=12)
    assert times_of(page)[1:3] == ["about 21 minutes", "about 3 hours"]
    trainer.choices.set(epochs=None, image_size=448)
    assert times_of(page)[1:3] == ["about 42 minutes", "about 3 hours"]


# The drawer


def test_the_drawer_stands_in_the_place_of_the_curves(page: TrainPage, drawer: AdvancedDrawer) -> None:
    curves = page.findChild(Curves)
    assert not curves.isVisible()
    assert "Standard, advanced" in texts_of(drawer)
    close = next(each for each in drawer.findChildren(QWidget) if each.accessibleName() == "Close")
    close.click()  # type: ignore[attr-defined]
    assert curves.isVisible()
    assert not drawer.isVisible()


def test_what_is_chosen_reaches_the_run(
    qtbot: QtBot, page: TrainPage, drawer: AdvancedDrawer, trainer: Trainer, folder: Path
) -> None:
    field(drawer, QSpinBox, "Epochs").setValue(3)
    field(drawer, QSpinBox, "Batch").setValue(16)
    size = field(drawer, QComboBox, "Picture size")
    size.setCurrentText("160")
    size.activated.emit(size.currentIndex())
    field(drawer, QSpinBox, "Kept back to check").setValue(30)
    field(drawer, QSpinBox, "Seed").setValue(7)
    rate = field(drawer, QLineEdit, "Learning rate")
    qtbot.keyClicks(rate, "0.002")
    box(drawer, "Other light").click()
    box(drawer, "Mirrored").click()
    box(drawer, "Rare classes count like frequent ones").click()
    started: list[TrainingConfig] = []
    page.presets.start.disconnect()
    page.presets.start.connect(started.append)
    press(page.presets, "Start")
    plain = TrainingConfig(name="things", model="built-in", preset="standard", dataset=str(folder))
    assert started == [
        dataclasses.replace(
            plain,
            epochs=3,
            batch_size=16,
            image_size=160,
            learning_rate=0.002,
            validation_fraction=0.3,
            seed=7,
            colour=True,
            mirror=False,
            class_weights=True,
        )
    ]
    press(drawer, "Reset to the preset")
    assert trainer.choices.config == plain
    assert field(drawer, QSpinBox, "Epochs").value() == 6
    assert rate.text() == ""
    assert rate.placeholderText() == "Automatic (0.0005)"
    assert not next(each for each in drawer.findChildren(QPushButton) if "Reset" in each.text()).isEnabled()


def test_another_preset_brings_its_own_values_and_quick_only_what_concerns_it(
    page: TrainPage, drawer: AdvancedDrawer, trainer: Trainer
) -> None:
    trainer.choices.set(epochs=50, learning_rate=0.1, crop=False, seed=4, class_weights=True)
    page.presets.choose("tutorial")
    assert field(drawer, QSpinBox, "Epochs").value() == 5
    assert not box(drawer, "Random part").isChecked()
    assert (trainer.choices.config.seed, trainer.choices.config.class_weights) == (4, True)
    page.presets.choose("quick")
    shown = {
        name for name in ("Epochs", "Batch", "Kept back to check", "Seed") if field(drawer, QSpinBox, name).isVisible()
    }
    assert shown == {"Kept back to check", "Seed"}
    assert box(drawer, "Rare classes count like frequent ones").isVisible()
    assert not box(drawer, "Random part").isVisible()
    assert "Find one" not in buttons_of(drawer)


def test_a_number_that_is_none_changes_nothing(qtbot: QtBot, drawer: AdvancedDrawer, trainer: Trainer) -> None:
    rate = field(drawer, QLineEdit, "Learning rate")
    qtbot.keyClicks(rate, "abc-")
    assert trainer.choices.config.learning_rate is None
    qtbot.keyClicks(rate, "2e-3")
    assert trainer.choices.config.learning_rate == 0.002
    rate.clear()
    rate.textEdited.emit("")
    assert trainer.choices.config.learning_rate is None


def test_devices_are_those_that_were_found(
    qtbot: QtBot, drawer: AdvancedDrawer, trainer: Trainer, probe: FakeProbe
) -> None:
    devices = field(drawer, QComboBox, "Learns on")
    assert [devices.itemText(index) for index in range(devices.count())] == ["Automatic", "Processor"]
    probe.go.set()
    qtbot.waitUntil(lambda: devices.count() == 3)
    assert devices.itemData(2) == "cuda"
    devices.activated.emit(1)
    assert trainer.device == "cpu"
    qtbot.waitUntil(lambda: probe.asked[-1][2] == "cpu")


def test_choices_outlive_the_window_that_shows_them(page: TrainPage, drawer: AdvancedDrawer, trainer: Trainer) -> None:
    trainer.choices.set(epochs=9, name="My things")
    again = TrainPage(page._session, trainer)
    assert again.presets.preset == "standard"
    assert field(again.advanced, QSpinBox, "Epochs").value() == 9
    assert again.presets._name.text() == "My things"
    again.deleteLater()


# What it sees


def test_six_examples_of_a_real_picture_follow_the_switches(
    qtbot: QtBot, drawer: AdvancedDrawer, trainer: Trainer
) -> None:
    card = drawer.findChild(ExamplesCard)
    qtbot.waitUntil(lambda: card.examples.count == 6)
    varied = card.examples._data
    assert len(set(varied)) == 6
    for text in ("Random part", "Mirrored"):
        box(drawer, text).click()
    qtbot.waitUntil(lambda: len(set(card.examples._data)) == 1)
    plain = card.examples._data
    another = next(each for each in drawer.findChildren(QWidget) if each.accessibleName() == "Another picture")
    another.click()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: card.examples._data not in (varied, plain))
    trainer.choices.set(image_size=128)
    qtbot.waitUntil(lambda: len(card.examples._data[0]) == 3 * 128 * 128)


# The range test


def tried(count: int) -> list[RateTried]:
    return [RateTried(rate_at(step), 2.0 if step < 30 else 2.0 - 0.05 * (step - 30)) for step in range(count)]


class FakeRange:
    """Tells half of its points, then waits."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.config: TrainingConfig | None = None
        self.after: Callable[[], Iterator[Event]] = lambda: iter(())

    def __call__(self, config: TrainingConfig, _dataset: Dataset, token: CancelToken) -> Iterator[Event]:
        self.config = config
        yield from tried(50)[:25]
        while not self.go.wait(0.01):
            token.check()
        yield from tried(50)[25:]
        yield from self.after()


@pytest.fixture
def ranges(monkeypatch: pytest.MonkeyPatch) -> FakeRange:
    fake = FakeRange()
    monkeypatch.setattr(finder_module, "range_test", fake)
    return fake


def test_a_range_test_is_plotted_and_its_rate_taken(
    qtbot: QtBot, drawer: AdvancedDrawer, trainer: Trainer, ranges: FakeRange, probe: FakeProbe
) -> None:
    ranges.after = lambda: iter((RateSuggested(0.00123456),))
    trainer.choices.set(learning_rate=0.5)
    press(drawer, "Find one")
    qtbot.waitUntil(lambda: len(trainer.finder.tried) == 25)
    assert probe.cancelled.is_set(), "it measures nothing while the machine is busy"
    card = drawer.findChild(RateCard)
    assert card._plot.isVisible()
    x, _y = card._curve.getOriginalDataset()
    assert len(x) == 25
    assert ranges.config is not None
    assert ranges.config.learning_rate is None
    ranges.go.set()
    qtbot.waitUntil(lambda: not trainer.finder.running)
    assert trainer.choices.config.learning_rate == 0.0012
    assert field(drawer, QLineEdit, "Learning rate").text() == "0.0012"
    assert card._mark.value() == pytest.approx(np.log10(0.0012))
    qtbot.waitUntil(lambda: len(probe.asked) == 2)


def test_a_click_on_the_plot_takes_another_rate(
    qtbot: QtBot, drawer: AdvancedDrawer, trainer: Trainer, ranges: FakeRange
) -> None:
    press(drawer, "Find one")
    qtbot.waitUntil(lambda: len(trainer.finder.tried) == 25)
    card = drawer.findChild(RateCard)
    view = card._plot.getViewBox()
    at = view.mapViewToScene(QPointF(-3.0, view.viewRect().center().y()))
    place = card._plot.mapFromScene(at)
    qtbot.mouseClick(card._plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert trainer.choices.config.learning_rate == pytest.approx(1e-3, rel=0.1)
    press(drawer, "Stop")
    assert not trainer.finder.running
    assert len(trainer.finder.tried) == 25


def test_a_range_test_without_a_good_rate_says_so(
    qtbot: QtBot, drawer: AdvancedDrawer, trainer: Trainer, ranges: FakeRange
) -> None:
    def fail() -> Iterator[Event]:
        raise EngineError("No rate is good.")
        yield

    ranges.after = fail
    ranges.go.set()
    press(drawer, "Find one")
    qtbot.waitUntil(lambda: "No rate is good." in texts_of(drawer))
    assert trainer.choices.config.learning_rate is None


def test_another_folder_forgets_the_range_test(
    qtbot: QtBot, page: TrainPage, drawer: AdvancedDrawer, trainer: Trainer, ranges: FakeRange
) -> None:
    press(drawer, "Find one")
    qtbot.waitUntil(lambda: trainer.finder.running and bool(trainer.finder.tried))
    trainer.leave()
    assert not trainer.finder.running
    assert trainer.finder.tried == []


def test_another_preset_forgets_the_range_test_of_this_one(
    qtbot: QtBot, page: TrainPage, drawer: AdvancedDrawer, trainer: Trainer, ranges: FakeRange
) -> None:
    press(drawer, "Find one")
    qtbot.waitUntil(lambda: bool(trainer.finder.tried))
    trainer.choices.set(seed=3)
    assert trainer.finder.running
    page.presets.choose("full")
    assert not trainer.finder.running
    assert not drawer.findChild(RateCard)._plot.isVisible()


def test_every_preset_has_a_card(page: TrainPage) -> None:
    assert len(page.presets.findChildren(PresetButton)) == len(PRESETS)
