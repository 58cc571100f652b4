"""Plots as files: a picture, a drawing, a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFont, QFontMetricsF, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton

from resnet_desktop.core.files import write_file
from resnet_desktop.core.plain_text import file_name, one_line
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import BODY, GAP, SMALL, SPACE, colour
from resnet_desktop.ui.train.plot_card import SWATCH, PlotCard, paint_swatch

HEAD = 40  # pixels for title and legend
SHARPNESS = 2  # pixels of a saved picture for each on the screen


class PlotFiles(QObject):
    """The menu behind the Save button of a card."""

    def __init__(self, card: PlotCard, table: Callable[[], bytes], name: Callable[[], str]) -> None:
        super().__init__(card)
        self._card, self._table, self._name = card, table, name
        self.menu = QMenu(card)
        for ending, text in (
            ("png", self.tr("As a picture (PNG)…")),
            ("svg", self.tr("As a drawing (SVG)…")),
            ("csv", self.tr("The numbers as a table (CSV)…")),
        ):
            action = QAction(text, self.menu)
            action.setData(ending)
            self.menu.addAction(action)
        self.menu.triggered.connect(self._on_chosen)
        card.save_button.setMenu(self.menu)
        card.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        ending = str(action.data())
        suggested = f"{file_name(self._name())} - {file_name(self._card.title)}.{ending}"
        chosen, _filter = QFileDialog.getSaveFileName(
            self._card, self.tr("Save"), str(Path.home() / suggested), f"{ending.upper()} (*.{ending})"
        )
        if chosen:
            path = Path(chosen)
            self.save(path if path.suffix.lower() == f".{ending}" else path.with_name(f"{path.name}.{ending}"), ending)

    def save(self, path: Path, ending: str) -> bool:
        """Write it; where that fails a sentence is shown."""
        make = {"png": lambda: png_of(self._card), "svg": lambda: svg_of(self._card), "csv": self._table}[ending]
        try:
            write_file(path, make(), for_others=True)
        except OSError as error:
            self._complain(path, error.strerror or str(error))
            return False
        return True

    def _complain(self, path: Path, reason: str) -> None:
        sentence = self.tr("{file} could not be written: {reason}. Choose another folder, or free some space.")
        box = QMessageBox(self._card)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Not saved"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(sentence.format(file=words.left_to_right(str(path)), reason=one_line(reason)))
        box.open()


def png_of(card: PlotCard) -> bytes:
    size = _size(card)
    image = QImage(size * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    painter = QPainter(image)
    _paint(painter, card, size)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def svg_of(card: PlotCard) -> bytes:
    size, buffer, generator = _size(card), QBuffer(), QSvgGenerator()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(card.title)
    painter = QPainter(generator)
    _paint(painter, card, size)
    painter.end()
    return bytes(buffer.data().data())


def _size(card: PlotCard) -> QSize:
    plot = card.plot.viewport().size()
    return QSize(plot.width() + 2 * SPACE, plot.height() + HEAD + SPACE)


def _paint(painter: QPainter, card: PlotCard, size: QSize) -> None:
    """Title and legend, then the plot as it is seen, without the read-out."""
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), colour("card"))
    font = QFont(card.font())
    font.setPixelSize(BODY)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(colour("text"))
    middle, left = HEAD / 2, float(SPACE)
    painter.drawText(QPointF(left, middle + BODY / 3), card.title)
    left += QFontMetricsF(font).horizontalAdvance(card.title) + SPACE
    font.setPixelSize(SMALL)
    font.setBold(False)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in card.lines:
        if not line.look.name or not line.item.isVisible():
            continue
        paint_swatch(painter, line.look, left, middle)
        painter.setPen(colour("quiet"))
        painter.drawText(QPointF(left + SWATCH + GAP, middle + SMALL / 3), line.look.name)
        left += SWATCH + GAP + QFontMetricsF(font).horizontalAdvance(line.look.name) + SPACE
    plot = card.plot.viewport()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    card.plot.render(painter, QRectF(SPACE, HEAD, plot.width(), plot.height()), plot.rect())
