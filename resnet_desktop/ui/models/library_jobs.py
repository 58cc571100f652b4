"""What the Models page has done, as the pumps run it: generators of events that know nothing of the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import download_weights
from resnet_desktop.core.events import Event, WeightsExamined
from resnet_desktop.core.model_file import export_model
from resnet_desktop.core.storage import free_caches, remove, verify
from resnet_desktop.engine.add_model import already_here, discard, keep
from resnet_desktop.workers.trash import move_to_trash


@dataclass(frozen=True)
class ModelKept(Event):
    """A brought model is in its place."""

    spec: ModelSpec
    already: bool = False  # it was there before, weights and description


@dataclass(frozen=True)
class ModelExported(Event):
    """One of your models is in a file, too."""

    spec: ModelSpec
    file: Path


@dataclass(frozen=True)
class SpaceFreed(Event):
    size: int  # bytes


def download_job(spec: ModelSpec, mirror: str, proxy: str, token: CancelToken) -> Iterator[Event]:
    return download_weights(spec, token, mirror=mirror, proxy=proxy)


def verify_job(spec: ModelSpec, _token: CancelToken) -> Iterator[Event]:
    verify(spec)
    yield from ()


def remove_job(spec: ModelSpec, _token: CancelToken) -> Iterator[Event]:
    remove(spec, move_to_trash)
    yield from ()


def keep_job(examined: WeightsExamined, title: str, names: tuple[str, ...], token: CancelToken) -> Iterator[Event]:
    spec = already_here(examined, title, names)
    if spec is not None:
        discard(examined)
        yield ModelKept(spec, already=True)
    else:
        yield ModelKept(keep(examined, title, names, token))


def export_job(spec: ModelSpec, file: Path, token: CancelToken) -> Iterator[Event]:
    yield from export_model(spec, file, token)
    yield ModelExported(spec, file)


def free_job(in_use: Path | None, _token: CancelToken) -> Iterator[Event]:
    yield SpaceFreed(free_caches([in_use] if in_use is not None else []))
