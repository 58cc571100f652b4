"""The picture on the table, large and upright, with what the network looked at laid over it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_desktop.core.events import PixelBlock
from resnet_desktop.core.looking import HeatGrid
from resnet_desktop.core.preprocess import Box
from resnet_desktop.ui.classify.heat_overlay import heat_image
from resnet_desktop.ui.classify.picture_list import pixmap_of
from resnet_desktop.ui.theme import CORNER, colour


class PictureView(QWidget):
    """Paints and nothing else; what it shows is handed to it."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self._heat: QImage | None = None
        self._box = Box(0, 0, 1, 1)
        self._opacity = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def show_picture(self, block: PixelBlock | None) -> None:
        self._pixmap = pixmap_of(block) if block is not None else None
        self.update()

    def hide_heat(self) -> None:
        self._heat = None
        self.update()

    def show_heat(self, grid: HeatGrid, box: Box, opacity: float) -> None:
        """``opacity`` 0..1; 0 shows the picture alone."""
        self._heat = heat_image(grid)
        self._box, self._opacity = box, opacity
        self.update()

    def picture_rectangle(self) -> QRectF:
        """Where the picture is drawn: as large as fits, never enlarged more than twice."""
        if self._pixmap is None:
            return QRectF()
        width, height = self._pixmap.width(), self._pixmap.height()
        scale = min(self.width() / width, self.height() / height, 2.0)
        size = QPointF(width * scale, height * scale)
        return QRectF((self.width() - size.x()) / 2, (self.height() - size.y()) / 2, size.x(), size.y())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._pixmap is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = self.picture_rectangle()
        outline = QPainterPath()
        outline.addRoundedRect(frame, CORNER, CORNER)
        painter.setClipPath(outline)
        painter.drawPixmap(frame, self._pixmap, QRectF(self._pixmap.rect()))
        if self._heat is not None and self._opacity > 0:
            self._paint_heat(painter, frame, self._heat)

    def _paint_heat(self, painter: QPainter, frame: QRectF, heat: QImage) -> None:
        seen = QRectF(
            frame.x() + self._box.left * frame.width(),
            frame.y() + self._box.top * frame.height(),
            (self._box.right - self._box.left) * frame.width(),
            (self._box.bottom - self._box.top) * frame.height(),
        )
        painter.setOpacity(self._opacity)
        painter.drawImage(seen, heat, QRectF(heat.rect()))
        # Outside the square the network sees nothing: a thin frame says so.
        painter.setOpacity(min(1.0, self._opacity + 0.2))
        painter.setPen(colour("on_accent"))
        painter.drawRect(seen)
