"""The picture on the table, large and upright, with what the network looked at laid over it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_desktop.core.events import PixelBlock
from resnet_desktop.core.looking import HeatGrid
from resnet_desktop.core.preprocess import Box
from resnet_desktop.ui import icons
from resnet_desktop.ui.classify.heat_overlay import heat_image
from resnet_desktop.ui.classify.picture_list import pixmap_of
from resnet_desktop.ui.theme import CORNER, HEAT_FRAME, SPACE, TITLE, colour
from resnet_desktop.ui.widgets.wrapped_text import draw_wrapped


class PictureView(QWidget):
    """Paints and nothing else; what it shows is handed to it."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self._heat: QImage | None = None
        self._box = Box(0, 0, 1, 1)
        self._opacity = 0.0
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def show_picture(self, block: PixelBlock | None) -> None:
        self._pixmap = pixmap_of(block) if block is not None else None
        self._sentence = ""
        self.setAccessibleDescription("")
        self.update()

    def show_error(self, sentence: str) -> None:
        """In place of a picture that cannot be shown."""
        self._pixmap, self._heat, self._sentence = None, None, sentence
        self.setAccessibleDescription(sentence)
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
        painter = QPainter(self)
        if self._pixmap is None:
            self._paint_error(painter)
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = self.picture_rectangle()
        outline = QPainterPath()
        outline.addRoundedRect(frame, CORNER, CORNER)
        painter.setClipPath(outline)
        painter.drawPixmap(frame, self._pixmap, QRectF(self._pixmap.rect()))
        if self._heat is not None and self._opacity > 0:
            self._paint_heat(painter, frame, self._heat)

    def _paint_error(self, painter: QPainter) -> None:
        if not self._sentence:
            return
        mark = icons.pixmap("broken", 56, "bad")
        middle = self.rect().center()
        painter.drawPixmap(middle.x() - 28, middle.y() - 64, mark)
        font = QFont(self.font())
        font.setPixelSize(TITLE)
        painter.setFont(font)
        painter.setPen(colour("text"))
        room = self.rect().adjusted(SPACE, self.height() // 2 + SPACE, -SPACE, 0)
        alignment = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        draw_wrapped(painter, QRectF(room), alignment, self._sentence)

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
        for line, dashes in zip(HEAT_FRAME, ((4, 4), (0, 4, 4, 0)), strict=True):
            pen = QPen(QColor(line), 1)
            pen.setDashPattern(dashes)
            painter.setPen(pen)
            painter.drawRect(seen)
