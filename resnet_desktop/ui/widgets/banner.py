"""One sentence above the page, with a way to close it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from resnet_desktop.ui import icons
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import announce, direction_mark, flat_button, push_button, text_label

# The sentence in the language of now. The window that said it may be gone by then, so it uses nothing of it.
Saying = Callable[[], str]


@dataclass(frozen=True)
class GoodNews:
    """A saying that warns of nothing."""

    saying: Saying

    def __call__(self) -> str:
        return self.saying()


class Banner(QFrame):
    """Hidden until it has something to say. An offer has a button, too."""

    accepted = Signal()  # what was offered

    def __init__(self) -> None:
        super().__init__()
        self._saying: Saying | None = None
        self._sentence = ""
        self.setProperty("role", "banner")
        self._mark = QLabel()
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
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(self._accept)
        row.addWidget(close)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._sentence if self.isVisible() else ""

    @property
    def is_good(self) -> bool:
        """Whether it looks like good news."""
        return bool(self.property("role") == "good banner")

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
        self._saying, self._sentence = saying, (sentence := saying())
        self._look(good=isinstance(saying, GoodNews))
        self._accept.hide()
        self._accept.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setText(f"{direction_mark()}{sentence}")
        self.setAccessibleName(sentence)
        self.show()
        announce(self, sentence)

    def _look(self, *, good: bool) -> None:
        self._mark.setPixmap(icons.pixmap("check", 18, "good") if good else icons.pixmap("warning", 18, "careful"))
        self.setProperty("role", "good banner" if good else "banner")
        self.style().unpolish(self)
        self.style().polish(self)
