"""Where a run can go on: two generations, each with its digest, so that a power cut costs one epoch and not the run."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load, save
from torch import Tensor

from resnet_desktop.core.files import write_file

log = logging.getLogger(__name__)

NAME = "checkpoint-"
GENERATIONS = 2
DAMAGE = (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Checkpoint:
    """Everything a run needs to go on as if it had never stopped."""

    tensors: dict[str, Tensor]
    state: dict[str, Any]  # numbers and lists that JSON can hold

    @property
    def size(self) -> int:
        """Bytes on the disk, about."""
        return sum(value.numel() * value.element_size() for value in self.tensors.values())


@dataclass(frozen=True)
class _Place:
    """One of the two generations."""

    folder: Path
    number: int

    @property
    def weights(self) -> Path:
        return self.folder / f"{NAME}{self.number}.safetensors"

    @property
    def record(self) -> Path:
        return self.folder / f"{NAME}{self.number}.json"


@dataclass(frozen=True)
class _Whole:
    """A generation whose digest fits."""

    sequence: int
    place: _Place
    state: str
    data: bytes


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Over the generation that is not the newest whole one, which stays until this one is whole. Raises OSError."""
    _sweep(folder)
    newest = _newest_whole(folder)
    sequence = newest.sequence + 1 if newest else 0
    place = _Place(folder, (newest.place.number + 1) % GENERATIONS if newest else 0)
    newest = None  # its bytes are not needed any more
    data, state = save(checkpoint.tensors), json.dumps(checkpoint.state)
    record = {"sequence": sequence, "state": state, "sha256": _digest(sequence, state, data)}
    # The weights first: until the record names their digest, the old record does not fit and its twin is taken.
    write_file(place.weights, data)
    write_file(place.record, json.dumps(record).encode())


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The newest one that is whole; None where there is none."""
    whole = _newest_whole(folder)
    return Checkpoint(load(whole.data), json.loads(whole.state)) if whole else None


def _newest_whole(folder: Path) -> _Whole | None:
    for sequence, place, record in _records(folder):
        try:
            state, data = record["state"], place.weights.read_bytes()
            if _digest(sequence, state, data) == record["sha256"]:
                return _Whole(sequence, place, state, data)
            log.warning("%s is not what its record says", place.weights)
        except DAMAGE as error:
            log.warning("%s cannot be read: %s", place.weights, error)
    return None


def _records(folder: Path) -> list[tuple[int, _Place, dict[str, Any]]]:
    """Sequence, generation and record of each that can be read, the newest first."""
    found = []
    for place in (_Place(folder, number) for number in range(GENERATIONS)):
        with contextlib.suppress(*DAMAGE):
            record = json.loads(place.record.read_bytes())
            found.append((int(record["sequence"]), place, record))
    return sorted(found, key=lambda entry: entry[0], reverse=True)


def _digest(sequence: int, state: str, data: bytes) -> str:
    digest = hashlib.sha256(f"{sequence}\n{state}\n".encode())
    digest.update(data)
    return digest.hexdigest()


def _sweep(folder: Path) -> None:
    """Remove what a process that was killed has left half written."""
    for left in folder.glob(f".{NAME}*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()
