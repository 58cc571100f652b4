"""Runs from the folder to the model, in every preset; checkpoints; a run that goes on as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.dataset import DatasetError, DatasetInspected, fingerprint, inspect_dataset, split_dataset
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.events import Event
from resnet_desktop.core.prepared import is_prepared, prepared_folder
from resnet_desktop.core.run_store import find_run, journal, stored_runs
from resnet_desktop.core.training import (
    PRESETS,
    EpochDone,
    Preset,
    RunDone,
    RunStarted,
    StepDone,
    TrainingConfig,
    TrainingJob,
)
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine import fine_tune as fine_tune_module
from resnet_desktop.engine.checkpoint import load_checkpoint
from resnet_desktop.engine.fine_tune import fine_tune
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.train import train

COLOURS = {"red": (210, 40, 40), "green": (40, 190, 60), "blue": (40, 60, 210)}


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    """Three classes of noisy colours, ten pictures each."""
    dice = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        folder = tmp_path / "colours" / name
        folder.mkdir(parents=True)
        for number in range(10):
            pixels = np.clip(np.array(colour) + dice.integers(-60, 60, (70, 80, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
    return tmp_path / "colours"


def config_of(folder: Path, preset: Preset, epochs: int | None = 2) -> TrainingConfig:
    return TrainingConfig(
        name="Colours", model="built-in", preset=preset, dataset=str(folder), epochs=epochs, batch_size=8, seed=3
    )


def job_of(folder: Path, run: Path, preset: Preset = "full") -> TrainingJob:
    """What the engine is given, without the process around it."""
    (inspected,) = (event for event in inspect_dataset(folder, CancelToken()) if isinstance(event, DatasetInspected))
    dataset = inspected.dataset
    split = split_dataset(dataset, fraction=0.2, seed=3)
    spec = find_model("built-in")
    weights = find_weights(spec)
    run.mkdir(exist_ok=True)
    return TrainingJob(
        run=run.name,
        folder=run,
        config=config_of(folder, preset),
        start=spec,
        weights=weights.path,
        prepared=prepared_folder(spec, weights.sha256),
        classes=dataset.classes,
        train=split.train,
        validation=split.validation,
        fingerprint=fingerprint(dataset),
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_makes_a_model(preset: Preset, built_in: ModelSpec, colours: Path, token: CancelToken) -> None:
    events: list[Event] = list(train(config_of(colours, preset), token))
    told = [event for event in events if isinstance(event, RunStarted | StepDone | EpochDone | RunDone)]
    assert isinstance(told[0], RunStarted)
    done = told[-1]
    assert isinstance(done, RunDone)
    spec = find_model(done.model)
    assert spec.classes == ("blue", "green", "red")
    assert is_prepared(prepared_folder(spec, spec.sha256))
    epochs = [event for event in told if isinstance(event, EpochDone)]
    if preset != "tutorial":  # from an untrained last layer, two epochs of three steps are too few
        assert done.validation.accuracy == 1.0
        assert epochs[-1].train_loss < 5  # six steps may make it worse, but do not tear down what was fitted
    else:
        assert epochs[-1].train_loss < epochs[0].train_loss
    (run,) = stored_runs()
    assert (run.state, run.model) == ("done", done.model)
    assert next(record["event"] for record in journal(run)) == "run"
    assert find_run(run.id).validation["count"] == done.validation.count


def test_a_folder_that_is_no_dataset_leaves_no_run(home: Path, tmp_path: Path, token: CancelToken) -> None:
    with pytest.raises(DatasetError):
        list(train(config_of(tmp_path, "quick"), token))
    assert stored_runs() == ()


def weights_after(events: list[Event]) -> dict[str, torch.Tensor]:
    done = events[-1]
    assert isinstance(done, RunDone)
    spec = find_model(done.model)
    return load_file(Path(spec.folder) / spec.weights)


def stop_at(step: int, job: TrainingJob, inbox: Inbox) -> None:
    for event in fine_tune(job, inbox):
        if isinstance(event, StepDone) and event.step == step:
            inbox.cancel.cancel()


@pytest.mark.parametrize("stop_after", [2, 4])
def test_a_run_that_was_stopped_ends_with_the_same_weights(
    stop_after: int, built_in: ModelSpec, colours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bit for bit, on the processor: in the middle of the first epoch, and of the second."""
    monkeypatch.setattr(fine_tune_module, "REPORTS_A_SECOND", 1e9)  # every step is told
    whole = weights_after(list(fine_tune(job_of(colours, tmp_path / "whole"), Inbox())))
    job, inbox = job_of(colours, tmp_path / "stopped"), Inbox()
    with pytest.raises(Cancelled):
        stop_at(stop_after, job, inbox)
    assert load_checkpoint(job.folder) is not None
    events = list(fine_tune(job, Inbox()))
    resumed = weights_after(events)
    assert resumed.keys() == whole.keys()
    assert all(torch.equal(resumed[name], whole[name]) for name in whole)


def test_an_early_end_keeps_the_best_so_far(built_in: ModelSpec, colours: Path, tmp_path: Path) -> None:
    inbox = Inbox()
    events = []
    for event in fine_tune(job_of(colours, tmp_path / "run"), inbox):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 1:
            inbox.hear("finish")
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [0, 1]
    done = events[-1]
    assert isinstance(done, RunDone)
    assert done.stopped_early
