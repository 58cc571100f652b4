"""Lines of Hebrew begin at the edge and end inside of it, wherever they are broken."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.ui.language import Language
from resnet_desktop.ui.widgets.basics import text_label
from resnet_desktop.ui.widgets.wrapped_text import reads_from_right

HEBREW = "מתוך 59 תמונות שלא ראה; סביר ביותר שבין 86% ל־98%."
ENGLISH = "of 59 pictures that it had not seen; most likely between 86 % and 98 %."
HEIGHT = 200


def shown(qtbot: QtBot, text: str, width: int, alignment: Qt.AlignmentFlag | None = None) -> tuple[int, QImage]:
    """The height that a wrapped label wants and its looks, on white with room beside it for what goes too far."""
    outer = QWidget()
    qtbot.addWidget(outer)
    outer.setStyleSheet("QWidget { background: white } QLabel { color: black; font-size: 14px }")
    label = text_label(text, wrap=True)
    label.setParent(outer)
    if alignment is not None:
        label.setAlignment(alignment)
    label.setGeometry(20, 0, width, HEIGHT)
    outer.resize(width + 40, HEIGHT)
    outer.show()
    return label.heightForWidth(width), outer.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def lines_of(image: QImage) -> list[QRect]:
    """The ink of each line."""
    found: list[QRect] = []
    for y in range(image.height()):
        ink = [x for x in range(image.width()) if image.pixelColor(x, y).lightness() < 160]
        if not ink:
            continue
        row = QRect(min(ink), y, max(ink) - min(ink) + 1, 1)
        if found and y - found[-1].bottom() <= 3:  # a dot or a roof of a letter is no line
            found[-1] = found[-1].united(row)
        else:
            found.append(row)
    return found


@pytest.mark.parametrize("width", range(120, 320, 8))
def test_hebrew_lines_begin_at_the_right_edge_and_are_whole(
    width: int, qtbot: QtBot, qapp: QApplication, language: Language
) -> None:
    language.apply(qapp, "he")
    height, image = shown(qtbot, HEBREW, width)
    lines = lines_of(image)
    assert len(lines) > 1
    for line in lines:
        assert 20 + width - 3 <= line.right() + 1 <= 20 + width
        assert line.left() >= 20
    longest = max(line.width() for line in lines)
    assert longest <= width
    assert lines[-1].bottom() - lines[0].top() < height


def test_english_stays_on_the_side_of_its_window(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    for code, side in (("en", "left"), ("he", "right")):
        language.apply(qapp, code)
        _height, image = shown(qtbot, ENGLISH, 200)
        edges = {line.left() if side == "left" else line.right() for line in lines_of(image)}
        expected = 20 if side == "left" else 219
        assert all(abs(edge - expected) <= 4 for edge in edges), (code, edges)


@pytest.mark.parametrize(
    ("vertical", "where"),
    [(Qt.AlignmentFlag.AlignTop, 0.0), (Qt.AlignmentFlag.AlignVCenter, 0.5), (Qt.AlignmentFlag.AlignBottom, 1.0)],
)
def test_it_keeps_its_alignment(
    vertical: Qt.AlignmentFlag, where: float, qtbot: QtBot, qapp: QApplication, language: Language
) -> None:
    language.apply(qapp, "he")
    _height, image = shown(qtbot, HEBREW, 200, Qt.AlignmentFlag.AlignHCenter | vertical)
    lines = lines_of(image)
    for line in lines:
        assert abs(line.left() + line.right() - 240) <= 4
    above, below = lines[0].top(), HEIGHT - 1 - lines[-1].bottom()
    assert above / (above + below) == pytest.approx(where, abs=0.06)


def test_it_has_the_colour_and_the_font_of_its_label(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    language.apply(qapp, "he")
    label = text_label(HEBREW, wrap=True)
    qtbot.addWidget(label)
    heights = []
    for size in (12, 24):
        label.setStyleSheet(f"color: #ff0000; font-size: {size}px")
        label.resize(300, HEIGHT)
        image = label.grab().toImage()
        ink = [
            (x, y)
            for y in range(image.height())
            for x in range(image.width())
            if image.pixelColor(x, y).red() > 200 and image.pixelColor(x, y).green() < 60
        ]
        heights.append(max(y for _x, y in ink) - min(y for _x, y in ink))
    assert heights[1] > 1.5 * heights[0]


@pytest.mark.parametrize(
    ("text", "from_right"),
    [
        ("", False),
        ("12 %", False),
        ("word", False),
        ("מילה", True),
        ("12 מילים", True),
        ("word מילה", False),
        ("\u2066/home/x\u2069 מילה", True),
        ("\u2066מילה\u2069 word", False),
        ("\u2069מילה", True),
    ],
)
def test_the_first_letter_says_from_which_side_a_text_is_read(text: str, from_right: bool) -> None:
    assert reads_from_right(text) is from_right
