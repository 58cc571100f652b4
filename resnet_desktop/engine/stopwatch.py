"""How fast this machine looks at pictures and learns from them: some of each, and sums."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch.nn import functional

from resnet_desktop.core.classifier import OpenVinoClassifier
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.training import PRESETS, Look, Preset, TrainingJob
from resnet_desktop.core.training_time import PresetTime, TimesMeasured
from resnet_desktop.engine.embeddings import embed_some, missing_embeddings
from resnet_desktop.engine.fitted_head import TOO_MANY_LOST
from resnet_desktop.engine.learner import Learner
from resnet_desktop.engine.loader import Batch, Loader, Room
from resnet_desktop.engine.presets import STRENGTHS, recipe_of
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.torch_devices import torch_devices

LOOK_SECONDS, STEP_SECONDS = 1.0, 1.2  # for embeddings, and for the steps of one preset
PICTURES = 16  # that learning is tried with
SIZES = (2, 4, 8, 8, 16, 16, 32, 32)  # of steps while there is time: a slow machine stops at the first ones
MOST_ROWS = 2048
EVALUATIONS = 100  # of the loss for one fit of the last layer
# Preparing a model takes half as long as importing torch, and as much again for every 12 million parameters.
PREPARING, PREPARING_MILLION = 0.5, 0.04

Item = TypeVar("Item")


@dataclass(frozen=True)
class Rates:
    """Seconds a picture."""

    decoding: float  # and what is the same in every epoch
    again: float  # what comes anew in every epoch
    step: float
    judging: float


def measure(job: TrainingJob, inbox: Inbox, importing: float) -> Iterator[TimesMeasured]:
    """TimesMeasured after each preset. ``importing`` are the seconds that torch took to load."""
    told = TimesMeasured(
        fingerprint=job.fingerprint, model=job.config.model, device=job.config.device, devices=torch_devices()
    )
    around = importing * (1 + PREPARING + PREPARING_MILLION * job.start.parameters / 1e6)
    features, looking = _looking(job, inbox)
    fitting = _fitting(job, features)
    for preset in PRESETS:
        inbox.cancel.check()
        if preset == "quick":
            found = PresetTime(preset=preset, fixed=fitting, looking=looking, epoch=0.0, epochs=0)
        else:
            found = _deep(job, preset)
            if recipe_of(_with(job, preset).config).fitted_head:
                found = dataclasses.replace(found, fixed=fitting, looking=found.looking + looking)
        found = dataclasses.replace(found, fixed=found.fixed + around)
        told = dataclasses.replace(told, times=(*told.times, found), whole=preset == PRESETS[-1])
        yield told


def _looking(job: TrainingJob, inbox: Inbox) -> tuple[int, float]:
    """The features of the model, and the seconds for the embeddings of all pictures that are not known yet."""
    pictures = (*job.train, *job.validation)
    classifier = OpenVinoClassifier(job.start, job.prepared, "cpu", "fast")
    try:
        missing = missing_embeddings(classifier, job.prepared, pictures)
        began, done = time.perf_counter(), 0
        # From everywhere: the pictures of one class may all be small.
        with contextlib.closing(embed_some(classifier, pictures, _spread(missing, 512), inbox.cancel)) as rows:
            for _row in rows:
                done += 1
                if time.perf_counter() - began > LOOK_SECONDS:
                    break
        seconds = len(missing) * (time.perf_counter() - began) / max(1, done)
        return classifier.class_weights().shape[1], seconds
    finally:
        classifier.close()


def _fitting(job: TrainingJob, features: int) -> float:
    """Seconds for fitting the last layer with every strength, by one evaluation of the loss on random numbers."""
    count, classes = len(job.train), len(job.classes)
    rows = min(count, MOST_ROWS)
    embeddings, labels = torch.randn(rows, features), torch.arange(rows) % classes
    weight = torch.zeros(classes, features, requires_grad=True)

    def evaluate() -> float:
        began = time.perf_counter()
        functional.cross_entropy(functional.linear(embeddings, weight), labels).backward()  # type: ignore[no-untyped-call]
        return time.perf_counter() - began

    return min(evaluate() for _try in range(3)) * count / rows * EVALUATIONS * len(STRENGTHS)


def _deep(job: TrainingJob, preset: Preset) -> PresetTime:
    """Without what a fitted last layer takes."""
    job = _with(job, preset)
    recipe = recipe_of(job.config)
    learner = Learner(job, recipe)
    rates = _rates(job, learner, recipe.look)
    # The processor does one after the other; anything else learns while the processor decodes.
    both = sum if learner.device == "cpu" else max
    later = both((rates.again, rates.step))
    first = both((rates.decoding + rates.again, rates.step))
    learned, checked = len(job.train), len(job.validation)
    return PresetTime(
        preset=preset,
        fixed=0.0,
        looking=learned * (first - later) + checked * rates.decoding,
        epoch=learned * later + checked * rates.judging,
        epochs=recipe.epochs,
    )


def _rates(job: TrainingJob, learner: Learner, look: Look) -> Rates:
    pictures = _spread(job.train, PICTURES)
    loader = Loader(pictures, job.start.preprocess, look, Room(), job.config.seed)
    cold, batch = _timed(loader, len(pictures))
    warm, _batch = _timed(loader, len(pictures))
    if not batch.indices:
        raise EngineError(TOO_MANY_LOST)
    learner.begin_epoch()
    began, step = time.perf_counter(), math.inf
    for number, size in enumerate(SIZES):
        if number and time.perf_counter() - began > STEP_SECONDS:
            break
        some = _of_size(batch, size)
        started = time.perf_counter()
        learner.step(some, 1e-3, number)
        step = min(step, (time.perf_counter() - started) / size)
    some = _of_size(batch, 4)
    learner.judge([some])
    started = time.perf_counter()
    learner.judge([some])
    judging = (time.perf_counter() - started) / 4
    count = len(pictures)
    return Rates(max(0.0, cold - warm) / count, warm / count, step, judging)


def _timed(loader: Loader, count: int) -> tuple[float, Batch]:
    began = time.perf_counter()
    with contextlib.closing(loader.batches([range(count)])) as batches:
        batch = next(batches)
    return time.perf_counter() - began, batch


def _of_size(batch: Batch, size: int) -> Batch:
    """As many pictures, some of them several times."""
    rows = torch.arange(size) % len(batch.labels)
    return Batch(batch.pixels[rows], batch.labels[rows], tuple(range(size)), ())


def _spread(items: Sequence[Item], count: int) -> list[Item]:
    """Up to ``count`` of them, from the first to the last at equal distances."""
    return list(items[:: max(1, len(items) // count)])[:count]


def _with(job: TrainingJob, preset: Preset) -> TrainingJob:
    return dataclasses.replace(job, config=dataclasses.replace(job.config, preset=preset))
