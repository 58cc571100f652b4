"""Runs that stopped and can go on, on the empty Train page. The Runs page has all of them."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.run_store import Run
from resnet_desktop.ui.runs.run_words import RunWords
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import push_button, text_label

MOST = 3  # runs shown


class RunsList(QFrame):
    """The newest of them, one line each."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self._shown: object = None
        self._words = RunWords(self)
        self.setProperty("role", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._column.setSpacing(GAP)
        trainer.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        runs = self._trainer.runs
        resumable = [run for run, can_go_on in runs if can_go_on][:MOST]
        self.setVisible(bool(resumable))
        if runs is self._shown:
            return
        self._shown = runs
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._column.addWidget(text_label(self.tr("STOPPED BEFORE THE END"), "section"))
        for run in resumable:
            self._column.addWidget(self._row(run))

    def _row(self, run: Run) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        facts = f"{self._words.facts(run)} · {self._words.state(run, at_work=False)[0]}"
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(text_label(one_line(run.label), "heading"))
        texts.addWidget(text_label(facts, "small", wrap=True))
        row.addLayout(texts, 1)
        go_on = push_button(self.tr("Continue"))
        go_on.clicked.connect(lambda: self._trainer.resume(run))
        row.addWidget(go_on)
        return box
