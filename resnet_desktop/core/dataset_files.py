"""The entries of a dataset's folders: which count, in which order, and which files may be pictures."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.picture_formats import HEAD_BYTES, PICTURE_SUFFIXES, picture_format

# What systems leave behind in folders; @eaDir holds a network drive's own small copies of the pictures.
SYSTEM_NAMES = frozenset(
    [
        "__macosx",
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "@eadir",
    ]
)
SORTED_AT_ONCE = 5000  # names of one folder: one sort of 100,000 would hold the interpreter, and so the window
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is a picture by its content or is called one; whether it can be read is not known yet."""

    path: Path
    size: int  # bytes
    mtime_ns: int


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Sorts file_2 before file_10, and whatever the case."""
    pieces: list[str | int] = list(_DIGITS.split(name.casefold()))
    pieces[1::2] = [int(digits) for digits in pieces[1::2]]
    return pieces, name


def in_natural_order(entries: Iterator[os.DirEntry[str]]) -> Iterable[os.DirEntry[str]]:
    """Sorted in parts, then merged."""
    parts = []
    while part := sorted(islice(entries, SORTED_AT_ONCE), key=_entry_key):
        parts.append(part)
    return merge(*parts, key=_entry_key) if len(parts) > 1 else (parts or [[]])[0]


def visible_entries(folder: Path, token: CancelToken) -> Iterator[os.DirEntry[str]]:
    """What is in a folder without hidden and system files. Raises OSError where it cannot be opened."""
    with os.scandir(folder) as entries:
        for entry in entries:
            token.check()
            if not _is_hidden(entry):
                yield entry


def is_dir(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder or a link to one; false for a link that leads back to itself."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def found_file(entry: os.DirEntry[str], path: Path) -> FoundFile | None:
    """The file, unless it is neither a picture nor called one: a damaged photo is to be reported, a text is not."""
    if path.suffix.lower() not in PICTURE_SUFFIXES and not _has_picture(entry):
        return None
    try:
        status = os.stat(entry.path)  # noqa: PTH116 - unlike the entry's own, never an older state
    except OSError:  # a link to nothing, say
        return FoundFile(path, 0, 0)
    return FoundFile(path, status.st_size, status.st_mtime_ns)


def _entry_key(entry: os.DirEntry[str]) -> tuple[list[str | int], str]:
    return natural_key(entry.name)


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name.casefold() in SYSTEM_NAMES:
        return True
    if os.name != "nt":
        return False
    attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & (stat.FILE_ATTRIBUTE_HIDDEN | stat.FILE_ATTRIBUTE_SYSTEM))


def _has_picture(entry: os.DirEntry[str]) -> bool:
    try:
        if not entry.is_file():  # opening a pipe would wait
            return False
        with open(entry.path, "rb") as file:  # noqa: PTH123 - DirEntry paths may hold undecodable names
            return picture_format(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False
