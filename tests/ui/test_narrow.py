"""In a window as narrow as it can be nothing lies over something else, and nothing lies where nobody can get to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from resnet_desktop.core.training import Preset
from resnet_desktop.ui.classify.picture_bar import PictureBar
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import SMALLEST, MainWindow
from resnet_desktop.ui.train.advanced import AdvancedDrawer
from resnet_desktop.ui.train.plot_card import LegendEntry, Look, PlotCard
from resnet_desktop.ui.train.rate_card import RateCard
from resnet_desktop.ui.train.run_plots import RunPlots
from resnet_desktop.ui.train.train_page import TrainPage
from resnet_desktop.ui.train.trainer import Stage
from resnet_desktop.ui.widgets.basics import ElidedButton, beside_icon, flat_button
from resnet_desktop.ui.widgets.reflow import SideBySide, Wrapping
from tests.ui.test_advanced import folder
from tests.ui.test_curves import learned

__all__ = ["folder"]

CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QLabel)
SIZES = (SMALLEST, (1280, 720), (1366, 768))


@pytest.fixture(params=["en", "he"])
def page(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    qapp: QApplication,
    window: MainWindow,
    language: Language,
    folder: Path,
) -> Iterator[TrainPage]:
    """With a dataset on it, in either language."""
    language.apply(qapp, request.param)
    window.show_train()
    page = window.train()
    page.choose(folder)
    qtbot.waitUntil(lambda: window._trainer.stage is Stage.READY)
    yield page
    window._trainer.choices.open_drawer(False)


def resize(qtbot: QtBot, window: QWidget, size: tuple[int, int]) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    for _ in range(3):  # a change of heights for a width goes from widget to widget
        QApplication.processEvents()


def controls_in(widget: QWidget) -> list[QWidget]:
    """What there is to read or to press, without the parts of which it is made."""
    found = [each for kind in CONTROLS for each in widget.findChildren(kind)]
    return [
        each
        for each in dict.fromkeys(found)
        if each.isVisibleTo(widget)
        and not isinstance(each.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
        and not (isinstance(each, QLabel) and not each.text())
    ]


def place_in(widget: QWidget, outer: QWidget) -> QRect:
    return QRect(widget.mapTo(outer, QPoint(0, 0)), widget.size())


def overlapping(widgets: list[QWidget], outer: QWidget) -> list[tuple[QWidget, QWidget]]:
    places = [(each, place_in(each, outer)) for each in widgets]
    return [(one, other) for (one, here), (other, there) in combinations(places, 2) if here.intersects(there)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("preset", ["quick", "standard"])
def test_every_control_of_the_drawer_can_be_reached(
    preset: Preset, size: tuple[int, int], qtbot: QtBot, window: MainWindow, page: TrainPage
) -> None:
    window._trainer.choices.choose(preset)
    window._trainer.choices.open_drawer(True)
    resize(qtbot, window, size)
    drawer = page.advanced
    scroll = drawer.findChild(QScrollArea)
    content, viewport = scroll.widget(), scroll.viewport()
    assert content.width() == viewport.width(), "there is nothing beside what can be seen"
    assert scroll.horizontalScrollBar().maximum() == 0
    controls = controls_in(content)
    assert scroll.verticalScrollBar().maximum() + viewport.height() == content.height()
    controls = controls_in(content)
    assert len(controls) >= (8 if preset == "quick" else 20)
    for each in controls:
        assert content.rect().contains(place_in(each, content)), (each, each.accessibleName())
        whole = isinstance(each, QAbstractButton) or (isinstance(each, QLabel) and not each.wordWrap())
        assert not whole or each.width() >= each.minimumSizeHint().width(), (each, each.accessibleName())
    assert overlapping(controls, content) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_head_of_the_drawer_has_room(
    size: tuple[int, int], qtbot: QtBot, window: MainWindow, page: TrainPage
) -> None:
    window._trainer.choices.choose("standard")
    window._trainer.choices.open_drawer(True)
    resize(qtbot, window, size)
    drawer = page.advanced
    head = [drawer._title, drawer._reset, next(each for each in buttons_beside(drawer))]
    assert overlapping(head, drawer) == []
    assert all(drawer.rect().contains(place_in(each, drawer)) for each in head)
    assert drawer._reset.width() >= drawer._reset.minimumSizeHint().width()
    assert drawer._title.width() > 100


def buttons_beside(drawer: AdvancedDrawer) -> list[QAbstractButton]:
    """Those that stand in no card."""
    return [each for each in drawer.findChildren(QAbstractButton) if each.parent() is drawer and each != drawer._reset]


def test_cards_stand_one_below_the_other_only_where_there_is_no_room(
    qtbot: QtBot, window: MainWindow, page: TrainPage
) -> None:
    window._trainer.choices.choose("standard")
    window._trainer.choices.open_drawer(True)
    below = []
    for size in SIZES:
        resize(qtbot, window, size)
        settings, deep = page.advanced.findChild(SideBySide)._children
        below.append(deep.y() > settings.y())
    assert below[0]
    assert not below[-1]


def test_the_default_rate_can_be_read_at_every_width(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    window._trainer.choices.choose("standard")
    window._trainer.choices.open_drawer(True)
    field = page.advanced.findChild(RateCard)._field
    for size in SIZES:
        resize(qtbot, window, size)
        assert field.fontMetrics().horizontalAdvance(field.placeholderText()) + 12 <= field.width()


def grown(window: MainWindow, page: TrainPage) -> RunPlots:
    """Curves, as if it had learned."""
    window._trainer.curves = learned()
    window._trainer.changed.emit()
    return page._curves.plots


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_titles_legend_and_tools_of_the_plots_lie_beside_each_other(
    size: tuple[int, int], qtbot: QtBot, window: MainWindow, page: TrainPage
) -> None:
    plots = grown(window, page)
    resize(qtbot, window, size)
    for card in (plots.loss, plots.accuracy, plots.rate):
        parts = [card.heading, *(each for each in card.findChildren(QAbstractButton) if each.isVisible())]
        parts += [each for each in card.findChildren(LegendEntry) if each.isVisible()]
        assert len(parts) == (8 if card is plots.loss else 3)
        assert overlapping([*parts, card.plot], card) == []
        assert all(card.rect().contains(place_in(each, card)) for each in parts)
        assert all(each.width() >= each.minimumSizeHint().width() for each in parts)
    assert plots.loss.height() > plots.accuracy.height()


def test_the_legend_comes_back_to_the_title_where_there_is_room(
    qtbot: QtBot, window: MainWindow, page: TrainPage
) -> None:
    plots = grown(window, page)
    lines = []
    for size in (SIZES[1], SIZES[0], SIZES[1]):
        resize(qtbot, window, size)
        first = next(each for each in plots.loss.findChildren(LegendEntry) if each.isVisible())
        lines.append(place_in(first, plots.loss).top() > place_in(plots.loss.heading, plots.loss).bottom())
    assert lines == [False, True, False]


def test_the_legend_makes_room_for_a_tool_that_comes(qtbot: QtBot, language: Language) -> None:
    card = PlotCard("A title of some length")
    qtbot.addWidget(card)
    card.show_legend([card.add_line(Look(name, QColor("red"))) for name in ("learning", "checking")])
    tool = flat_button("log", "Log")
    tool.setMinimumWidth(200)
    card.add_tool(tool)
    tool.hide()
    card.resize(460, 300)
    card.show()
    qtbot.waitUntil(lambda: not card._legend_below)
    tool.show()
    qtbot.waitUntil(lambda: card._legend_below)


@pytest.fixture(params=["en", "he"])
def bar(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, window: MainWindow, language: Language
) -> PictureBar:
    """Of a window in either language."""
    language.apply(qapp, request.param)
    session, library, trainer = window._session, window._library, window._trainer
    window.hide()
    other = MainWindow(session, library, trainer, window.intake._pasted)
    qtbot.addWidget(other)
    other.page._stack.setCurrentIndex(1)
    other.show()
    qtbot.waitExposed(other)
    return other.page.bar


def test_the_switch_under_the_picture_is_named_in_full_at_every_width(qtbot: QtBot, bar: PictureBar) -> None:
    strength = []
    for size in SIZES:
        resize(qtbot, bar.window(), size)
        assert bar._heat.shown_text == beside_icon(bar._heat.accessibleName())
        parts = [each for each in (*bar.findChildren(QAbstractButton), bar._opacity) if each.isVisible()]
        assert overlapping(parts, bar) == []
        assert all(bar.rect().contains(place_in(each, bar)) for each in parts)
        strength.append(bar._opacity.isVisible())
    assert strength == [False, True, True], "the strength gives way"


@pytest.mark.parametrize("text", ["What it looked at", "על מה הסתכל המודל"])
def test_a_button_without_room_ends_in_dots_and_has_its_text_in_the_tip(text: str, qtbot: QtBot) -> None:
    button = ElidedButton("eye", text, "More of it")
    shown(qtbot, button, 400, 40)
    hint, least = button.sizeHint(), button.minimumSizeHint()
    assert button.shown_text == beside_icon(text)
    button.resize(hint.width() - 20, 40)
    assert button.shown_text.endswith("…")
    assert text.startswith(button.shown_text.strip().removesuffix("…").strip())
    assert len(button.shown_text) > len(text) // 2
    assert (button.sizeHint(), button.minimumSizeHint()) == (hint, least), "what it would like stays"
    button.resize(least.width(), 40)
    assert button.shown_text == ""
    assert button.toolTip().startswith(text)
    assert button.accessibleName() == text
    button.resize(hint.width(), 40)
    assert button.shown_text == beside_icon(text)


# The widgets themselves


class Box(QWidget):
    """So large, and no smaller than half as wide."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = QSize(width, height)

    def sizeHint(self) -> QSize:
        return self._size

    def minimumSizeHint(self) -> QSize:
        return QSize(self._size.width() // 2, self._size.height())


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int = 400) -> None:
    """In a window that leaves it as high as it is given."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()


@pytest.mark.parametrize(
    ("width", "places", "height"),
    [
        (320, [(0, 0), (110, 0), (220, 0)], 20),
        (319, [(0, 0), (110, 0), (0, 24)], 44),
        (150, [(0, 0), (0, 24), (0, 48)], 68),
        (60, [(0, 0), (0, 24), (0, 48)], 68),
    ],
)
def test_small_things_wrap(width: int, places: list[tuple[int, int]], height: int, qtbot: QtBot) -> None:
    line = Wrapping(10, 4)
    boxes = [Box(100, 20) for _ in range(3)]
    for box in boxes:
        line.add(box)
    shown(qtbot, line, width)
    assert [(box.x(), box.y()) for box in boxes] == places
    assert [box.width() for box in boxes] == [min(width, 100)] * 3
    assert line.heightForWidth(width) == height
    assert line.minimumSizeHint().width() == 50
    assert line.sizeHint() == QSize(320, 20)


def test_a_line_begins_at_the_right_in_hebrew(qtbot: QtBot) -> None:
    line = Wrapping(10, 4)
    boxes = [Box(100, 20) for _ in range(3)]
    for box in boxes:
        line.add(box)
    shown(qtbot, line, 250)
    line.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert [(box.x(), box.y()) for box in boxes] == [(150, 0), (40, 0), (150, 24)]


def test_what_is_hidden_takes_no_room_and_comes_back(qtbot: QtBot) -> None:
    line = Wrapping(10, 4)
    boxes = [Box(100, 20) for _ in range(3)]
    for box in boxes:
        line.add(box)
    shown(qtbot, line, 400)
    boxes[0].hide()
    qtbot.waitUntil(lambda: boxes[1].x() == 0)
    assert line.sizeHint() == QSize(210, 20)
    boxes[0].show()
    qtbot.waitUntil(lambda: boxes[1].x() == 110)
    line.clear()
    assert (line.count, line.sizeHint()) == (0, QSize(0, 0))


def test_two_stand_beside_each_other_by_their_shares_or_below(qtbot: QtBot) -> None:
    first, second = Box(200, 50), Box(400, 30)
    both = SideBySide(first, second, (1, 1), 10)
    shown(qtbot, both, 510, 100)
    assert (first.geometry(), second.geometry()) == (QRect(0, 0, 250, 100), QRect(260, 0, 250, 100))
    both.resize(340, 100)  # the second needs 200
    assert (first.geometry(), second.geometry()) == (QRect(0, 0, 130, 100), QRect(140, 0, 200, 100))
    both.resize(309, 100)
    assert (first.geometry(), second.geometry()) == (QRect(0, 0, 309, 50), QRect(0, 60, 309, 40))
    assert (both.heightForWidth(309), both.heightForWidth(310)) == (90, 50)
    assert both.minimumSizeHint().width() == 200
    both.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    both.resize(510, 100)
    assert (first.x(), second.x()) == (260, 0)


def test_one_that_is_alone_has_all_the_room(qtbot: QtBot) -> None:
    first, second = Box(200, 50), Box(400, 30)
    both = SideBySide(first, second, (1, 1), 10)
    shown(qtbot, both, 510, 100)
    second.hide()
    qtbot.waitUntil(lambda: first.geometry() == QRect(0, 0, 510, 100))
    assert both.minimumSizeHint().width() == 100


def test_a_layout_gives_it_the_height_that_its_width_needs(qtbot: QtBot) -> None:
    outer = QWidget()
    column = QVBoxLayout(outer)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    line, rest = Wrapping(10, 4), QWidget()
    for _ in range(3):
        line.add(Box(100, 20))
    rest.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    column.addWidget(line)
    column.addWidget(rest, 1)
    shown(qtbot, outer, 400, 300)
    qtbot.waitUntil(lambda: line.height() == 20)
    outer.resize(250, 300)
    qtbot.waitUntil(lambda: line.height() == 44)
