"""A place for one job: the newest is heard and nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import AppError, Cancelled
from resnet_desktop.core.events import Event, FilesSkipped
from resnet_desktop.workers.event_pump import MakeEvents
from resnet_desktop.workers.one_job import OneJob
from resnet_desktop.workers.thread_host import ThreadHost


class Owner(QObject):
    """Writes down what is heard, and whether the place was taken then."""

    def __init__(self, host: ThreadHost) -> None:
        super().__init__()
        self.job = OneJob(host, "test", self)
        self.counts: list[int] = []
        self.heard: list[tuple[str, bool]] = []
        self.errors: list[AppError] = []
        self.then: MakeEvents | None = None  # what replaces a job at its first event
        self.stops = False  # at the first event
        self.job.happened.connect(self.on_event)
        self.job.succeeded.connect(self.on_succeeded)
        self.job.failed.connect(self.on_failed)
        self.job.cancelled.connect(self.on_cancelled)
        self.job.finished.connect(self.on_finished)

    @Slot(object)
    def on_event(self, event: Event) -> None:
        assert isinstance(event, FilesSkipped)
        self.counts.append(event.count)
        if self.stops:
            self.job.stop()
        if self.then is not None:
            following, self.then = self.then, None
            self.job.start(following)

    @Slot()
    def on_succeeded(self) -> None:
        self.heard.append(("succeeded", self.job.busy))

    @Slot(object)
    def on_failed(self, error: AppError) -> None:
        self.errors.append(error)
        self.heard.append(("failed", self.job.busy))

    @Slot()
    def on_cancelled(self) -> None:
        self.heard.append(("cancelled", self.job.busy))

    @Slot()
    def on_finished(self) -> None:
        self.heard.append(("finished", self.job.busy))


@pytest.fixture
def owner(host: ThreadHost) -> Owner:
    return Owner(host)


def saying(*counts: int, said: threading.Event | None = None) -> MakeEvents:
    def make_events(_token: CancelToken) -> Iterator[Event]:
        for count in counts:
            yield FilesSkipped(count)
        if said is not None:
            said.set()

    return make_events


def start_and_let_speak(owner: Owner, count: int) -> None:
    """The main thread hears nothing before all is said, so that it comes in one batch."""
    said = threading.Event()
    owner.job.start(saying(*range(count), said=said))
    assert said.wait(20)


class Stubborn:
    """A job that does not look at its token until it is let go, and then says more, and fails."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.tokens: list[CancelToken] = []

    def __call__(self, token: CancelToken) -> Iterator[Event]:
        self.tokens.append(token)
        yield FilesSkipped(1)
        self.go_on.wait(20)
        yield FilesSkipped(2)
        raise AppError("Nobody wants to know.")


def test_a_job_is_heard_to_its_end_and_the_place_is_free_again(qtbot: QtBot, owner: Owner) -> None:
    assert not owner.job.busy
    owner.job.start(saying(1, 2, 3))
    assert owner.job.busy
    qtbot.waitUntil(lambda: len(owner.heard) == 2)
    assert owner.counts == [1, 2, 3]
    assert owner.heard == [("succeeded", True), ("finished", False)]


def test_of_a_job_that_was_replaced_nothing_more_is_heard(qtbot: QtBot, owner: Owner, host: ThreadHost) -> None:
    late = Stubborn()
    owner.job.start(late)
    qtbot.waitUntil(lambda: owner.counts == [1])
    owner.job.start(saying(10))
    assert late.tokens[0].cancelled
    qtbot.waitUntil(lambda: len(owner.heard) == 2)
    late.go_on.set()
    qtbot.waitUntil(lambda: not host.busy)
    assert owner.counts == [1, 10]
    assert owner.errors == []
    assert owner.heard == [("succeeded", True), ("finished", False)]


def test_the_end_of_a_job_that_was_replaced_does_not_free_the_place(
    qtbot: QtBot, owner: Owner, host: ThreadHost
) -> None:
    before, now = Stubborn(), Stubborn()
    owner.job.start(before)
    qtbot.waitUntil(lambda: owner.counts == [1])
    owner.job.start(now)
    qtbot.waitUntil(lambda: owner.counts == [1, 1])
    before.go_on.set()
    qtbot.waitUntil(lambda: len(host._running) == 1)
    assert owner.job.busy
    now.go_on.set()
    qtbot.waitUntil(lambda: not owner.job.busy)
    assert owner.counts == [1, 1, 2]


def test_the_rest_of_a_batch_goes_with_the_job_that_is_replaced_in_the_middle_of_it(
    qtbot: QtBot, owner: Owner, host: ThreadHost
) -> None:
    owner.then = saying(10)
    start_and_let_speak(owner, 30)
    qtbot.waitUntil(lambda: len(owner.heard) == 2)
    assert owner.counts == [0, 10]


def test_a_job_may_be_stopped_while_it_is_heard(qtbot: QtBot, owner: Owner, host: ThreadHost) -> None:
    owner.stops = True
    start_and_let_speak(owner, 30)
    qtbot.waitUntil(lambda: bool(owner.counts) and not host.busy)
    assert owner.counts == [0]
    assert owner.heard == []
    assert not owner.job.busy


def test_a_failure_is_handed_over_and_then_the_next_job_may_come(qtbot: QtBot, owner: Owner) -> None:
    def failing(_token: CancelToken) -> Iterator[Event]:
        yield FilesSkipped(1)
        raise AppError("The disk is full.")

    owner.job.start(failing)
    qtbot.waitUntil(lambda: len(owner.heard) == 2)
    assert [str(error) for error in owner.errors] == ["The disk is full."]
    assert owner.heard == [("failed", True), ("finished", False)]
    owner.job.start(saying(2))
    qtbot.waitUntil(lambda: owner.counts == [1, 2])


def test_a_job_that_gives_up_by_itself_is_cancelled(qtbot: QtBot, owner: Owner) -> None:
    def giving_up(_token: CancelToken) -> Iterator[Event]:
        yield FilesSkipped(1)
        raise Cancelled

    owner.job.start(giving_up)
    qtbot.waitUntil(lambda: len(owner.heard) == 2)
    assert owner.heard == [("cancelled", True), ("finished", False)]


def test_at_the_close_a_job_is_stopped_and_says_no_more(qtbot: QtBot, owner: Owner, host: ThreadHost) -> None:
    def endless(token: CancelToken) -> Iterator[Event]:
        yield FilesSkipped(1)
        while not token.wait(20):
            yield FilesSkipped(2)
        token.check()

    owner.job.start(endless)
    qtbot.waitUntil(lambda: owner.counts == [1])
    owner.job.stop()
    owner.job.stop()  # there is nothing more to stop
    assert not owner.job.busy
    qtbot.waitUntil(lambda: not host.busy)
    assert owner.heard == []
    assert owner.counts == [1]
