"""The list of pages at the side of the guide."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from resnet_desktop.ui.theme import CORNER, GAP, colour
from resnet_desktop.ui.widgets.basics import Index, leading

ROW = 36


class ContentsDelegate(QStyledItemDelegate):
    """One title a row, as the lists of the other pages look."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state: QStyle.StateFlag = option.state
        place: QRect = option.rect
        view: QWidget = option.widget
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            outlined = chosen and view.hasFocus()
            painter.setPen(QPen(colour("accent"), 1) if outlined else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(colour("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(place).adjusted(1.5, 1.5, -1.5, -1.5), CORNER, CORNER)
        painter.setPen(colour("accent" if chosen else "text"))
        inner = place.adjusted(GAP + 4, 0, -GAP - 4, 0)
        title = QFontMetrics(option.font).elidedText(index.data(), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, leading() | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()


class Contents(QListWidget):
    """Arrow keys turn the pages."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(ContentsDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Pages of the guide"))
