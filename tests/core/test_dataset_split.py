"""The split into pictures to learn from and pictures to check with."""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_desktop.core import dataset_split
from resnet_desktop.core.dataset import (
    Dataset,
    DatasetPicture,
    Split,
    fingerprint,
    split_dataset,
)
from resnet_desktop.core.files import sha256_of
from tests.core.test_dataset import add, inspected

ROOT = Path("/pictures")


def dataset_of(classes: Sequence[Sequence[int]], root: Path = ROOT) -> Dataset:
    """A dataset without files: a list of contents for each class; the same number is the same content."""
    pictures = [
        DatasetPicture(root / f"class {label}" / f"{number}.png", label, 100, 1, content.to_bytes(4, "big"))
        for label, contents in enumerate(classes)
        for number, content in enumerate(contents)
    ]
    names = tuple(f"class {label}" for label in range(len(classes)))
    return Dataset(root=root, classes=names, pictures=tuple(pictures))


def shuffled(dataset: Dataset, seed: int) -> Dataset:
    pictures = list(dataset.pictures)
    random.Random(seed).shuffle(pictures)  # noqa: S311
    return dataclasses.replace(dataset, pictures=tuple(pictures))


def labels(pictures: Sequence[DatasetPicture]) -> Counter[int]:
    return Counter(picture.label for picture in pictures)


def names(split: Split, root: Path) -> tuple[set[str], set[str]]:
    train, validation = (
        {picture.path.relative_to(root).as_posix() for picture in part} for part in (split.train, split.validation)
    )
    return train, validation


# Contents of one class are its own (multiples of 1000 keep them apart), but may repeat within it.
WITHIN = st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=40), min_size=2, max_size=6).map(
    lambda classes: [[1000 * label + content for content in contents] for label, contents in enumerate(classes)]
)
ACROSS = st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=40), min_size=2, max_size=6)
FRACTIONS = st.floats(0.01, 0.99)
SEEDS = st.integers(0, 2**31)


@given(ACROSS, FRACTIONS, SEEDS)
def test_every_picture_is_on_exactly_one_side_with_its_copies(
    classes: list[list[int]], fraction: float, seed: int
) -> None:
    dataset = dataset_of(classes)
    split = split_dataset(dataset, fraction=fraction, seed=seed)
    assert len(split.train) + len(split.validation) == len(dataset.pictures)
    assert set(split.train) | set(split.validation) == set(dataset.pictures)
    assert not {picture.digest for picture in split.train} & {picture.digest for picture in split.validation}
    assert set(labels(split.train)) == set(range(len(classes)))  # no class is ever without pictures to learn from


@given(WITHIN, FRACTIONS, SEEDS)
def test_every_class_with_different_pictures_is_on_both_sides(
    classes: list[list[int]], fraction: float, seed: int
) -> None:
    split = split_dataset(dataset_of(classes), fraction=fraction, seed=seed)
    for label, contents in enumerate(classes):
        assert labels(split.train)[label] >= 1
        assert (labels(split.validation)[label] >= 1) == (len(set(contents)) > 1)


@given(st.lists(st.integers(2, 60), min_size=2, max_size=8), FRACTIONS, SEEDS)
def test_the_fraction_is_kept_in_every_class(sizes: list[int], fraction: float, seed: int) -> None:
    classes = [[1000 * label + number for number in range(size)] for label, size in enumerate(sizes)]
    kept = labels(split_dataset(dataset_of(classes), fraction=fraction, seed=seed).validation)
    for label, size in enumerate(sizes):
        assert kept[label] == min(max(1, round(size * fraction)), size - 1)


@given(ACROSS, SEEDS)
def test_order_and_place_do_not_matter(classes: list[list[int]], seed: int) -> None:
    dataset = dataset_of(classes)
    split = split_dataset(dataset, seed=seed)
    assert split_dataset(shuffled(dataset, seed), seed=seed) == split
    elsewhere = Path("/media/stick")
    moved = split_dataset(dataset_of(classes, elsewhere), seed=seed)
    assert names(moved, elsewhere) == names(split, ROOT)


def test_seeds_give_different_splits() -> None:
    dataset = dataset_of([list(range(100)), list(range(100, 200))])
    assert len({split_dataset(dataset, seed=seed).validation for seed in range(20)}) == 20


def test_the_split_is_the_same_next_year() -> None:
    """Runs are continued after an update of the program: this list may never change."""
    _train, validation = names(split_dataset(dataset_of([list(range(10)), list(range(10, 20))])), ROOT)
    assert validation == {"class 0/4.png", "class 0/5.png", "class 1/2.png", "class 1/3.png"}


def test_a_new_picture_moves_few_others() -> None:
    classes = [list(range(100)), list(range(100, 200))]
    before = names(split_dataset(dataset_of(classes)), ROOT)[1]
    classes[0].append(999)
    after = names(split_dataset(dataset_of(classes)), ROOT)[1]
    assert len(before ^ after) <= 2


def test_many_copies_do_not_fill_a_side() -> None:
    dataset = dataset_of([[0] * 50 + list(range(1, 51)), list(range(100, 200))])
    split = split_dataset(dataset)
    assert labels(split.validation) == {0: 20, 1: 20}
    assert all(picture.digest != bytes(4) for picture in split.validation)


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.2, 20, float("nan")])
def test_a_fraction_is_between_nothing_and_all(fraction: float) -> None:
    with pytest.raises(ValueError, match="fraction"):
        split_dataset(dataset_of([[1, 2], [3, 4]]), fraction=fraction)


def test_a_part_for_validation_is_used_as_it_is() -> None:
    dataset = dataset_of([[1, 2, 3], [4, 5, 6]])
    own = dataclasses.replace(dataset, pictures=dataset.pictures[1:], validation=dataset.pictures[:1])
    assert split_dataset(own) == Split(own.pictures, own.validation)


def test_only_files_of_equal_size_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = {"a": b"1", "b": b"22", "c": b"333", "d": b"333", "e": b"444"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    pictures = [
        DatasetPicture(tmp_path / name, label, len(content), 0)
        for label, (name, content) in enumerate(contents.items())
    ]
    read: list[str] = []

    def noted(path: Path) -> str:
        read.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(dataset_split, "sha256_of", noted)
    groups = dataset_split.identical_groups(pictures)
    assert [[picture.path.name for picture in group] for group in groups] == [["a"], ["b"], ["c", "d"], ["e"]]
    assert read == ["c", "d", "e"]


def test_a_file_that_vanished_is_like_no_other(tmp_path: Path) -> None:
    dataset = dataset_of([[0, 1], [2, 3]], tmp_path)
    unknown = tuple(dataclasses.replace(picture, digest=b"") for picture in dataset.pictures)
    split = split_dataset(dataclasses.replace(dataset, pictures=unknown))
    assert (labels(split.train), labels(split.validation)) == ({0: 1, 1: 1}, {0: 1, 1: 1})


def test_real_copies_stay_together(tmp_path: Path) -> None:
    root = tmp_path / "set"
    for label, name in enumerate(("cat", "dog")):
        for path in add(root / name, 10, first=100 * label):
            for copy in range(4):
                shutil.copy(path, path.with_name(f"{path.stem} copy {copy}.png"))
    dataset = inspected(root)
    without = dataclasses.replace(
        dataset, pictures=tuple(dataclasses.replace(picture, digest=b"") for picture in dataset.pictures)
    )
    for seed in range(10):
        split = split_dataset(dataset, seed=seed)
        assert split_dataset(without, seed=seed) == split
        train, validation = (
            {picture.path.stem.split()[0] for picture in side} for side in (split.train, split.validation)
        )
        assert not train & validation
        assert labels(split.validation) == {0: 10, 1: 10}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_names_that_are_no_unicode_are_split_too(tmp_path: Path) -> None:
    root = tmp_path / "set"
    for label, name in enumerate((os.fsdecode(b"\xff\xfe"), "dog")):
        for path in add(root / name, 5, first=100 * label):
            path.rename(path.with_name(os.fsdecode(b"\xff") + path.name))
    dataset = inspected(root)
    assert len(split_dataset(dataset).validation) == 2
    assert fingerprint(dataset) == fingerprint(inspected(root))
