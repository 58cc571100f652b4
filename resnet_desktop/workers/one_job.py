"""A place for one job at a time, for whatever shows only the newest."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.workers.event_pump import MakeEvents
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


class OneJob(QObject):
    """Lives in the main thread. Of a job that was stopped or replaced nothing more is heard, not even its end."""

    happened = Signal(object)  # Event, in the order in which they happened
    succeeded = Signal()
    failed = Signal(object)  # AppError
    cancelled = Signal()
    finished = Signal()  # after one of these three; the place is free again

    def __init__(self, host: ThreadHost, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._name = host, name
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        return self._job is not None

    def start(self, make_events: MakeEvents) -> None:
        """Begin this one, in place of the one before. Connect first."""
        self.stop()
        self._job = job = Job(make_events, self._host, self._name)
        job.events.connect(self._on_events)
        job.succeeded.connect(self.succeeded)
        job.failed.connect(self.failed)
        job.cancelled.connect(self.cancelled)
        job.finished.connect(self._on_finished)
        job.start()

    def stop(self) -> None:
        """Ask the thread to end, and wait for nothing: the thread host keeps it until then."""
        if self._job is not None:
            self._job.abandon()
            self._job = None

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        job = self._job
        for event in batch.events:
            if self._job is not job:
                return  # whoever heard the one before has stopped the job or begun another
            self.happened.emit(event)

    @Slot()
    def _on_finished(self) -> None:
        self._job = None
        self.finished.emit()
