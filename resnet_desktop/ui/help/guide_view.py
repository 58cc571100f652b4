"""One page of the guide: text, pictures out of the guide's own folder, links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from resnet_desktop.core.guide import GuidePage, guide_folder
from resnet_desktop.ui.file_manager import open_web_page
from resnet_desktop.ui.help.guide_looks import MARKDOWN, dress, turned
from resnet_desktop.ui.theme import CORNER, SPACE, WIDE, colour

WIDEST = 760  # pixels of a line: longer ones are hard to read
REDRAW_MILLISECONDS = 120


class GuideView(QTextBrowser):
    """Opens nothing by itself: links to pages are told, those to the web go to the browser."""

    page_wanted = Signal(str)  # name of another page
    drawn_again = Signal()  # the same page, in another width

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._page: GuidePage | None = None
        self._drawn_width = 0
        self.setProperty("role", "guide")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("A page of the guide"))
        self.anchorClicked.connect(self._on_link)
        self._redraw_soon = QTimer(self)
        self._redraw_soon.setSingleShot(True)
        self._redraw_soon.setInterval(REDRAW_MILLISECONDS)
        self._redraw_soon.timeout.connect(self._redraw)

    def show_page(self, page: GuidePage) -> None:
        self._page = page
        self._draw()
        self.verticalScrollBar().setValue(0)

    @property
    def place(self) -> float:
        """How far down the page is read, from 0 to 1, in whatever width."""
        bar = self.verticalScrollBar()
        return bar.value() / max(1, bar.maximum())

    def go_to(self, place: float) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(round(place * bar.maximum()))

    def show_sentence(self, sentence: str) -> None:
        """In place of a page."""
        self._page = None
        self.setPlainText(sentence)
        dress(self.document(), right_to_left=self.isRightToLeft())

    def _draw(self) -> None:
        if self._page is None:
            return
        self._drawn_width = self._text_width()
        document = self.document()
        document.clear()  # pictures of another width, too
        text = self._page.text
        document.setMarkdown(turned(text) if self.isRightToLeft() else text, MARKDOWN)
        dress(document, right_to_left=self.isRightToLeft())
        self.moveCursor(QTextCursor.MoveOperation.Start)  # else the view scrolls to where the dressing ended

    @Slot()
    def _redraw(self) -> None:
        """The pictures fit the new width; what was read stays where it was."""
        if self._text_width() == self._drawn_width:
            return
        place = self.place
        self._draw()
        self.go_to(place)
        self.drawn_again.emit()

    def _text_width(self) -> int:
        """Whether the scroll bar is there yet or not: it comes only after the page was laid out."""
        return max(1, self.width() - 2 * self._side() - self.verticalScrollBar().sizeHint().width())

    def _side(self) -> int:
        return max(WIDE, (self.width() - WIDEST) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setViewportMargins(self._side(), SPACE, self._side(), SPACE)
        super().resizeEvent(event)
        self._redraw_soon.start()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures of the guide and nothing else, whatever a page may name."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        return picture_of(self._language, QUrl(name).fileName(), self._text_width(), self.devicePixelRatioF())

    @Slot(QUrl)
    def _on_link(self, url: QUrl) -> None:
        if url.isRelative() and url.path().endswith(".md"):
            self.page_wanted.emit(Path(url.path()).stem)
        else:
            open_web_page(url)


def picture_of(language: str, name: str, width: int, ratio: float) -> QImage:
    """A picture of the guide no wider than ``width``, sharp on fine screens, with a thin frame; null where it is
    missing."""
    folders = [guide_folder(language), guide_folder("en")]
    file = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if file is None:
        return QImage()
    whole = QImage(str(file))
    width = min(width, whole.width())
    size = QSize(width, round(width * whole.height() / max(1, whole.width()))) * ratio
    smooth, fill = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.IgnoreAspectRatio
    scaled = whole.convertToFormat(QImage.Format.Format_RGB32).scaled(size, fill, smooth)
    framed = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    framed.fill(Qt.GlobalColor.transparent)
    painter = QPainter(framed)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), CORNER * ratio, CORNER * ratio)
    painter.setClipPath(outline)
    painter.drawImage(0, 0, scaled)
    painter.setClipping(False)
    painter.setPen(QPen(colour("line"), ratio))
    painter.drawPath(outline)
    painter.end()
    framed.setDevicePixelRatio(ratio)
    return framed
