"""One cell of the filmstrip: thumbnail and caption."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from resnet_desktop.ui import icons
from resnet_desktop.ui.classify.picture_list import Entry, Role
from resnet_desktop.ui.theme import CORNER, SMALL, colour
from resnet_desktop.ui.widgets.basics import Index

CELL = QSize(104, 100)
PICTURE = 72


class FilmDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._broken = icons.pixmap("broken", 28, "bad")
        self._waiting = icons.pixmap("picture", 28, "line")

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(Role.ENTRY)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            focus = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(colour("accent"), 2 if focus else 1) if chosen else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(colour("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(2.5, 1.5, -2.5, -1.5), CORNER, CORNER)
        place = QRect(rect.left() + 8, rect.top() + 6, rect.width() - 16, PICTURE - 6)
        self._paint_picture(painter, place, entry, index)
        self._paint_caption(
            painter, QRect(rect.left() + 8, rect.top() + PICTURE + 4, rect.width() - 16, 20), entry, index
        )
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, entry: Entry, index: Index) -> None:
        thumbnail: QPixmap | None = index.data(Role.THUMBNAIL)
        if thumbnail is None:
            mark = self._broken if entry.error else self._waiting
            size = mark.deviceIndependentSize()
            painter.drawPixmap(
                int(place.center().x() - size.width() / 2), int(place.center().y() - size.height() / 2), mark
            )
            return
        scale = min(place.width() / thumbnail.width(), place.height() / thumbnail.height(), 1.0)
        width, height = thumbnail.width() * scale, thumbnail.height() * scale
        frame = QRectF(place.center().x() - width / 2 + 0.5, place.center().y() - height / 2 + 0.5, width, height)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 4, 4)
        painter.setClipPath(outline)
        painter.drawPixmap(frame, thumbnail, QRectF(thumbnail.rect()))
        painter.setClipping(False)

    def _paint_caption(self, painter: QPainter, place: QRect, entry: Entry, index: Index) -> None:
        font = QFont(painter.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
        painter.setPen(colour("bad" if entry.error else "text"))
        text = QFontMetrics(font).elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
