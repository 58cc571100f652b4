"""Which pictures a drop of files and folders means."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from operator import attrgetter
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.events import Event, FilesSkipped, PicturesFound
from resnet_desktop.core.picture_formats import HEAD_BYTES, PICTURE_SUFFIXES, picture_format

log = logging.getLogger(__name__)

BATCH = 500  # paths in one event, so that none is large
SORTED_AT_ONCE = 5000  # names of one folder
FIRST_SECONDS, BATCH_SECONDS = 0.05, 0.2  # a slow drive's first finds are told soon


def search_pictures(sources: Iterable[Path], token: CancelToken) -> Iterator[Event]:
    """find_pictures as a job: PicturesFound with up to BATCH paths each, FilesSkipped last. Raises Cancelled."""
    batch: list[Path] = []
    skipped, due = 0, time.monotonic() + FIRST_SECONDS
    for path in find_pictures(sources, token):
        if path is None:
            skipped += 1
        else:
            batch.append(path)
        if batch and (len(batch) == BATCH or time.monotonic() > due):
            yield PicturesFound(tuple(batch))
            batch, due = [], time.monotonic() + BATCH_SECONDS
    if batch:
        yield PicturesFound(tuple(batch))
    if skipped:
        yield FilesSkipped(skipped)


def find_pictures(sources: Iterable[Path], token: CancelToken, *, recursive: bool = True) -> Iterator[Path | None]:
    """Every named file, then the pictures inside every named folder, in the order of their names.

    Inside folders, hidden files and links to folders already seen are passed over, and a file counts as a picture
    when its content or its extension says so: a damaged photo is then reported, a text file is not. A folder that
    may not be read is yielded itself, to be reported like a picture that cannot be. None stands for one file that was
    left out.
    """
    seen: set[tuple[int, int]] = set()
    for source in sources:
        token.check()
        if _is_dir(source):
            yield from _inside(source, token, seen, recursive=recursive)
        else:
            yield source


def _inside(folder: Path, token: CancelToken, seen: set[tuple[int, int]], *, recursive: bool) -> Iterator[Path | None]:
    pending = [folder]
    while pending:
        current = pending.pop()
        folders = []
        entries = _entries(current, seen)
        if entries is None:
            yield current
            continue
        for entry in entries:
            token.check()
            if _is_dir(entry):
                folders.append(Path(entry.path))
            elif _is_picture(entry):
                yield Path(entry.path)
            else:
                yield None
        if recursive:
            pending.extend(reversed(folders))


def _entries(folder: Path, seen: set[tuple[int, int]]) -> Iterable[os.DirEntry[str]] | None:
    """Visible entries by name; none where the folder was visited before (a link loop), None where it cannot be read."""
    try:
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            return []
        seen.add(identity)
        with os.scandir(folder) as entries:
            return _by_name(entry for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        log.warning("a folder was left out: %s", error.strerror)
        return None


def _by_name(entries: Iterator[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    """Sorted in parts: one sort of 100,000 names holds the interpreter, and so the window, for 60 ms."""
    name = attrgetter("name")
    parts = []
    while part := sorted(islice(entries, SORTED_AT_ONCE), key=name):
        parts.append(part)
    return merge(*parts, key=name)


def _is_dir(entry: Path | os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_picture(entry: os.DirEntry[str]) -> bool:
    if Path(entry.name).suffix.lower() in PICTURE_SUFFIXES:
        return True
    try:
        if not entry.is_file():
            return False
        with open(entry.path, "rb") as file:  # noqa: PTH123 - DirEntry paths may hold undecodable names
            return picture_format(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False
