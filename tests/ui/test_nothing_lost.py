"""What a person dropped stays, whatever else happens; and failures are told about what has failed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.ui.classify.model_selector import ModelRow
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.session import Session
from tests.ui.conftest import Fakes


@pytest.fixture
def album(tmp_path: Path, coffee: Path) -> Path:
    """Thirty pictures."""
    folder = tmp_path / "album"
    folder.mkdir()
    for number in range(30):
        shutil.copy(coffee, folder / f"{number:02}.png")
    return folder


def answered_by(session: Session, key: str) -> int:
    rows = range(session.pictures.rowCount())
    answers = [session.pictures.entry(row).answer for row in rows]
    return sum(answer is not None and answer.model == key for answer in answers)


def test_another_model_in_the_middle_of_a_run_loses_no_picture(
    qtbot: QtBot, session: Session, fakes: Fakes, album: Path, cat: Path
) -> None:
    fakes.seconds = 0.02
    session.add((album,))
    session.add((cat, cat.parent / "coffee.png"))
    qtbot.waitUntil(lambda: answered_by(session, "built-in") > 3)
    session.choose_model("resnet18")
    qtbot.waitUntil(lambda: answered_by(session, "resnet18") == 32, timeout=20_000)
    assert session.pictures.rowCount() == 32


def test_a_folder_dropped_while_the_model_is_prepared_shows_its_pictures_at_once(
    qtbot: QtBot, idle_session: Session, fakes: Fakes, album: Path
) -> None:
    fakes.hold = CancelToken()
    idle_session.models.choose("built-in", "auto")
    idle_session.add((album,))
    qtbot.waitUntil(lambda: idle_session.pictures.rowCount() == 30)
    qtbot.waitUntil(lambda: idle_session.preview is not None)
    fakes.hold.cancel()
    qtbot.waitUntil(lambda: answered_by(idle_session, "built-in") == 30, timeout=20_000)


def test_a_folder_dropped_on_a_model_that_is_not_here_waits_for_one_that_is(
    qtbot: QtBot, session: Session, fakes: Fakes, album: Path
) -> None:
    fakes.missing.add("resnet50")
    session.choose_model("resnet50")
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    session.add((album,))
    qtbot.waitUntil(lambda: session.pictures.rowCount() == 30 and not session.many.running)
    session.choose_model("built-in")
    qtbot.waitUntil(lambda: answered_by(session, "built-in") == 30, timeout=20_000)


def drop_offering(target: MainWindow, mime: QMimeData, offered: Qt.DropAction, key: Qt.KeyboardModifier) -> QDropEvent:
    point = target.rect().center()
    enter = QDragEnterEvent(QPoint(point), offered, mime, Qt.MouseButton.LeftButton, key)
    QApplication.sendEvent(target, enter)
    event = QDropEvent(QPointF(point), offered, mime, Qt.MouseButton.LeftButton, key)
    QApplication.sendEvent(target, event)
    return event


@pytest.mark.parametrize("offered", [Qt.DropAction.MoveAction, Qt.DropAction.MoveAction | Qt.DropAction.CopyAction])
def test_a_drop_never_takes_the_original_away(
    window: MainWindow, session: Session, coffee: Path, offered: Qt.DropAction
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(coffee))])
    event = drop_offering(window.page, mime, offered, Qt.KeyboardModifier.ShiftModifier)
    copies = bool(offered & Qt.DropAction.CopyAction)
    assert event.dropAction() == (Qt.DropAction.CopyAction if copies else Qt.DropAction.IgnoreAction)
    assert session.current == coffee


def test_the_whole_window_takes_drops(window: MainWindow, session: Session, coffee: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(coffee))])
    drop_offering(window, mime, Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier)
    assert session.current == coffee


def test_arrow_keys_in_the_model_list_choose_nothing_until_space(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    rows = window.page.selector.findChildren(ModelRow)
    first = next(row for row in rows if row.spec.key == "built-in")
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    focused = window.focusWidget()
    assert isinstance(focused, ModelRow)
    assert focused.spec.key == "resnet34"
    assert session.models.spec.key == "built-in"
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert session.models.spec.key == "resnet34"


class Failing(FakeClassifier):
    """An engine that has died."""

    def run(self, _pixels: object) -> None:  # type: ignore[override]
        raise EngineError("The engine is gone.")


@pytest.mark.parametrize("many", [False, True])
def test_a_failing_engine_is_told_of_the_model_and_of_no_picture(
    qtbot: QtBot, idle_session: Session, monkeypatch: pytest.MonkeyPatch, album: Path, many: bool
) -> None:
    session = idle_session
    monkeypatch.setattr("tests.ui.conftest.FakeClassifier", lambda spec, _seconds: Failing(spec))
    session.models.choose("built-in", "auto")
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY)
    session.add((album,) if many else (album / "00.png",))
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    qtbot.waitUntil(lambda: not session.many.running)
    assert str(session.models.error) == "The engine is gone."
    assert session.pictures.failed == 0


def test_keys_of_a_control_stay_with_it(qtbot: QtBot, window: MainWindow, session: Session, album: Path) -> None:
    session.add((album / "00.png",))
    session.add((album / "01.png",))
    qtbot.waitUntil(lambda: session.answer is not None)
    window.page.bar.toggle_heat()
    slider = window.page.bar._opacity
    slider.setFocus()
    before = slider.value()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert slider.value() == before - 1
    assert session.current == album / "01.png"
    qtbot.keyClick(window.page, Qt.Key.Key_Left)
    assert session.current == album / "00.png"


def test_a_window_that_grows_shows_the_picture_sharper(
    qtbot: QtBot, session: Session, coffee: Path, tmp_path: Path
) -> None:
    from PIL import Image

    large = tmp_path / "large.jpg"
    Image.open(coffee).convert("RGB").resize((3000, 2000)).save(large)
    session.preview_edge = 1000
    session.add((large,))
    qtbot.waitUntil(lambda: session.answer is not None)
    session.preview_edge = 2000
    session.sharpen()
    qtbot.waitUntil(lambda: session.preview is not None and session.preview.width == 2000)
    assert session.answer is not None


def test_a_pasted_picture_is_not_the_last_folder(session: Session, coffee: Path, cat: Path) -> None:
    session.add((coffee,))
    session.add((cat.parent / "rocket.jpg",), {cat.parent / "rocket.jpg": "Pasted picture 1"})
    assert session.settings.last_folder == str(coffee.parent)
