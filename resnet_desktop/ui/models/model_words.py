"""What is said of a model, its state and what is being done with it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.devices import TITLES
from resnet_desktop.core.download import DownloadProgress
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui import words
from resnet_desktop.ui.models.model_facts import ModelFacts
from resnet_desktop.ui.models.task import Doing, Task

MEGABYTE = 2**20


class ModelWords(QObject):
    """A QObject for its tr(), which knows plurals."""

    def title(self, spec: ModelSpec) -> str:
        return self.tr("Built-in model") if spec.kind == "built-in" else spec.title

    def state(self, state: ModelState | None, *, chosen: bool) -> tuple[str, str]:
        """A word and the role of its label."""
        if state is ModelState.DAMAGED:
            return self.tr("damaged"), "bad"
        if chosen:
            return self.tr("answers now"), "good"
        if state is ModelState.READY:
            return self.tr("ready"), "good"
        if state is ModelState.NOT_DOWNLOADED:
            return self.tr("not downloaded"), "quiet"
        return "", "quiet"

    def facts(self, spec: ModelSpec, facts: ModelFacts | None) -> str:
        """How good it is and what it takes."""
        parts = []
        if accuracy := spec.acc1 / 100 or spec.accuracy:
            parts.append(self.tr("{accuracy} right").format(accuracy=words.percent(accuracy)))
        parts.append(self.tr("%Ln classes", "", len(spec.classes) or 1000))
        if facts is None or not facts.space.total:
            parts.append(words.megabytes(spec.size))
        elif facts.space.prepared:
            sizes = {"size": words.megabytes(facts.space.weights), "prepared": words.megabytes(facts.space.prepared)}
            parts.append(self.tr("{size} and {prepared} prepared").format(**sizes))
        else:
            parts.append(words.megabytes(facts.space.weights))
        if spec.stored:
            parts.append(words.moment(spec.stored))
        return " · ".join(parts)

    def speed(self, facts: ModelFacts | None) -> str:
        """What it takes for a picture on this computer."""
        if facts is None or facts.milliseconds is None:
            return ""
        digits = 0 if facts.milliseconds >= 10 else 1
        number = QLocale().toString(facts.milliseconds, "f", digits)
        where = QCoreApplication.translate("Devices", TITLES["cpu" if facts.device == "auto" else facts.device])
        return self.tr("{number} ms a picture · {device}").format(number=number, device=where)

    def doing(self, task: Task) -> str:
        """What is being done, how far it is, and how long it will take."""
        progress = task.progress
        if isinstance(progress, DownloadProgress) and progress.total:
            return self._download(progress)
        if task.doing is Doing.PREPARING:
            stage = words.stage_of(progress.stage) if progress else ""
            return f"{stage}…" if stage else self.tr("One moment…")
        if progress is not None and progress.stage:
            return f"{words.stage_of(progress.stage)}…"
        names = {
            Doing.DOWNLOADING: self.tr("Connecting…"),
            Doing.VERIFYING: self.tr("Reading its file through…"),
            Doing.REMOVING: self.tr("Removing…"),
        }
        return names.get(task.doing, self.tr("One moment…"))

    def _download(self, progress: DownloadProgress) -> str:
        locale = QLocale()
        amount = self.tr("{done} of {total}").format(
            done=locale.toString(progress.done / MEGABYTE, "f", 1), total=words.megabytes(progress.total)
        )
        parts = [words.stage_of(progress.stage), amount]
        if progress.bytes_per_second > 0:
            speed = f"\u2066{locale.toString(progress.bytes_per_second / MEGABYTE, 'f', 1)} MB/s\u2069"
            parts.append(speed)
        if progress.seconds_left is not None:
            parts.append(self._left(progress.seconds_left))
        return " · ".join(parts)

    def _left(self, seconds: float) -> str:
        if seconds < 90:
            return self.tr("%n seconds left", "", max(1, round(seconds)))
        return self.tr("%n minutes left", "", round(seconds / 60))
