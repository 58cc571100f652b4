"""Where a run is and what it uses, a line each: epoch, step, speed, time left, device, memory."""

from __future__ import annotations

import math
import os

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from resnet_desktop.core.devices import TITLES
from resnet_desktop.core.training import TrainingProgress
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import text_label, trailing


class RunFacts(QWidget):
    """Follows the card that shows it."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, GAP, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(GAP // 2)
        self._grid.setColumnStretch(1, 1)
        for key, title in (
            ("best", self.tr("Best so far")),
            ("epoch", self.tr("Epoch")),
            ("step", self.tr("Step")),
            ("speed", self.tr("Pictures a second")),
            ("left", self.tr("Time left")),
            ("device", self.tr("Device")),
            ("memory", self.tr("Memory in use")),
        ):
            self._add(key, title)

    def _add(self, key: str, title: str) -> None:
        name, value = text_label(title, "small"), text_label("", "small", wrap=True)
        value.setAlignment(trailing() | Qt.AlignmentFlag.AlignVCenter)
        row = len(self._rows)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows[key] = name, value

    def refresh(self) -> None:
        found = {"best": self._best(), "device": self._device(), "memory": self._memory(), **self._place()}
        for key, (name, value) in self._rows.items():
            text = found.get(key, "")
            value.setText(text)
            name.setVisible(bool(text))
            value.setVisible(bool(text))

    def _best(self) -> str:
        accuracy = self._trainer.curves.accuracy
        if not len(accuracy):
            return ""
        best = int(accuracy.argmax())
        epoch = int(self._trainer.curves.epoch[best])
        percent = words.percent(float(accuracy[best]))
        started = self._trainer.started
        if epoch == 0 or started is None or not started.steps:
            return percent
        return self.tr("{percent}, in epoch {number}").format(percent=percent, number=QLocale().toString(epoch))

    def _place(self) -> dict[str, str]:
        trainer, started = self._trainer, self._trainer.started
        last, locale = trainer.last_step, QLocale()
        if started is None or not started.steps or last is None:
            return {}
        each = math.ceil(started.steps / started.epochs)
        of = self.tr("{number} of {total}")
        step = last.step - (last.epoch - 1) * each
        found = {
            "epoch": of.format(number=locale.toString(last.epoch), total=locale.toString(started.epochs)),
            "step": of.format(number=locale.toString(step), total=locale.toString(each)),
            "speed": locale.toString(last.pictures_per_second, "f", 0 if last.pictures_per_second >= 10 else 1),
        }
        progress = trainer.progress
        if isinstance(progress, TrainingProgress) and progress.seconds_left is not None:
            found["left"] = self._left(progress.seconds_left)
        return found

    def _left(self, seconds: float) -> str:
        if seconds < 90:
            return self.tr("%n seconds", "", max(1, round(seconds)))
        if seconds < 90 * 60:
            return self.tr("%n minutes", "", round(seconds / 60))
        return self.tr("{number} hours").format(number=QLocale().toString(seconds / 3600, "f", 1))

    def _device(self) -> str:
        if self._trainer.started is None:
            return ""
        key = self._trainer.started.device
        if key == "cpu":
            return self.tr("Processor, %n cores", "", os.cpu_count() or 1)
        return QCoreApplication.translate("Devices", TITLES.get(key, key))

    def _memory(self) -> str:
        usage = self._trainer.usage
        if usage is None:
            return ""
        text = words.megabytes(usage.memory)
        if usage.graphics is None:
            return text
        return self.tr("{memory}, graphics {graphics}").format(memory=text, graphics=words.megabytes(usage.graphics))
