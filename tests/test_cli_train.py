"""The command train: its JSON lines, its exit codes, its sentences. The engine works in this process."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from resnet_desktop import cli
from resnet_desktop.cli import CANCELLED, OK, SOME_FAILED, USAGE
from resnet_desktop.core import keep_awake
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.model_store import stored_models
from resnet_desktop.core.run_store import can_continue, find_run, journal, stored_runs
from resnet_desktop.core.training import RunStarted, StepDone
from resnet_desktop.engine import fine_tune
from resnet_desktop.engine.fitted_head import TOO_MANY_LOST
from tests.engine.colours import finish_without_storing, make_colours
from tests.engine.in_process import train_in_process
from tests.engine.tiny_network import use_tiny_networks

Capture = pytest.CaptureFixture[str]
Records = list[dict[str, Any]]
COMMON = ["--epochs", "2", "--batch-size", "8", "--seed", "3"]


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """The command listens to Ctrl+C for the rest of its process."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    train_in_process(monkeypatch)


@pytest.fixture
def tiny(built_in: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that learns fast; no model comes of it."""
    use_tiny_networks(monkeypatch)
    monkeypatch.setattr(fine_tune, "finish", finish_without_storing)


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    return make_colours(tmp_path / "colours")


def told(capsys: Capture, *arguments: str | Path, code: int = OK) -> tuple[Records, str]:
    """The objects on stdout, and stderr."""
    assert cli.run(["train", *map(str, arguments), "--json"]) == code
    output = capsys.readouterr()
    return [json.loads(line) for line in output.out.splitlines()], output.err


def kinds(records: Records) -> list[str]:
    return [record["event"] for record in records]


def test_quick(built_in: ModelSpec, colours: Path, capsys: Capture) -> None:
    records, progress = told(capsys, colours, "--name", "My colours")
    assert kinds(records) == ["run", *["epoch"] * 7, "done"]
    run, done = records[0], records[-1]
    assert (run["run"], run["classes"]) == (done["run"], ["blue", "green", "red"])
    assert (run["train_count"], run["validation_count"]) == (24, 6)
    assert run["config"]["preset"] == "quick"
    epoch = records[1]
    assert epoch["epoch"] == 1
    assert {"train_loss", "validation_loss", "validation_accuracy", "learning_rate", "best"} <= set(epoch)
    assert set(done["validation"]) == {"accuracy", "low", "high", "count"}
    assert done["validation"]["low"] < done["validation"]["accuracy"] == 1.0 == done["validation"]["high"]
    assert done["validation"]["count"] == 6
    assert find_model(done["model"]).title == "My colours"
    assert "Looking at every picture once" in progress

    # Asked to go on, it has its model already; this time in words.
    assert cli.run(["train", "--resume", run["run"]]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": 3 classes, 24 pictures to learn from, 6 to check on")
    assert lines[-1].startswith(f"{done['model']}: right 100.0% (")
    assert [spec.key for spec in stored_models()] == [done["model"]]


def test_steps_and_epochs(tiny: None, colours: Path, capsys: Capture) -> None:
    records, _progress = told(capsys, colours, "--name", "Deep", "--preset", "tutorial", *COMMON)
    assert kinds(records) == ["run", *["step"] * 3, "epoch", *["step"] * 3, "epoch", "done"]
    steps = [record for record in records if record["event"] == "step"]
    assert [step["step"] for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [step["epoch"] for step in steps] == [1, 1, 1, 2, 2, 2]
    assert all(step["loss"] > 0 and step["pictures_per_second"] > 0 for step in steps)
    assert [record["epoch"] for record in records if record["event"] == "epoch"] == [1, 2]
    assert (records[0]["steps"], records[0]["epochs"]) == (6, 2)
    assert journal(find_run(records[0]["run"])) == records, "the journal is the same lines"


def press_ctrl_c(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    def heard(event: Event, token: CancelToken) -> None:
        if isinstance(event, StepDone) and event.step == step:
            signal.raise_signal(signal.SIGINT)

    train_in_process(monkeypatch, heard)


def test_ctrl_c_and_resume(tiny: None, colours: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    press_ctrl_c(monkeypatch, 4)
    before, _progress = told(capsys, colours, "--name", "Deep", "--preset", "tutorial", *COMMON, code=CANCELLED)
    assert kinds(before) == ["run", *["step"] * 3, "epoch", "step"]
    (run,) = stored_runs()
    assert (run.id, run.state) == (before[0]["run"], "stopped")
    assert can_continue(run)

    train_in_process(monkeypatch)
    after, _progress = told(capsys, "--resume", run.id)
    assert kinds(after) == ["run", "step", "step", "epoch", "done"]
    assert (after[0]["run"], after[0]["first_epoch"], after[0]["first_step"]) == (run.id, 2, 5)
    assert [record["step"] for record in after[1:3]] == [5, 6]
    assert after[-1]["run"] == run.id
    assert find_run(run.id).state == "done"
    assert journal(run) == before + after


def test_the_computer_stays_awake_until_the_run_ends_whatever_its_end(
    built_in: ModelSpec, colours: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []

    class Hold:
        def __init__(self) -> None:
            held.append("held")

        def release(self) -> None:
            held.append("released")

    def heard(event: Event, token: CancelToken) -> None:
        if isinstance(event, RunStarted):
            held.append("learning")
            raise EngineError(TOO_MANY_LOST)

    monkeypatch.setattr(keep_awake, "take_hold", Hold)
    train_in_process(monkeypatch, heard)
    told(capsys, colours, "--name", "Mine", code=SOME_FAILED)
    assert held == ["held", "learning", "released"]


def test_a_failure_of_the_engine_is_one_sentence(
    built_in: ModelSpec, colours: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def heard(event: Event, token: CancelToken) -> None:
        if isinstance(event, RunStarted):
            raise EngineError(TOO_MANY_LOST)

    train_in_process(monkeypatch, heard)
    records, errors = told(capsys, colours, "--name", "Mine", code=SOME_FAILED)
    assert records == []
    assert errors.splitlines()[-1] == TOO_MANY_LOST
    (run,) = stored_runs()
    assert (run.state, run.sentence) == ("failed", TOO_MANY_LOST)


def sentence(capsys: Capture, *arguments: str | Path) -> str:
    """Of a command that was refused; no run is left of it."""
    try:
        code: object = cli.run(["train", *map(str, arguments)])
    except SystemExit as refused:  # argparse's own, after a line of usage
        code = refused.code
    assert code == USAGE
    output = capsys.readouterr()
    assert output.out == ""
    assert stored_runs() == ()
    assert "Traceback" not in output.err
    last: str = output.err.splitlines()[-1]
    return last


def test_an_unknown_run(capsys: Capture) -> None:
    assert sentence(capsys, "--resume", "20200101-000000-nothing") == (
        "There is no run named “20200101-000000-nothing”."
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--preset", "fastest"], "invalid choice: 'fastest'"),
        (["--validation-fraction", "0"], "--validation-fraction: must be between 0 and 1"),
        (["--validation-fraction", "1"], "--validation-fraction: must be between 0 and 1"),
        (["--validation-fraction", "nan"], "--validation-fraction: must be between 0 and 1"),
        (["--validation-fraction", "some"], "--validation-fraction: 'some' is no number"),
        (["--epochs", "0"], "--epochs: must be 1 or more"),
        (["--epochs", "1.5"], "--epochs: '1.5' is no whole number"),
        (["--batch-size", "-3"], "--batch-size: must be 1 or more"),
        (["--learning-rate", "0"], "--learning-rate: must be above 0"),
        (["--learning-rate", "inf"], "--learning-rate: must be above 0"),
        (["--learning-rate", "fast"], "--learning-rate: 'fast' is no number"),
        (["--seed", "-1"], "--seed: must be between 0 and"),
        (["--seed", "99999999999999999999"], "--seed: must be between 0 and"),
        (["--device", "abacus"], "invalid choice: 'abacus'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_named(arguments: list[str], said: str, colours: Path, capsys: Capture) -> None:
    assert said in sentence(capsys, colours, "--name", "Mine", *arguments)


def test_what_is_missing_is_named(colours: Path, capsys: Capture) -> None:
    assert sentence(capsys).startswith("Name the folder")
    assert sentence(capsys, colours).startswith("Name the model")
    assert sentence(capsys, colours, "--name", " ").startswith("Name the model")
    assert sentence(capsys, colours, "--name", "Mine", "--model", "none").startswith("There is no model named “none”")


def test_a_folder_that_is_no_dataset(tmp_path: Path, capsys: Capture) -> None:
    for number in range(3):
        (tmp_path / "set" / "only").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / "set" / "only" / f"{number}.png")
    assert sentence(capsys, tmp_path / "set", "--name", "Mine")
    assert sentence(capsys, tmp_path / "nowhere", "--name", "Mine")


def test_another_set_of_classes_is_not_gone_on_with(
    tiny: None, colours: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    press_ctrl_c(monkeypatch, 1)
    told(capsys, colours, "--name", "Deep", "--preset", "tutorial", *COMMON, code=CANCELLED)
    (colours / "red").rename(colours / "scarlet")
    (run,) = stored_runs()
    _records, errors = told(capsys, "--resume", run.id, code=USAGE)
    assert "The folder has other classes now" in errors.splitlines()[-1]
    assert can_continue(find_run(run.id))
