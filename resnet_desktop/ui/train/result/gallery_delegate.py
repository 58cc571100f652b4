"""One wrong picture: what it shows, what was said of it, how surely, and what is true."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from resnet_desktop.ui import icons
from resnet_desktop.ui.theme import CORNER, GAP, SMALL, colour
from resnet_desktop.ui.train.result.mistakes import Mistakes
from resnet_desktop.ui.widgets.basics import Index

PICTURE, LINE = 112, 18
CELL = QSize(140, PICTURE + 2 * LINE + 3 * GAP)


class GalleryDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, view: QAbstractItemView, mistakes: Mistakes) -> None:
        super().__init__(view)
        self._mistakes = mistakes
        self._lost = icons.pixmap("broken", 28, "bad")
        self._waiting = icons.pixmap("picture", 28, "quiet")

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        painter.save()
        painter.setLayoutDirection(option.direction)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, QRectF(rect), option.state)
        inner = rect.adjusted(GAP, GAP, -GAP, -GAP)
        self._paint_picture(painter, QRectF(inner.left(), inner.top(), inner.width(), PICTURE), index.row())
        self._paint_captions(painter, inner.adjusted(0, PICTURE + GAP // 2, 0, 0), index.row())
        painter.restore()

    @staticmethod
    def _paint_ground(painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            focus = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(colour("accent"), 2 if focus else 1) if chosen else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(colour("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(rect.adjusted(1.5, 1.5, -1.5, -1.5), CORNER, CORNER)

    def _paint_picture(self, painter: QPainter, place: QRectF, row: int) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(place, CORNER - 2, CORNER - 2)
        painter.fillPath(outline, colour("track"))
        thumbnail = self._mistakes.thumbnail(row)
        if thumbnail is None:
            mark = self._lost if self._mistakes.is_lost(row) else self._waiting
            size = mark.deviceIndependentSize()
            painter.drawPixmap(
                int(place.center().x() - size.width() / 2), int(place.center().y() - size.height() / 2), mark
            )
            return
        painter.setClipPath(outline)
        painter.drawPixmap(_fitted(thumbnail, place), thumbnail, QRectF(thumbnail.rect()))
        painter.setClipping(False)

    def _paint_captions(self, painter: QPainter, place: QRect, row: int) -> None:
        said, percent, truth = self._mistakes.captions(row)
        font = QFont(painter.font())
        font.setPixelSize(SMALL)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        first = QRect(place.left(), place.top(), place.width(), LINE)
        room = place.width() - metrics.horizontalAdvance(percent) - GAP
        painter.setPen(colour("bad"))
        self._write(painter, first, Qt.AlignmentFlag.AlignTrailing, percent)
        self._write(painter, first, Qt.AlignmentFlag.AlignLeading, _elided(metrics, said, room))
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colour("text"))
        second = first.translated(0, LINE)
        self._write(painter, second, Qt.AlignmentFlag.AlignLeading, _elided(QFontMetrics(font), truth, place.width()))

    @staticmethod
    def _write(painter: QPainter, place: QRect, side: Qt.AlignmentFlag, text: str) -> None:
        painter.drawText(
            place,
            QStyle.visualAlignment(painter.layoutDirection(), side | Qt.AlignmentFlag.AlignVCenter),
            text,
        )


def _fitted(thumbnail: QPixmap, place: QRectF) -> QRectF:
    """The whole picture in the middle, never enlarged by more than half: what was wrong may stand at its edge."""
    scale = min(place.width() / thumbnail.width(), place.height() / thumbnail.height(), 1.5)
    width, height = thumbnail.width() * scale, thumbnail.height() * scale
    return QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)


def _elided(metrics: QFontMetrics, text: str, room: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
