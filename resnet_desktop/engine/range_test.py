"""Trying learning rates from far too small to far too large. Parent side: torch works in the child."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset import Dataset, DatasetPicture
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.rate_range import STEPS, RateSuggested, RateTried, SmoothLoss, rate_at, suggested_rate
from resnet_desktop.core.training import TRAINING, TrainingConfig, TrainingJob
from resnet_desktop.engine.process import Inbox, run_in_engine
from resnet_desktop.engine.train import job_for, new_split, prepared_start

if TYPE_CHECKING:
    from resnet_desktop.engine.learner import Learner
    from resnet_desktop.engine.loader import Batch
    from resnet_desktop.engine.presets import Recipe

GRACE_SECONDS = 0.3  # nothing is written, so the child can be ended anywhere
MOST_PICTURES = 640  # enough for rates; each is decoded once
NO_RATE = QT_TRANSLATE_NOOP(
    "Sentences", "The loss fell at none of the learning rates, so none can be suggested. Leave it automatic."
)


def range_test(config: TrainingConfig, dataset: Dataset, token: CancelToken) -> Iterator[Event]:
    """Progress and RateTried, then RateSuggested; nothing of it is kept. Raises EngineError where no rate is good."""
    prepared = yield from prepared_start(config, token)
    job = job_for(config, dataset, new_split(config, dataset), prepared)
    job = dataclasses.replace(job, train=_some(job.train, MOST_PICTURES), validation=_some(job.validation, 160))
    yield from run_in_engine(_range_test, job, token=token, grace=GRACE_SECONDS)


def _some(pictures: Sequence[DatasetPicture], count: int) -> tuple[DatasetPicture, ...]:
    """At equal distances, so that every class that is large enough has its share."""
    return tuple(pictures[:: -(-len(pictures) // count)]) if len(pictures) > count else tuple(pictures)


def _range_test(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """Runs in the child: the import of torch happens here."""
    from resnet_desktop.engine.learner import Diverged, Learner
    from resnet_desktop.engine.presets import recipe_of

    recipe = recipe_of(job.config)
    learner = Learner(job, recipe)
    if recipe.fitted_head:
        yield from _fit_head(job, learner, inbox)
    learner.begin_epoch()
    smooth, tried = SmoothLoss(), list[RateTried]()
    with contextlib.closing(_batches(job, recipe)) as batches:
        for step, batch in enumerate(batches):
            inbox.cancel.check()
            rate = rate_at(step, STEPS)
            try:
                loss = smooth.add(learner.step(batch, rate / recipe.learning_rate, step))
            except Diverged:
                break
            if smooth.exploded(loss):
                break
            tried.append(RateTried(rate, loss))
            yield tried[-1]
            yield Progress(step + 1, STEPS, TRAINING)
    best = suggested_rate(tried)
    if best is None:
        raise EngineError(NO_RATE)
    yield RateSuggested(best)


def _fit_head(job: TrainingJob, learner: Learner, inbox: Inbox) -> Iterator[Event]:
    """From where the run would begin, for another beginning has other rates."""
    from resnet_desktop.engine.embeddings import Embedded
    from resnet_desktop.engine.fitted_head import best_fit, embed_pictures

    for event in embed_pictures(job, inbox):
        if isinstance(event, Embedded):
            head = best_fit(job, event, inbox).head
            learner.set_head(head.weight, head.bias)
        else:
            yield event


def _batches(job: TrainingJob, recipe: Recipe) -> Generator[Batch, None, None]:
    """As many as there are steps, through as many epochs as that takes."""
    from resnet_desktop.engine.loader import Loader, Room
    from resnet_desktop.engine.schedule import batches_of

    loader = Loader(job.train, job.start.preprocess, recipe.look, Room(), job.config.seed)
    left, epoch = STEPS, 1
    while left > 0:
        order = batches_of(recipe, job.config.seed, len(job.train), epoch)[:left]
        with contextlib.closing(loader.batches(order, epoch=epoch)) as batches:
            for batch in batches:
                if batch.indices:
                    yield batch
        left, epoch = left - len(order), epoch + 1
