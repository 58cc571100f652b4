"""The gallery with its heading: which mistakes these are, and the way back to all of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from resnet_desktop.core.report import Report
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.result.gallery import Gallery
from resnet_desktop.ui.train.result.mistakes import Mistakes
from resnet_desktop.ui.train.result.pair import ALL, Pair
from resnet_desktop.ui.train.result.result_words import ResultWords
from resnet_desktop.ui.widgets.basics import push_button, text_label
from resnet_desktop.workers.thread_host import ThreadHost


class MistakesCard(QFrame):
    """Shows the wrong pictures of a pair."""

    everything = Signal()  # all mistakes are wanted
    opened = Signal(Path)

    def __init__(self, host: ThreadHost) -> None:
        super().__init__()
        self._words = ResultWords()
        self.setProperty("role", "card")
        self.mistakes = Mistakes(host, self)
        self.gallery = Gallery(self.mistakes)
        self.gallery.opened.connect(self._on_opened)
        self._title = text_label("", "heading", wrap=True)
        self._hint = text_label(
            self.tr("Very sure and wrong? The picture may stand in the wrong folder. A double click opens it."),
            "small",
            wrap=True,
        )
        self._nothing = text_label("", "quiet", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._all = push_button(self.tr("All mistakes"))
        self._all.clicked.connect(self.everything)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.gallery)
        self._stack.addWidget(self._nothing)
        texts = QVBoxLayout()
        texts.setSpacing(GAP // 2)
        texts.addWidget(self._title)
        texts.addWidget(self._hint)
        texts.addStretch(1)
        head = QHBoxLayout()
        head.setContentsMargins(GAP, 0, GAP, 0)
        head.setSpacing(SPACE)
        head.addLayout(texts, 1)
        head.addWidget(self._all, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, SPACE, GAP, GAP)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def show_pair(self, report: Report, pair: Pair) -> None:
        self.mistakes.show(report, pair)
        some = self.mistakes.rowCount() > 0
        self._title.setText(self._words.pair(report, pair))
        self._title.setVisible(bool(report.wrong))
        self._hint.setVisible(some)
        self._all.setVisible(pair != ALL and bool(report.wrong))  # else it would lead nowhere
        self._nothing.setText(self._words.nothing(report, pair))
        self._stack.setCurrentWidget(self.gallery if some else self._nothing)

    @Slot(object)
    def _on_opened(self, path: Path) -> None:
        self.opened.emit(path)
