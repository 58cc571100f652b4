"""The filmstrip: cells by arithmetic, keys, both directions, any number of pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_desktop.core.answers import Answer, Prediction
from resnet_desktop.core.events import PixelBlock
from resnet_desktop.ui.classify.film_delegate import CELL
from resnet_desktop.ui.classify.filmstrip import Filmstrip
from resnet_desktop.ui.session import Session

WIDTH = 5 * CELL.width() + 20


@pytest.fixture(params=[Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft], ids=["ltr", "rtl"])
def strip(request: pytest.FixtureRequest, qtbot: QtBot, session: Session) -> Filmstrip:
    session.pictures.add(Path(f"/nowhere/{number}.jpg") for number in range(100))
    strip = Filmstrip(session)
    strip.setLayoutDirection(request.param)
    qtbot.addWidget(strip)
    strip.resize(WIDTH, strip.height())
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def choose(strip: Filmstrip, row: int) -> None:
    strip.setCurrentIndex(strip.model().index(row, 0))


def test_a_cell_is_found_where_it_is_drawn(strip: Filmstrip) -> None:
    choose(strip, 40)
    shown = [
        row for row in range(100) if strip.viewport().rect().contains(strip.visualRect(strip.model().index(row, 0)))
    ]
    assert 40 in shown
    assert len(shown) in (4, 5)
    for row in shown:
        assert strip.indexAt(strip.visualRect(strip.model().index(row, 0)).center()).row() == row
    assert not strip.indexAt(QPoint(10, CELL.height() + 5)).isValid()


def test_the_first_picture_stands_where_reading_begins(strip: Filmstrip) -> None:
    choose(strip, 0)
    cell = strip.visualRect(strip.model().index(0, 0))
    if strip.isRightToLeft():
        assert cell.right() == strip.viewport().rect().right()
    else:
        assert cell.left() == 0


def test_keys_walk_in_the_direction_of_the_arrow(qtbot: QtBot, strip: Filmstrip) -> None:
    choose(strip, 50)
    forward, back = Qt.Key.Key_Right, Qt.Key.Key_Left
    if strip.isRightToLeft():
        forward, back = back, forward
    for key, row in ((forward, 51), (back, 50), (Qt.Key.Key_End, 99), (forward, 99), (Qt.Key.Key_Home, 0), (back, 0)):
        qtbot.keyClick(strip, key)
        assert strip.currentIndex().row() == row
    qtbot.keyClick(strip, Qt.Key.Key_PageDown)
    assert strip.currentIndex().row() == 5
    assert strip.viewport().rect().contains(strip.visualRect(strip.currentIndex()))


def test_a_click_puts_the_picture_on_the_table(qtbot: QtBot, strip: Filmstrip, session: Session) -> None:
    choose(strip, 10)
    target = strip.model().index(9, 0)
    strip.scrollTo(target)
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=strip.visualRect(target).center())
    assert session.current == Path("/nowhere/9.jpg")


def test_an_ordinary_wheel_turns_along_the_strip(strip: Filmstrip) -> None:
    bar = strip.horizontalScrollBar()
    bar.setValue(1000)
    point = QPointF(10, 10)
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        point, point, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(strip.viewport(), event)
    assert bar.value() == 1120


def test_the_strip_grows_and_shrinks_with_its_pictures(strip: Filmstrip, session: Session) -> None:
    session.pictures.add(Path(f"/more/{number}.jpg") for number in range(100_000))
    assert strip.horizontalScrollBar().maximum() == 100_100 * CELL.width() - strip.viewport().width()
    choose(strip, 100_099)
    assert strip.viewport().rect().contains(strip.visualRect(strip.currentIndex()))
    session.clear()
    assert strip.horizontalScrollBar().maximum() == 0
    assert not strip.currentIndex().isValid()


def test_an_answer_paints_its_thumbnail(strip: Filmstrip, session: Session) -> None:
    before = strip.grab().toImage()
    red = PixelBlock(60, 60, bytes((255, 0, 0)) * 3600)
    session.pictures.set_answer(Path("/nowhere/0.jpg"), Answer("built-in", (Prediction(0, 1.0),), 1.0), red)
    after = strip.grab().toImage()
    middle = strip.visualRect(strip.model().index(0, 0)).center() - QPoint(0, 10)
    assert before != after
    assert after.pixelColor(middle).getRgb()[:3] == (255, 0, 0)
