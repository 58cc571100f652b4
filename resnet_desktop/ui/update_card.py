"""Whether to look for newer versions, and what a look has found."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout

from resnet_desktop.core import updates
from resnet_desktop.ui import words
from resnet_desktop.ui.file_manager import open_web_page
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import announce, push_button, text_label


class UpdateCard(QFrame):
    """Nothing is asked before the box is ticked or the button pressed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._updates = session, session.updates
        self._pressed = False
        self.setProperty("role", "card")
        self.at_start = QCheckBox(self.tr("Look for updates when the program starts"))
        self.at_start.setChecked(session.settings.look_for_updates)
        self.at_start.toggled.connect(self._on_toggled)
        self.look = push_button(self.tr("Look now"))
        self.look.clicked.connect(self._on_look)
        self.open = push_button(self.tr("Open its page"), primary=True)
        self.open.clicked.connect(self._on_open)
        self.said = text_label("", "small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.at_start, 1)
        row.addWidget(self.open)
        row.addWidget(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, GAP, SPACE, GAP)
        column.setSpacing(GAP // 2)
        column.addLayout(row)
        column.addWidget(self.said)
        self._updates.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """What failed by itself at the start is not worth a word; what the person asked for is."""
        nowhere = not updates.RELEASES
        self.at_start.setEnabled(not nowhere)
        self.look.setEnabled(not nowhere and not self._updates.looking)
        self.open.setVisible(bool(self._updates.newer and updates.RELEASES_PAGE))
        self.said.setText(words.note_of(updates.NOWHERE) if nowhere else self._sentence())
        if self._pressed and not self._updates.looking:
            announce(self.said, self.said.text())

    def _sentence(self) -> str:
        state = self._updates
        if state.looking:
            return self.tr("Looking…")
        if state.error is not None and self._pressed:
            return words.sentence_of(state.error)
        if state.newer:
            return self.tr("Version {version} is out").format(version=state.newer)
        if state.looked:
            return self.tr("This is the newest version.")
        return self.tr("One question is asked, and nothing about you or your pictures is sent.")

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self._session.remember(look_for_updates=on)

    @Slot()
    def _on_look(self) -> None:
        self._pressed = True
        self._updates.look(self._session.settings.proxy)

    @Slot()
    def _on_open(self) -> None:
        open_web_page(QUrl(updates.RELEASES_PAGE))
