"""What to know before learning from a dataset: damage, duplicates, leaks, classes too small or too large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from resnet_desktop.core.dataset_index import TRAIN, ClassFiles, Index
from resnet_desktop.core.dataset_split import identical_groups
from resnet_desktop.core.dataset_values import DatasetIssue, DatasetPicture
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from resnet_desktop.core.plain_text import one_line

FEW = 10  # pictures of a class
UNBALANCED = 10  # times as many pictures in the largest class as in the smallest
NAMED = 10  # names in one sentence

ONE_UNREADABLE = QT_TRANSLATE_NOOP("Sentences", "One picture cannot be read and was left out.")
UNREADABLE = QT_TRANSLATE_NOOP("Sentences", "{count} pictures cannot be read and were left out.")
ONE_OTHER = QT_TRANSLATE_NOOP("Sentences", "One file in the class folders is not a picture and was left out.")
OTHERS = QT_TRANSLATE_NOOP("Sentences", "{count} files in the class folders are not pictures and were left out.")
ONE_OUTSIDE = QT_TRANSLATE_NOOP("Sentences", "One picture is not in a class folder and was left out.")
OUTSIDE = QT_TRANSLATE_NOOP("Sentences", "{count} pictures are not in a class folder and were left out.")
ONE_CLOSED = QT_TRANSLATE_NOOP("Sentences", "The folder {names} cannot be opened and was left out.")
CLOSED = QT_TRANSLATE_NOOP("Sentences", "These folders cannot be opened and were left out: {names}.")
ONE_EMPTY = QT_TRANSLATE_NOOP("Sentences", "The folder {names} has no pictures and was left out.")
EMPTY = QT_TRANSLATE_NOOP("Sentences", "These folders have no pictures and were left out: {names}.")
DUPLICATES = QT_TRANSLATE_NOOP(
    "Sentences", "{count} pictures are also in another class. Keep each in the class that is right."
)
ONE_LEAK = QT_TRANSLATE_NOOP(
    "Sentences",
    "One picture to check with is also among those to learn from, which makes the accuracy look better than it is.",
)
LEAK = QT_TRANSLATE_NOOP(
    "Sentences",
    "{count} pictures to check with are also among those to learn from, which makes the accuracy look better than "
    "it is.",
)
UNEVEN = QT_TRANSLATE_NOOP(
    "Sentences", "The class {large} has {most} pictures and {small} only {least}: more of {small} would help."
)
ONE_SMALL = QT_TRANSLATE_NOOP("Sentences", "The class {names} has fewer than {least} pictures: more would help.")
SMALL = QT_TRANSLATE_NOOP("Sentences", "These classes have fewer than {least} pictures: {names}. More would help.")


def file_issues(index: Index, unreadable: Sequence[Path]) -> list[DatasetIssue]:
    """What was left out of the dataset."""
    empty = [found for found in index.classes if found.is_empty]
    outside = [file.path for file in index.outside]
    return [
        *_counted("unreadable", unreadable, ONE_UNREADABLE, UNREADABLE),
        *_counted("not-pictures", index.not_pictures, ONE_OTHER, OTHERS),
        *_counted("outside", outside, ONE_OUTSIDE, OUTSIDE),
        *_named("closed-folder", [path.name for path in index.closed], index.closed, ONE_CLOSED, CLOSED),
        *_named("empty-class", [found.name for found in empty], _folders(empty), ONE_EMPTY, EMPTY),
    ]


def picture_issues(
    pictures: Sequence[DatasetPicture], others: Sequence[DatasetPicture], names: Sequence[str], kept: list[ClassFiles]
) -> list[DatasetIssue]:
    """What is wrong among the pictures to learn from, or between them and the ``others``, which are to check with."""
    own = set(map(id, pictures))
    in_two_classes: list[Path] = []
    leaked: list[Path] = []
    leaks = 0
    for group in identical_groups((*pictures, *others)):
        if len({picture.label for picture in group}) > 1:
            in_two_classes.extend(picture.path for picture in group)
        to_check_with = sum(id(picture) not in own for picture in group)
        if 0 < to_check_with < len(group):
            leaks += to_check_with
            leaked.extend(picture.path for picture in group)
    return [
        *_counted("duplicates", in_two_classes, DUPLICATES, DUPLICATES),
        *_counted("leak", leaked, ONE_LEAK, LEAK, count=leaks),
        *_size_issues(Counter(picture.label for picture in pictures), names, kept),
    ]


def listed(names: Sequence[str]) -> str:
    """Names for a sentence; of very many the first."""
    return ", ".join(one_line(name) for name in names[:NAMED]) + (", \u2026" if len(names) > NAMED else "")


def _size_issues(counts: Counter[int], names: Sequence[str], kept: list[ClassFiles]) -> list[DatasetIssue]:
    issues = []
    largest, smallest = max(counts, key=lambda label: counts[label]), min(counts, key=lambda label: counts[label])
    if counts[largest] > UNBALANCED * counts[smallest]:
        error = AppError(
            UNEVEN, large=names[largest], most=counts[largest], small=names[smallest], least=counts[smallest]
        )
        issues.append(DatasetIssue("unbalanced", tuple(_folders([kept[largest], kept[smallest]])), error))
    small = [label for label in sorted(counts) if counts[label] < FEW]
    folders = _folders([kept[label] for label in small])
    return issues + _named("few", [names[label] for label in small], folders, ONE_SMALL, SMALL, least=FEW)


def _folders(classes: Iterable[ClassFiles]) -> list[Path]:
    """Where the pictures to learn from are, or any where there are none."""
    paths: list[Path] = []
    for found in classes:
        own = [folder for part, folder in found.folders if part == TRAIN]
        paths += own or [folder for _part, folder in found.folders]
    return paths


def _counted(kind: str, paths: Sequence[Path], one: str, many: str, *, count: int | None = None) -> list[DatasetIssue]:
    if not paths:
        return []
    count = len(paths) if count is None else count
    return [DatasetIssue(kind, tuple(paths), AppError(one if count == 1 else many, count=count))]


def _named(
    kind: str, names: Sequence[str], paths: Sequence[Path], one: str, many: str, **values: object
) -> list[DatasetIssue]:
    if not names:
        return []
    return [DatasetIssue(kind, tuple(paths), AppError(one if len(names) == 1 else many, names=listed(names), **values))]
