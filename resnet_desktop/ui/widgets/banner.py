"""One sentence above the page, with a way to close it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from resnet_desktop.ui import icons
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import announce, flat_button, text_label


class Banner(QFrame):
    """Hidden until it has something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        mark = QLabel()
        mark.setPixmap(icons.pixmap("warning", 18, "careful"))
        self._text = text_label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = flat_button("close", self.tr("Close"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, GAP, GAP)
        row.addWidget(mark)
        row.addWidget(self._text, 1)
        row.addWidget(close)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._text.text() if self.isVisible() else ""

    @Slot(str)
    def say(self, sentence: str) -> None:
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        announce(self, sentence)
