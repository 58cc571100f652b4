"""Several runs on one plot, and what they are worth beside it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QVBoxLayout, QWidget

from resnet_desktop.core.curve_data import CurveData, csv_of
from resnet_desktop.core.plain_text import one_line
from resnet_desktop.ui.runs.run_list import RunEntry
from resnet_desktop.ui.runs.run_reader import RunRead
from resnet_desktop.ui.runs.run_words import RunWords
from resnet_desktop.ui.theme import SPACE, curve_colours
from resnet_desktop.ui.train.plot_card import LegendEntry, Look, PlotCard
from resnet_desktop.ui.train.plot_files import PlotFiles
from resnet_desktop.ui.train.run_plots import PERCENT, percent_form
from resnet_desktop.ui.widgets.basics import flat_button, text_label

MARKS = ("o", "s", "t", "d", "p", "h", "t1", "x")  # as many as there are colours
MOST = len(MARKS)
_TRAILING = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop


def looks_of(entries: tuple[RunEntry, ...]) -> tuple[Look, ...]:
    """A colour and a mark for each, in the order of the list."""
    pairs = zip(entries, curve_colours(), MARKS, strict=False)
    return tuple(Look(one_line(entry.run.label), QColor(name), mark) for entry, name, mark in pairs)


class ComparePlots(QWidget):
    """Loss and accuracy on the validation pictures by epoch, a curve a run."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[RunEntry, ...] = ()
        self._read: dict[str, CurveData] = {}
        self.loss = PlotCard(self.tr("Loss when checking"))
        self.accuracy = PlotCard(self.tr("Right, in percent"), form=percent_form)
        self.accuracy.limit(PERCENT)
        log = flat_button("log", self.tr("Logarithmic scale"))
        log.setCheckable(True)
        log.toggled.connect(self._on_log)
        self.loss.add_tool(log)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for card in (self.accuracy, self.loss):
            card.name_x(self.tr("epoch"), self._epoch)
            PlotFiles(card, self._table, lambda: self.tr("Comparison"))
            column.addWidget(card, 1)

    def show_runs(self, entries: tuple[RunEntry, ...]) -> None:
        """These, as soon as they have been read."""
        self._entries, self._read = entries[:MOST], {}
        for card in (self.loss, self.accuracy):
            card.show_whole()
        self._draw()

    def take(self, read: RunRead) -> None:
        """The curves of one of them."""
        self._read[read.run.id] = read.curves
        self._draw()

    def _draw(self) -> None:
        for card in (self.loss, self.accuracy):
            card.clear_lines()
        with_epochs = any(len(data.step) for data in self._read.values())
        for entry, look in zip(self._entries, looks_of(self._entries), strict=True):
            data = self._read.get(entry.run.id)
            if data is None:
                continue
            # A run without steps has tries, not epochs; beside epochs its best one is where learning would begin.
            alone = with_epochs and not len(data.step)
            part = data.best if alone else slice(None)
            epochs = np.zeros_like(data.epoch[part]) if alone else data.epoch
            for card, values in ((self.loss, data.validation_loss), (self.accuracy, 100 * data.accuracy)):
                known = np.isfinite(values[part])
                card.add_line(look).show(epochs[known], values[part][known])
        for card in (self.loss, self.accuracy):
            card.follow()

    @Slot(bool)
    def _on_log(self, on: bool) -> None:
        self.loss.set_log(on=on)

    def _epoch(self, value: float) -> str:
        return self.tr("epoch {number}").format(number=QLocale().toString(round(value)))

    def _table(self) -> bytes:
        named = ((one_line(entry.run.label), self._read.get(entry.run.id)) for entry in self._entries)
        return csv_of([(name, data) for name, data in named if data is not None])


class CompareCard(QFrame):
    """Which curve is which run, and what came out of each."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._words = RunWords(self)
        self._title = text_label("", "title", wrap=True)
        self._rows = QGridLayout()
        self._rows.setSpacing(SPACE)
        self._rows.setColumnStretch(0, 1)
        self._note = text_label("", "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self._title)
        column.addLayout(self._rows)
        column.addWidget(self._note)
        column.addStretch(1)

    def show_runs(self, entries: tuple[RunEntry, ...]) -> None:
        self._title.setText(self.tr("%Ln runs compared", "", min(len(entries), MOST)))
        _clear(self._rows)
        for row, (entry, look) in enumerate(zip(entries, looks_of(entries), strict=False)):
            state, _colour = self._words.state(entry.run, at_work=entry.at_work)
            names = QVBoxLayout()
            names.setSpacing(0)
            names.addWidget(LegendEntry(look))
            names.addWidget(text_label(self._words.facts(entry.run), "small"))
            self._rows.addLayout(names, row, 0)
            self._rows.addWidget(text_label(state, "heading"), row, 1, _TRAILING)
        more = len(entries) - MOST
        self._note.setText(self.tr("%Ln more are chosen than can be told apart on one plot.", "", max(0, more)))
        self._note.setVisible(more > 0)


def _clear(layout: QLayout) -> None:
    """Take everything out of it, also what stands in layouts of its own."""
    while (old := layout.takeAt(0)) is not None:
        if inner := old.layout():
            _clear(inner)
        if widget := old.widget():
            widget.hide()
            widget.deleteLater()
