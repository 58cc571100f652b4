"""Threads live until their work is done and no longer."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QObject, QThread, Signal, Slot
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.workers.thread_host import ThreadHost


class Waiter(QObject):
    """Works until it is cancelled."""

    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.token = CancelToken()
        self.ran_in: list[QThread] = []

    def cancel(self) -> None:
        self.token.cancel()

    @Slot()
    def run(self) -> None:
        self.ran_in.append(QThread.currentThread())
        self.token.wait(10)
        self.finished.emit()


def test_work_runs_in_a_thread_of_its_own_that_outlives_the_callers_reference(qtbot: QtBot, host: ThreadHost) -> None:
    worker = Waiter()
    remembered = weakref.ref(worker)
    token, where = worker.token, worker.ran_in
    host.start(worker, "waiter")
    qtbot.waitUntil(lambda: bool(where))
    assert where != [host.thread()]
    del worker
    gc.collect()
    assert remembered() is not None
    with qtbot.waitSignal(host.idle):
        token.cancel()
    assert not host.busy


def test_shutting_down_cancels_all_and_waits(qtbot: QtBot) -> None:
    host = ThreadHost()
    workers = [Waiter() for _ in range(3)]
    for worker in workers:
        host.start(worker, "waiter")
    qtbot.waitUntil(lambda: all(worker.ran_in for worker in workers))
    assert host.shut_down()
    assert not host.busy
    assert all(worker.token.cancelled for worker in workers)
