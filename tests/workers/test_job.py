"""A job: events in order, few turns, exactly one end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, Signal, Slot
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event, FilesSkipped, Progress
from resnet_desktop.workers.event_pump import MakeEvents
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


class Listener(QObject):
    """Writes down what a job says and in which thread it hears it."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.batches: list[EventBatch] = []
        self.heard: list[str] = []
        self.errors: list[AppError] = []
        self.threads: set[QThread] = set()
        job.events.connect(self.on_events)
        job.succeeded.connect(self.on_succeeded)
        job.failed.connect(self.on_failed)
        job.cancelled.connect(self.on_cancelled)
        job.finished.connect(self.on_finished)

    @property
    def events(self) -> list[Event]:
        return [event for batch in self.batches for event in batch.events]

    @Slot(object)
    def on_events(self, batch: EventBatch) -> None:
        self.threads.add(QThread.currentThread())
        self.batches.append(batch)

    @Slot()
    def on_succeeded(self) -> None:
        self.heard.append("succeeded")

    @Slot(object)
    def on_failed(self, error: AppError) -> None:
        self.heard.append("failed")
        self.errors.append(error)

    @Slot()
    def on_cancelled(self) -> None:
        self.heard.append("cancelled")

    @Slot()
    def on_finished(self) -> None:
        self.heard.append("finished")


def run(qtbot: QtBot, host: ThreadHost, make_events: MakeEvents) -> Listener:
    job = Job(make_events, host, "test")
    listener = Listener(job)
    with qtbot.waitSignal(job.finished, timeout=20_000):
        job.start()
    return listener


def counting(count: int) -> MakeEvents:
    def make_events(_token: CancelToken) -> Iterator[Event]:
        for number in range(count):
            yield FilesSkipped(number)
            yield Progress(number + 1, count)

    return make_events


def test_every_event_arrives_in_order_in_the_main_thread_and_then_one_end(qtbot: QtBot, host: ThreadHost) -> None:
    listener = run(qtbot, host, counting(500))
    skipped = [event.count for event in listener.events if isinstance(event, FilesSkipped)]
    assert skipped == list(range(500))
    assert listener.heard == ["succeeded", "finished"]
    assert listener.threads == {host.thread()}


def test_of_progress_only_the_newest_of_a_turn_is_kept_and_the_last_always(qtbot: QtBot, host: ThreadHost) -> None:
    listener = run(qtbot, host, counting(500))
    progress = [event for event in listener.events if isinstance(event, Progress)]
    assert len(progress) <= len(listener.batches)
    assert progress[-1] == Progress(500, 500)


def test_a_flood_reaches_the_window_in_few_turns(qtbot: QtBot, host: ThreadHost) -> None:
    def flood(_token: CancelToken) -> Iterator[Event]:
        for number in range(20_000):
            yield Progress(number, 20_000)

    listener = run(qtbot, host, flood)
    assert len(listener.batches) < 20_000 / 100


def test_an_event_is_shown_although_the_job_then_says_nothing_more(qtbot: QtBot, host: ThreadHost) -> None:
    go_on = threading.Event()

    def slow(_token: CancelToken) -> Iterator[Event]:
        yield FilesSkipped(1)
        yield FilesSkipped(2)
        go_on.wait(10)

    job = Job(slow, host, "slow")
    listener = Listener(job)
    job.start()
    qtbot.waitUntil(lambda: len(listener.events) == 2, timeout=5000)
    assert listener.heard == []
    with qtbot.waitSignal(job.finished):
        go_on.set()


def test_a_failing_job_hands_its_error_over_after_its_events(qtbot: QtBot, host: ThreadHost) -> None:
    def failing(_token: CancelToken) -> Iterator[Event]:
        yield FilesSkipped(1)
        raise AppError("The disk is full.")

    listener = run(qtbot, host, failing)
    assert [type(event) for event in listener.events] == [FilesSkipped]
    assert listener.heard == ["failed", "finished"]
    assert str(listener.errors[0]) == "The disk is full."


def test_an_unexpected_exception_becomes_a_sentence_and_a_trace_in_the_log(
    qtbot: QtBot, host: ThreadHost, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_token: CancelToken) -> Iterator[Event]:
        yield FilesSkipped(1)
        raise ZeroDivisionError("oops")

    listener = run(qtbot, host, broken)
    assert listener.heard == ["failed", "finished"]
    assert "oops" in str(listener.errors[0])
    assert any(record.exc_info for record in caplog.records)


def test_cancel_reaches_a_job_at_once_and_nothing_is_shown_afterwards(qtbot: QtBot, host: ThreadHost) -> None:
    def endless(token: CancelToken) -> Iterator[Event]:
        while True:
            token.check()
            yield FilesSkipped(1)

    job = Job(endless, host, "endless")
    listener = Listener(job)
    job.start()
    qtbot.waitUntil(lambda: bool(listener.batches), timeout=5000)
    job.cancel()
    shown = len(listener.batches)
    qtbot.waitUntil(lambda: "finished" in listener.heard, timeout=5000)
    assert listener.heard == ["cancelled", "finished"]
    assert len(listener.batches) == shown


def test_an_abandoned_job_says_nothing_more_and_its_thread_ends(qtbot: QtBot, host: ThreadHost) -> None:
    def patient(token: CancelToken) -> Iterator[Event]:
        token.wait(10)
        yield FilesSkipped(1)

    job = Job(patient, host, "patient")
    listener = Listener(job)
    job.start()
    with qtbot.waitSignal(host.idle, timeout=5000):
        job.abandon()
    assert listener.heard == []
    assert listener.batches == []
    assert not host.busy


class Bell(QObject):
    rung = Signal(bool)


def test_three_thousand_emits_do_not_abort_the_process(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.11 drops a reference to True at every emit and aborts after about 570."""
    bell = Bell()
    heard: list[bool] = []
    bell.rung.connect(heard.append)
    for _ in range(3000):
        bell.rung.emit(True)
    assert len(heard) == 3000


def test_a_job_that_everybody_forgets_at_its_end_is_deleted_only_afterwards(qtbot: QtBot, host: ThreadHost) -> None:
    """To be deleted in the middle of its own signal crashes Qt."""
    jobs: list[Job] = []
    gone: list[str] = []
    for _ in range(15):
        job = Job(counting(3), host, "short")
        jobs.append(job)
        job.destroyed.connect(lambda: gone.append("deleted"))
        job.finished.connect(jobs.clear)
        with qtbot.waitSignal(job.finished):
            job.start()
            del job
        qtbot.waitUntil(lambda: not host.busy)
        jobs.clear()
    qtbot.waitUntil(lambda: len(gone) == 15)
