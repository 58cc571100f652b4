"""The list of pictures: once each, bounded thumbnails, right rows after removals."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from resnet_desktop.core.answers import Answer, Prediction
from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.events import PixelBlock
from resnet_desktop.core.pictures import CUT_OFF
from resnet_desktop.ui.classify import picture_list
from resnet_desktop.ui.classify.picture_list import PictureList, Role, pixmap_of

LABELS = ("cat", "dog")
ANSWER = Answer("built-in", (Prediction(1, 0.9), Prediction(0, 0.1)), 10.0)
BLOCK = PixelBlock(4, 2, bytes(range(24)))


@pytest.fixture
def pictures(qapp: object) -> PictureList:
    model = PictureList()
    model.set_labels(LABELS)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def paths(count: int) -> list[Path]:
    return [Path(f"/pictures/{number}.jpg") for number in range(count)]


def test_every_path_stands_in_it_once_in_order(pictures: PictureList) -> None:
    pictures.add(paths(3))
    pictures.add([*paths(5), Path("/pictures/1.jpg")])
    assert pictures.paths() == tuple(paths(5))


def test_answers_and_errors_reach_their_rows_and_are_counted(pictures: PictureList, qtbot: QtBot) -> None:
    pictures.add(paths(3))
    with qtbot.waitSignal(pictures.dataChanged):
        pictures.set_answer(Path("/pictures/2.jpg"), ANSWER)
    pictures.set_error(Path("/pictures/0.jpg"), PictureError(CUT_OFF))
    assert [pictures.index(row).data() for row in range(3)] == ["Unreadable", "", "Dog"]
    assert CUT_OFF in pictures.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert pictures.failed == 1
    pictures.set_answer(Path("/pictures/0.jpg"), ANSWER)
    assert pictures.failed == 0


def test_a_late_answer_for_a_removed_picture_is_dropped(pictures: PictureList) -> None:
    pictures.add(paths(3))
    pictures.remove(1)
    pictures.set_answer(Path("/pictures/1.jpg"), ANSWER)
    pictures.set_answer(Path("/pictures/2.jpg"), ANSWER)
    assert pictures.paths() == (Path("/pictures/0.jpg"), Path("/pictures/2.jpg"))
    assert [pictures.index(row).data() for row in range(2)] == ["", "Dog"]


def test_thumbnails_are_bounded_and_asked_for_again(
    pictures: PictureList, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_list, "THUMBNAILS_KEPT", 10)
    pictures.add(paths(50))
    for path in paths(50):
        pictures.set_answer(path, ANSWER, BLOCK)
    kept = [row for row in range(50) if pictures._thumbnails.get(Path(f"/pictures/{row}.jpg"))]
    assert kept == list(range(40, 50))
    with qtbot.waitSignal(pictures.thumbnail_wanted) as asked:
        assert pictures.index(3).data(Role.THUMBNAIL) is None
    assert asked.args == [Path("/pictures/3.jpg")]


def test_another_model_leaves_no_old_answer(pictures: PictureList) -> None:
    pictures.add(paths(2))
    pictures.set_answer(paths(1)[0], ANSWER)
    pictures.set_error(paths(2)[1], PictureError(CUT_OFF))
    pictures.forget_answers()
    assert [pictures.index(row).data() for row in range(2)] == ["", ""]
    assert pictures.failed == 0


def test_clearing_empties_it(pictures: PictureList) -> None:
    pictures.add(paths(3))
    pictures.clear()
    assert pictures.rowCount() == 0
    assert pictures.data(QModelIndex()) is None
    assert pictures.row_of(paths(1)[0]) is None


def test_names_are_shown_as_plain_text_on_one_line(pictures: PictureList) -> None:
    pictures.add([Path("/p/\u202egpj.exe\nsecond.jpg")])
    assert pictures.entry(0).title == "\\u202egpj.exe\\nsecond.jpg"


def test_the_tip_of_a_name_that_looks_like_markup_shows_it_as_it_is(pictures: PictureList) -> None:
    pictures.add([Path("/p/<img src=x>.png")])
    tip = pictures.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=x&gt;.png" in tip
    assert "<img" not in tip
    assert "<img src=x>.png" in pictures.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_block_of_pixels_becomes_exactly_that_pixmap(qapp: object) -> None:
    image = pixmap_of(PixelBlock(2, 1, bytes((255, 0, 0, 0, 0, 255)))).toImage()
    assert [image.pixelColor(x, 0).getRgb()[:3] for x in range(2)] == [(255, 0, 0), (0, 0, 255)]
