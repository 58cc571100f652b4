"""A model that is made gets a name of its own, and those that share one are told apart."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.model_store import MAX_NAME, WEIGHTS, NewModel, free_title, new_workspace, store_model
from resnet_desktop.ui.classify.model_selector import ModelRow
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.train.trainer import Stage
from tests.ui.test_advanced import folder
from tests.ui.test_models_page import jobs, texts_of, tile_of
from tests.ui.test_train_page import FakeRun, fake

__all__ = ["fake", "folder", "jobs"]

Keep = Callable[..., str]


@pytest.fixture
def keep(qtbot: QtBot, session: Session) -> Keep:
    """Store a model of this title, known to the window; its key."""

    def keep(title: str, accuracy: object = 0.93, when: float = 1_700_000_000.0) -> str:
        workspace = new_workspace()
        (workspace / WEIGHTS).write_bytes(b"weights")
        like = find_model("resnet18")
        model = NewModel(
            title=title,
            architecture="resnet18",
            classes=("hat", "cap"),
            parameters=1,
            gflops=1.8,
            preprocess=like.preprocess,
            metrics={"accuracy": accuracy},
        )
        key = store_model(workspace, model).key
        os.utime(paths.models_dir() / key / "model.json", (when, when))
        with qtbot.waitSignal(session.models_changed):
            session.models.refresh()
        return key

    return keep


def name_field(window: MainWindow) -> QLineEdit:
    return window.train().presets._name


def choose(qtbot: QtBot, window: MainWindow, folder: Path) -> str:
    """The name that is suggested for the model of this folder."""
    window.show_train()
    window.train().choose(folder)
    qtbot.waitUntil(lambda: window._trainer.stage is Stage.READY)
    return name_field(window).text()


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ((), "shirts"),
        (("hats",), "shirts"),
        (("shirts",), "shirts 2"),
        (("Shirts", "SHIRTS 2", "shirts 4"), "shirts 3"),
        (("shirts 2",), "shirts"),
    ],
)
def test_the_next_free_name(taken: tuple[str, ...], name: str) -> None:
    assert free_title("shirts", taken) == name


def test_the_longest_name_has_room_for_its_number() -> None:
    long = "x" * MAX_NAME
    assert free_title(long, [long]) == "x" * (MAX_NAME - 2) + " 2"


def test_a_folder_whose_name_is_a_models_gets_the_next(
    qtbot: QtBot, window: MainWindow, folder: Path, keep: Keep
) -> None:
    keep(folder.name)
    assert choose(qtbot, window, folder) == f"{folder.name} 2"
    keep(f"{folder.name} 2")
    assert name_field(window).text() == f"{folder.name} 3"


def test_a_typed_name_is_left_alone(qtbot: QtBot, window: MainWindow, folder: Path, keep: Keep) -> None:
    choose(qtbot, window, folder)
    field = name_field(window)
    field.clear()
    qtbot.keyClicks(field, "Mine")
    keep("Mine")
    keep(folder.name)
    assert field.text() == window._trainer.choices.config.name == "Mine"


@pytest.mark.parametrize("typed", ["", "Mine"])
def test_after_a_run_the_next_one_gets_another_name(
    typed: str, qtbot: QtBot, window: MainWindow, folder: Path, keep: Keep, fake: FakeRun
) -> None:
    name = choose(qtbot, window, folder)
    field = name_field(window)
    if typed:
        field.clear()
        qtbot.keyClicks(field, name := typed)
    window.train().presets.begin()
    qtbot.waitUntil(lambda: fake.config is not None)
    assert fake.config is not None
    assert fake.config.name == name
    fake.go.set()
    qtbot.waitUntil(lambda: window._trainer.stage is Stage.DONE)
    window.train().presets._on_succeeded(keep_key := name.lower())
    assert keep(name) == keep_key
    assert field.text() == f"{name} 2"
    field.clear()
    qtbot.keyClicks(field, name)
    keep("another")
    assert field.text() == name, "who types a name that is taken means it"


def row_of(window: MainWindow, key: str) -> ModelRow:
    return next(row for row in window.page.selector._rows if row.spec.key == key)


def test_models_of_one_name_are_told_apart(qtbot: QtBot, window: MainWindow, session: Session, keep: Keep) -> None:
    first, second = keep("Shirts", 0.93, 1_700_000_000.0), keep("Shirts", 0.78, 1_700_100_000.0)
    window.show_models()
    for key, right, when in ((first, "93 % right", 1_700_000_000), (second, "78 % right", 1_700_100_000)):
        date = QLocale().toString(QDateTime.fromSecsSinceEpoch(when), QLocale.FormatType.ShortFormat)
        card = texts_of(tile_of(window.models(), key))
        assert f"{right} · 2 classes" in card
        assert date in card
        row = row_of(window, key)
        assert row._facts.replace("\u2066", "").replace("\u2069", "") == f"{right} · {date}"
        assert "2 classes" in row.accessibleName()
        assert date in row.accessibleName()


@pytest.mark.parametrize("accuracy", [None, 0, -1, 1.5, float("nan"), "good", [1]])
def test_an_accuracy_that_cannot_be_is_not_shown(accuracy: object, window: MainWindow, keep: Keep) -> None:
    key = keep("Shirts", accuracy)
    assert row_of(window, key)._facts.startswith("2 classes · ")
    assert dataclasses.replace(row_of(window, key).spec, accuracy=0.0) == row_of(window, key).spec
