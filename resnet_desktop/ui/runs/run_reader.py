"""Curves of runs of before, read from their journals off the main thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.curve_data import CurveData
from resnet_desktop.core.events import Event
from resnet_desktop.core.run_report import REPORT
from resnet_desktop.core.run_store import Run, journal_lines
from resnet_desktop.workers.one_job import OneJob
from resnet_desktop.workers.thread_host import ThreadHost

LOOK_EVERY = 500  # lines; then the job may be stopped
MOST_KEPT = 32


@dataclass(frozen=True)
class StartFacts:
    """What a run found out at its start."""

    epochs: int
    device: str
    train_count: int
    validation_count: int


@dataclass(frozen=True)
class RunRead(Event):
    """What the files of a run tell."""

    run: Run
    curves: CurveData
    facts: StartFacts | None
    has_report: bool


class RunReader(QObject):
    """Reads the runs that are wanted now; those of before are dropped. What has ended is read once."""

    read = Signal(object)  # RunRead

    def __init__(self, host: ThreadHost) -> None:
        super().__init__()
        self._job = OneJob(host, "curves", self)
        self._job.happened.connect(self._on_event)
        self._kept: dict[str, RunRead] = {}

    def want(self, runs: tuple[Run, ...]) -> None:
        """Have ``read`` emitted for each."""
        self.stop()
        missing = []
        for run in runs:
            known = self._kept.get(run.id)
            if known is not None and known.run == run and run.state != "running":
                self.read.emit(known)
            else:
                missing.append(run)
        if missing:
            self._job.start(partial(read_runs, tuple(missing)))

    def stop(self) -> None:
        self._job.stop()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, RunRead):
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[event.run.id] = event
            self.read.emit(event)


def read_runs(runs: tuple[Run, ...], token: CancelToken) -> Iterator[Event]:
    """A RunRead for each."""
    for run in runs:
        yield _read(run, token)


def _read(run: Run, token: CancelToken) -> RunRead:
    curves, facts = CurveData(), None
    for number, record in enumerate(journal_lines(run)):
        if number % LOOK_EVERY == 0:
            token.check()
        curves.take_record(record)
        if record.get("event") == "run":
            facts = _facts(record) or facts
    return RunRead(run, curves, facts, (run.folder / REPORT).is_file())


def _facts(record: Mapping[str, Any]) -> StartFacts | None:
    try:
        numbers = {name: int(record[name]) for name in ("epochs", "train_count", "validation_count")}
        return StartFacts(device=str(record["device"]), **numbers)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
