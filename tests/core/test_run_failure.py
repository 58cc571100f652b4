"""Why a run failed: kept as it can be translated, read from any file, and one sentence for versions of before."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from resnet_desktop.core.errors import EngineError, ModelError
from resnet_desktop.core.events import Event
from resnet_desktop.core.run_failure import Failure, failure_of, read_failure
from resnet_desktop.core.run_store import RUN, Run, begun, failed, find_run, new_run, record_of, store_run, stored_runs
from resnet_desktop.core.training import TrainingConfig, TrainingNote
from resnet_desktop.core.weights import NOT_HERE


@pytest.fixture
def run(home: Path) -> Run:
    return new_run(TrainingConfig(name="Pets", model="built-in", preset="quick", dataset="/p"), ("cat", "dog"), "0")


def missing() -> ModelError:
    return ModelError(NOT_HERE, title="ResNet-50", file=Path("a") / "b.pth", folder="{weights}")


def rewrite(run: Run, change: dict[str, object]) -> None:
    record = json.loads((run.folder / RUN).read_bytes())
    (run.folder / RUN).write_text(json.dumps(record | change), encoding="utf-8")


def test_the_template_and_what_fills_it_come_back(run: Run) -> None:
    store_run(failed(run, missing()))
    back = find_run(run.id)
    assert back == failed(run, missing())
    assert back.failure is not None
    assert back.failure.template == NOT_HERE
    assert back.failure.values == {"title": "ResNet-50", "file": str(Path("a") / "b.pth"), "folder": "{weights}"}
    assert str(back.failure.error) == str(missing())


def test_a_version_of_before_finds_the_sentence_where_it_was(run: Run) -> None:
    store_run(failed(run, missing()))
    record = json.loads((run.folder / RUN).read_bytes())
    assert record["sentence"] == str(missing())
    assert record["state"] == "failed"
    assert record["format_version"] == 1


def test_a_run_of_a_version_of_before_has_its_sentence(run: Run) -> None:
    store_run(dataclasses.replace(run, state="failed", sentence="The disk is “{full}”."))
    record = json.loads((run.folder / RUN).read_bytes())
    del record["failure"]
    (run.folder / RUN).write_text(json.dumps(record), encoding="utf-8")
    (back,) = stored_runs()
    assert (back.state, back.sentence, back.failure) == ("failed", "The disk is “{full}”.", None)


def test_a_run_that_goes_on_has_not_failed(run: Run) -> None:
    again = begun(failed(run, missing()))
    assert (again.state, again.sentence, again.failure) == ("running", "", None)


@pytest.mark.parametrize(
    "odd",
    [
        "a sentence",
        3,
        [],
        {},
        {"template": "Gone."},
        {"template": 3, "values": {}},
        {"template": "Gone.", "values": []},
        {"template": "{name} is gone.", "values": {}},
        {"template": "{name} is gone.", "values": {"name": 3}},
        {"template": "{} is gone.", "values": {}},
        {"template": "{0} is gone.", "values": {"name": "a"}},
        {"template": "{name is gone.", "values": {"name": "a"}},
        {"template": "{name:999999999999} is gone.", "values": {"name": "a"}},
        {"template": "{name:{width}} is gone.", "values": {"name": "a", "width": "999999999999"}},
        {"template": "{name!r} is gone.", "values": {"name": "a"}},
        {"template": "{name.__class__} is gone.", "values": {"name": "a"}},
        {"template": "{name[0]} is gone.", "values": {"name": ""}},
        {"template": "Gone.\nAnd more.", "values": {}},
        {"template": "\u202eenog", "values": {}},
    ],
    ids=str,
)
def test_what_cannot_be_said_leaves_the_sentence_and_hides_no_run(odd: object, run: Run) -> None:
    store_run(failed(run, missing()))
    rewrite(run, {"failure": odd})
    (back,) = stored_runs()
    assert back.failure is None
    assert back.sentence == str(missing())


@pytest.mark.parametrize(
    "failure",
    [
        Failure("Gone.", {}),
        Failure("{{Gone}}.", {"unused": "a"}),
        Failure("{name} is {name}.", {"name": "\udcff\u202e{x}\n"}),
        failure_of(EngineError("")),
    ],
    ids=str,
)
def test_what_can_be_said_comes_back_from_json(failure: Failure) -> None:
    back = read_failure(json.loads(json.dumps(dataclasses.asdict(failure))))
    assert back == failure
    assert str(failure.error) == failure.template.format(**failure.values)


def test_the_records_of_the_command_line_are_what_they_were() -> None:
    note: Event = TrainingNote(missing())
    assert record_of(note) == {"event": "note", "sentence": str(missing()), "paths": []}
