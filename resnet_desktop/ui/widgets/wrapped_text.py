"""Text of several lines. Hebrew that Qt draws by itself stands a space too far to the left wherever a line was broken,
for it counts the space at the break; where a line is full, its end is cut off."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QStyle

_OPENING, _CLOSING = frozenset({"LRI", "RLI", "FSI"}), "PDI"
_VERTICAL = Qt.AlignmentFlag.AlignVertical_Mask
_SHARES = {Qt.AlignmentFlag.AlignTop: 0.0, Qt.AlignmentFlag.AlignBottom: 1.0}  # of the room that is left, above
_HORIZONTAL = Qt.AlignmentFlag.AlignHorizontal_Mask | Qt.AlignmentFlag.AlignAbsolute


def reads_from_right(text: str) -> bool:
    """By its first letter that has a direction; what is isolated has one of its own."""
    depth = 0
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in _OPENING:
            depth += 1
        elif kind == _CLOSING:
            depth = max(0, depth - 1)
        elif not depth and kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def draw_wrapped(painter: QPainter, room: QRectF, alignment: Qt.AlignmentFlag, text: str) -> None:
    """``text`` in the painter's font and colour, broken between words; ``alignment`` names sides of the screen."""
    layout = QTextLayout(text.replace("\n", "\u2028"), painter.font())
    option = QTextOption((alignment & _HORIZONTAL) | Qt.AlignmentFlag.AlignAbsolute)
    right = reads_from_right(text)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    height = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room.width())
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()
    above = _SHARES.get(alignment & _VERTICAL, 0.5) * (room.height() - height)
    layout.draw(painter, QPointF(room.left(), room.top() + round(above)))


class WrappedLabel(QLabel):
    """A plain label that breaks its lines."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setWordWrap(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        selectable = bool(self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse)
        if selectable or not reads_from_right(self.text()):  # other code of Qt's draws what can be selected
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        alignment = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        draw_wrapped(painter, QRectF(self.contentsRect()), alignment, self.text())
