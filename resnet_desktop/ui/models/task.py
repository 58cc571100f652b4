"""One piece of work on one model, as the Models page shows it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event, Progress, WeightsRefused
from resnet_desktop.workers.event_pump import MakeEvents
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


class Doing(Enum):
    """What is being done."""

    DOWNLOADING = "downloading"
    PREPARING = "preparing"
    VERIFYING = "verifying"
    REMOVING = "removing"
    EXAMINING = "examining"
    KEEPING = "keeping"
    EXPORTING = "exporting"
    FREEING = "freeing"


class Task(QObject):
    """Lives in the main thread; keeps the newest progress, the last other event and the error of its job."""

    changed = Signal()
    ended = Signal(object)  # this task: look at ``error`` and ``cancelled``

    def __init__(self, key: str, doing: Doing, make_events: MakeEvents, host: ThreadHost) -> None:
        super().__init__()
        self.key, self.doing = key, doing
        self.progress: Progress | None = None
        self.last: Event | None = None
        self.error: AppError | None = None
        self.cancelled = self.unwanted = False
        self._job = Job(make_events, host, doing.value)
        self._job.events.connect(self._on_events)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_cancelled)
        self._job.finished.connect(self._on_finished)

    def start(self) -> None:
        self._job.start()

    def cancel(self) -> None:
        """What it still says is heard, for a file that was examined has to be cleared away."""
        self.unwanted = True
        self._job.ask_to_stop()

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, Progress):
                self.progress = event
            elif isinstance(event, WeightsRefused):
                self.error = event.error
            else:
                self.last = event
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.error = error

    @Slot()
    def _on_cancelled(self) -> None:
        self.cancelled = True

    @Slot()
    def _on_finished(self) -> None:
        self.ended.emit(self)
