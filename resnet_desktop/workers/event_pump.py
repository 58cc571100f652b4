"""One worker class for every long job: it runs a generator of events in a thread and hands them over."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError, Cancelled
from resnet_desktop.core.events import Event, PicturesFound, Progress

log = logging.getLogger(__name__)

UNEXPECTED = QT_TRANSLATE_NOOP("Sentences", "Something went wrong: {reason}. The log file has the details.")
ROWS_AN_EVENT = 25  # that many new rows cost the window as much as any other event
MakeEvents = Callable[[CancelToken], Iterator[Event]]


class EventPump(QObject):
    """Lives in its own thread. Events wait in a queue that the main thread empties when it has time.

    ``woke`` says that the queue is no longer empty; it is not sent again before ``take``, so a job that yields
    thousands of events a second costs the main thread's event loop one call at a time.
    """

    woke = Signal()
    succeeded = Signal()
    failed = Signal(object)  # AppError
    cancelled = Signal()
    finished = Signal()

    def __init__(self, make_events: MakeEvents) -> None:
        super().__init__()
        self._make_events = make_events
        self._token = CancelToken()
        self._queue: deque[Event] = deque()
        self._told = False

    def cancel(self) -> None:
        """Ask the job to stop. Called directly, from any thread."""
        self._token.cancel()

    def take(self, most: int) -> tuple[Event, ...]:
        """Events worth up to ``most`` in order, of progress only the newest. Called directly from the main thread."""
        self._told = False
        events: list[Event] = []
        progress: Progress | None = None
        worth = 0
        while self._queue and worth < most:
            event = self._queue.popleft()
            if isinstance(event, Progress):
                progress = event
                continue
            events.append(event)
            worth += 1 + (len(event.paths) // ROWS_AN_EVENT if isinstance(event, PicturesFound) else 0)
        return (*events, progress) if progress is not None else tuple(events)

    @property
    def waiting(self) -> bool:
        return bool(self._queue)

    @Slot()
    def run(self) -> None:
        try:
            for event in self._make_events(self._token):
                self._queue.append(event)
                if not self._told:
                    self._told = True
                    self.woke.emit()
            self.succeeded.emit()
        except Cancelled:
            self.cancelled.emit()
        except AppError as error:
            self.failed.emit(error)
        except Exception as error:
            log.exception("a job failed")
            self.failed.emit(AppError(UNEXPECTED, reason=f"{type(error).__name__}: {error}"))
        finally:
            self.finished.emit()
