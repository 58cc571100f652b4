"""Which pictures a run learns from and is checked on, kept in its folder: it goes on with these and no others.

A checkpoint speaks of them by their places in the list, and the folder may have changed meanwhile.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from resnet_desktop.core.dataset_split import Split
from resnet_desktop.core.dataset_values import DatasetPicture, relative_name
from resnet_desktop.core.files import write_file
from resnet_desktop.core.run_store import CANNOT_WRITE, RunError

log = logging.getLogger(__name__)

PICTURES = "pictures.json"
Row = tuple[str, int, int, int]  # place below the dataset, label, size, time


def store_split(folder: Path, root: Path, split: Split) -> None:
    """In the folder of a run; raises RunError."""
    record = {"train": _rows(root, split.train), "validation": _rows(root, split.validation)}
    try:
        # In ASCII: names may hold bytes that no other form of text can.
        write_file(folder / PICTURES, json.dumps(record, separators=(",", ":")).encode())
    except OSError as error:
        raise RunError(CANNOT_WRITE, folder=str(folder), reason=error.strerror or str(error)) from error


def stored_split(folder: Path, root: Path) -> Split | None:
    """None where there is none that can be read, as in runs of earlier versions."""
    try:
        record = json.loads((folder / PICTURES).read_bytes())
        return Split(_pictures(root, record["train"]), _pictures(root, record["validation"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("%s is not used: %s", folder / PICTURES, error)
        return None


def _rows(root: Path, pictures: Sequence[DatasetPicture]) -> list[Row]:
    return [(relative_name(root, each.path), each.label, each.size, each.mtime_ns) for each in pictures]


def _pictures(root: Path, rows: Sequence[Row]) -> tuple[DatasetPicture, ...]:
    return tuple(DatasetPicture(root / str(name), int(label), int(size), int(time)) for name, label, size, time in rows)
