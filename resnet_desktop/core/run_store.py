"""Runs on disk: a folder each, with run.json, events.jsonl and, from the engine, checkpoints and the report."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from resnet_desktop.core import paths
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from resnet_desktop.core.events import Event
from resnet_desktop.core.files import write_file
from resnet_desktop.core.model_store import plain_name, slug_of
from resnet_desktop.core.run_failure import Failure, failure_of, read_failure
from resnet_desktop.core.run_lock import IsHeldError, holding, is_held
from resnet_desktop.core.training import (
    EpochDone,
    RunDone,
    RunStarted,
    StepDone,
    TrainingConfig,
    TrainingNote,
    TrainingRests,
)

log = logging.getLogger(__name__)

FORMAT_VERSION = 1
RUN, JOURNAL = "run.json", "events.jsonl"
State = Literal["running", "done", "stopped", "failed"]
NAMES = {
    RunStarted: "run",
    StepDone: "step",
    EpochDone: "epoch",
    RunDone: "done",
    TrainingNote: "note",
    TrainingRests: "rests",
}
BEFORE = "before"  # an EpochDone too, of what the run begins with

NO_RUN = QT_TRANSLATE_NOOP("Sentences", "There is no run named “{run}”.")
CANNOT_WRITE = QT_TRANSLATE_NOOP("Sentences", "The run could not be stored in {folder}: {reason}. Free some space.")
GOING_ON = QT_TRANSLATE_NOOP("Sentences", "The run “{run}” is going on. Stop it first.")
NOT_DELETED = QT_TRANSLATE_NOOP("Sentences", "The run could not be deleted. It is in {folder}.")


class RunError(AppError):
    """A run is missing or cannot be stored."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One training as it stands on disk."""

    id: str
    config: TrainingConfig
    classes: tuple[str, ...]
    fingerprint: str  # of the dataset
    started: float  # seconds since 1970
    state: State = "running"
    model: str = ""  # key of the model that came out
    validation: dict[str, float] = dataclasses.field(default_factory=dict)
    sentence: str = ""  # why it failed, in English: all that earlier versions wrote, and all that they read
    failure: Failure | None = None  # the same, for any language
    title: str = ""  # what a person calls it now; config.name stays what the model was called

    @property
    def label(self) -> str:
        """What it is called on the screen."""
        return self.title or self.config.name

    @property
    def folder(self) -> Path:
        return runs_dir() / self.id


def runs_dir() -> Path:
    return paths.data_dir() / "runs"


def new_run(config: TrainingConfig, classes: tuple[str, ...], fingerprint: str) -> Run:
    """A run with a folder of its own; raises RunError."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    number = 1
    while True:
        run_id = f"{stamp}-{slug_of(config.name)}" + (f"-{number}" if number > 1 else "")
        run = Run(id=run_id, config=config, classes=classes, fingerprint=fingerprint, started=time.time())
        try:
            run.folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
            continue
        except OSError as error:
            raise RunError(CANNOT_WRITE, folder=str(runs_dir()), reason=error.strerror) from error
        store_run(run)
        return run


def store_run(run: Run) -> None:
    """Write run.json; raises RunError."""
    record = dataclasses.asdict(run) | {"format_version": FORMAT_VERSION}
    try:
        # In ASCII: names of folders may hold bytes that no other form of text can.
        write_file(run.folder / RUN, json.dumps(record, indent=1).encode())
    except OSError as error:
        raise RunError(CANNOT_WRITE, folder=str(run.folder), reason=error.strerror) from error


def begun(run: Run) -> Run:
    """The run at work, whatever became of it before."""
    return dataclasses.replace(run, state="running", sentence="", failure=None)


def failed(run: Run, error: AppError) -> Run:
    """The run with the reason why there is no model."""
    return dataclasses.replace(run, state="failed", sentence=str(error), failure=failure_of(error))


def find_run(run_id: str) -> Run:
    """The run with this id; RunError where there is none."""
    for run in stored_runs():
        if run.id == run_id:
            return run
    raise RunError(NO_RUN, run=run_id)


def stored_runs() -> tuple[Run, ...]:
    """Every run, the newest first. A folder that cannot be read as one is logged and left alone."""
    found = []
    for record in runs_dir().glob(f"*/{RUN}"):
        try:
            found.append(_read(record))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            log.warning("%s is not a run: %s", record, error)
    return tuple(sorted(found, key=lambda run: run.started, reverse=True))


def can_continue(run: Run) -> bool:
    """Whether it can come to an end yet: from its checkpoint, or from the start where it did not get that far."""
    return run.state != "done"


@contextlib.contextmanager
def at_work_on(run: Run) -> Iterator[None]:
    """For as long as a run goes on; raises RunError where another process is at work on it."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(holding(run.folder))
        except IsHeldError as error:
            raise RunError(GOING_ON, run=run.label) from error
        yield


def is_going_on(run: Run) -> bool:
    """Whether a process, this one or another, is at work on it: one that was killed is not, whatever its state."""
    return is_held(run.folder)


def rename(run: Run, title: str) -> Run:
    """The run under another title, one line of plain text; an empty one brings its first name back. Raises RunError."""
    if is_going_on(run):
        raise RunError(GOING_ON, run=run.label)  # whoever trains would write the old title again at the end
    plain = plain_name(title).strip()
    renamed = dataclasses.replace(run, title="" if plain == run.config.name else plain)
    store_run(renamed)
    return renamed


def delete_run(run: Run) -> None:
    """Delete its folder; the model that came out stays. Raises RunError while it goes on or where files stay."""
    if is_going_on(run):
        raise RunError(GOING_ON, run=run.label)
    shutil.rmtree(run.folder, ignore_errors=True)
    if run.folder.exists():
        raise RunError(NOT_DELETED, folder=str(run.folder))


def note(run: Run, event: Event) -> None:
    """Append an event to the journal; a full disk is logged, for checkpoints say it louder."""
    record = record_of(event)
    if record is None:
        return
    try:
        with (run.folder / JOURNAL).open("ab+") as file:
            if file.tell() and file.seek(-1, os.SEEK_END) >= 0 and file.read() != b"\n":
                file.write(b"\n")  # the last line was cut off by a power failure; this one must not go with it
            file.write(json.dumps(record).encode() + b"\n")
    except OSError as error:
        log.warning("the journal of %s: %s", run.id, error)


def journal(run: Run) -> list[dict[str, Any]]:
    """What happened, oldest first; a line that was cut off by a power failure is left out."""
    return list(journal_lines(run))


def journal_lines(run: Run) -> Iterator[dict[str, Any]]:
    """The same a line at a time, for long ones."""
    try:
        with (run.folder / JOURNAL).open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(record, dict):
                    yield record
    except FileNotFoundError:
        return  # nothing has happened yet
    except OSError as error:
        log.warning("the journal of %s: %s", run.id, error)


def record_of(event: Event) -> dict[str, Any] | None:
    """The JSON object of an event, as the command line prints it; None for those that only move a bar."""
    name = NAMES.get(type(event))
    if name is None:
        return None
    if isinstance(event, TrainingRests):
        return {"event": name, "sentence": str(event.error)}
    if isinstance(event, TrainingNote):
        return {"event": name, "sentence": str(event.error), "paths": [str(path) for path in event.paths]}
    values = dataclasses.asdict(event)
    if isinstance(event, EpochDone) and event.epoch == 0:
        name = BEFORE
    if isinstance(event, RunStarted):
        values["folder"] = str(event.folder)
    return {"event": name, **values}


def _read(record: Path) -> Run:
    values: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    if values.pop("format_version") != FORMAT_VERSION:
        raise ValueError("of another version")
    values["config"] = TrainingConfig(**_known(TrainingConfig, values["config"]))
    values["classes"] = tuple(values["classes"])
    values["title"] = plain_name(values.get("title") or "")
    values["started"] = float(values["started"])
    values["failure"] = read_failure(values.get("failure"))
    if values["state"] not in get_args(State) or not isinstance(values["validation"], dict):
        raise ValueError("not as it was written")
    run = Run(**_known(Run, values))
    if run.id != record.parent.name:
        raise ValueError("its folder has another name")
    return run


def _known(kind: type[Run | TrainingConfig], values: dict[str, Any]) -> dict[str, Any]:
    """Without what a later version may have added."""
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: value for name, value in values.items() if name in names}
