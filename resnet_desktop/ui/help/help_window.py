"""The guide: its pages at the side, the chosen one beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from resnet_desktop.core.guide import GuideError, GuidePage, load_guide
from resnet_desktop.ui import words
from resnet_desktop.ui.help.contents import Contents
from resnet_desktop.ui.help.guide_view import GuideView
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import resize_within_screen, text_label

SIZE, SMALLEST, SIDE = (1100, 720), (760, 480), 264


class HelpWindow(QDialog):
    """Not modal: it can stand beside the window that it explains."""

    def __init__(self, language: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setMinimumSize(*SMALLEST)
        resize_within_screen(self, *SIZE)
        self._pages: tuple[GuidePage, ...] = ()
        self.contents = Contents()
        self.view = GuideView(language)
        self._lay_out()
        self.contents.currentRowChanged.connect(self._on_row)
        self.view.page_wanted.connect(self.show_page)
        self._fill(language)

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("role", "card")
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(GAP, SPACE, GAP, SPACE)
        column.setSpacing(GAP)
        heading = text_label(self.tr("GUIDE"), "section")
        heading.setContentsMargins(GAP, 0, GAP, 0)
        column.addWidget(heading)
        column.addWidget(self.contents, 1)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.view)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(side)
        row.addWidget(card, 1)

    def _fill(self, language: str) -> None:
        try:
            self._pages = load_guide(language)
        except GuideError as error:
            self.contents.setEnabled(False)
            self.view.show_sentence(words.sentence_of(error))
            return
        for page in self._pages:
            self.contents.addItem(page.title)
        self.contents.setCurrentRow(0)
        self.contents.setFocus()

    @property
    def page(self) -> str:
        """Name of the page that is shown."""
        row = self.contents.currentRow()
        return self._pages[row].name if 0 <= row < len(self._pages) else ""

    @Slot(str)
    def show_page(self, name: str) -> None:
        for row, page in enumerate(self._pages):
            if page.name == name:
                self.contents.setCurrentRow(row)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        if 0 <= row < len(self._pages):
            self.view.show_page(self._pages[row])
