"""Where a run can go on: two generations, each with its digest, so that a power cut costs one epoch and not the run."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from resnet_desktop.core.files import sha256_of, write_file

log = logging.getLogger(__name__)

GENERATIONS = 2


@dataclass(frozen=True)
class Checkpoint:
    """Everything a run needs to go on as if it had never stopped."""

    tensors: dict[str, Tensor]
    state: dict[str, Any]  # numbers and lists that JSON can hold


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Over the older of the two generations: the newer one stays whole until this one is. Raises OSError."""
    newest = _records(folder)
    sequence = newest[0][0] + 1 if newest else 0
    data = save(checkpoint.tensors)
    name = f"checkpoint-{sequence % GENERATIONS}"
    record = {
        "sequence": sequence,
        "file": f"{name}.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
        "state": checkpoint.state,
    }
    # The weights first: until the record names their digest, the old record no longer fits and its twin is taken.
    write_file(folder / f"{name}.safetensors", data)
    write_file(folder / f"{name}.json", json.dumps(record).encode())


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The newest one that is whole; None where there is none."""
    for _sequence, record in _records(folder):
        file = folder / str(record["file"])
        try:
            if sha256_of(file) == record["sha256"]:
                return Checkpoint(load(file.read_bytes()), record["state"])
        except (OSError, SafetensorError, KeyError) as error:
            log.warning("%s cannot be read: %s", file, error)
            continue
        log.warning("%s is not what its record says", file)
    return None


def _records(folder: Path) -> list[tuple[int, dict[str, Any]]]:
    """The records that can be read, the newest first."""
    found = []
    for number in range(GENERATIONS):
        try:
            record = json.loads((folder / f"checkpoint-{number}.json").read_bytes())
            found.append((int(record["sequence"]), record))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
    return sorted(found, key=lambda pair: pair[0], reverse=True)
