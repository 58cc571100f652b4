"""What a folder of pictures sorted into classes is, as frozen values."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event


class DatasetError(AppError):
    """A folder is no dataset; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class DatasetPicture:
    """One readable picture, and what its file was like when it was read."""

    path: Path
    label: int  # index into the classes
    size: int  # bytes
    mtime_ns: int
    # SHA-256 of the file; empty where no other file of the dataset has its size, so that none can be the same.
    digest: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True)
class DatasetIssue:
    """Something to know before learning from a dataset, or to mend."""

    # unreadable, not-pictures, outside, closed-folder, empty-class, duplicates, leak, unbalanced, few
    kind: str
    paths: tuple[Path, ...]  # the pictures, or for a class its folders
    error: AppError


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A folder whose subfolders are the classes, or that has train, validation and test folders above such."""

    root: Path  # absolute
    classes: tuple[str, ...]
    pictures: tuple[DatasetPicture, ...]  # to learn from; all of them where there is no part of its own for validation
    validation: tuple[DatasetPicture, ...] = ()
    test: tuple[DatasetPicture, ...] = ()
    issues: tuple[DatasetIssue, ...] = ()


@dataclass(frozen=True)
class DatasetInspected(Event):
    """The last event of an inspection."""

    dataset: Dataset


def fingerprint(dataset: Dataset) -> str:
    """Hexadecimal digits that change with the classes and with any picture's place below the root, size or time."""
    digest = hashlib.sha256(repr(dataset.classes).encode())
    for part in (dataset.pictures, dataset.validation, dataset.test):
        lines = [
            (relative_name(dataset.root, picture.path), picture.label, picture.size, picture.mtime_ns)
            for picture in part
        ]
        lines.sort()
        digest.update(f"{len(lines)}\n".encode())
        for line in lines:
            digest.update(ascii(line).encode())  # names may hold what is no Unicode
    return digest.hexdigest()


def changed_pictures(pictures: Sequence[DatasetPicture]) -> tuple[DatasetPicture, ...]:
    """Those whose file vanished or has another size or time than it had when it was read."""
    return tuple(picture for picture in pictures if _changed(picture))


def _changed(picture: DatasetPicture) -> bool:
    try:
        status = os.stat(picture.path)  # noqa: PTH116 - Path.stat is half as fast
    except (OSError, ValueError):
        return True
    return (status.st_size, status.st_mtime_ns) != (picture.size, picture.mtime_ns)


def relative_name(root: Path, path: Path) -> str:
    """The place of a picture in its dataset, the same on every system and wherever the dataset lies."""
    return path.as_posix().removeprefix(root.as_posix().rstrip("/") + "/")
