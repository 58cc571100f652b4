"""inspect_dataset: what a folder of pictures sorted into classes holds, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset_check import check_files
from resnet_desktop.core.dataset_files import FoundFile
from resnet_desktop.core.dataset_index import TEST, TRAIN, VALIDATION, ClassFiles, Index, read_folder
from resnet_desktop.core.dataset_issues import file_issues, listed, picture_issues
from resnet_desktop.core.dataset_split import Split, split_dataset
from resnet_desktop.core.dataset_values import (
    Dataset,
    DatasetError,
    DatasetInspected,
    DatasetIssue,
    DatasetPicture,
    changed_pictures,
    fingerprint,
)
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.model_store import plain_name
from resnet_desktop.core.plain_text import one_line

__all__ = [
    "Dataset",
    "DatasetError",
    "DatasetInspected",
    "DatasetIssue",
    "DatasetPicture",
    "Split",
    "changed_pictures",
    "fingerprint",
    "inspect_dataset",
    "split_dataset",
]

LEAST = 2  # pictures of a class: one to learn from, one to check with

CHECKING = QT_TRANSLATE_NOOP("Stages", "Checking the pictures")
NO_PICTURES = QT_TRANSLATE_NOOP("Sentences", "There are no pictures in {folder}.")
NO_CLASSES = QT_TRANSLATE_NOOP(
    "Sentences", "The pictures in {folder} are not sorted: make a folder for each class and put its pictures in there."
)
ONE_CLASS = QT_TRANSLATE_NOOP(
    "Sentences", "There is only one class in {folder}: {name}. At least two are needed, each a folder with pictures."
)
TOO_FEW = QT_TRANSLATE_NOOP("Sentences", "The class {names} has fewer than two readable pictures to learn from.")
TOO_FEW_EACH = QT_TRANSLATE_NOOP(
    "Sentences", "These classes have fewer than two readable pictures to learn from: {names}."
)


def inspect_dataset(root: Path, token: CancelToken) -> Iterator[Event]:
    """Read a folder and decode every picture in it once.

    Yields Progress, and DatasetInspected last. Raises DatasetError where there is nothing to learn from, before any
    picture is decoded if possible, and Cancelled.
    """
    root = root.absolute()
    index = yield from read_folder(root, token)
    kept = [found for found in index.classes if not found.is_empty]
    _require_classes(root, index, kept)
    names = _shown_names(kept)
    _require_pictures(names, [len(found.files[TRAIN]) for found in kept])

    parts: dict[str, list[DatasetPicture]] = {TRAIN: [], VALIDATION: [], TEST: []}
    unreadable = yield from _check(kept, parts, token)
    counts = Counter(picture.label for picture in parts[TRAIN])
    _require_pictures(names, [counts[label] for label in range(len(names))])
    others = parts[VALIDATION] + parts[TEST]
    issues = file_issues(index, unreadable) + picture_issues(parts[TRAIN], others, names, kept)
    token.check()
    yield DatasetInspected(
        Dataset(
            root=root,
            classes=names,
            pictures=tuple(parts[TRAIN]),
            validation=tuple(parts[VALIDATION]),
            test=tuple(parts[TEST]),
            issues=tuple(issues),
        )
    )


def _check(
    kept: list[ClassFiles], parts: dict[str, list[DatasetPicture]], token: CancelToken
) -> Generator[Progress, None, list[Path]]:
    """Put the readable pictures into their parts, and return the paths of the others."""
    sizes = Counter(file.size for _part, _label, file in _files(kept))
    total = sizes.total()
    unreadable: list[Path] = []
    yield Progress(0, total, CHECKING)
    verdicts = check_files((file for _part, _label, file in _files(kept)), sizes, token)
    for done, ((part, label, file), verdict) in enumerate(zip(_files(kept), verdicts, strict=True), 1):
        if verdict.error is None:
            parts[part].append(DatasetPicture(file.path, label, file.size, file.mtime_ns, verdict.digest))
        else:
            unreadable.append(file.path)
        yield Progress(done, total, CHECKING)
    return unreadable


def _files(kept: list[ClassFiles]) -> Iterator[tuple[str, int, FoundFile]]:
    for part in (TRAIN, VALIDATION, TEST):
        for label, found in enumerate(kept):
            for file in found.files[part]:
                yield part, label, file


def _require_classes(root: Path, index: Index, kept: list[ClassFiles]) -> None:
    folder = one_line(str(root))
    if not kept:
        raise DatasetError(NO_CLASSES if index.outside else NO_PICTURES, folder=folder)
    if len(kept) == 1:
        raise DatasetError(ONE_CLASS, folder=folder, name=one_line(kept[0].name))


def _require_pictures(names: Sequence[str], counts: Sequence[int]) -> None:
    poor = [name for name, count in zip(names, counts, strict=True) if count < LEAST]
    if poor:
        raise DatasetError(TOO_FEW if len(poor) == 1 else TOO_FEW_EACH, names=listed(poor))


def _shown_names(kept: list[ClassFiles]) -> tuple[str, ...]:
    """Class names as plain text. Folders whose names only differ in what cannot be shown get a number."""
    plain = [plain_name(found.name).strip() or one_line(found.name).strip() or "_" for found in kept]
    taken = {name for name, found in zip(plain, kept, strict=True) if name == found.name}
    names = []
    for stem, found in zip(plain, kept, strict=True):
        name, number = stem, 2
        while name != found.name and name in taken:
            name, number = f"{stem} ({number})", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)
