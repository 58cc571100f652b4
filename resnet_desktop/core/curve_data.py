"""The numbers behind the curves of a run, from its events as they come or from its journal."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_desktop.core.events import Event
from resnet_desktop.core.training import EpochDone, RunStarted, StepDone

Numbers = NDArray[np.float64]
FIRST_ROOM = 256  # rows
HEADINGS = ("step", "epoch", "loss", "learning_rate", "train_loss", "validation_loss", "validation_accuracy", "best")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")  # a cell that begins so is a program to some spreadsheets


class Columns:
    """Rows of numbers whose room doubles when it is full, so that a row costs the same however many there are."""

    def __init__(self, width: int) -> None:
        self._values: Numbers = np.empty((width, FIRST_ROOM))
        self.count = 0

    def add(self, *row: float) -> None:
        """A row; its first number says where it is. What stood there or behind it is replaced: the run went back."""
        if not math.isfinite(row[0]):
            return
        if self.count and row[0] <= self._values[0, self.count - 1]:
            self.cut(row[0])
        if self.count == self._values.shape[1]:
            self._values = np.concatenate([self._values, np.empty_like(self._values)], axis=1)
        self._values[:, self.count] = row
        self.count += 1

    def cut(self, first: float) -> None:
        """Forget the rows at ``first`` and behind it."""
        self.count = int(np.searchsorted(self.column(0), first))

    def column(self, index: int) -> Numbers:
        """A view [rows], not a copy; good until the next row."""
        return self._values[index, : self.count]


class CurveData:
    """Grows with ``take``. Steps and epochs are in order, each once."""

    def __init__(self) -> None:
        self._steps = Columns(4)
        self._epochs = Columns(7)
        self.steps_an_epoch = 0.0  # 0 where a preset has no steps

    def __bool__(self) -> bool:
        return bool(self._steps.count or self._epochs.count)

    def take(self, event: Event) -> bool:
        """Add a StepDone or an EpochDone and learn from a RunStarted; whether there is more to draw."""
        if isinstance(event, StepDone):
            self._steps.add(event.step, event.epoch, event.loss, event.learning_rate)
        elif isinstance(event, EpochDone):
            losses = (event.train_loss, event.validation_loss)
            self._end(event.epoch, *losses, event.validation_accuracy, event.learning_rate, float(event.best))
        else:
            if isinstance(event, RunStarted):
                self._begin(event.steps, event.epochs, event.first_step, event.first_epoch)
            return False
        return True

    def take_record(self, record: Mapping[str, Any]) -> None:
        """The same from a line of the journal; one that is not as it should be is passed over."""
        kind = record.get("event")
        try:
            if kind == "step":
                self._steps.add(*(float(record[key]) for key in ("step", "epoch", "loss", "learning_rate")))
            elif kind in ("epoch", "before"):  # what a run begins with is epoch 0
                keys = ("epoch", "train_loss", "validation_loss", "validation_accuracy", "learning_rate", "best")
                self._end(*(float(record[key]) for key in keys))
            elif kind == "run":
                first = (float(record.get(key, 1)) for key in ("first_step", "first_epoch"))
                self._begin(int(record["steps"]), int(record["epochs"]), *first)
        except (KeyError, TypeError, ValueError, OverflowError):
            return

    def _begin(self, steps: int, epochs: int, first_step: float = 1, first_epoch: float = 1) -> None:
        """A run that goes on tells again what came after its checkpoint."""
        self._steps.cut(first_step)
        self._epochs.cut(first_epoch)
        self.steps_an_epoch = steps / epochs if epochs > 0 else 0.0

    def _end(self, epoch: float, *values: float) -> None:
        """An epoch, at its last step: one that was ended early has fewer of them."""
        steps = self._steps
        told = steps.count and steps.column(1)[-1] == epoch
        self._epochs.add(epoch, *values, float(self.step[-1]) if told else epoch * (self.steps_an_epoch or 1.0))

    # Each of these is a view [steps] or [epochs].

    @property
    def step(self) -> Numbers:
        return self._steps.column(0)

    @property
    def loss(self) -> Numbers:
        return self._steps.column(2)

    @property
    def learning_rate(self) -> Numbers:
        return self._steps.column(3)

    @property
    def epoch(self) -> Numbers:
        return self._epochs.column(0)

    @property
    def train_loss(self) -> Numbers:
        return self._epochs.column(1)

    @property
    def validation_loss(self) -> Numbers:
        return self._epochs.column(2)

    @property
    def accuracy(self) -> Numbers:
        """0..1, on the validation pictures."""
        return self._epochs.column(3)

    @property
    def best(self) -> slice:
        """The best epoch of all so far as a part of the views above; empty where there is none."""
        (found,) = np.nonzero(self._epochs.column(5))
        return slice(int(found[-1]), int(found[-1]) + 1) if len(found) else slice(0, 0)

    @property
    def epoch_steps(self) -> Numbers:
        """The step at which each epoch ended; epoch 0, before all training, is at step 0."""
        return self._epochs.column(6)

    def rows(self) -> Iterator[tuple[float | None, ...]]:
        """By HEADINGS, in the order of time; an epoch's numbers stand in the row of its last step where that is
        known, else in a row of their own."""
        ends, at = self.epoch_steps, 0
        for row, step in enumerate(self.step):
            while at < len(ends) and ends[at] < step:
                yield (ends[at], *self._of_epoch(at, None, None))
                at += 1
            loss, rate = self.loss[row], self.learning_rate[row]
            if at < len(ends) and ends[at] == step:
                yield (step, *self._of_epoch(at, loss, rate))
                at += 1
            else:
                yield (step, self._steps.column(1)[row], loss, rate, None, None, None, None)
        for index in range(at, len(ends)):
            yield (ends[index] if len(self.step) else None, *self._of_epoch(index, None, None))

    def _of_epoch(self, index: int, loss: float | None, rate: float | None) -> tuple[float | None, ...]:
        epoch, *values, last_rate, best = (self._epochs.column(column)[index] for column in range(6))
        return (epoch, loss, last_rate if rate is None else rate, *values, best)


def curves_of(records: Iterable[Mapping[str, Any]]) -> CurveData:
    """The curves of a journal."""
    data = CurveData()
    for record in records:
        data.take_record(record)
    return data


def csv_of(curves: Iterable[tuple[str, CurveData]]) -> bytes:
    """One table of one or more runs: HEADINGS, behind the name of the run where there are several. UTF-8, with the mark
    that spreadsheets look for; a number that is not there is an empty cell."""
    named = tuple(curves)
    file = io.StringIO(newline="")
    table = csv.writer(file)
    several = len(named) > 1
    table.writerow(("run", *HEADINGS) if several else HEADINGS)
    for name, data in named:
        first = (f"'{name}" if name.startswith(FORMULA) else name,) if several else ()
        table.writerows((*first, *map(_cell, row)) for row in data.rows())
    return file.getvalue().encode("utf-8-sig", errors="replace")


def _cell(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))
