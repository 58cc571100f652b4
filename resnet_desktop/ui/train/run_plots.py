"""The curves of one run: loss by step or epoch, accuracy by epoch, learning rate by step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLocale, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from resnet_desktop.core.curve_data import CurveData, csv_of
from resnet_desktop.ui.theme import SPACE, colour
from resnet_desktop.ui.train.plot_card import NOTHING, STAR, Look, PlotCard
from resnet_desktop.ui.train.plot_files import PlotFiles
from resnet_desktop.ui.train.plot_range import Limits
from resnet_desktop.ui.widgets.basics import flat_button

PERCENT = Limits(0, 100, span=8)


def percent_form(value: float) -> str:
    """A value of 0 to 100."""
    return QLocale().toString(value, "f", 1)


class RunPlots(QWidget):
    """A view of CurveData: given once, drawn again by ``redraw`` when it has grown."""

    def __init__(self) -> None:
        super().__init__()
        self._data = CurveData()
        self.name = ""  # of the run, for files
        self.loss = PlotCard(self.tr("Loss"))
        self.accuracy = PlotCard(self.tr("Right, in percent"), form=percent_form)
        self.rate = PlotCard(self.tr("Learning rate"))
        self.accuracy.limit(PERCENT)
        self.learning = self.loss.add_line(Look(self.tr("learning"), colour("accent")))
        self.learning_epochs = self.loss.add_line(Look(self.tr("learning"), colour("accent"), "o"))
        self.checking = self.loss.add_line(Look(self.tr("checking"), colour("careful"), "o"))
        self._best_loss = self.loss.add_line(self._star("careful"))
        self.right = self.accuracy.add_line(Look(self.tr("checking"), colour("good"), "o"))
        self.best = self.accuracy.add_line(self._star("good"))
        self.rates = self.rate.add_line(Look("", colour("accent")))
        self.by_epoch = self._switch(self.tr("By epoch"), self.tr("One point an epoch instead of one a step"))
        self.by_epoch.toggled.connect(self.redraw)
        self.log_button = flat_button("log", self.tr("Logarithmic scale"))
        self.log_button.setCheckable(True)
        self.log_button.toggled.connect(self._on_log)
        self.loss.add_tool(self.by_epoch)
        self.loss.add_tool(self.log_button)
        for card in (self.loss, self.accuracy, self.rate):
            PlotFiles(card, self._table, lambda: self.name)
        self._lay_out()
        self.redraw()

    def _star(self, token: str) -> Look:
        return Look(self.tr("best so far"), colour(token), "star", STAR, joined=False)

    def _switch(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setCheckable(True)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.loss, 3)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for card in (self.accuracy, self.rate):
            row.addWidget(card, 1)
        column.addLayout(row, 2)

    def show_curves(self, data: CurveData, name: str) -> None:
        """Draw these from now on, all of them."""
        self._data, self.name = data, name
        for card in (self.loss, self.accuracy, self.rate):
            card.show_whole()
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        data = self._data
        has_steps = len(data.step) > 0 or data.steps_an_epoch > 0  # the first may be still to come
        by_step = has_steps and not self.by_epoch.isChecked()
        self.by_epoch.setVisible(has_steps)
        self.rate.setVisible(len(data.step) > 0)
        self._name_axes(by_step=by_step, has_steps=has_steps)
        self._draw_loss(data, by_step=by_step)
        right = 100 * data.accuracy
        self.right.show(data.epoch, right)
        self.best.show(data.epoch[data.best], right[data.best])
        self.rates.show(data.step, data.learning_rate)
        for card in (self.loss, self.accuracy, self.rate):
            card.follow()

    def _draw_loss(self, data: CurveData, *, by_step: bool) -> None:
        if self.learning.item.isVisible() is not by_step or not self.loss.has_legend:
            self.learning.item.setVisible(by_step)
            self.learning_epochs.item.setVisible(not by_step)
            shown = self.learning if by_step else self.learning_epochs
            self.loss.show_legend((shown, self.checking, self._best_loss))
        at = data.epoch_steps if by_step else data.epoch
        if by_step:
            self.learning.show(data.step, data.loss)
            self.learning_epochs.show(NOTHING, NOTHING)
        else:
            self.learning.show(NOTHING, NOTHING)
            known = np.isfinite(data.train_loss)
            self.learning_epochs.show(at[known], data.train_loss[known])
        self.checking.show(at, data.validation_loss)
        self._best_loss.show(at[data.best], data.validation_loss[data.best])

    def _name_axes(self, *, by_step: bool, has_steps: bool) -> None:
        tries = self.tr("try, from strong to weak regularisation")
        has_tries = bool(self._data) and not has_steps
        epochs = (tries, self._try) if has_tries else (self.tr("epoch"), self._epoch)
        first = int(has_tries)  # there is no try before the first
        self.loss.name_x(*((self.tr("step"), self._step) if by_step else epochs), first=first)
        self.accuracy.name_x(*epochs, first=first)
        self.rate.name_x(self.tr("step"), self._step)

    def _step(self, value: float) -> str:
        return self.tr("step {number}").format(number=QLocale().toString(round(value)))

    def _epoch(self, value: float) -> str:
        return self.tr("epoch {number}").format(number=QLocale().toString(round(value)))

    def _try(self, value: float) -> str:
        return self.tr("try {number}").format(number=QLocale().toString(round(value)))

    @Slot(bool)
    def _on_log(self, on: bool) -> None:
        self.loss.set_log(on=on)

    def _table(self) -> bytes:
        return csv_of([(self.name, self._data)])
