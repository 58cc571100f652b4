"""The only place that creates, starts, quits and deletes QThreads."""

from __future__ import annotations

import logging
from typing import Protocol, cast

from PySide6.QtCore import QObject, QThread, QTimer, Signal, SignalInstance, Slot

log = logging.getLogger(__name__)

# The window is hidden by then. A run that is told to stop has a minute for its step and for keeping it.
WAIT_MILLISECONDS = 70_000


class Worker(Protocol):
    """A parentless QObject with work to do in a thread of its own."""

    finished: SignalInstance

    def run(self) -> None:
        """The slot that the started thread calls."""

    def cancel(self) -> None:
        """Ask the work to end; called directly from the main thread."""


class ThreadHost(QObject):
    """Keeps every thread and its worker alive until the thread has finished."""

    idle = Signal()  # the last thread has ended

    def __init__(self) -> None:
        super().__init__()
        self._running: list[tuple[QThread, Worker]] = []
        self._held: set[QObject] = set()
        self._leaving: list[QObject] = []

    def start(self, worker: Worker, name: str) -> None:
        """Move ``worker`` to a new thread and run it there; the thread ends when the worker says finished."""
        thread = QThread()
        thread.setObjectName(name)
        cast("QObject", worker).moveToThread(thread)
        thread.started.connect(worker.run)
        worker.finished.connect(thread.quit)
        thread.finished.connect(self._reap)
        self._running.append((thread, worker))
        thread.start()

    def hold(self, handle: QObject) -> None:
        """Keep a main-thread object alive until ``let_go``, whoever else forgets it."""
        self._held.add(handle)

    def let_go(self, handle: QObject) -> None:
        """Forget a held object in the next turn of the event loop: it may be in the middle of its own signal now,
        and to be deleted there crashes Qt."""
        if handle in self._held:
            self._held.remove(handle)
            self._leaving.append(handle)
            QTimer.singleShot(0, self._sweep)

    @Slot()
    def _sweep(self) -> None:
        self._leaving.clear()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def cancel_all(self) -> None:
        for _thread, worker in self._running:
            worker.cancel()

    def shut_down(self) -> bool:
        """Cancel everything and wait; False if a thread did not end in time, which is logged."""
        self.cancel_all()
        ended = True
        for thread, _worker in self._running:
            thread.quit()
            if not thread.wait(WAIT_MILLISECONDS):
                log.error("thread %s did not end", thread.objectName())
                ended = False
        if ended:
            self._running.clear()
        return ended

    @Slot()
    def _reap(self) -> None:
        for pair in [pair for pair in self._running if pair[0].isFinished()]:
            pair[0].wait()
            self._running.remove(pair)
        if not self._running:
            self.idle.emit()
