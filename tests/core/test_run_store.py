"""Runs on disk: odd names, cut journals, records that are not ours, and what may go on."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from resnet_desktop.core import run_store
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.run_store import (
    JOURNAL,
    RUN,
    Run,
    RunError,
    can_continue,
    delete_run,
    find_run,
    journal,
    new_run,
    note,
    record_of,
    runs_dir,
    store_run,
    stored_runs,
)
from resnet_desktop.core.training import (
    EpochDone,
    RunDone,
    RunStarted,
    StepDone,
    TrainingConfig,
    TrainingNote,
    Validation,
)

CLASSES = ("cat", "dog")
NAMES = [
    "Pets",
    "כלבים וחתולים",
    "🐈🐕",
    "a/b\\c:../..",
    "x" * 300,
    "\udcff\udc80",
    "",
    "  ",
    "con",
    "line\nbreak",
    ".",
]


def config(name: str = "Pets", dataset: str = "/pictures") -> TrainingConfig:
    return TrainingConfig(name=name, model="built-in", preset="quick", dataset=dataset)


def make(name: str = "Pets") -> Run:
    return new_run(config(name), CLASSES, "f00d")


def step(number: int) -> StepDone:
    return StepDone(step=number, epoch=1, loss=0.5, learning_rate=1e-3, pictures_per_second=9.0)


@pytest.mark.parametrize("name", NAMES)
def test_any_name(name: str) -> None:
    run = make(name)
    assert run.folder.parent == runs_dir()
    assert len(run.id) < 80
    assert run.id.isascii()
    assert run.id == run.id.strip(". -/\\")
    assert find_run(run.id) == run
    assert [path.name for path in runs_dir().iterdir()] == [run.id]


def test_bytes_that_are_no_text_come_back_as_they_were() -> None:
    """Folders may be named so; a run that could not be written down would be lost."""
    run = new_run(config(dataset="/pictures/\udcff"), ("\udc80", "חתול"), "f00d")
    assert find_run(run.id) == run


def test_two_runs_in_the_same_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_store.time, "strftime", lambda _format: "20260101-120000")
    runs = [make() for _number in range(3)]
    assert [run.id for run in runs] == [f"20260101-120000-pets{end}" for end in ("", "-2", "-3")]
    assert {run.id for run in stored_runs()} == {run.id for run in runs}


def test_the_newest_comes_first() -> None:
    runs = [dataclasses.replace(make(), started=float(started)) for started in (2, 3, 1)]
    for run in runs:
        store_run(run)
    assert [run.started for run in stored_runs()] == [3, 2, 1]


@pytest.mark.parametrize("run_id", ["", ".", "..", "../home", "nothing", "/", "a" * 5000, "\udcff", "*"])
def test_an_unknown_run_is_named(run_id: str) -> None:
    make()
    with pytest.raises(RunError, match="There is no run named") as caught:
        find_run(run_id)
    assert run_id in str(caught.value)


def test_no_runs_at_all() -> None:
    assert stored_runs() == ()


def test_what_is_written_comes_back() -> None:
    worth = {"accuracy": 0.5, "low": 0.2, "high": 0.8, "count": 10}
    changed = dataclasses.replace(make(), state="done", model="pets", validation=worth, sentence="“{odd}”")
    store_run(changed)
    assert find_run(changed.id) == changed


def test_another_format_version_is_left_alone() -> None:
    run = make()
    record = json.loads((run.folder / RUN).read_bytes())
    text = json.dumps(record | {"format_version": 2})
    (run.folder / RUN).write_text(text, encoding="utf-8")
    assert stored_runs() == ()
    assert (run.folder / RUN).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "change",
    [
        {"config": None},
        {"config": {}},
        {"classes": 3},
        {"started": "yesterday"},
        {"started": None},
        {"state": "asleep"},
        {"state": []},
        {"validation": []},
        {"id": "another"},
    ],
    ids=str,
)
def test_a_record_with_something_else_in_it_hides_no_other_run(change: dict[str, object]) -> None:
    run, good = make(), make("Good")
    record = json.loads((run.folder / RUN).read_bytes())
    (run.folder / RUN).write_text(json.dumps(record | change), encoding="utf-8")
    assert stored_runs() == (good,)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"\0" * 500, b"[" * 100_000], ids=str)
def test_a_record_that_is_none_hides_no_other_run(data: bytes) -> None:
    run, good = make(), make("Good")
    (run.folder / RUN).write_bytes(data)
    (runs_dir() / "a file").write_bytes(b"")
    assert stored_runs() == (good,)


def test_the_journal_has_the_records_of_the_command_line() -> None:
    run = make()
    events: list[Event] = [
        RunStarted(
            run=run.id,
            folder=run.folder,
            config=run.config,
            classes=CLASSES,
            train_count=8,
            validation_count=2,
            epochs=1,
            steps=1,
            device="cpu",
        ),
        Progress(1, 2),
        step(1),
        EpochDone(epoch=1, train_loss=0.5, validation_loss=0.6, validation_accuracy=0.9, learning_rate=1e-3, best=True),
        TrainingNote(ModelError("חתול {name}", name="\udcff")),
        RunDone(run=run.id, model="pets", validation=Validation(accuracy=0.9, low=0.8, high=1.0, count=2)),
    ]
    for event in events:
        note(run, event)
    assert [record["event"] for record in journal(run)] == ["run", "step", "epoch", "note", "done"]
    assert journal(run)[1:3] == [record_of(events[2]), record_of(events[3])]
    assert json.loads(json.dumps(record_of(events[0])))["config"]["name"] == "Pets"


def test_what_a_run_begins_with_is_told_apart_from_its_epochs() -> None:
    start = EpochDone(
        epoch=0, train_loss=0.5, validation_loss=0.6, validation_accuracy=0.9, learning_rate=1e-3, best=True
    )
    for number, kind in ((0, "before"), (1, "epoch")):
        record = record_of(dataclasses.replace(start, epoch=number))
        assert record is not None
        assert record["event"] == kind


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_journal_that_was_cut_off_goes_on(cut: int) -> None:
    """By a power failure in the middle of a line. The next line begins a line of its own."""
    run = make()
    note(run, step(1))
    note(run, step(2))
    path = run.folder / JOURNAL
    path.write_bytes(path.read_bytes()[:-cut])
    note(run, step(3))
    note(run, step(4))
    steps = [record["step"] for record in journal(run)]
    assert steps == ([1, 2, 3, 4] if cut == 1 else [1, 3, 4])


def test_what_is_no_record_is_left_out_of_the_journal() -> None:
    run = make()
    lines = [
        b"\0" * 4096,
        b"\xff\xfe{",
        b"12",
        b'"text"',
        b"null",
        b"[1, 2]",
        b"[" * 100_000,
        b"",
        b'{"event": "step"}',
    ]
    (run.folder / JOURNAL).write_bytes(b"\n".join(lines) + b"\n")
    assert journal(run) == [{"event": "step"}]


def test_no_journal_is_an_empty_one() -> None:
    assert journal(make()) == []


def test_a_journal_that_cannot_be_written_stops_nothing() -> None:
    run = make()
    (run.folder / JOURNAL).mkdir()
    note(run, step(1))
    assert journal(run) == []


def test_delete() -> None:
    run, other = make(), make("Other")
    (run.folder / "checkpoint-0.json").write_bytes(b"{}")
    delete_run(run)
    assert not run.folder.exists()
    assert stored_runs() == (other,)
    delete_run(run)


@pytest.mark.parametrize(
    ("state", "goes_on"), [("running", True), ("stopped", True), ("failed", True), ("done", False)]
)
def test_what_can_go_on(state: run_store.State, goes_on: bool) -> None:
    assert can_continue(dataclasses.replace(make(), state=state)) == goes_on


def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    runs_dir().parent.mkdir(parents=True)
    runs_dir().write_bytes(b"a file is in the way")
    with pytest.raises(RunError, match="could not be stored in"):
        make()
