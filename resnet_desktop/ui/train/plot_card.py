"""One plot in a card: title, legend and tools on a line of their own, so that nothing lies over the curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLocale, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from resnet_desktop.core.curve_data import Numbers
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SMALL, SPACE, colour
from resnet_desktop.ui.train.crosshair import Crosshair, Reading, Readings
from resnet_desktop.ui.train.plot_range import Limits
from resnet_desktop.ui.train.plot_view import Axis, TimeBox
from resnet_desktop.ui.widgets.basics import flat_button, text_label
from resnet_desktop.ui.widgets.reflow import Wrapping

POINT = 7
FINENESS = 2.0  # lowest and highest points that are drawn for a pixel of the time
STAR = 14
SWATCH, LEGEND_HEIGHT, LEGEND_WIDEST = 14, 20, 180
TITLE_SPACE = 6  # between the title line and the plot
LEGEND, TOOLS = 2, 4  # columns of that line; before each is one that keeps the distance
NOTHING: Numbers = np.empty(0)


def four_digits(value: float) -> str:
    return QLocale().toString(value, "g", 4)


@dataclass(frozen=True)
class Look:
    """How a curve is drawn."""

    name: str  # "" for one that no legend names
    colour: QColor
    mark: str = ""  # pyqtgraph's name of a symbol at every point
    size: int = POINT
    joined: bool = True


class Line:
    """A curve and its numbers as they were given, whatever part of them is drawn."""

    def __init__(self, look: Look, item: pg.PlotDataItem) -> None:
        self.look, self.item = look, item
        self.x: Numbers = NOTHING
        self.y: Numbers = NOTHING

    def show(self, x: Numbers, y: Numbers) -> None:
        """Draw these, both [points], x in order. Those of a curve without marks, which may be very many, are not
        copied. Those of a marked one are few, and drawn again only if they are others than before."""
        if self.look.mark:
            if np.array_equal(x, self.x) and np.array_equal(y, self.y, equal_nan=True):
                return
            x, y = x.copy(), y.copy()
        self.x, self.y = x, y
        self.item.setData(x, y)
        mark = self.look.mark or ("o" if len(x) == 1 else None)  # a line needs two points
        if self.item.opts["symbol"] != mark:
            self.item.setSymbol(mark)

    def nearest(self, x: float) -> int:
        """The index of the point whose place is nearest to ``x``; there has to be one."""
        after = int(np.searchsorted(self.x, x))
        around = [index for index in (after - 1, after) if 0 <= index < len(self.x)]
        return min(around, key=lambda index: abs(float(self.x[index]) - x))


class LegendEntry(QWidget):
    """A piece of the curve and its name."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        font = self.font()
        font.setPixelSize(SMALL)
        self.setFont(font)
        self.setAccessibleName(look.name)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._look.name) + SWATCH + GAP + 2
        return QSize(min(width, LEGEND_WIDEST), LEGEND_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right_to_left = self.isRightToLeft()
        paint_swatch(painter, self._look, self.width() - SWATCH if right_to_left else 0, self.height() / 2)
        painter.setPen(colour("quiet"))
        room = self.rect().adjusted(SWATCH + GAP, 0, 0, 0)
        if right_to_left:
            room.moveLeft(0)
        text = QFontMetrics(self.font()).elidedText(self._look.name, Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if right_to_left else Qt.AlignmentFlag.AlignLeft
        where = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, where, words.isolated(text))


def paint_swatch(painter: QPainter, look: Look, left: float, middle: float) -> None:
    """``SWATCH`` pixels of a curve."""
    painter.setPen(pg.mkPen(look.colour, width=1.5))
    if look.joined:
        painter.drawLine(QRectF(left, middle, SWATCH, 0).topLeft(), QRectF(left, middle, SWATCH, 0).topRight())
    if look.mark:
        symbol = pg.graphicsItems.ScatterPlotItem.Symbols[look.mark]
        painter.save()
        painter.translate(left + SWATCH / 2, middle)
        painter.scale(look.size, look.size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour)
        painter.drawPath(symbol)
        painter.restore()


class PlotCard(QFrame):
    """Time runs from left to right in it, whatever the language."""

    save_wanted = Signal(object)  # this card
    zoomed = Signal(bool)

    def __init__(self, title: str, *, form: Callable[[float], str] = four_digits) -> None:
        super().__init__()
        self._form = form
        self._say_x: Callable[[float], str] = four_digits
        self.lines: list[Line] = []
        self.setProperty("role", "card")
        self.heading = text_label(title, "heading", wrap=True)  # two lines are no higher than the tools
        self._box = TimeBox()
        axes = {"left": Axis("left"), "bottom": Axis("bottom", whole=True)}
        self.plot = pg.PlotWidget(viewBox=self._box, axisItems=axes)
        self._style(title)
        self.whole_button = flat_button("whole", self.tr("The whole run"))
        self.whole_button.setEnabled(False)
        self.whole_button.clicked.connect(self.show_whole)
        self._box.whole_wanted.connect(self.show_whole)
        self._box.sigRangeChangedManually.connect(self._on_zoomed)
        self.save_button = flat_button("save", self.tr("Save"))
        self._tools = QHBoxLayout()
        self._tools.setSpacing(0)
        self._tools.addWidget(self.whole_button)
        self._tools.addWidget(self.save_button)
        self._legend = Wrapping(SPACE, 0)
        self._head = QGridLayout()
        self._head.setSpacing(0)
        left, right = (0, GAP) if self.isRightToLeft() else (GAP, 0)
        self._head.setContentsMargins(left, 0, right, 0)
        self._head.addWidget(self.heading, 0, 0)
        self._head.addLayout(self._tools, 0, TOOLS)
        self._head.setColumnStretch(LEGEND, 1)
        self._head.setColumnMinimumWidth(TOOLS - 1, GAP)
        self._legend_below = True
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TITLE_SPACE)
        column.addLayout(self._head)
        column.addWidget(self.plot, 1)
        self._place_legend(below=False)
        self._legend.hide()
        self.crosshair = Crosshair(self.plot, self._read)

    def _style(self, title: str) -> None:
        plot, item = self.plot, self.plot.getPlotItem()
        plot.setAntialiasing(False)
        plot.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        item.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # its inner layout asks the application
        item.setMenuEnabled(False)
        item.hideButtons()
        plot.setBackground(colour("card"))
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it has no use for keys
        plot.setFrameShape(QFrame.Shape.NoFrame)
        plot.setAccessibleName(title)
        item.getAxis("left").setGrid(255)
        item.getAxis("left").setZValue(-1)  # the grid lies behind the curves
        item.getAxis("left").setPen(pg.mkPen(None))

    @property
    def title(self) -> str:
        return self.heading.text()

    def add_tool(self, button: QToolButton) -> None:
        """Before the two tools that every plot has."""
        self._tools.insertWidget(self._tools.count() - 2, button)

    def add_line(self, look: Look) -> Line:
        pen = pg.mkPen(look.colour, width=1) if look.joined else None
        # A limit of the range would have pyqtgraph look at all numbers again whenever the height changes.
        how: dict[str, object] = {"autoDownsampleFactor": FINENESS, "dynamicRangeLimit": None}
        how |= {"symbol": look.mark or None, "symbolSize": look.size, "symbolBrush": look.colour, "symbolPen": None}
        item = self.plot.plot(pen=pen, **how)
        # Scatter marks are as many as epochs; a curve may have a hundred thousand points.
        item.setDownsampling(auto=not look.mark, method="peak")
        item.setClipToView(not look.mark)
        line = Line(look, item)
        self.lines.append(line)
        return line

    def clear_lines(self) -> None:
        for line in self.lines:
            self.plot.removeItem(line.item)
        self.lines = []

    @property
    def has_legend(self) -> bool:
        return self._legend.count > 0

    def show_legend(self, lines: Sequence[Line]) -> None:
        self._legend.clear()
        for line in lines:
            self._legend.add(LegendEntry(line.look))
        self._legend.setVisible(bool(lines))
        self._fit_legend()

    def _fit_legend(self) -> None:
        """Behind the title; on a line of its own where it would not fit between that and the tools."""
        widths = (self.heading.sizeHint().width(), self._legend.sizeHint().width(), self._tools.sizeHint().width())
        spacing = SPACE + GAP  # beside the legend
        self._place_legend(below=sum(widths) + spacing + GAP > self.contentsRect().width() - 2 * GAP)

    def _place_legend(self, *, below: bool) -> None:
        if below == self._legend_below:
            return
        self._legend_below = below
        self._head.removeWidget(self._legend)
        if below:
            self._head.addWidget(self._legend, 1, 0, 1, -1)
        else:
            self._head.addWidget(self._legend, 0, LEGEND, Qt.AlignmentFlag.AlignVCenter)
        self._head.setColumnMinimumWidth(LEGEND - 1, 0 if below else SPACE)

    def hasHeightForWidth(self) -> bool:
        """A legend of two lines takes its room from the curves, not from the cards around this one."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_legend()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a tool came or went
            self._fit_legend()
        return super().event(event)

    def limit(self, limits: Limits) -> None:
        """What the height can be."""
        self._box.limits = self.plot.getPlotItem().getAxis("left").limits = limits

    def name_x(self, axis: str, say: Callable[[float], str], *, first: int = 0) -> None:
        """What the time is counted in and from: the word under the axis, and a place in the read-out."""
        self._say_x = say
        self._box.first = first
        bottom = self.plot.getPlotItem().getAxis("bottom")
        if bottom.labelText != axis:
            bottom.setLabel(axis, color=colour("quiet").name(), **{"font-size": f"{SMALL}px"})
            bottom.resizeEvent()  # else the new word stands where the old one began

    def set_log(self, *, on: bool) -> None:
        self.plot.setLogMode(y=on)

    @Slot()
    def show_whole(self) -> None:
        self._box.enableAutoRange()
        self.whole_button.setEnabled(False)
        self.zoomed.emit(False)

    @Slot(object)
    def _on_zoomed(self, _axes: object) -> None:
        self.whole_button.setEnabled(True)
        self.zoomed.emit(True)

    def zoom_to(self, first: float, last: float) -> None:
        """See this span of time only."""
        self._box.zoom_to(first, last)

    def follow(self) -> None:
        """After new numbers: the read-out may stand over other ones."""
        self.crosshair.follow()

    def _read(self, x: float) -> Readings | None:
        """Every curve at the point nearest to ``x``; a curve counts where it has been."""
        filled = [line for line in self.lines if len(line.x) and line.item.isVisible() and line.look.joined]
        if not filled:
            return None
        places = [float(line.x[line.nearest(x)]) for line in filled]
        place = min(places, key=lambda each: abs(each - x))
        rows = tuple(
            Reading(line.look.name or self.title, line.look.colour, self._form(float(line.y[line.nearest(place)])))
            for line in filled
            if line.x[0] <= place <= line.x[-1]
        )
        return Readings(place, self._say_x(place), rows)
