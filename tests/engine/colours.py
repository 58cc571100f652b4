"""A tiny dataset that every network can learn, and what the engine is given of it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.dataset import DatasetInspected, DatasetPicture, fingerprint, inspect_dataset, split_dataset
from resnet_desktop.core.events import Event
from resnet_desktop.core.prepared import prepared_folder
from resnet_desktop.core.training import RunDone, TrainingConfig, TrainingJob, Validation
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.process import Inbox

COLOURS = {"red": (210, 40, 40), "green": (40, 190, 60), "blue": (40, 60, 210)}
SEED = 3


def make_colours(root: Path, count: int = 10, size: tuple[int, int] = (70, 80)) -> Path:
    """Three classes of noisy colours, ``count`` pictures each, ``size`` rows and columns."""
    dice = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            pixels = np.clip(np.array(colour) + dice.integers(-60, 60, (*size, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(root / name / f"{number}.png")
    return root


def pictures_in(folder: Path) -> list[DatasetPicture]:
    """Every file below ``folder``, all of one class."""
    return [picture_of(path) for path in sorted(folder.rglob("*.*"))]


def picture_of(path: Path, label: int = 0) -> DatasetPicture:
    status = path.stat()
    return DatasetPicture(path, label, status.st_size, status.st_mtime_ns)


def touch_later(path: Path) -> None:
    """As if it had been written again."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


def config_of(folder: Path, **wanted: Any) -> TrainingConfig:
    """A run of two epochs in batches of eight, where nothing else is wanted."""
    values = {"preset": "full", "epochs": 2, "batch_size": 8, "seed": SEED} | wanted
    return TrainingConfig(name="Colours", model="built-in", dataset=str(folder), **values)


def small(spec: ModelSpec, edge: int) -> ModelSpec:
    """The same model looking at smaller squares: nothing that is prepared fits it any more, but it learns fast."""
    return dataclasses.replace(spec, preprocess=dataclasses.replace(spec.preprocess, resize=edge, crop=edge))


def job_of(folder: Path, run: Path, *, edge: int = 0, **wanted: Any) -> TrainingJob:
    """What the engine is given, without the process around it; with ``edge``, of a network for small squares."""
    (inspected,) = (event for event in inspect_dataset(folder, CancelToken()) if isinstance(event, DatasetInspected))
    dataset = inspected.dataset
    split = split_dataset(dataset, fraction=0.2, seed=SEED)
    spec = find_model("built-in")
    weights = find_weights(spec)
    run.mkdir(exist_ok=True)
    return TrainingJob(
        run=run.name,
        folder=run,
        config=config_of(folder, **wanted),
        start=small(spec, edge) if edge else spec,
        weights=weights.path,
        prepared=prepared_folder(spec, weights.sha256),
        classes=dataset.classes,
        train=split.train,
        validation=split.validation,
        fingerprint=fingerprint(dataset),
    )


@dataclasses.dataclass(frozen=True)
class Finished(Event):
    """Stands for the model: what was about to be stored."""

    state: dict[str, Any]
    stopped_early: bool


def finish_without_storing(
    job: TrainingJob, state: dict[str, Any], checked: Any, inbox: Inbox, *, stopped_early: bool = False
) -> Iterator[Event]:
    """Stands for engine.finish.finish, which takes seconds to prepare the model."""
    yield Finished(state, stopped_early)
    worth = Validation(accuracy=0.0, low=0.0, high=1.0, count=len(checked.labels))
    yield RunDone(run=job.run, model="none", validation=worth, stopped_early=stopped_early)


def finished(events: Sequence[Event]) -> Finished:
    """The one of a run's events."""
    (found,) = (event for event in events if isinstance(event, Finished))
    return found
