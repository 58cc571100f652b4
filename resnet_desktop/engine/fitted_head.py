"""The embeddings of a run's pictures, and the last layer fitted to them: all of Quick, and the others' beginning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from resnet_desktop.core.classifier import OpenVinoClassifier
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import TrainingJob
from resnet_desktop.engine.embeddings import Embedded, embed
from resnet_desktop.engine.missing import LostPictures
from resnet_desktop.engine.process import Inbox

if TYPE_CHECKING:
    from resnet_desktop.engine.linear_head import Examples, Fit

TOO_MANY_LOST = QT_TRANSLATE_NOOP(
    "Sentences", "More than 5 % of the pictures cannot be read any more. Is the folder still there? The run can go on."
)


def embed_pictures(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """TrainingProgress, then Embedded: the pictures to learn from, then those to check on. Rests while too many
    of them are gone."""
    pictures, again = (*job.train, *job.validation), True
    # bf16 embeddings where the processor has it: the accuracy on the clothing pictures was the same.
    classifier = OpenVinoClassifier(job.start, job.prepared, "cpu", "fast")
    try:
        while again:
            again = False
            for event in embed(classifier, job.prepared, pictures, inbox.cancel):
                if isinstance(event, Embedded):
                    lost = set(range(len(pictures))) - set(event.kept)
                    again = yield from LostPictures(job, inbox).rest_for(lost)
                if not again:
                    yield event
                inbox.rest()
    finally:
        classifier.close()


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
