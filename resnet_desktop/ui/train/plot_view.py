"""The inside of a plot: axes that fit the cards, and zooming along the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFont

from resnet_desktop.ui.theme import SMALL, colour

LEAST_SPAN = 6  # pixels; a shorter drag was meant to be a click
SOFT = 0.12  # opacity of the span that is being chosen


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Few, quiet numbers; whole ones only where what is counted has no halves."""

    def __init__(self, orientation: str, *, whole: bool = False) -> None:
        self._whole = whole
        super().__init__(orientation, maxTickLength=0)
        self.enableAutoSIPrefix(False)
        font = QFont()
        font.setPixelSize(SMALL)
        self.setTickFont(font)
        self.setStyle(maxTickLevel=0, tickTextOffset=6, autoExpandTextSpace=True)
        self.setPen(pg.mkPen(colour("line"), width=1))
        self.setTickPen(pg.mkPen(colour("line"), width=1))
        self.setTextPen(pg.mkPen(colour("quiet")))

    def tickSpacing(self, least: float, most: float, size: float) -> list[tuple[float, float]]:
        spacing: list[tuple[float, float]] = super().tickSpacing(least, most, size)
        if not self._whole:
            return spacing
        return [(each, 0.0) for each, _offset in spacing if each >= 1 and each == int(each)][:1] or [(1.0, 0.0)]

    def tickStrings(self, values: Sequence[float], scale: float, _spacing: float) -> list[str]:
        if self._whole:
            return [f"{value:.0f}" for value in values]
        if self.logMode:
            return [f"{10**value:.3g}" for value in values]
        return [f"{value * scale:.10g}" for value in values]

    def logTickValues(self, least: float, most: float, _size: float, ticks: Any) -> list[tuple[float | None, Any]]:
        """Powers of ten, and 2 and 5 between them where there is room: within one power there would be no number."""
        _spacing, whole = ticks[0]
        if most - least > 3:
            return [(1.0, whole)]
        powers = range(int(least // 1), int(most // 1) + 1)
        values = [power + part for power in powers for part in (0.0, 0.30103, 0.69897)]
        inside = [value for value in values if least <= value <= most]
        return [(1.0, inside)] if len(inside) > 1 else [(None, values_between(least, most))]


def values_between(least: float, most: float) -> list[float]:
    """Three places for numbers on a logarithmic axis that shows but a part of a power of ten."""
    return [least + (most - least) * share for share in (0.1, 0.5, 0.9)]


class TimeBox(pg.ViewBox):  # type: ignore[misc]
    """The wheel zooms in time, a drag chooses the span to see, a drag with Shift or the middle button moves along;
    a double click shows the whole run. The height follows what is seen."""

    whole_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.02)
        self.setMouseEnabled(x=True, y=False)
        self.setAutoVisible(y=True)
        self.rbScaleBox.setPen(pg.mkPen(colour("accent"), width=1))
        soft = colour("accent")
        soft.setAlphaF(SOFT)
        self.rbScaleBox.setBrush(pg.mkBrush(soft))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() != Qt.MouseButton.LeftButton or axis is not None or shifted:
            super().mouseDragEvent(event, axis=axis)
            return
        event.accept()
        began, now = event.buttonDownPos(), event.pos()
        if not event.isFinish():
            self.updateScaleBox(pg.Point(began.x(), 0), pg.Point(now.x(), self.height()))
            return
        self.rbScaleBox.hide()
        if abs(now.x() - began.x()) >= LEAST_SPAN:
            self.zoom_to(*sorted(self.mapToView(QPointF(each.x(), 0)).x() for each in (began, now)))

    def mouseClickEvent(self, event: Any) -> None:
        if event.double():
            event.accept()
            self.whole_wanted.emit()

    def zoom_to(self, first: float, last: float) -> None:
        self.setXRange(first, last, padding=0)
        self.sigRangeChangedManually.emit([True, False])
