"""What lies in a dataset's folder: its parts, its classes, and their files. Nothing is decoded yet."""

from __future__ import annotations

import logging
import os
import stat
import time
import unicodedata
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset_files import (
    FoundFile,
    found_file,
    in_natural_order,
    is_dir,
    natural_key,
    visible_entries,
)
from resnet_desktop.core.dataset_values import DatasetError
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP
from resnet_desktop.core.events import Progress
from resnet_desktop.core.plain_text import one_line

log = logging.getLogger(__name__)

READING = QT_TRANSLATE_NOOP("Stages", "Reading the folder")
NOT_THERE = QT_TRANSLATE_NOOP("Sentences", "There is no folder {folder}.")
NOT_A_FOLDER = QT_TRANSLATE_NOOP("Sentences", "{folder} is not a folder.")
NOT_OPEN = QT_TRANSLATE_NOOP("Sentences", "The folder {folder} cannot be opened: {reason}.")
NO_TRAIN = QT_TRANSLATE_NOOP("Sentences", "There is no folder train beside {names} in {folder}.")

TRAIN, VALIDATION, TEST = "train", "validation", "test"
PARTS = {"train": TRAIN, "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "test": TEST}
TELL_SECONDS = 0.1


@dataclass
class ClassFiles:
    """One class: its folders, one for each part or more, and their files by part."""

    name: str  # of the folder, as the disk has it
    folders: list[tuple[str, Path]] = field(default_factory=list)
    files: dict[str, list[FoundFile]] = field(default_factory=lambda: {TRAIN: [], VALIDATION: [], TEST: []})

    @property
    def is_empty(self) -> bool:
        return not any(self.files.values())


@dataclass
class Index:
    """Everything that was found, in the natural order of the names."""

    classes: list[ClassFiles] = field(default_factory=list)
    outside: list[FoundFile] = field(default_factory=list)  # pictures beside the class folders
    not_pictures: list[Path] = field(default_factory=list)
    closed: list[Path] = field(default_factory=list)  # folders that cannot be opened


def read_folder(root: Path, token: CancelToken) -> Generator[Progress, None, Index]:
    """Yield how many files were found so far, and return the index. Raises DatasetError and Cancelled."""
    yield Progress(0, 0, READING)
    reader = _Reader(token)
    folders = reader.open_root(root)
    parts = reader.parts_of(root, folders)
    rest = [] if not parts else [folder for folder in folders if _part(folder) is None]
    classes: dict[str, ClassFiles] = {}
    for part, above in parts or [(TRAIN, root)]:
        for folder in folders if above == root else reader.open_folder(above):
            # The same name may be written in two ways, as one system or the other prefers.
            name = unicodedata.normalize("NFC", folder.name)
            classes.setdefault(name, ClassFiles(name)).folders.append((part, folder))
    for found in classes.values():
        for part, folder in found.folders:
            yield from reader.walk(folder, found.files[part], reader.index.not_pictures)
    for folder in rest:
        yield from reader.walk(folder, reader.index.outside, [])
    reader.index.classes = sorted(classes.values(), key=lambda found: natural_key(found.name))
    return reader.index


def _part(folder: Path) -> str | None:
    return PARTS.get(folder.name.casefold())


class _Reader:
    """Goes through folders once each and sorts files into the index."""

    def __init__(self, token: CancelToken) -> None:
        self.index = Index()
        self._token = token
        self._seen: set[tuple[int, int]] = set()
        self._count = 0
        self._due = time.monotonic() + TELL_SECONDS

    def open_root(self, root: Path) -> list[Path]:
        """The folders in the root; unlike any other, it must be there."""
        try:
            status = root.stat()
            if not stat.S_ISDIR(status.st_mode):
                raise DatasetError(NOT_A_FOLDER, folder=one_line(str(root)))
            self._seen.add((status.st_dev, status.st_ino))
            return self._folders(in_natural_order(visible_entries(root, self._token)))
        except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
            raise DatasetError(NOT_THERE, folder=one_line(str(root))) from error
        except OSError as error:
            raise DatasetError(NOT_OPEN, folder=one_line(str(root)), reason=error.strerror) from error

    def open_folder(self, folder: Path) -> list[Path]:
        """The folders in one that is above classes; pictures in there belong to none."""
        return self._folders(self._entries(folder))

    def parts_of(self, root: Path, folders: list[Path]) -> list[tuple[str, Path]]:
        """Train, validation and test above the classes, or nothing where the folders are the classes themselves.

        "train" may be a class beside "bus": it is a part if it has folders in it, and another part or nothing beside.
        """
        parts = [(part, folder) for folder in folders if (part := _part(folder)) is not None]
        only = len(parts) == len(folders)
        others = [folder for part, folder in parts if part != TRAIN]
        trains = [folder for part, folder in parts if part == TRAIN]
        if others and only and not trains and all(map(self._has_folders, others)):
            names = ", ".join(one_line(folder.name) for folder in others)
            raise DatasetError(NO_TRAIN, names=names, folder=one_line(str(root)))
        return parts if any(map(self._has_folders, trains)) and (others or only) else []

    def walk(self, folder: Path, files: list[FoundFile], others: list[Path]) -> Iterator[Progress]:
        """Put every picture in a folder and the folders in it into ``files``, every other file into ``others``."""
        pending = [folder]
        while pending:
            inner: list[Path] = []
            for entry in self._entries(pending.pop()):
                self._put(entry, files, inner, others)
                if time.monotonic() > self._due:
                    self._due = time.monotonic() + TELL_SECONDS
                    yield Progress(self._count, 0, READING)
            pending.extend(reversed(inner))

    def _folders(self, entries: Iterable[os.DirEntry[str]]) -> list[Path]:
        folders: list[Path] = []
        for entry in entries:
            self._put(entry, self.index.outside, folders, [])
        return folders

    def _put(self, entry: os.DirEntry[str], files: list[FoundFile], folders: list[Path], others: list[Path]) -> None:
        self._token.check()
        path = Path(entry.path)
        if is_dir(entry):
            if self._enter(path):
                folders.append(path)
            return
        self._count += 1
        found = found_file(entry, path)
        if found is None:
            others.append(path)
        else:
            files.append(found)

    def _enter(self, folder: Path) -> bool:
        """False for a folder that was seen before: a link may lead back."""
        try:
            status = folder.stat()
        except OSError:
            self.index.closed.append(folder)
            return False
        identity = (status.st_dev, status.st_ino)
        is_new = identity not in self._seen
        self._seen.add(identity)
        return is_new

    def _has_folders(self, folder: Path) -> bool:
        try:
            return any(map(is_dir, visible_entries(folder, self._token)))
        except OSError:
            return False  # told when its classes are looked for

    def _entries(self, folder: Path) -> Iterable[os.DirEntry[str]]:
        try:
            return in_natural_order(visible_entries(folder, self._token))
        except OSError as error:
            log.warning("a folder was left out: %s", error.strerror)
            self.index.closed.append(folder)
            return []
