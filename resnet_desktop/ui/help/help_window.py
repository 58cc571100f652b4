"""The guide: its pages at the side, the chosen one beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from resnet_desktop.core.guide import GuideError, GuidePage, load_guide
from resnet_desktop.ui import words
from resnet_desktop.ui.help.contents import Contents
from resnet_desktop.ui.help.find_bar import FindBar
from resnet_desktop.ui.help.finder import Finder
from resnet_desktop.ui.help.guide_view import GuideView
from resnet_desktop.ui.help.trail import Trail, Visit
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import flat_button, resize_within_screen, text_label

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
        self._trail, self._travelling = Trail(), False
        self.back_button = flat_button("back", self.tr("Back"), mirrored=True)
        self.forward_button = flat_button("forward", self.tr("Forward"), mirrored=True)
        self.find_button = flat_button("find", self.tr("Find on this page"))
        self.contents = Contents()
        self.view = GuideView(language)
        self.find_bar = FindBar(Finder(self.view))
        self._lay_out()
        self._connect()
        self._fill(language)

    def _connect(self) -> None:
        self.contents.currentRowChanged.connect(self._on_row)
        self.view.page_wanted.connect(self.show_page)
        self.view.drawn_again.connect(self._on_drawn_again)
        self.find_bar.closed.connect(self.view.setFocus)
        # Back is where the text comes from, so in Hebrew it is on the right, as its arrow says.
        before, after = ("Alt+Right", "Alt+Left") if self.isRightToLeft() else ("Alt+Left", "Alt+Right")
        for button, keys, action in (
            (self.back_button, (before, "Back"), self.go_back),
            (self.forward_button, (after, "Forward"), self.go_forward),
            (self.find_button, ("Ctrl+F",), self.find_bar.open_bar),
        ):
            button.clicked.connect(action)
            key = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{button.accessibleName()} ({words.left_to_right(key)})")
            for each in keys:
                QShortcut(QKeySequence(each), self, action)

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("role", "card")
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(GAP, SPACE, GAP, SPACE)
        column.setSpacing(GAP)
        heading = text_label(self.tr("GUIDE"), "section")
        heading.setContentsMargins(GAP, 0, GAP, 0)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(heading, 1)
        for button in (self.back_button, self.forward_button, self.find_button):
            head.addWidget(button)
        column.addLayout(head)
        column.addWidget(self.contents, 1)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.find_bar)
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
            for part in (self.contents, self.back_button, self.forward_button, self.find_button):
                part.setEnabled(False)
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
        if not 0 <= row < len(self._pages):
            return
        if not self._travelling:
            self._trail.leave(self.view.place)
            self._trail.go(self._pages[row].name)
        self.view.show_page(self._pages[row])
        self.find_bar.look_again(same_page=False)
        self._show_ways()

    def _show_ways(self) -> None:
        self.back_button.setEnabled(self._trail.can_go_back)
        self.forward_button.setEnabled(self._trail.can_go_forward)

    @Slot()
    def go_back(self) -> None:
        """To the page before, as far down as it was read."""
        if self._trail.can_go_back:
            self._trail.leave(self.view.place)
            self._travel(self._trail.back())

    @Slot()
    def go_forward(self) -> None:
        if self._trail.can_go_forward:
            self._trail.leave(self.view.place)
            self._travel(self._trail.forward())

    def _travel(self, visit: Visit) -> None:
        self._travelling = True
        self.show_page(visit.page)
        self._travelling = False
        self.view.go_to(visit.place)
        self._show_ways()

    def go_on_from(self, old: HelpWindow) -> None:
        """Show what another window shows, with its way back."""
        if old.page:
            self._trail = old._trail
            self._travel(Visit(old.page, old.view.place))

    @Slot()
    def _on_drawn_again(self) -> None:
        self.find_bar.look_again(same_page=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the field first, then the window."""
        if event.key() == Qt.Key.Key_Escape and not self.find_bar.isHidden():
            self.find_bar.close_bar()
        else:
            super().keyPressEvent(event)
