"""Quick: embeddings once through OpenVINO, then the last layer alone. A usable model in seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from resnet_desktop.core.classifier import OpenVinoClassifier
from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError, ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.training import (
    FITTING,
    EpochDone,
    RunStarted,
    TrainingJob,
    TrainingNote,
)
from resnet_desktop.engine.embeddings import Embedded, embed
from resnet_desktop.engine.process import Inbox

LEFT_OUT = QT_TRANSLATE_NOOP("Sentences", "{count} pictures could not be read and were left out.")
NOTHING_LEFT = QT_TRANSLATE_NOOP("Sentences", "None of the pictures could be read. Is the folder still there?")


def quick(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """RunStarted, TrainingProgress, an EpochDone for every strength tried, RunDone."""
    from resnet_desktop.engine.linear_head import STRENGTHS

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
    pictures = (*job.train, *job.validation)
    embedded = None
    # bf16 embeddings where the processor has it: the accuracy on the clothing pictures was the same.
    classifier = OpenVinoClassifier(job.start, job.prepared, "cpu", "fast")
    try:
        for event in embed(classifier, job.prepared, pictures, inbox.cancel):
            if isinstance(event, Embedded):
                embedded = event
            else:
                yield event
    finally:
        classifier.close()
    if embedded is None or not embedded.kept:
        raise EngineError(NOTHING_LEFT)
    if embedded.unreadable:
        yield TrainingNote(ModelError(LEFT_OUT, count=len(embedded.unreadable)))
    yield from _fit(job, embedded, pictures, inbox)


def _fit(job: TrainingJob, embedded: Embedded, pictures: Sequence[DatasetPicture], inbox: Inbox) -> Iterator[Event]:
    import torch

    from resnet_desktop.engine.finish import Checked, bare_state, finish, new_network
    from resnet_desktop.engine.gate import read_weights
    from resnet_desktop.engine.linear_head import STRENGTHS, Examples, Fit, fit_heads

    rows = torch.from_numpy(embedded.rows)
    labels = torch.tensor([pictures[index].label for index in embedded.kept])
    is_train = torch.tensor([index < len(job.train) for index in embedded.kept])
    train, validation = Examples(rows[is_train], labels[is_train]), Examples(rows[~is_train], labels[~is_train])
    best: Fit | None = None
    for number, fit in enumerate(fit_heads(train, validation, len(job.classes), inbox.cancel), 1):
        better = best is None or fit.validation_loss < best.validation_loss
        best = fit if better or best is None else best
        yield EpochDone(
            epoch=number,
            train_loss=fit.train_loss,
            validation_loss=fit.validation_loss,
            validation_accuracy=fit.validation_accuracy,
            learning_rate=fit.strength,
            best=better,
        )
        yield Progress(number, len(STRENGTHS), FITTING)
    if best is None:
        raise EngineError(NOTHING_LEFT)
    network = new_network(job)
    start = read_weights(job.weights).state
    own = bare_state(network)
    network.load({name: value if value.shape == own[name].shape else own[name] for name, value in start.items()})
    with torch.no_grad():
        network.head.weight.copy_(best.head.weight)
        network.head.bias.copy_(best.head.bias)
    paths: list[Path] = [pictures[index].path for index in embedded.kept if index >= len(job.train)]
    yield from finish(job, bare_state(network), Checked(best.logits, validation.labels.tolist(), paths), inbox)
