"""Which folders are classes and parts; a folder of real pictures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset import Dataset, DatasetError, DatasetInspected, DatasetIssue, inspect_dataset
from tests.conftest import SHARED


def add(folder: Path, count: int, *, first: int = 0) -> list[Path]:
    """``count`` tiny pictures, no two the same where ``first`` keeps them apart."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number}.png" for number in range(first, first + count)]
    for number, path in enumerate(paths, first):
        Image.new("RGB", (8, 8), (number % 256, number // 256, 7)).save(path)
    return paths


def inspected(root: Path) -> Dataset:
    last = list(inspect_dataset(root, CancelToken()))[-1]
    assert isinstance(last, DatasetInspected)
    return last.dataset


def counts(dataset: Dataset) -> dict[str, int]:
    found = Counter(dataset.classes[picture.label] for picture in dataset.pictures)
    return {name: found[name] for name in dataset.classes}


def refusal(root: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        list(inspect_dataset(root, CancelToken()))
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def issues(dataset: Dataset, root: Path) -> dict[str, tuple[list[str], str]]:
    """Kind -> paths below the root, and the sentence."""
    kinds = [issue.kind for issue in dataset.issues]
    assert len(kinds) == len(set(kinds))
    return {issue.kind: (_below(issue, root), str(issue.error)) for issue in dataset.issues}


def _below(issue: DatasetIssue, root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in issue.paths]


def make_pets(root: Path) -> Path:
    """Ten different pictures each of cat and dog."""
    add(root / "cat", 10)
    add(root / "dog", 10, first=10)
    return root


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return make_pets(tmp_path / "pets")


def test_subfolders_are_the_classes(pets: Path) -> None:
    dataset = inspected(pets)
    assert dataset.root == pets
    assert counts(dataset) == {"cat": 10, "dog": 10}
    assert (dataset.validation, dataset.test, dataset.issues) == ((), (), ())
    picture = dataset.pictures[0]
    status = (pets / "cat" / "0.png").stat()
    assert (picture.path, picture.label) == (pets / "cat" / "0.png", 0)
    assert (picture.size, picture.mtime_ns) == (status.st_size, status.st_mtime_ns)


def test_pictures_are_found_in_any_depth_of_a_class_folder(pets: Path) -> None:
    add(pets / "cat" / "2024" / "may", 3, first=30)
    assert counts(inspected(pets)) == {"cat": 13, "dog": 10}


def test_classes_and_pictures_come_in_natural_order(tmp_path: Path) -> None:
    for start, name in enumerate(("file_10", "File_2", "file_1", "éclair", "Zebra")):
        add(tmp_path / "set" / name, 10, first=100 + 10 * start - 5)
    dataset = inspected(tmp_path / "set")
    assert dataset.classes == ("file_1", "File_2", "file_10", "Zebra", "éclair")
    assert [int(picture.path.stem) for picture in dataset.pictures if picture.label == 0] == list(range(115, 125))
    assert [picture.label for picture in dataset.pictures] == sorted(picture.label for picture in dataset.pictures)


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [("train", "val", "test"), ("Train", "VALID", "Test"), ("TRAIN", "Validation", "TEST")],
)
def test_parts_above_the_classes(train: str, validation: str, test: str, tmp_path: Path) -> None:
    add(tmp_path / "set" / train / "cat", 10)
    add(tmp_path / "set" / train / "dog", 11, first=10)
    add(tmp_path / "set" / validation / "dog", 2, first=30)
    add(tmp_path / "set" / test / "cat", 3, first=40)
    dataset = inspected(tmp_path / "set")
    assert counts(dataset) == {"cat": 10, "dog": 11}
    assert [(picture.path.parent.parent.name, picture.label) for picture in dataset.validation] == [(validation, 1)] * 2
    assert [(picture.path.parent.parent.name, picture.label) for picture in dataset.test] == [(test, 0)] * 3
    assert dataset.issues == ()


def test_a_train_folder_alone_is_a_part(pets: Path) -> None:
    root = pets.parent / "alone"
    root.mkdir()
    pets.rename(root / "train")
    assert counts(inspected(root)) == {"cat": 10, "dog": 10}


def test_train_and_bus_are_classes(tmp_path: Path) -> None:
    add(tmp_path / "set" / "bus", 10)
    add(tmp_path / "set" / "train" / "steam", 10, first=10)
    assert counts(inspected(tmp_path / "set")) == {"bus": 10, "train": 10}


def test_train_and_test_without_folders_are_classes(tmp_path: Path) -> None:
    add(tmp_path / "set" / "train", 10)
    add(tmp_path / "set" / "test", 10, first=10)
    assert counts(inspected(tmp_path / "set")) == {"test": 10, "train": 10}


def test_a_test_part_without_classes_is_told(pets: Path) -> None:
    root = pets.parent / "competition"
    root.mkdir()
    pets.rename(root / "train")
    add(root / "test", 3, first=50)
    dataset = inspected(root)
    assert counts(dataset) == {"cat": 10, "dog": 10}
    assert dataset.test == ()
    assert issues(dataset, root) == {
        "outside": (
            ["test/50.png", "test/51.png", "test/52.png"],
            "3 pictures are not in a class folder and were left out.",
        )
    }


def test_one_name_written_in_two_ways_is_one_class(tmp_path: Path) -> None:
    add(tmp_path / "set" / "train" / "cafe\u0301", 10)
    add(tmp_path / "set" / "train" / "tea", 10, first=10)
    add(tmp_path / "set" / "val" / "caf\u00e9", 2, first=20)
    dataset = inspected(tmp_path / "set")
    assert counts(dataset) == {"caf\u00e9": 10, "tea": 10}
    assert [picture.label for picture in dataset.validation] == [0, 0]


def test_a_relative_folder_gives_absolute_paths(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pets.parent)
    dataset = inspected(Path("pets"))
    assert dataset.root == pets
    assert dataset.pictures == inspected(pets).pictures


@pytest.mark.shared
def test_the_clothing_pictures() -> None:
    root = SHARED / "clothing"
    dataset = inspected(root)
    assert counts(dataset) == {
        "dress": 241,
        "hat": 123,
        "longsleeve": 455,
        "outwear": 184,
        "pants": 468,
        "shirt": 290,
        "shoes": 198,
        "shorts": 202,
        "skirt": 112,
        "t-shirt": 795,
    }
    assert (len(dataset.pictures), len(dataset.validation), len(dataset.test)) == (3068, 341, 372)
    assert dataset.issues == ()
