"""Quick: embeddings once through OpenVINO, then the last layer alone. A usable model in seconds."""

from __future__ import annotations

from collections.abc import Iterator

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError, ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.training import FITTING, EpochDone, RunStarted, TrainingJob, TrainingNote
from resnet_desktop.engine.embeddings import Embedded
from resnet_desktop.engine.fitted_head import TOO_MANY_LOST, embed_pictures, examples_of
from resnet_desktop.engine.process import Inbox

LEFT_OUT = QT_TRANSLATE_NOOP("Sentences", "{count} pictures could not be read and were left out.")


def quick(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """RunStarted, TrainingProgress, an EpochDone for every strength tried, RunDone."""
    from resnet_desktop.engine.presets import STRENGTHS

    yield RunStarted(
        run=job.run,
        folder=job.folder,
        config=job.config,
        classes=job.classes,
        train_count=len(job.train),
        validation_count=len(job.validation),
        epochs=len(STRENGTHS),
        steps=0,
        device="cpu",
    )
    embedded = None
    for event in embed_pictures(job, inbox):
        if isinstance(event, Embedded):
            embedded = event
        else:
            yield event
    if embedded is None:
        raise EngineError(TOO_MANY_LOST)
    if embedded.unreadable:
        yield TrainingNote(ModelError(LEFT_OUT, count=len(embedded.unreadable)), embedded.unreadable)
    yield from _fit(job, embedded, inbox)


def _fit(job: TrainingJob, embedded: Embedded, inbox: Inbox) -> Iterator[Event]:
    import torch

    from resnet_desktop.engine.class_weights import balance_of
    from resnet_desktop.engine.finish import Checked, bare_state, finish, start_network
    from resnet_desktop.engine.linear_head import Fit, fit_heads
    from resnet_desktop.engine.presets import STRENGTHS

    train, validation = examples_of(job, embedded)
    best: Fit | None = None
    fits = fit_heads(train, validation, len(job.classes), inbox.cancel, balance_of(job))
    for number, fit in enumerate(fits, 1):
        better = best is None or fit.validation_loss < best.validation_loss
        best = fit if best is None or better else best
        yield EpochDone(
            epoch=number,
            train_loss=fit.train_loss,
            validation_loss=fit.validation_loss,
            validation_accuracy=fit.validation_accuracy,
            learning_rate=fit.strength,
            best=better,
        )
        yield Progress(number, len(STRENGTHS), FITTING)
        inbox.rest()
    if best is None:
        raise AssertionError("there is a fit for every strength")
    network = start_network(job)
    with torch.no_grad():
        network.head.weight.copy_(best.head.weight)
        network.head.bias.copy_(best.head.bias)
    paths = [job.validation[index - len(job.train)].path for index in embedded.kept if index >= len(job.train)]
    yield from finish(job, bare_state(network), Checked(best.logits, validation.labels.tolist(), paths), inbox)
