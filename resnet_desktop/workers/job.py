"""The main thread's handle on a long job."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event
from resnet_desktop.workers.event_pump import EventPump, MakeEvents
from resnet_desktop.workers.thread_host import ThreadHost

INTERVAL_MILLISECONDS = 1000 // 15
EVENTS_A_TURN = 40  # what the window can take in without missing a frame


@dataclass(frozen=True)
class EventBatch:
    """Events in the order in which they happened."""

    events: tuple[Event, ...]


class Job(QObject):
    """Starts a pump and re-emits what it does in the main thread: events first, at most 15 times a second, then
    exactly one of succeeded, failed and cancelled, then finished."""

    events = Signal(object)  # EventBatch
    succeeded = Signal()
    failed = Signal(object)  # AppError
    cancelled = Signal()
    finished = Signal()

    def __init__(self, make_events: MakeEvents, host: ThreadHost, name: str) -> None:
        super().__init__()
        self._pump = EventPump(make_events)
        self._end: str = ""
        self._error: AppError | None = None
        self._stopped = False
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._deliver)
        self._pump.woke.connect(self._schedule)
        self._pump.succeeded.connect(self._on_succeeded)
        self._pump.failed.connect(self._on_failed)
        self._pump.cancelled.connect(self._on_cancelled)
        self._pump.finished.connect(self._on_finished)
        self._host, self._name = host, name

    def start(self) -> None:
        """Begin. Connect first: the first event may come at once."""
        self._host.hold(self)
        self._host.start(self._pump, self._name)

    def cancel(self) -> None:
        """Stop. What is still waiting to be shown is dropped, so the window is free at once."""
        self._stopped = True
        self._pump.cancel()

    def ask_to_stop(self) -> None:
        """Stop, but hand over all that happens until then: something may have to be cleared away."""
        self._pump.cancel()

    def abandon(self) -> None:
        """Stop and say no more, not even that it ended. The thread host keeps the pump until its thread is done."""
        self.cancel()
        self.blockSignals(True)
        self._host.let_go(self)

    @Slot()
    def _schedule(self) -> None:
        """The first events at once, later ones so that 15 turns a second are not exceeded."""
        if not self._timer.isActive():
            elapsed = self._since.elapsed() if self._since.isValid() else INTERVAL_MILLISECONDS
            self._timer.start(max(0, INTERVAL_MILLISECONDS - int(elapsed)))

    @Slot()
    def _deliver(self) -> None:
        self._since.restart()
        batch = self._pump.take(sys.maxsize if self._stopped else EVENTS_A_TURN)
        if batch and not self._stopped:
            self.events.emit(EventBatch(batch))
        if self._pump.waiting:
            self._schedule()
        elif self._end:
            self._conclude()

    @Slot()
    def _on_succeeded(self) -> None:
        self._end = "succeeded"

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._end, self._error = "failed", error

    @Slot()
    def _on_cancelled(self) -> None:
        self._end = "cancelled"

    @Slot()
    def _on_finished(self) -> None:
        self._schedule()

    def _conclude(self) -> None:
        end, self._end = self._end, ""
        if end == "failed":
            self.failed.emit(self._error)
        elif end == "succeeded":
            self.succeeded.emit()
        else:
            self.cancelled.emit()
        self.finished.emit()
        self._host.let_go(self)
