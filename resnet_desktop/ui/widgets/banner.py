"""One sentence above the page, with a way to close it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from resnet_desktop.ui import icons
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import announce, flat_button, push_button, text_label

# The sentence in the language of now. The window that said it may be gone by then, so it uses nothing of it.
Saying = Callable[[], str]


class Banner(QFrame):
    """Hidden until it has something to say. An offer has a button, too."""

    accepted = Signal()  # what was offered

    def __init__(self) -> None:
        super().__init__()
        self._saying: Saying | None = None
        self.setProperty("role", "banner")
        mark = QLabel()
        mark.setPixmap(icons.pixmap("warning", 18, "careful"))
        self._text = text_label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._accept = push_button("", primary=True)
        self._accept.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # while there is nothing to accept
        self._accept.clicked.connect(self.hide)
        self._accept.clicked.connect(self.accepted)
        close = flat_button("close", self.tr("Close"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, GAP, GAP)
        row.addWidget(mark)
        row.addWidget(self._text, 1)
        row.addWidget(self._accept)
        row.addWidget(close)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._text.text() if self.isVisible() else ""

    @property
    def offering(self) -> bool:
        return self._accept.isVisible()

    def offer(self, saying: Saying, action: str) -> None:
        """Say it, with a button for what can be done."""
        self.say(saying)
        self._accept.setText(action)
        self._accept.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._accept.show()

    def say_again_from(self, other: Banner) -> None:
        """What another window's banner says, in the language of now."""
        if other.isVisible() and other._saying is not None:
            self.say(other._saying)

    @Slot(object)
    def say(self, saying: Saying) -> None:
        self._saying, sentence = saying, saying()
        self._accept.hide()
        self._accept.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        announce(self, sentence)
