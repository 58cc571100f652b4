"""A frame over the page while something is dragged across it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from resnet_desktop.ui.theme import CORNER, SPACE, TITLE, WIDE, colour


class DropHint(QWidget):
    """Covers its parent; lets every event through."""

    def __init__(self, parent: QWidget, sentence: str) -> None:
        super().__init__(parent)
        self._sentence = sentence
        self._covered = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = colour("window")
        ground.setAlphaF(0.85)
        painter.setBrush(ground)
        painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), CORNER * 2, CORNER * 2)
        font = QFont(self.font())
        font.setPixelSize(TITLE)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        text = self._sentence
        sign = QFontMetrics(font).boundingRect(text).adjusted(-WIDE, -SPACE, WIDE, SPACE)
        sign.moveCenter(self.rect().center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(sign, CORNER, CORNER)
        painter.setPen(colour("on_accent"))
        painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, text)
