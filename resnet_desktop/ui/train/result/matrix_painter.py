"""How the cells and names of a confusion matrix look."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLocale, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from resnet_desktop.ui.theme import GAP, SMALL, TITLE, colour

FAINTEST, STRONGEST = 0.10, 0.5  # opacity of a cell's colour; text on the strongest has a contrast of 4.5 to 1
SIDE = Qt.AlignmentFlag
LARGE_CELL = 56
ROUNDED = 26  # pixels from which cells have room for corners and a gap


@dataclass(frozen=True)
class CellLook:
    """What one cell shows."""

    count: int
    share: float  # of the pictures of its class, 0..1
    right: bool  # on the diagonal
    chosen: bool = False
    cursor: bool = False  # of the keyboard, while that is here


def cell_colour(look: CellLook) -> QColor:
    """Deeper the larger the share of the class; a cell without pictures is a bare place."""
    if not look.count:
        return colour("track")
    tint = colour("good" if look.right else "bad")
    # The root, for one mistake in twenty has to be seen beside the diagonal.
    tint.setAlphaF(FAINTEST + (STRONGEST - FAINTEST) * look.share**0.5)
    return tint


def paint_cell(painter: QPainter, rect: QRect, look: CellLook) -> None:
    roomy = min(rect.width(), rect.height()) >= ROUNDED
    gap, corner = (1.5, 5.0) if roomy else (0.5, 2.0)
    place = QRectF(rect).adjusted(gap, gap, -gap, -gap)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(cell_colour(look))
    painter.drawRoundedRect(place, corner, corner)
    number = QLocale().toString(look.count)
    if look.count and QFontMetrics(painter.font()).horizontalAdvance(number) <= place.width() - 2:
        painter.setPen(colour("text"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, number)
    if look.chosen or look.cursor:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = Qt.PenStyle.SolidLine if look.chosen else Qt.PenStyle.DotLine
        painter.setPen(QPen(colour("accent" if look.chosen else "text"), 2, line))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)


def paint_name(painter: QPainter, rect: QRect, name: str, *, upright: bool, head: bool) -> None:
    """A class: its row's name stands before the row; its column's above it, turned where it does not fit across."""
    if upright:
        painter.save()
        painter.translate(rect.left(), rect.bottom() + 1)
        painter.rotate(-90)
        # From the cells upwards, in every language.
        _write(painter, QRect(GAP // 2, 0, rect.height() - GAP // 2, rect.width()), name, SIDE.AlignLeft)
        painter.restore()
    elif head:
        _write(painter, rect.adjusted(1, 0, -1, 0), name, SIDE.AlignHCenter)
    elif painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        _write(painter, rect.adjusted(GAP, 0, 0, 0), name, SIDE.AlignLeft)
    else:
        _write(painter, rect.adjusted(0, 0, -GAP, 0), name, SIDE.AlignRight)


def _write(painter: QPainter, place: QRect, name: str, side: Qt.AlignmentFlag) -> None:
    text = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, side | SIDE.AlignAbsolute | SIDE.AlignVCenter, text)


def name_font(font: QFont, *, marked: bool) -> QFont:
    result = QFont(font)
    result.setPixelSize(SMALL)
    result.setWeight(QFont.Weight.DemiBold if marked else QFont.Weight.Normal)
    return result


def number_font(font: QFont, height: int) -> QFont:
    """Larger in the large cells of few classes."""
    result = QFont(font)
    result.setPixelSize(TITLE if height >= LARGE_CELL else SMALL)
    return result
