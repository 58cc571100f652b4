"""What runs are called, and that nobody touches one that is going on."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core import run_lock
from resnet_desktop.core.run_store import (
    JOURNAL,
    RUN,
    Run,
    RunError,
    at_work_on,
    delete_run,
    find_run,
    is_going_on,
    journal,
    new_run,
    rename,
    stored_runs,
)
from resnet_desktop.core.training import TrainingConfig

HOLD = """
import sys, time
from pathlib import Path
from resnet_desktop.core.run_lock import holding
with holding(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def run(home: Path) -> Run:
    config = TrainingConfig(name="Fruit", model="built-in", preset="full", dataset="fruit")
    return new_run(config, ("apple", "pear"), "0")


def change(run: Run, **values: object) -> None:
    """The record on disk, with other values."""
    path = run.folder / RUN
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


def test_a_run_is_called_as_its_model_until_it_is_renamed(run: Run) -> None:
    assert run.label == "Fruit"
    renamed = rename(run, "  The first try ")
    assert renamed.label == "The first try"
    assert find_run(run.id) == renamed
    assert renamed.config.name == "Fruit", "the model keeps its name"


@pytest.mark.parametrize("title", ["", "   ", "Fruit"])
def test_an_empty_title_brings_the_first_name_back(run: Run, title: str) -> None:
    assert rename(rename(run, "Other"), title).title == ""
    assert find_run(run.id).label == "Fruit"


def test_a_title_is_one_line_of_plain_text(run: Run) -> None:
    assert rename(run, "a\nb\u202e\x00c" + "d" * 999).title == "abc" + "d" * 253


def test_records_of_before_there_were_titles_are_read(run: Run) -> None:
    path = run.folder / RUN
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["title"]
    path.write_text(json.dumps(record), encoding="utf-8")
    assert find_run(run.id) == run


def test_records_of_a_later_version_are_read_as_far_as_they_are_known(run: Run) -> None:
    config = dataclasses.asdict(run.config) | {"flips": True}
    change(run, colour="red", config=config)
    assert find_run(run.id) == run


@pytest.mark.parametrize("title", [None, 7, ["x"]])
def test_a_strange_title_hides_no_run(run: Run, title: object) -> None:
    change(run, title=title)
    assert [each.id for each in stored_runs()] == [run.id]


def test_a_full_disk_leaves_the_old_title(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resnet_desktop.core.run_store.write_file", full)
    with pytest.raises(RunError, match="No space left"):
        rename(run, "Other")
    assert find_run(run.id).label == "Fruit"


def test_what_is_going_on_is_not_renamed_deleted_or_begun_twice(run: Run) -> None:
    assert not is_going_on(run)
    with at_work_on(run):
        assert is_going_on(run)
        for deed in (lambda: rename(run, "Other"), lambda: delete_run(run), lambda: at_work_on(run).__enter__()):
            with pytest.raises(RunError, match="Fruit"):
                deed()
    assert not is_going_on(run)
    assert rename(run, "Other").label == "Other"
    delete_run(run)
    assert stored_runs() == ()


@pytest.fixture
def worker(run: Run) -> Iterator[subprocess.Popen[str]]:
    """Another process, at work on the run."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(run.folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_process_that_is_killed_leaves_its_run_free(run: Run, worker: subprocess.Popen[str]) -> None:
    assert is_going_on(run)
    worker.kill()
    worker.wait()
    assert not is_going_on(run), "whatever run.json says"


def test_without_locks_a_run_can_still_be_worked_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_folder: Path, _flags: int) -> None:
        return None

    monkeypatch.setattr(run_lock, "_open", none)
    with at_work_on(run):
        assert not is_going_on(run)


def test_a_run_that_cannot_be_deleted_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.rmtree", lambda *_arguments, **_options: None)
    with pytest.raises(RunError, match="could not be deleted"):
        delete_run(run)


def test_lines_of_a_journal_that_are_none_are_left_out(run: Run) -> None:
    assert journal(run) == []
    lines = ['{"event": "step"}', "7", "[" * 100_000, '{"event": "epo', ""]
    (run.folder / JOURNAL).write_text("\n".join(lines), encoding="utf-8")
    assert journal(run) == [{"event": "step"}]
