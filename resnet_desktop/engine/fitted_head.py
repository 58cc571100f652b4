"""The embeddings of a run's pictures, and the last layer fitted to them: all of Quick, and the others' beginning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from resnet_desktop.core.classifier import OpenVinoClassifier
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import TrainingJob
from resnet_desktop.engine.embeddings import Embedded, embed
from resnet_desktop.engine.missing import wait_for_pictures
from resnet_desktop.engine.process import Inbox

if TYPE_CHECKING:
    from resnet_desktop.engine.linear_head import Examples, Fit

MAX_LOST = 0.05  # of the pictures; a run without more of them would no longer be the one that was asked for
TOO_MANY_LOST = QT_TRANSLATE_NOOP(
    "Sentences", "More than 5 % of the pictures cannot be read any more. Is the folder still there? The run can go on."
)


def embed_pictures(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """TrainingProgress, then Embedded: the pictures to learn from, then those to check on. Rests while too many
    of them are gone."""
    pictures = (*job.train, *job.validation)
    # bf16 embeddings where the processor has it: the accuracy on the clothing pictures was the same.
    classifier = OpenVinoClassifier(job.start, job.prepared, "cpu", "fast")
    try:
        while True:
            lost: set[int] = set()
            for event in embed(classifier, job.prepared, pictures, inbox.cancel):
                if isinstance(event, Embedded):
                    lost = set(range(len(pictures))) - set(event.kept)
                    if _too_many(job, lost) and not inbox.finish_wanted:
                        continue
                yield event
                inbox.rest()
            if not _too_many(job, lost):
                return
            if inbox.finish_wanted:
                raise EngineError(TOO_MANY_LOST)
            yield from wait_for_pictures(pictures, lost, min(MAX_LOST * len(pictures), len(lost) - 1), inbox)
    finally:
        classifier.close()


def _too_many(job: TrainingJob, lost: set[int]) -> bool:
    """More than can be missed, or everything to learn from, or everything to check on."""
    to_learn = sum(1 for index in lost if index < len(job.train))
    to_check = len(lost) - to_learn
    alone = to_learn == len(job.train) or to_check == len(job.validation)
    return alone or len(lost) > MAX_LOST * (len(job.train) + len(job.validation))


def examples_of(job: TrainingJob, embedded: Embedded) -> tuple[Examples, Examples]:
    """To learn from and to check on."""
    import torch

    from resnet_desktop.engine.linear_head import Examples

    pictures = (*job.train, *job.validation)
    rows = torch.from_numpy(embedded.rows)
    labels = torch.tensor([pictures[index].label for index in embedded.kept], dtype=torch.int64)
    is_train = torch.tensor([index < len(job.train) for index in embedded.kept], dtype=torch.bool)
    if not 0 < int(is_train.sum()) < len(labels):
        raise EngineError(TOO_MANY_LOST)
    return Examples(rows[is_train], labels[is_train]), Examples(rows[~is_train], labels[~is_train])


def best_fit(job: TrainingJob, embedded: Embedded, inbox: Inbox) -> Fit:
    """The last layer that does best on the validation pictures."""
    from resnet_desktop.engine.class_weights import balance_of
    from resnet_desktop.engine.linear_head import fit_heads

    train, validation = examples_of(job, embedded)
    fits = fit_heads(train, validation, len(job.classes), inbox.cancel, balance_of(job))
    return min(fits, key=lambda fit: fit.validation_loss)
