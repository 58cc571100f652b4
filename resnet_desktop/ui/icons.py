"""Icons from our own SVG files, drawn in the colour that the theme asks for."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resnet_desktop.core.paths import resource_path
from resnet_desktop.ui import theme

# What the files draw with; replaced by the colour of the moment.
STROKE = "currentColor"


def icon(name: str, size: int = 18, colour: str = "text", *, mirrored: bool = False) -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in a theme colour; ``mirrored`` ones turn with the direction of text."""
    result = QIcon(pixmap(name, size, colour, mirrored=mirrored))
    result.addPixmap(pixmap(name, size, "quiet", mirrored=mirrored), QIcon.Mode.Disabled)
    return result


def pixmap(name: str, size: int, colour: str = "text", *, mirrored: bool = False) -> QPixmap:
    """As sharp as the sharpest screen needs."""
    svg = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace(STROKE, getattr(theme.tokens(), colour))
    ratio = QGuiApplication.primaryScreen().devicePixelRatio() if QGuiApplication.screens() else 1.0
    result = QPixmap(QSize(size, size) * ratio)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    if mirrored and QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        painter.translate(size, 0)
        painter.scale(-1, 1)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result
