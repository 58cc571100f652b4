"""The end of a run that was cut off in it: which model is the run's own, and which only says so."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.events import Event, WeightsExamined
from resnet_desktop.core.files import write_file
from resnet_desktop.core.model_store import DESCRIPTION, TRAINED_HERE, model_of_run, stored_models
from resnet_desktop.core.training import RunDone, TrainingJob, TrainingRests
from resnet_desktop.engine import add_model, keep
from resnet_desktop.engine import finish as finish_module
from resnet_desktop.engine.finish import Checked, bare_state, finish, start_network
from resnet_desktop.engine.process import Inbox
from tests.core.test_model_file import exported
from tests.engine.colours import job_of, make_colours

State = dict[str, Tensor]


@pytest.fixture
def job(built_in: ModelSpec, tmp_path: Path) -> TrainingJob:
    return job_of(make_colours(tmp_path / "colours"), tmp_path / "20260101-000000-colours")


@pytest.fixture
def state(job: TrainingJob) -> State:
    """What the run has learned."""
    torch.manual_seed(7)
    return bare_state(start_network(job))


def ending(job: TrainingJob, state: State) -> Iterator[Event]:
    labels = [picture.label for picture in job.validation]
    logits = torch.nn.functional.one_hot(torch.tensor(labels)).float()
    return finish(job, state, Checked(logits, labels, [picture.path for picture in job.validation]), Inbox())


def cut_off(job: TrainingJob, state: State) -> ModelSpec:
    """The model that a run has stored when it ends before the model is prepared."""
    before = {spec.key for spec in stored_models()}
    events = ending(job, state)
    next(event for event in events if {spec.key for spec in stored_models()} != before)
    events.close()  # type: ignore[attr-defined]
    (spec,) = (spec for spec in stored_models() if spec.key not in before)
    return spec


def model_after(job: TrainingJob, state: State) -> str:
    done = list(ending(job, state))[-1]
    assert isinstance(done, RunDone)
    return done.model


def brought_back(file: Path, token: CancelToken) -> ModelSpec:
    examined = list(add_model.examine(file, token))[-1]
    assert isinstance(examined, WeightsExamined), examined
    return add_model.keep(examined)


def training_of(spec: ModelSpec) -> dict[str, object]:
    training = json.loads((Path(spec.folder) / DESCRIPTION).read_text(encoding="utf-8"))["training"]
    assert isinstance(training, dict)
    return training


def test_a_run_that_was_cut_off_after_it_had_stored_its_model_takes_that_one(job: TrainingJob, state: State) -> None:
    stored = cut_off(job, state)
    assert model_after(job, state) == stored.key
    assert [spec.key for spec in stored_models()] == [stored.key]


def test_its_own_model_brought_back_from_elsewhere_is_another_one(
    job: TrainingJob, state: State, tmp_path: Path, token: CancelToken
) -> None:
    """The same weights, classes and run by its own word, but no model that this run has stored here."""
    file = exported(cut_off(job, state), tmp_path / "travelled.resnetmodel")
    assert TRAINED_HERE.encode() not in file.read_bytes()
    for spec in stored_models():
        Path(spec.folder, DESCRIPTION).unlink()  # gone, as after it was deleted by hand
    brought = brought_back(file, token)
    assert training_of(brought)["run"] == job.run
    ended = model_after(job, state)
    assert ended != brought.key
    assert model_of_run(job.run, brought.sha256) == find_model(ended)


def test_a_run_that_went_on_after_an_early_end_does_not_end_with_the_old_weights(
    job: TrainingJob, state: State
) -> None:
    early = cut_off(job, state)
    learned = {name: value + 0.001 if value.is_floating_point() else value for name, value in state.items()}
    late = find_model(model_after(job, learned))
    assert late.key != early.key
    assert late.sha256 != early.sha256
    assert {spec.key for spec in stored_models()} == {early.key, late.key}


def test_another_run_with_the_same_weights_has_a_model_of_its_own(
    job: TrainingJob, state: State, tmp_path: Path
) -> None:
    first = cut_off(job, state)
    other = job_of(tmp_path / "colours", tmp_path / "20260101-000000-colours-2")
    assert model_of_run(other.run, first.sha256) is None
    second = cut_off(other, state)
    assert (second.sha256, second.key == first.key) == (first.sha256, False)


def test_a_disk_that_is_full_at_the_end_makes_the_run_rest(
    job: TrainingJob, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "WAIT_SECONDS", 0.01)
    full = [3]  # more tries that find no room

    def write(path: Path, data: bytes) -> None:
        if full[0]:
            full[0] -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        write_file(path, data)

    monkeypatch.setattr(finish_module, "write_file", write)
    events = list(ending(job, state))
    assert full == [0]
    assert any(isinstance(event, TrainingRests) and "disk is full" in str(event.error) for event in events)
    done = events[-1]
    assert isinstance(done, RunDone)
    assert [spec.key for spec in stored_models()] == [done.model]
