"""The Runs page: every run on disk with its curves and settings, compared, renamed, deleted, continued."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event
from resnet_desktop.core.run_store import Run, at_work_on, failed, new_run, note, store_run, stored_runs
from resnet_desktop.core.training import EpochDone, RunStarted, StepDone, TrainingConfig
from resnet_desktop.core.weights import NOT_HERE
from resnet_desktop.engine.train import GOES_ON
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.pages import MODELS, RUNS, TRAIN
from resnet_desktop.ui.runs import runs_page as page_module
from resnet_desktop.ui.runs.compare_plots import MOST
from resnet_desktop.ui.runs.run_list import ENTRY, RunEntry, RunListModel
from resnet_desktop.ui.runs.runs_page import RunsPage
from resnet_desktop.ui.train.plot_card import LegendEntry
from resnet_desktop.ui.train.runs_list import MOST as MOST_OFFERED
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.workers.job import EventBatch
from tests.ui.test_models_page import buttons_of, press, texts_of

WORTH = {"accuracy": 0.83, "low": 0.72, "high": 0.9, "count": 60}


def journal_of(run: Run, epochs: int = 3) -> tuple[Event, ...]:
    """Two steps an epoch; nothing after the start where there are no epochs."""
    begin = RunStarted(
        run=run.id, folder=run.folder, config=run.config, classes=run.classes, train_count=240, validation_count=60,
        epochs=3, steps=6, device="cpu",
    )  # fmt: skip
    events: list[Event] = [begin]
    for number in range(1, epochs + 1):
        same = {"epoch": number, "learning_rate": 0.1, "pictures_per_second": 9.0}
        events += [StepDone(step=step, loss=1 / step, **same) for step in (2 * number - 1, 2 * number)]
        worth = {"train_loss": 1 / number, "validation_loss": 2 / number, "validation_accuracy": 0.2 * number}
        events.append(EpochDone(epoch=number, learning_rate=0.1, best=True, **worth))
    return tuple(events)


Make = Callable[..., Run]


@pytest.fixture
def make(home: Path) -> Make:
    """A run on disk; later ones are newer."""
    made = 0

    def make(name: str, state: str = "done", *, epochs: int = 3, checkpoint: bool = False, **values: object) -> Run:
        nonlocal made
        made += 1
        config = TrainingConfig(
            name=name, model="built-in", preset="standard", dataset="/pictures/fruit", batch_size=16
        )
        run = new_run(config, ("apple", "pear"), "0")
        for event in journal_of(run, epochs):
            note(run, event)
        if checkpoint:
            (run.folder / "checkpoint-0.json").write_text("{}", encoding="utf-8")
        worth = WORTH if state == "done" else {}
        run = dataclasses.replace(run, state=state, started=1e9 + made, validation=worth, **values)  # type: ignore[arg-type]
        store_run(run)
        return run

    return make


@pytest.fixture
def page(window: MainWindow) -> RunsPage:
    return window.runs()


@pytest.fixture
def trainer(window: MainWindow) -> Trainer:
    return window._trainer


def come(qtbot: QtBot, window: MainWindow, count: int) -> RunsPage:
    """Go to the page and wait until it shows so many runs."""
    window.show_runs()
    page = window.runs()
    qtbot.waitUntil(lambda: len(page.list.runs.entries) == count and (page._read is not None or not count))
    return page


def choose(page: RunsPage, *rows: int) -> None:
    selection = page.list.selectionModel()
    selection.setCurrentIndex(page.list.runs.index(rows[0], 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    for row in rows[1:]:
        selection.select(page.list.runs.index(row, 0), QItemSelectionModel.SelectionFlag.Select)


def names_of(page: RunsPage) -> list[str]:
    return [entry.run.label for entry in page.list.runs.entries]


def answer(answering: Callable[[QMessageBox | QInputDialog], None]) -> None:
    """Answer the dialog that will open."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox | QInputDialog):
            answering(box)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


# The way there


def test_the_page_stands_between_train_and_models_and_is_made_when_it_is_wanted(window: MainWindow) -> None:
    tabs = [button.text() for button in window.header.findChildren(QToolButton) if button.property("role") == "tab"]
    assert tabs == ["Classify", "Train", "Runs", "Models"]
    assert window.pages.runs_page is None
    keys = {shortcut.key().toString(): shortcut for shortcut in window.findChildren(QShortcut)}
    for key, number in (("Ctrl+3", RUNS), ("Ctrl+4", MODELS), ("Ctrl+2", TRAIN)):
        keys[QKeySequence(key).toString()].activated.emit()
        assert window.header._pages.checkedId() == number
        shown = {RUNS: window.pages.runs_page, MODELS: window.pages.models_page, TRAIN: window.pages.train_page}[number]
        assert window.pages.currentWidget() is shown


def test_without_runs_it_says_what_to_do(qtbot: QtBot, window: MainWindow, page: RunsPage) -> None:
    window.show_runs()
    qtbot.waitUntil(lambda: "No runs yet" in texts_of(page))
    press(page, "Train a model")
    assert window.pages.currentWidget() is window.pages.train_page


def test_the_page_is_still_there_in_another_language(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("Fruit")
    come(qtbot, window, 1)
    other = MainWindow(window._session, window._library, window._trainer, window.intake._pasted)
    qtbot.addWidget(other)
    other.take_place_of(window)
    assert other.pages.currentWidget() is other.pages.runs_page
    assert other.header._pages.checkedId() == RUNS


# One run


def test_a_run_shows_its_curves_settings_and_result(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("Fruit", model="fruit")
    page = come(qtbot, window, 1)
    qtbot.waitUntil(page.plots.isVisible)
    assert list(page.plots.learning.x) == [1, 2, 3, 4, 5, 6]
    assert list(page.plots.checking.y) == [2, 1, pytest.approx(2 / 3)]
    texts = texts_of(page)
    assert "83 % right" in texts
    assert "of 60 pictures that it had not seen; most likely between 72 % and 90 %." in texts
    settings = dict(page.details._shown_settings)
    assert settings["Starts from"] == "Built-in model"
    assert settings["Preset"] == "Standard"
    assert settings["Epochs"] == "3", "what the preset chose"
    assert settings["Batch"] == "16"
    assert settings["Learning rate"] == "automatic"
    assert settings["Pictures"] == "300"
    assert settings["Device"] == "Processor"
    assert "/fruit" in settings["Folder"]
    assert "Continue" not in buttons_of(page)
    assert "What it got wrong" not in buttons_of(page), "there is no report"


def test_a_run_that_failed_says_why_and_can_go_on(
    qtbot: QtBot, window: MainWindow, trainer: Trainer, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make("Fruit", "failed", checkpoint=True, sentence="The disk is full.")
    page = come(qtbot, window, 1)
    assert "The disk is full." in texts_of(page)
    resumed: list[str] = []
    monkeypatch.setattr(trainer, "resume", lambda each: resumed.append(each.id))
    press(page, "Continue")
    assert resumed == [run.id]
    assert window.pages.currentWidget() is window.pages.train_page


@pytest.mark.parametrize("code", ["en", "he"])
def test_why_a_run_failed_is_said_in_the_language_of_the_window(
    code: str, qtbot: QtBot, qapp: QApplication, window: MainWindow, language: Language, make: Make
) -> None:
    values = {"title": "ResNet-50", "file": "resnet50.pth", "folder": "weights"}
    kept = failed(make("New", epochs=0), ModelError(NOT_HERE, **values))
    store_run(kept)
    # What versions of before kept: the English sentence and no more.
    make("Old", "failed", epochs=0, sentence=GOES_ON)
    make("Older", "failed", epochs=0, sentence="In words that nobody translates.")
    language.apply(qapp, code)
    page = come(qtbot, window, 3)
    said = []
    for row in range(3):
        choose(page, row)
        said.append(page.details._failure.text())
    assert names_of(page) == ["Older", "Old", "New"]
    english = ["In words that nobody translates.", GOES_ON, kept.sentence]
    assert [one == other for one, other in zip(said, english, strict=True)] == [True, code == "en", code == "en"]
    assert all(value in said[2] for value in values.values())
    assert any("א" <= letter <= "ת" for letter in said[1]) == (code == "he")
    assert any("א" <= letter <= "ת" for letter in said[2]) == (code == "he")


@pytest.mark.parametrize(
    ("state", "word", "sentence"),
    [
        ("stopped", "stopped", "It was stopped before its end."),
        ("running", "interrupted", "It was interrupted: the program or the computer stopped."),
    ],
)
def test_a_run_without_an_end_says_so(
    state: str, word: str, sentence: str, qtbot: QtBot, window: MainWindow, make: Make
) -> None:
    make("Fruit", state)
    page = come(qtbot, window, 1)
    assert sentence in texts_of(page)
    index = page.list.runs.index(0, 0)
    assert word in str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_run_without_numbers_says_so(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("Fruit", "failed", epochs=0)
    page = come(qtbot, window, 1)
    qtbot.waitUntil(lambda: "It ended before there was anything to draw." in texts_of(page))
    assert not page.plots.isVisible()


def test_what_it_got_wrong_is_asked_for_where_there_is_a_report(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    run = make("Fruit")
    (run.folder / "report.json").write_text("{}", encoding="utf-8")
    page = come(qtbot, window, 1)
    with qtbot.waitSignal(page.result_wanted) as asked:
        press(page, "What it got wrong")
    assert asked.args[0].id == run.id
    assert window.pages.currentWidget() is window.pages.train_page
    assert window._trainer.reviewed is not None
    assert window._trainer.reviewed.id == run.id


def test_the_way_back_from_what_it_got_wrong_leads_to_where_it_was_opened(
    qtbot: QtBot, window: MainWindow, make: Make
) -> None:
    for name in ("Fruit", "Birds"):
        (make(name).folder / "report.json").write_text("{}", encoding="utf-8")
    page = come(qtbot, window, 2)
    choose(page, 1)
    qtbot.waitUntil(lambda: "What it got wrong" in buttons_of(page))
    press(page, "What it got wrong")
    train = window.train()
    press(train.result, "Back")
    assert window.pages.number == RUNS
    assert page.list.selectionModel().currentIndex().row() == 1, "the same run"
    train.show_result(stored_runs()[0])
    window.show_train()
    press(train.result, "Back")
    assert window.pages.number == TRAIN, "opened there"


def test_the_folder_of_a_run_is_opened_and_one_that_is_gone_is_named(
    qtbot: QtBot, window: MainWindow, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make("Fruit")
    page = come(qtbot, window, 1)
    opened: list[Path] = []

    def open_folder(folder: Path) -> bool:
        opened.append(folder)
        return False

    monkeypatch.setattr(page_module, "open_own_folder", open_folder)
    press(page, "Open its folder")
    assert opened == [run.folder]
    assert str(run.folder) in window.banner.sentence


# Many runs


def test_the_newest_run_comes_first_and_arrow_keys_walk(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    for name in ("one", "two", "three"):
        make(name)
    page = come(qtbot, window, 3)
    assert names_of(page) == ["three", "two", "one"]
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page._read is not None and page._read.run.label == "two")
    assert "two" in texts_of(page.details)


def test_a_thousand_runs_are_one_list(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    run = make("Fruit")
    page = come(qtbot, window, 1)
    page.list.show_entries(
        tuple(RunEntry(dataclasses.replace(run, id=f"{n}", title=f"run {n}"), False, False) for n in range(1000))
    )
    page.list.scrollToBottom()
    assert page.list.indexAt(page.list.viewport().rect().center()).row() > 900
    page.list.grab()


def test_the_list_keeps_to_the_rules_of_models(make: Make, qtmodeltester: object) -> None:
    model = RunListModel()
    model.show_entries((RunEntry(make("Fruit"), False, False), RunEntry(make("Nuts", "failed"), True, False)))
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    assert model.index(1, 0).data() == "Nuts"
    assert model.index(1, 0).data(ENTRY).resumable


def test_names_are_shown_as_they_are_on_one_line(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("<b>Fruit</b>", title="<img src=x>\nsecond")
    page = come(qtbot, window, 1)
    assert page.details._title.textFormat() is Qt.TextFormat.PlainText
    assert page.details._title.text() == page.list.runs.index(0, 0).data()
    assert "\n" not in page.details._title.text()


def test_runs_are_compared_on_one_plot(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    for name in ("one", "two", "three"):
        make(name)
    page = come(qtbot, window, 3)
    choose(page, 0, 2)
    qtbot.waitUntil(lambda: len(page.compare.loss.lines) == 2)
    assert page.compare.isVisible()
    assert "2 runs compared" in texts_of(page)
    lines = page.compare.accuracy.lines
    assert [line.look.name for line in lines] == ["three", "one"]
    assert [list(line.x) for line in lines] == [[1, 2, 3]] * 2
    assert [list(line.y) for line in lines] == [[pytest.approx(value) for value in (20, 40, 60)]] * 2
    assert len({line.look.colour.name() for line in lines}) == len({line.look.mark for line in lines}) == 2
    legend = [each.accessibleName() for each in page.compare_card.findChildren(LegendEntry) if each.isVisible()]
    assert legend == ["three", "one"]
    text = page.compare._table().decode("utf-8-sig").splitlines()
    assert text[0].startswith("run,step,")
    assert {line.split(",")[0] for line in text[1:]} == {"three", "one"}
    choose(page, 1)
    qtbot.waitUntil(page.plots.isVisible)


def test_more_than_can_be_told_apart_is_said(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    for number in range(MOST + 2):
        make(f"run {number}", epochs=1)
    page = come(qtbot, window, MOST + 2)
    page.list.selectAll()
    qtbot.waitUntil(lambda: len(page.compare.loss.lines) == MOST)
    assert "2 more are chosen than can be told apart on one plot." in texts_of(page)
    assert len({line.look.colour.name() for line in page.compare.loss.lines}) == MOST


def test_a_quick_run_is_where_learning_begins(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("deep")
    quick = make("quick", epochs=0)
    for number in (1, 2):
        worth = {"train_loss": 1.0, "validation_loss": 1.0, "validation_accuracy": 0.4 + number / 10}
        note(quick, EpochDone(epoch=number, learning_rate=0.1, best=number == 1, **worth))
    page = come(qtbot, window, 2)
    choose(page, 0, 1)
    qtbot.waitUntil(lambda: len(page.compare.accuracy.lines) == 2)
    line = next(line for line in page.compare.accuracy.lines if line.look.name == "quick")
    assert (list(line.x), list(line.y)) == ([0], [50])


# What can be done


def rename_to(title: str) -> Callable[[QMessageBox | QInputDialog], None]:
    def fill(dialog: QMessageBox | QInputDialog) -> None:
        field = dialog.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        field.setText(title)
        press(dialog, "Rename")

    return fill


def test_a_run_gets_another_name(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("one")
    make("two")
    page = come(qtbot, window, 2)
    choose(page, 1)
    answer(rename_to("The first try"))
    press(page, "Rename…")
    qtbot.waitUntil(lambda: names_of(page) == ["two", "The first try"])
    assert [entry.run.label for entry in page.list.chosen()] == ["The first try"], "it still is the chosen one"
    assert [run.config.name for run in stored_runs()] == ["two", "one"], "the models keep theirs"


@pytest.mark.parametrize("deletes", [True, False])
def test_deleting_asks_first(deletes: bool, qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("one", model="one")
    make("two", model="two")
    page = come(qtbot, window, 2)
    asked: list[str] = []

    def decide(box: QMessageBox | QInputDialog) -> None:
        assert isinstance(box, QMessageBox)
        asked.append(f"{box.text()} {box.informativeText()}")
        press(box, "Delete the run" if deletes else "Keep it")

    answer(decide)
    press(page, "Delete…")
    assert "two" in asked[0]
    assert "The model that came out of it stays." in asked[0]
    left = ["one"] if deletes else ["two", "one"]
    qtbot.waitUntil(lambda: names_of(page) == left)
    assert [run.config.name for run in stored_runs()] == left


def test_what_another_process_works_on_is_not_deleted(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    run = make("Fruit", "running")
    page = come(qtbot, window, 1)
    answer(lambda box: press(box, "Delete the run"))
    with at_work_on(run):
        press(page, "Delete…")
    assert window.banner.sentence == "The run “Fruit” is going on. Stop it first."
    assert len(stored_runs()) == 1


def test_the_run_that_is_going_on_grows_and_cannot_be_touched(
    qtbot: QtBot, window: MainWindow, trainer: Trainer, make: Make
) -> None:
    make("before", "stopped", checkpoint=True)
    run = make("now", "running", epochs=1, checkpoint=True)
    page = come(qtbot, window, 2)
    trainer.stage = Stage.TRAINING
    trainer._on_events(EventBatch(journal_of(run, 1)))
    qtbot.waitUntil(lambda: "It is learning now." in texts_of(page))
    qtbot.waitUntil(lambda: list(page.plots.learning.x) == [1, 2])
    assert not page.details.rename_button.isEnabled()
    assert not page.details.delete_button.isEnabled()
    assert "Continue" not in buttons_of(page)
    trainer._on_events(EventBatch(journal_of(run, 2)[4:]))
    qtbot.waitUntil(lambda: list(page.plots.learning.x) == [1, 2, 3, 4])
    choose(page, 1)
    qtbot.waitUntil(lambda: page._read is not None)
    assert not page.details.continue_button.isEnabled(), "one run at a time"
    trainer.stage = Stage.READY
    trainer.changed.emit()
    assert page.details.continue_button.isEnabled()


def test_the_train_page_offers_the_newest_that_can_go_on(qtbot: QtBot, window: MainWindow, make: Make) -> None:
    make("done")
    for number in range(MOST_OFFERED + 1):
        make(f"stopped {number}", "stopped", checkpoint=True)
    window.show_train()
    page = window.train()
    qtbot.waitUntil(lambda: "stopped 3" in texts_of(page))
    assert buttons_of(page).count("Continue") == MOST_OFFERED
    assert "stopped 0" not in texts_of(page)
    assert "done" not in texts_of(page).splitlines()
