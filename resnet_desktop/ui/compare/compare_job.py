"""One picture through every ready model, one after another. Runs in a pump."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core.answers import Answer
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import answer_picture
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.ui.model_desk import MakeReady
from resnet_desktop.workers.answer_worker import OpenClassifier


@dataclass(frozen=True)
class Compared(Event):
    """What one model says; ``answer`` is None where it could not say anything."""

    spec: ModelSpec
    answer: Answer | None = None
    error: AppError | None = None


def compare(
    path: Path, specs: Sequence[ModelSpec], opener: OpenClassifier, ready: MakeReady, device: str, token: CancelToken
) -> Iterator[Event]:
    """A Compared for every model, in order; raises PictureError where the picture cannot be read."""
    for spec in specs:
        token.check()
        picture = open_picture(path, edge=spec.preprocess.resize)
        try:
            yield from ready(spec, token)  # prepared now if it never was
            classifier = opener(spec, device, "one")
        except AppError as error:
            yield Compared(spec, error=error)
            continue
        try:
            answer_picture(classifier, picture)  # the first pass sets memory up
            yield Compared(spec, answer_picture(classifier, picture)[0])
        except AppError as error:
            yield Compared(spec, error=error)
        finally:
            classifier.close()
