"""Looking into foreign weights files: the child's part, through the gate and within limits."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from safetensors import SafetensorError

from resnet_desktop.core import frozen
from resnet_desktop.core.class_names import WRONG_COUNT, names_beside
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import CHECKING_FILE, READING_WEIGHTS, Event, Progress, WeightsExamined, WeightsRefused
from resnet_desktop.core.files import CHUNK
from resnet_desktop.core.model_file import WRONG, FileDescription, read_description
from resnet_desktop.core.model_store import CANNOT_STORE, WEIGHTS
from resnet_desktop.core.weights import official_by_digest
from resnet_desktop.engine.container import CUT_OFF, NOT_A_FILE, check_container
from resnet_desktop.engine.limits import limited
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.refusals import NO_MEMORY


class Weights(Protocol):
    """What either edition's gate lets through."""

    @property
    def architecture(self) -> str: ...
    @property
    def classes(self) -> int: ...
    @property
    def parameters(self) -> int:
        """Numbers in it."""

    def save(self, target: Path) -> None:
        """As a safetensors file; OSError or SafetensorError."""


def _gate() -> Callable[[Path], Weights]:
    """The gate of this edition."""
    if frozen.can_train():
        from resnet_desktop.engine import gate

        return gate.read_weights
    from resnet_desktop.engine import plain_gate

    return plain_gate.read_weights


read_weights = _gate()  # now: torch does not fit into the memory that one file may take


def examine_all(files: Sequence[tuple[Path, Path | None]], inbox: Inbox) -> Iterator[Event]:
    """For each (file, workspace): Progress, then WeightsExamined or WeightsRefused.

    Weights that are not official are written as model.safetensors into the workspace, where there is one.
    """
    for file, workspace in files:
        inbox.cancel.check()
        try:
            yield from _examine(file, workspace, inbox)
        except ModelError as error:
            yield WeightsRefused(file, error)


def _examine(file: Path, workspace: Path | None, inbox: Inbox) -> Iterator[Event]:
    described = _described(file)
    sha256, numbers = yield from _digests(file, inbox)
    if described is not None and described.numbers not in ("", numbers):
        raise ModelError(CUT_OFF, file=str(file))
    yield Progress(0, 0, READING_WEIGHTS)
    try:
        with limited():
            weights = read_weights(file)
            if described is not None:
                _check_description(file, described, weights)
            official = official_by_digest(sha256)
            if workspace is not None and official is None:
                _save(weights, workspace)
    except MemoryError as error:
        raise ModelError(NO_MEMORY, file=str(file)) from error
    yield WeightsExamined(
        path=file,
        sha256=sha256,
        architecture=weights.architecture,
        classes=weights.classes,
        parameters=weights.parameters,
        official=official[0].key if official else "",
        names=_names_beside(file, weights.classes),
        workspace=workspace,
        described=described.model if described is not None else None,
    )


def _described(file: Path) -> FileDescription | None:
    """What an exported model says of itself; None for every other file of weights."""
    try:
        with limited():
            return read_description(file) if check_container(file) == "safetensors" else None
    except MemoryError as error:
        raise ModelError(NO_MEMORY, file=str(file)) from error


def _check_description(file: Path, described: FileDescription, weights: Weights) -> None:
    found = len(described.model.classes)
    if found != weights.classes:
        raise ModelError(WRONG_COUNT, file=str(file), found=found, expected=weights.classes)
    if described.model.architecture != weights.architecture:
        raise ModelError(WRONG, file=str(file))


def _save(weights: Weights, workspace: Path) -> None:
    try:
        weights.save(workspace / WEIGHTS)
    except (OSError, SafetensorError) as error:  # the disk is full, or the stick was pulled out
        reason = getattr(error, "strerror", None) or str(error)
        raise ModelError(CANNOT_STORE, folder=str(workspace.parent), reason=reason) from error


def _names_beside(file: Path, count: int) -> tuple[str, ...]:
    """Names are a convenience: a list of them that takes too much is none."""
    try:
        with limited():
            return names_beside(file, count)
    except MemoryError:
        return ()


def _digests(file: Path, inbox: Inbox) -> Generator[Event, None, tuple[str, str]]:
    """SHA-256 of the file and of what follows a safetensors header, with progress: reading from a slow USB stick takes
    longer than everything else."""
    whole, numbers = hashlib.sha256(), hashlib.sha256()
    done = header = 0
    try:
        with file.open("rb") as opened:
            total = os.fstat(opened.fileno()).st_size
            while chunk := opened.read(CHUNK):
                inbox.cancel.check()
                header = header or 8 + int.from_bytes(chunk[:8], "little")
                whole.update(chunk)
                numbers.update(chunk[max(0, header - done) :])
                done += len(chunk)
                yield Progress(done, total, CHECKING_FILE)
    except OSError as error:
        raise ModelError(NOT_A_FILE, file=str(file)) from error
    return whole.hexdigest(), numbers.hexdigest()
