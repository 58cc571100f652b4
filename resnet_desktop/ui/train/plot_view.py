"""The inside of a plot: axes that fit the cards, and zooming along the time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFont

from resnet_desktop.ui.theme import SMALL, colour
from resnet_desktop.ui.train.plot_range import Extent, Limits, height_of, log_height_of, time_of

LEAST_SPAN = 6  # pixels; a shorter drag was meant to be a click
SOFT = 0.12  # opacity of the span that is being chosen


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Few, quiet numbers; whole ones only where what is counted has no halves."""

    def __init__(self, orientation: str, *, whole: bool = False) -> None:
        self._whole = whole
        self.limits = Limits()  # there are no numbers and grid lines beyond them
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

    def tickValues(self, least: float, most: float, size: float) -> list[tuple[float | None, Any]]:
        levels: list[tuple[float | None, Any]] = super().tickValues(least, most, size)
        if self.logMode:
            return levels
        limits = self.limits
        return [(spacing, [each for each in values if limits.low <= each <= limits.high]) for spacing, values in levels]

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
        self.first = 0  # step or epoch at which the time begins
        self.limits = Limits()  # of the height
        super().__init__(enableMenu=False, defaultPadding=0)
        self.setMouseEnabled(x=True, y=False)
        self.setAutoVisible(y=True)
        self.rbScaleBox.setPen(pg.mkPen(colour("accent"), width=1))
        soft = colour("accent")
        soft.setAlphaF(SOFT)
        self.rbScaleBox.setBrush(pg.mkBrush(soft))

    def childrenBounds(self, *_which: object, **how: Any) -> list[list[float]]:
        """What pyqtgraph shows where nobody has zoomed, in time and height. Where it asks about a span of time, only
        what is in it has a say in the height."""
        across = how.get("orthoRange", (None, None))
        time = time_of(self._extent(0, across[0]), self.first)
        seen = self._extent(1, across[1])
        height = log_height_of(seen) if self.state["logMode"][1] else height_of(seen, self.limits)
        sides = (time.with_margin(self.width()), height.with_margin(self.height()))
        return [[side.low, side.high] for side in sides]

    def _extent(self, axis: int, across: Sequence[float] | None) -> Extent | None:
        """Of all curves that are shown; None where they have no numbers."""
        found = [item.dataBounds(axis, orthoRange=across) for item in self.addedItems if item.isVisible()]
        known = [pair for pair in found if pair[0] is not None and math.isfinite(pair[0]) and math.isfinite(pair[1])]
        return Extent(min(low for low, _high in known), max(high for _low, high in known)) if known else None

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() != Qt.MouseButton.LeftButton or axis is not None or shifted:
            super().mouseDragEvent(event, axis=axis)
            self._stay_in_time(moved=True)
            return
        event.accept()
        began, now = event.buttonDownPos(), event.pos()
        if not event.isFinish():
            self.updateScaleBox(pg.Point(began.x(), 0), pg.Point(now.x(), self.height()))
            return
        self.rbScaleBox.hide()
        if abs(now.x() - began.x()) >= LEAST_SPAN:
            self.zoom_to(*sorted(self.mapToView(QPointF(each.x(), 0)).x() for each in (began, now)))

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        super().wheelEvent(event, axis=axis)
        self._stay_in_time(moved=False)

    def _stay_in_time(self, *, moved: bool) -> None:
        """There is nothing to see before the first step; a span that was moved stays as long as it is."""
        first, last = self.viewRange()[0]
        begin = Extent(self.first, last).with_margin(self.width()).low
        if first < begin:
            self.setXRange(begin, last + begin - first if moved else last, padding=0)

    def mouseClickEvent(self, event: Any) -> None:
        if event.double():
            event.accept()
            self.whole_wanted.emit()

    def zoom_to(self, first: float, last: float) -> None:
        self.setXRange(first, last, padding=0)
        self.sigRangeChangedManually.emit([True, False])
