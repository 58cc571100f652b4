"""Bringing weights from anywhere: examined in the engine's child, then kept. Parent side: nothing imports torch."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.class_names import checked_names
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, Cancelled, EngineError, ModelError
from resnet_desktop.core.events import EngineDied, Event, WeightsExamined, WeightsRefused
from resnet_desktop.core.files import sha256_of
from resnet_desktop.core.model_store import WEIGHTS, NewModel, new_workspace, same_model, store_model
from resnet_desktop.core.weights import keep_official
from resnet_desktop.engine.limits import OUT_OF_TIME
from resnet_desktop.engine.process import Inbox, run_in_engine

GRACE_SECONDS = 0.3

TOO_SLOW = QT_TRANSLATE_NOOP("Sentences", "{file} takes too long to read. It is not used.")
ENDED = QT_TRANSLATE_NOOP("Sentences", "{file} ended the engine that looked into it. It is not used.")


def examine(file: Path, token: CancelToken) -> Iterator[Event]:
    """Progress, then WeightsExamined, whose workspace is to be stored or discarded, or WeightsRefused."""
    workspace = new_workspace()
    keeps = False
    try:
        for event in _in_engine([(file, workspace)], token):
            keeps = keeps or isinstance(event, WeightsExamined)
            yield event
        if token.cancelled:  # after the last word, which nobody may have heard any more
            keeps = False
            raise Cancelled
    finally:
        if not keeps:
            shutil.rmtree(workspace, ignore_errors=True)


def keep(
    examined: WeightsExamined, title: str = "", names: tuple[str, ...] = (), token: CancelToken | None = None
) -> ModelSpec:
    """Make examined weights a model of this computer: official ones in their place, others one of yours.

    A model that describes itself needs no title and no names; those that are given are taken instead of its own.
    """
    if not examined.official and (names or examined.described is None):
        names = checked_names(names, examined.classes)  # wrong ones can be corrected: nothing is given up for them
    try:
        if examined.official:
            keep_official(examined.path, examined.sha256, token or CancelToken())
            return find_model(examined.official)
        if examined.workspace is None:
            raise ValueError("examined without a workspace")
        return store_model(examined.workspace, _new_model(examined, title, names))
    finally:
        discard(examined)


def already_here(examined: WeightsExamined, title: str = "", names: tuple[str, ...] = ()) -> ModelSpec | None:
    """The model of yours that an examined file would only repeat: the same weights and the same description."""
    if examined.described is None or examined.workspace is None:
        return None
    try:
        sha256 = sha256_of(examined.workspace / WEIGHTS)
    except OSError:
        return None  # ``keep`` will say why
    return same_model(_new_model(examined, title, names), sha256)


def _new_model(examined: WeightsExamined, title: str, names: tuple[str, ...]) -> NewModel:
    relative, described = _relative(examined.architecture), examined.described
    model = described or NewModel(
        title="",
        architecture=examined.architecture,
        classes=names,
        parameters=examined.parameters,
        gflops=relative.gflops,
        preprocess=relative.preprocess,
    )
    return dataclasses.replace(
        model,
        title=title or model.title or examined.path.stem,
        classes=names or model.classes,
        parameters=examined.parameters,
        gflops=relative.gflops,
    )


def discard(examined: WeightsExamined) -> None:
    """Forget examined weights that are not wanted."""
    if examined.workspace is not None:
        shutil.rmtree(examined.workspace, ignore_errors=True)


def _relative(architecture: str) -> ModelSpec:
    """The official model of the same architecture whose preprocessing most programs use: V1's."""
    if architecture == "efficientnet_lite0":
        return find_model("built-in")
    return find_model(architecture if architecture in ("resnet18", "resnet34") else f"{architecture}-v1")


def _in_engine(files: Sequence[tuple[Path, Path | None]], token: CancelToken) -> Iterator[Event]:
    """As ``examine_all`` for one file; one on which the child dies is refused like any other."""
    code, told = 0, False
    try:
        for event in run_in_engine(_examine, files, token=token, grace=GRACE_SECONDS):
            if isinstance(event, EngineDied):
                code = event.exit_code
                continue
            told = told or isinstance(event, WeightsExamined | WeightsRefused)
            yield event
    except EngineError:
        if not told:  # else it died after its last word, which stands
            sentence = TOO_SLOW if code == OUT_OF_TIME else ENDED
            yield WeightsRefused(files[0][0], ModelError(sentence, file=str(files[0][0])))


def _examine(files: Sequence[tuple[Path, Path | None]], inbox: Inbox) -> Iterator[Event]:
    """Runs in the child: the import of torch happens here."""
    from resnet_desktop.engine.examine import examine_all

    yield from examine_all(files, inbox)
