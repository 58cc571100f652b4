"""The heat map as a picture to lay over the picture."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage

from resnet_desktop.core.looking import HeatGrid
from resnet_desktop.ui.theme import HEAT_RAMP


def heat_image(grid: HeatGrid) -> QImage:
    """``rows`` x ``columns`` pixels; drawn large with smooth scaling they become a soft cloud."""
    table = _table()
    image = QImage(grid.columns, grid.rows, QImage.Format.Format_ARGB32_Premultiplied)
    for at, value in enumerate(grid.data):
        image.setPixelColor(at % grid.columns, at // grid.columns, table[value])
    return image


def _table() -> list[QColor]:
    """256 colours along the ramp."""
    colours = []
    for value in range(256):
        at = value / 255
        upper = next(number for number in range(1, len(HEAT_RAMP)) if at <= HEAT_RAMP[number][0])
        (low, start, faint), (high, end, strong) = HEAT_RAMP[upper - 1], HEAT_RAMP[upper]
        share = (at - low) / (high - low)
        first, last = QColor(start), QColor(end)
        colours.append(
            QColor.fromRgbF(
                first.redF() + share * (last.redF() - first.redF()),
                first.greenF() + share * (last.greenF() - first.greenF()),
                first.blueF() + share * (last.blueF() - first.blueF()),
                faint + share * (strong - faint),
            )
        )
    return colours
