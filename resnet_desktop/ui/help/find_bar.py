"""The field above a page of the guide in which one says what to find on it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit

from resnet_desktop.ui.help.finder import Finder
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import announce, flat_button, text_label

LONGEST = 200  # characters; the guide has no longer sentences
COUNT_WIDTH = 92  # pixels: the field does not jump while one types


class FindField(QLineEdit):
    """Enter leads to the next place, with Shift to the one before."""

    step = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            event.accept()
            return
        super().keyPressEvent(event)


class FindBar(QFrame):
    """Hidden until it is wanted."""

    closed = Signal()

    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self._finder = finder
        self.field = FindField()
        self.field.setMaxLength(LONGEST)
        self.field.setPlaceholderText(self.tr("Find on this page"))
        self.field.setAccessibleName(self.tr("Find on this page"))
        self.field.textChanged.connect(self._on_text)
        self.field.step.connect(self._on_step)
        self.said = text_label("", "small")
        self.said.setMinimumWidth(COUNT_WIDTH)
        self.before = flat_button("up", self.tr("The one before"))
        self.before.clicked.connect(self._on_before)
        self.next = flat_button("down", self.tr("The next one"))
        self.next.clicked.connect(self._on_next)
        close = flat_button("close", self.tr("Close"))
        close.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self.field, 1)
        row.addWidget(self.said)
        for button in (self.before, self.next, close):
            row.addWidget(button)
        self._tell(aloud=False)
        self.hide()

    @Slot()
    def open_bar(self) -> None:
        """With what was found the last time, ready to be typed over."""
        if self.isHidden():
            self.show()
            self._on_text(self.field.text())
        self.field.setFocus()
        self.field.selectAll()

    @Slot()
    def close_bar(self) -> None:
        self.hide()
        self._finder.stop()
        self.closed.emit()

    def look_again(self, *, same_page: bool) -> None:
        """The view shows another page, or the same one in another width."""
        if not self.isHidden():
            self._finder.look_again(same_page=same_page)
            self._tell(aloud=not same_page)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self._finder.look(text)
        self._tell(aloud=True)

    @Slot(int)
    def _on_step(self, by: int) -> None:
        self._finder.step(by)
        self._tell(aloud=True)

    @Slot()
    def _on_before(self) -> None:
        self._on_step(-1)

    @Slot()
    def _on_next(self) -> None:
        self._on_step(1)

    def _tell(self, *, aloud: bool) -> None:
        finder = self._finder
        sentence = ""
        if finder.count:
            locale = QLocale()
            sentence = self.tr("{number} of {count}").format(
                number=locale.toString(finder.at + 1), count=locale.toString(finder.count)
            )
        elif self.field.text():
            sentence = self.tr("Not on this page")
        self.said.setText(sentence)
        for button in (self.before, self.next):
            button.setEnabled(finder.count > 0)
        if aloud and sentence:
            announce(self.field, sentence)
