"""Runs of before: those that stopped can go on."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.run_store import Run
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.preset_card import PresetWords
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import push_button, text_label

MOST = 8  # runs shown


class RunsList(QFrame):
    """The newest runs, one line each."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self._shown: object = None
        self.setProperty("role", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._column.setSpacing(GAP)
        trainer.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        runs = self._trainer.runs
        self.setVisible(bool(runs))
        if runs is self._shown:
            return
        self._shown = runs
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._column.addWidget(text_label(self.tr("RUNS"), "section"))
        for run, resumable in runs[:MOST]:
            self._column.addWidget(self._row(run, resumable=resumable))

    def _row(self, run: Run, *, resumable: bool) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(run.started)), QLocale.FormatType.ShortFormat)
        facts = " · ".join((PresetWords().title(run.config.preset), when, self._state(run)))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(text_label(one_line(run.config.name), "heading"))
        texts.addWidget(text_label(facts, "small", wrap=True))
        row.addLayout(texts, 1)
        if resumable:
            go_on = push_button(self.tr("Continue"), primary=True)
            go_on.clicked.connect(lambda: self._trainer.resume(run))
            row.addWidget(go_on)
        delete = push_button(self.tr("Delete"))
        delete.setToolTip(words.tip(self.tr("The model that came out of it stays.")))
        delete.clicked.connect(lambda: self._trainer.delete(run))
        row.addWidget(delete)
        return box

    def _state(self, run: Run) -> str:
        if run.state == "done" and run.validation:
            return self.tr("{percent} right").format(percent=words.percent(run.validation["accuracy"]))
        if run.state == "failed":
            return run.sentence or self.tr("failed")
        return self.tr("stopped")
