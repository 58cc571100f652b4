"""A closer look at every model: what it takes on the disk and how long it takes for a picture. Runs in a pump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, all_models
from resnet_desktop.core.download import part_of
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event
from resnet_desktop.core.prepared import prepared_folder
from resnet_desktop.core.speed import known_speed, measure, remember_speed
from resnet_desktop.core.storage import Space, cache_size, space_of
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.open_classifier import needs_preparing, open_classifier


@dataclass(frozen=True)
class ModelFacts(Event):
    """What is known of one model."""

    key: str
    space: Space
    milliseconds: float | None  # a picture, on the device at hand; None while not measured
    device: str
    has_part: bool = False  # some of a download has come


@dataclass(frozen=True)
class CacheSize(Event):
    """Bytes that emptying the caches would give back."""

    size: int


def look_closer(device: str, idle: bool, in_use: Path | None, token: CancelToken) -> Iterator[Event]:
    """ModelFacts of every model from what is known; then, on an ``idle`` machine, again for those whose speed had to be
    measured."""
    ready = []
    for spec in all_models():
        token.check()
        space = space_of(spec)
        speed = _known(spec, device) if space.prepared else None
        yield ModelFacts(spec.key, space, speed, device, part_of(spec).is_file())
        if idle and space.prepared and speed is None and needs_preparing(device):
            ready.append((spec, space))
    yield CacheSize(cache_size([in_use] if in_use is not None else []))
    for spec, space in ready:
        token.check()
        yield ModelFacts(spec.key, space, _measured(spec, device), device)


def _known(spec: ModelSpec, device: str) -> float | None:
    return known_speed(prepared_folder(spec, find_weights(spec).sha256), device)


def _measured(spec: ModelSpec, device: str) -> float | None:
    try:
        classifier = open_classifier(spec, device, "one")
    except AppError:
        return None  # choosing the model says why
    try:
        milliseconds = measure(classifier)
    finally:
        classifier.close()
    remember_speed(prepared_folder(spec, find_weights(spec).sha256), device, milliseconds)
    return milliseconds
