"""What stands on the real screen: light and dark, left to right and right to left, and never nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.app import Application
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.ui.main_window import MainWindow
from tests.e2e.conftest import Open

pytestmark = pytest.mark.window

DARK, LIGHT = 80, 180  # mean brightness, of 255
COLOURS = 50  # any window with text has more
GREY = QImage.Format.Format_Grayscale8
RGB = QImage.Format.Format_RGB32


def on_screen(window: MainWindow) -> QImage:
    """The window's pixels as the X server has them, without its frame."""
    return window.screen().grabWindow(int(window.winId())).toImage()


def values(image: QImage) -> NDArray[np.uint8]:
    """Brightness [height, width]."""
    grey = image.convertToFormat(GREY)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()]


def colours(image: QImage) -> int:
    return len(np.unique(np.frombuffer(image.convertToFormat(RGB).constBits(), np.uint32)))


def opened_with_a_picture(qtbot: QtBot, open_here: Open, picture: Path, **settings: str) -> Application:
    program = open_here(**settings)
    program.session.add([picture])
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=30_000)
    assert program.window is not None
    window = program.window
    qtbot.waitUntil(lambda: colours(on_screen(window)) > COLOURS, timeout=10_000)
    return program


def left_of(widget: QWidget) -> int:
    return widget.mapToGlobal(QPoint(0, 0)).x()


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screen_is_as_bright_as_the_theme(
    qtbot: QtBot, open_here: Open, built_in: ModelSpec, coffee: Path, theme: str, language: str
) -> None:
    program = opened_with_a_picture(qtbot, open_here, coffee, theme=theme, language=language)
    assert program.window is not None
    brightness = float(values(on_screen(program.window)).mean())
    assert brightness < DARK if theme == "dark" else brightness > LIGHT


def test_hebrew_turns_the_whole_window_round(qtbot: QtBot, open_here: Open, built_in: ModelSpec, coffee: Path) -> None:
    order = {}
    for language in ("en", "he"):
        program = opened_with_a_picture(qtbot, open_here, coffee, language=language)
        window = program.window
        assert window is not None
        page = window.page
        order[language] = [
            sorted(range(len(row)), key=lambda index, row=row: left_of(row[index]))
            for row in (
                (page.selector, page.view, page.answer_card),
                (window.status.model, window.status.count),
            )
        ]
        window.close()
    assert order["en"] == [[0, 1, 2], [0, 1]]
    assert order["he"] == [[2, 1, 0], [1, 0]]


def test_the_looks_change_on_the_screen_while_it_is_open(
    qtbot: QtBot, open_here: Open, built_in: ModelSpec, coffee: Path
) -> None:
    program = opened_with_a_picture(qtbot, open_here, coffee)
    assert program.window is not None
    program.window.theme_chosen.emit("dark")

    def brightness() -> float:
        assert program.window is not None
        return float(values(on_screen(program.window)).mean())

    qtbot.waitUntil(lambda: brightness() < DARK, timeout=10_000)
    assert colours(on_screen(program.window)) > COLOURS
