"""Bringing weights from anywhere: examined in the engine's child, then kept. Parent side: nothing imports torch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.class_names import checked_names
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, Cancelled, EngineError, ModelError
from resnet_desktop.core.events import EngineDied, Event, WeightsExamined, WeightsRefused
from resnet_desktop.core.model_store import NewModel, new_workspace, store_model
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
    """Make examined weights a model of this computer: official ones in their place, others one of yours."""
    if not examined.official:
        names = checked_names(names, examined.classes)  # wrong ones can be corrected: nothing is given up for them
    try:
        if examined.official:
            keep_official(examined.path, examined.sha256, token or CancelToken())
            return find_model(examined.official)
        if examined.workspace is None:
            raise ValueError("examined without a workspace")
        relative = _relative(examined.architecture)
        return store_model(
            examined.workspace,
            NewModel(
                title=title or examined.path.stem,
                architecture=examined.architecture,
                classes=names,
                parameters=examined.parameters,
                gflops=relative.gflops,
                preprocess=relative.preprocess,
            ),
        )
    finally:
        discard(examined)


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
