"""Which pictures are learned from and which are kept back to tell how well it went."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core.dataset_values import Dataset, DatasetPicture, relative_name
from resnet_desktop.core.files import sha256_of


@dataclass(frozen=True)
class Split:
    """Every picture of a dataset on one of two sides."""

    train: tuple[DatasetPicture, ...]
    validation: tuple[DatasetPicture, ...]


def split_dataset(dataset: Dataset, *, fraction: float = 0.2, seed: int = 0) -> Split:
    """Keep about ``fraction`` of each class back, at least one picture and never all of them.

    The same seed gives the same split, whatever the order of the pictures and wherever the dataset lies. Identical
    pictures stay together; only where those of a class are all the same, or tied to other classes by identical
    pictures, may a class be on one side alone. A part for validation that the dataset brings is used as it is.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"fraction {fraction} is not between 0 and 1")
    if dataset.validation:
        return Split(dataset.pictures, dataset.validation)
    counts = Counter(picture.label for picture in dataset.pictures)
    targets = {label: min(max(1, round(count * fraction)), count - 1) for label, count in counts.items()}
    groups = _shuffled(dataset.root, identical_groups(dataset.pictures), seed)
    kept = _choose(groups, counts, targets)
    train = [picture for group, back in zip(groups, kept, strict=True) if not back for picture in group]
    validation = [picture for group, back in zip(groups, kept, strict=True) if back for picture in group]
    return Split(_in_order(dataset.root, train), _in_order(dataset.root, validation))


def identical_groups(pictures: Iterable[DatasetPicture]) -> list[list[DatasetPicture]]:
    """The pictures, those with the same bytes in one group. Only files of equal size are read, and only where
    ``digest`` is not known yet."""
    by_size: defaultdict[int, list[DatasetPicture]] = defaultdict(list)
    for picture in pictures:
        by_size[picture.size].append(picture)
    groups: list[list[DatasetPicture]] = []
    for same_size in by_size.values():
        if len(same_size) == 1:
            groups.append(same_size)
            continue
        by_content: defaultdict[object, list[DatasetPicture]] = defaultdict(list)
        for picture in same_size:
            by_content[_content(picture)].append(picture)
        groups.extend(by_content.values())
    return groups


def _content(picture: DatasetPicture) -> bytes | Path:
    """Equal for identical pictures; a file that cannot be read now is like no other."""
    if picture.digest:
        return picture.digest
    try:
        return bytes.fromhex(sha256_of(picture.path))
    except (OSError, ValueError):
        return picture.path


def _shuffled(root: Path, groups: list[list[DatasetPicture]], seed: int) -> list[list[DatasetPicture]]:
    """By a hash of the seed and the place: new pictures then move no other from one side to the other by themselves."""

    def key(picture: DatasetPicture) -> bytes:
        name = f"{seed}/{relative_name(root, picture.path)}"
        return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    return sorted(groups, key=lambda group: min(map(key, group)))


def _choose(
    groups: Sequence[Sequence[DatasetPicture]], counts: Mapping[int, int], targets: Mapping[int, int]
) -> list[bool]:
    """Which groups to keep back: first whatever fits, then the smallest group for a class that has none yet."""
    kept = [False] * len(groups)
    back: Counter[int] = Counter()

    def keep(index: int, limits: Mapping[int, int]) -> bool:
        labels = Counter(picture.label for picture in groups[index])
        if any(back[label] + count > limits[label] for label, count in labels.items()):
            return False
        kept[index] = True
        back.update(labels)
        return True

    for index in range(len(groups)):
        keep(index, targets)
    most = {label: count - 1 for label, count in counts.items()}
    for label in sorted(counts):
        if not back[label]:
            having = [index for index, group in enumerate(groups) if any(item.label == label for item in group)]
            having.sort(key=lambda index: len(groups[index]))
            any(keep(index, most) for index in having)
    return kept


def _in_order(root: Path, pictures: Iterable[DatasetPicture]) -> tuple[DatasetPicture, ...]:
    return tuple(sorted(pictures, key=lambda picture: (picture.label, relative_name(root, picture.path))))
