"""The state of a look for newer versions. It outlives the window; About and the status line show it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event
from resnet_desktop.core.updates import Looked, look_for_updates
from resnet_desktop.workers.one_job import OneJob
from resnet_desktop.workers.thread_host import ThreadHost


class Updates(QObject):
    """Looks when told to, one look at a time, and never by itself."""

    changed = Signal()

    def __init__(self, host: ThreadHost) -> None:
        super().__init__()
        self._job = OneJob(host, "updates", self)
        self._job.happened.connect(self._on_event)
        self._job.failed.connect(self._on_failed)
        self._job.finished.connect(self.changed)
        self.newer = ""  # the version that can be had, once one was found
        self.looked = False  # a look has come to its end, and there is nothing newer or it is in ``newer``
        self.error: AppError | None = None  # why the last look came to nothing

    @property
    def looking(self) -> bool:
        return self._job.busy

    def look(self, proxy: str) -> None:
        """Ask once, in a thread of its own. What goes wrong is kept in ``error`` for whoever shows it."""
        if self._job.busy:
            return
        self.error, self.looked = None, False
        self._job.start(partial(look_for_updates, proxy=proxy))
        self.changed.emit()

    def shut_down(self) -> None:
        self._job.stop()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, Looked):
            self.newer, self.looked = event.newer, True

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.error = error
