"""The engine child: its events, its failures, its death, and that it never outlives its parent."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from resnet_desktop.core import frozen
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import AppError, Cancelled, EngineError, ModelError
from resnet_desktop.core.events import EngineDied, Event, Progress
from resnet_desktop.engine import process
from resnet_desktop.engine.process import Engine, Inbox, Job, run_in_engine
from tests.engine import jobs
from tests.engine.jobs import Said

ROOT = Path(__file__).resolve().parents[2]


def gather(job: Job, *arguments: object, token: CancelToken) -> tuple[list[Event], Exception | None]:
    """All events of a job and what it raised at the end."""
    events: list[Event] = []
    try:
        for event in run_in_engine(job, *arguments, token=token):
            events.append(event)  # noqa: PERF402 - what came before a failure counts
    except (AppError, Cancelled) as error:
        return events, error
    return events, None


def is_gone(pid: int, seconds: float) -> bool:
    """Whether a process ends within that time; a zombie has ended."""
    try:
        watched = psutil.Process(pid)
        watched.wait(seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return bool(watched.status() == psutil.STATUS_ZOMBIE)
    return True


def test_events_come_in_order(token: CancelToken) -> None:
    events, error = gather(jobs.count, 3, token=token)
    assert error is None
    assert events == [Progress(0, 3), Progress(1, 3), Progress(2, 3)]


def test_thousands_of_small_events(token: CancelToken) -> None:
    events, error = gather(jobs.count, 20_000, token=token)
    assert error is None
    assert events == [Progress(done, 20_000) for done in range(20_000)]


def test_the_child_starts_without_qt_torch_or_openvino(token: CancelToken) -> None:
    events, _error = gather(jobs.say_modules, ("PySide6", "torch", "openvino", "PIL"), token=token)
    assert events == [Said(())]


def test_a_sentence_and_its_values_survive_the_pipe(token: CancelToken) -> None:
    events, error = gather(jobs.fail, token=token)
    assert events == [Said("started")]
    assert type(error) is ModelError
    assert error.values == {"title": "A {model}", "adjective": "gone"}
    assert str(error) == "A {model} is gone, 100 {percent}."


@pytest.mark.parametrize(
    ("job", "sentence"),
    [(jobs.fail_with_unpicklable_values, "The lock {of iron} is in the way."), (jobs.fail_oddly, "one and two")],
)
def test_a_failure_that_cannot_be_pickled_still_has_its_sentence(job: Job, sentence: str, token: CancelToken) -> None:
    events, error = gather(job, token=token)
    assert events == [Said("started")]
    assert isinstance(error, EngineError)
    assert str(error) == sentence


def test_what_needs_torch_where_there_is_none_is_a_sentence(token: CancelToken) -> None:
    with pytest.raises(EngineError, match="need the full edition"):
        list(run_in_engine(jobs.need_torch, token=token))


def test_an_unexpected_failure_is_a_sentence_and_the_log_has_the_details(
    token: CancelToken, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    events, error = gather(jobs.crash, token=token)
    assert events == [Said("started")]
    assert isinstance(error, EngineError)
    assert str(error) == "The engine failed: ZeroDivisionError: a slip of the pen. The log file has the details."
    assert "in crash" in caplog.text
    assert "Traceback" in caplog.text
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("code", [None, 0, 7])
def test_a_job_that_leaves_the_process(code: int | None, token: CancelToken) -> None:
    events, error = gather(jobs.exit_early, code, token=token)
    assert events == [Said("started"), EngineDied(code or 0)]
    assert isinstance(error, EngineError)
    assert error.sentence == process.DIED
    assert error.values == {"code": code or 0}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_is_killed(number: signal.Signals, token: CancelToken) -> None:
    events, error = gather(jobs.die, int(number), token=token)
    assert events == [Said("started"), EngineDied(-number)]
    assert isinstance(error, EngineError)
    assert error.sentence == (process.NO_MEMORY if number == signal.SIGKILL else process.DIED)


def test_cancel_is_obeyed(token: CancelToken) -> None:
    events = run_in_engine(jobs.say_pid, token=token)
    said = next(events)
    assert isinstance(said, Said)
    token.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        next(events)
    assert time.monotonic() - started < process.GRACE_SECONDS
    assert not psutil.pid_exists(int(str(said.value)))


def test_a_child_that_does_not_hear_cancel_is_ended(token: CancelToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.2)
    events = run_in_engine(jobs.ignore_cancel, token=token)
    said = next(events)
    assert isinstance(said, Said)
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)
    assert not psutil.pid_exists(int(str(said.value)))


def test_a_job_may_have_a_grace_time_of_its_own(token: CancelToken) -> None:
    events = run_in_engine(jobs.ignore_cancel, token=token, grace=0.1)
    next(events)
    token.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        next(events)
    assert time.monotonic() - started < process.GRACE_SECONDS / 2


def test_death_after_a_cancel_is_a_cancel(token: CancelToken) -> None:
    engine = Engine(jobs.ignore_cancel)
    events = engine.events(token)
    next(events)
    token.cancel()
    engine.kill()
    with pytest.raises(Cancelled):
        next(events)
    engine.close()


def test_an_event_that_cannot_be_pickled(token: CancelToken) -> None:
    events, error = gather(jobs.say_unpicklable, token=token)
    assert events == [Said("started")]
    assert isinstance(error, EngineError)
    assert error.sentence == process.FAILED
    assert "pickle" in str(error) or "local object" in str(error)  # the words of Python 3.13


def test_an_event_that_cannot_be_unpickled(token: CancelToken, caplog: pytest.LogCaptureFixture) -> None:
    events, error = gather(jobs.say_riddle, token=token)
    assert events == [Said("started")]
    assert isinstance(error, EngineError)
    assert "ValueError" in str(error)
    assert "cannot be read" in caplog.text


def test_a_listener_that_leaves_early_takes_the_child_along(token: CancelToken) -> None:
    events = run_in_engine(jobs.ignore_cancel, token=token)
    said = next(events)
    assert isinstance(said, Said)
    pid = int(str(said.value))
    assert psutil.pid_exists(pid)
    started = time.monotonic()
    events.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < process.GRACE_SECONDS / 2
    assert not psutil.pid_exists(pid)


def test_closing_twice_is_harmless(token: CancelToken) -> None:
    engine = Engine(jobs.count, 1)
    assert list(engine.events(token)) == [Progress(0, 1)]
    engine.close()
    engine.close()


def test_requests_are_heard_in_order(token: CancelToken) -> None:
    engine = Engine(jobs.echo)
    try:
        for number in range(500):
            engine.send(number)
        # Far more than a pipe holds, while the child is answering: neither side may wait for the other.
        engine.send(b"x" * 5_000_000)
        engine.send("stop")
        heard = [event.value for event in engine.events(token) if isinstance(event, Said)]
    finally:
        engine.close()
    assert heard == [*range(500), b"x" * 5_000_000]


def test_requests_to_a_dead_child_are_not_an_error(token: CancelToken) -> None:
    engine = Engine(jobs.die, int(signal.SIGKILL))
    events = engine.events(token)
    assert list(_until_error(events)) == [Said("started"), EngineDied(-signal.SIGKILL)]
    engine.send("anybody there?")
    engine.close()


def _until_error(events: Iterator[Event]) -> Iterator[Event]:
    with pytest.raises(EngineError):
        yield from events


def test_an_inbox_gives_requests_until_it_is_cancelled() -> None:
    inbox = Inbox()
    requests = inbox.requests()
    inbox.put("one")
    inbox.put("two")
    assert [next(requests), next(requests)] == ["one", "two"]
    threading.Timer(0.1, inbox.cancel.cancel).start()
    assert next(requests, "none") == "none"


def test_ctrl_c_in_the_terminal_is_the_parents_business(token: CancelToken, capfd: pytest.CaptureFixture[str]) -> None:
    events, error = gather(jobs.interrupt_self, token=token)
    assert (events, error) == ([Said("still here")], None)
    assert capfd.readouterr().err == ""


def test_a_child_of_a_windowed_program_may_print(token: CancelToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    frozen.give_streams()
    try:
        assert list(jobs.print_to_nothing(Inbox())) == [Said("printed")]
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.close()


PARENT = """
import sys
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.engine.process import run_in_engine
from tests.engine import jobs

for event in run_in_engine(getattr(jobs, sys.argv[1]), token=CancelToken()):
    print(event.value, flush=True)
"""


@pytest.mark.parametrize("job", ["say_pid", "ignore_cancel"])
def test_a_child_does_not_outlive_its_parent(job: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, job], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
        parent.wait()
        assert is_gone(pid, 5)


def test_a_frozen_child_is_ended_after_the_grace_time(token: CancelToken, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop's sleep, a debugger: the child neither works nor hears."""
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.3)
    engine = Engine(jobs.say_pid)
    events = engine.events(token)
    next(events)
    assert engine.pid is not None
    pid = engine.pid
    os.kill(pid, signal.SIGSTOP)
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)
    engine.close()
    assert not psutil.pid_exists(pid)


def test_the_parents_log_names_a_death(token: CancelToken, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        gather(jobs.die, int(signal.SIGKILL), token=token)
    assert "ended with code -9" in caplog.text
