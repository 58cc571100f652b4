"""The range test behind the Advanced drawer: its points so far, and the rate that it suggests."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.dataset import Dataset
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Progress
from resnet_desktop.core.rate_range import RateSuggested, RateTried
from resnet_desktop.core.training import TrainingConfig
from resnet_desktop.engine.range_test import range_test
from resnet_desktop.ui.train.prober import Prober
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


class RateFinder(QObject):
    """Lives in the main thread."""

    changed = Signal()
    found = Signal(float)

    def __init__(self, host: ThreadHost, prober: Prober) -> None:
        super().__init__()
        self._host, self._prober = host, prober
        self._job: Job | None = None
        self.tried: list[RateTried] = []
        self.progress: Progress | None = None
        self.error: AppError | None = None
        self._of: tuple[str, str] | None = None  # preset and model of the points

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(self, config: TrainingConfig, dataset: Dataset) -> None:
        self.stop()
        self._prober.rest()
        self.tried, self.error, self._of = [], None, (config.preset, config.model)
        self._job = Job(partial(range_test, config, dataset), self._host, "range test")
        self._job.events.connect(self._on_events)
        self._job.failed.connect(self._on_failed)
        self._job.finished.connect(self._on_finished)
        self._job.start()
        self.changed.emit()

    def stop(self) -> None:
        """What was seen so far stays."""
        if self._job is not None:
            self._job.abandon()
            self._on_finished()

    def keep_for(self, config: TrainingConfig) -> None:
        """Another preset or model has other rates."""
        if self._of is not None and self._of != (config.preset, config.model):
            self.forget()

    def forget(self) -> None:
        self._of = None
        self.stop()
        self.tried, self.error = [], None
        self.changed.emit()

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, RateTried):
                self.tried.append(event)
            elif isinstance(event, Progress):
                self.progress = event
            elif isinstance(event, RateSuggested):
                self.found.emit(event.rate)
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.error = error

    @Slot()
    def _on_finished(self) -> None:
        self._job, self.progress = None, None
        self._prober.go_on()
        self.changed.emit()
