"""An accuracy between nothing and all, and how well it is known."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_desktop.core.report import Report
from resnet_desktop.ui.theme import colour

HEIGHT, TRACK, MARK = 18, 6, 3


class IntervalBar(QWidget):
    """A track from 0 to 100 %, the 95 % interval on it, and a mark for what was measured."""

    def __init__(self) -> None:
        super().__init__()
        self._low = self._high = self._value = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_report(self, report: Report) -> None:
        self._low, self._value, self._high = report.low, report.accuracy, report.high
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isRightToLeft():
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        top = (HEIGHT - TRACK) / 2
        painter.setBrush(colour("track"))
        painter.drawRoundedRect(QRectF(0, top, self.width(), TRACK), TRACK / 2, TRACK / 2)
        interval = colour("accent")
        interval.setAlphaF(0.4)
        painter.setBrush(interval)
        left, right = self._low * self.width(), self._high * self.width()
        painter.drawRoundedRect(QRectF(left, top, max(TRACK, right - left), TRACK), TRACK / 2, TRACK / 2)
        painter.setBrush(colour("accent"))
        at = min(max(self._value * self.width(), MARK), self.width() - MARK)
        painter.drawRoundedRect(QRectF(at - MARK / 2, 1, MARK, HEIGHT - 2), MARK / 2, MARK / 2)
