"""Which runs there are on this computer, read off the main thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.events import Event
from resnet_desktop.core.run_store import Run, can_continue, stored_runs
from resnet_desktop.workers.one_job import OneJob
from resnet_desktop.workers.thread_host import ThreadHost


@dataclass(frozen=True)
class RunsFound(Event):
    """Every run on this computer, the newest first, and which of them can go on."""

    runs: tuple[tuple[Run, bool], ...]


class RunShelf(QObject):
    """What was found when it was last looked at."""

    changed = Signal()

    def __init__(self, host: ThreadHost) -> None:
        super().__init__()
        self.runs: tuple[tuple[Run, bool], ...] = ()
        self.has_looked = False  # before that nobody knows whether there are runs
        self._again = False
        self._job = OneJob(host, "runs", self)
        self._job.happened.connect(self._on_found)
        self._job.finished.connect(self._on_looked)

    def look(self) -> None:
        """Look again; what changed while a look is under way is seen by one more."""
        if self._job.busy:
            self._again = True
            return
        self._again = False
        self._job.start(_find)

    @Slot(object)
    def _on_found(self, event: Event) -> None:
        if isinstance(event, RunsFound) and not self._again:  # else it is of before what has changed since
            self.runs, self.has_looked = event.runs, True
            self.changed.emit()

    @Slot()
    def _on_looked(self) -> None:
        if self._again:
            self.look()


def _find(_token: CancelToken) -> Iterator[Event]:
    yield RunsFound(tuple((run, can_continue(run)) for run in stored_runs()))
