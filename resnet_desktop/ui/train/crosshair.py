"""What the curves are worth under the mouse: a thin line and a small box of numbers over the plot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from resnet_desktop.ui.theme import CORNER, GAP, SMALL, colour

PAUSE_MILLISECONDS = 33  # between two positions of the line
LINE_HEIGHT = 18
SWATCH = 8
WIDEST = 320


@dataclass(frozen=True)
class Reading:
    """One curve at the line."""

    name: str
    colour: QColor
    value: str


@dataclass(frozen=True)
class Readings:
    """Everything at one place in time."""

    x: float
    title: str
    rows: tuple[Reading, ...]


class Crosshair(QWidget):
    """Lies over the plot and lets the mouse through. Not part of the plot's own scene: moving it redraws no curve but
    where it was and where it is, and it is in no picture that is saved."""

    def __init__(self, plot: pg.PlotWidget, read: Callable[[float], Readings | None]) -> None:
        super().__init__(plot.viewport())
        self._plot, self._read = plot, read
        self._readings: Readings | None = None
        self._at: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._small = QFont(self.font())
        self._small.setPixelSize(SMALL)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self.follow)
        plot.viewport().installEventFilter(self)
        self.resize(plot.viewport().size())

    @property
    def readings(self) -> Readings | None:
        """What is shown now."""
        return self._readings

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._plot.viewport().size())
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            # The plot's own signal leaves out moves that come fast, and with them the place where the mouse stops.
            self._on_moved(self._plot.mapToScene(event.position().toPoint()))
        elif event.type() == QEvent.Type.Leave:
            self._at = None
            self.follow()
        return super().eventFilter(watched, event)

    def _on_moved(self, position: QPointF) -> None:
        self._at = position
        if not self._pause.isActive():
            self.follow()
            self._pause.start()

    @Slot()
    def follow(self) -> None:
        """Go to the mouse, or read again where the curves have changed."""
        box = self._plot.getPlotItem().getViewBox()
        inside = self._at is not None and box.sceneBoundingRect().contains(self._at)
        readings = self._read(box.mapSceneToView(self._at).x()) if inside else None
        if readings != self._readings:
            before = self._dirty()
            self._readings = readings
            for rect in (*before, *self._dirty()):
                self.update(rect)

    # Where it is, in pixels

    def _line(self, readings: Readings) -> float:
        box = self._plot.getPlotItem().getViewBox()
        return float(self._plot.mapFromScene(box.mapViewToScene(QPointF(readings.x, 0))).x())

    def _box(self, readings: Readings) -> QRect:
        metrics = QFontMetrics(self._small)
        widths = [metrics.horizontalAdvance(readings.title)]
        extra = SWATCH + 3 * GAP
        widths += [metrics.horizontalAdvance(f"{row.name}{row.value}") + extra for row in readings.rows]
        width = min(WIDEST, max(widths)) + 2 * GAP
        height = LINE_HEIGHT * (1 + len(readings.rows)) + GAP
        at = self._line(readings)
        left = at + GAP if at + GAP + width < self.width() else at - GAP - width
        return QRect(max(0, round(left)), GAP, width, height)

    def _dirty(self) -> tuple[QRect, ...]:
        if self._readings is None:
            return ()
        at = round(self._line(self._readings))
        return QRect(at - 2, 0, 4, self.height()), self._box(self._readings).adjusted(-2, -2, 2, 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._readings is None:
            return
        readings, painter = self._readings, QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        inner = self._plot.getPlotItem().getViewBox().sceneBoundingRect()
        at = round(self._line(readings))
        if inner.left() <= at <= inner.right():
            painter.setPen(QPen(colour("quiet"), 1))
            painter.drawLine(at, round(inner.top()), at, round(inner.bottom()))
        self._paint_box(painter, self._box(readings), readings)

    def _paint_box(self, painter: QPainter, box: QRect, readings: Readings) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("line"), 1))
        painter.setBrush(colour("card"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), CORNER / 2, CORNER / 2)
        painter.setFont(self._small)
        sure = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        left, right = Qt.AlignmentFlag.AlignLeft | sure, Qt.AlignmentFlag.AlignRight | sure
        place = QRect(box.left() + GAP, box.top() + GAP // 2, box.width() - 2 * GAP, LINE_HEIGHT)
        painter.setPen(colour("quiet"))
        painter.drawText(place, left, readings.title)
        metrics = QFontMetrics(self._small)
        for row in readings.rows:
            place.translate(0, LINE_HEIGHT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(row.colour)
            painter.drawEllipse(QRectF(place.left(), place.center().y() - SWATCH / 2 + 1, SWATCH, SWATCH))
            painter.setPen(colour("text"))
            names = place.adjusted(SWATCH + GAP, 0, -metrics.horizontalAdvance(row.value) - GAP, 0)
            name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, names.width())
            painter.drawText(names, left, name)
            painter.drawText(place, right, row.value)
