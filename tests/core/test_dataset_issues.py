"""What is told about a dataset that can be learned from but should be mended."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.core.test_dataset import add, counts, inspected, issues, make_pets


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return make_pets(tmp_path / "pets")


def test_an_empty_class_is_left_out(pets: Path) -> None:
    (pets / "bee" / "inner").mkdir(parents=True)
    dataset = inspected(pets)
    assert dataset.classes == ("cat", "dog")
    assert issues(dataset, pets) == {"empty-class": (["bee"], "The folder bee has no pictures and was left out.")}
    (pets / "ant").mkdir()
    assert issues(inspected(pets), pets) == {
        "empty-class": (["ant", "bee"], "These folders have no pictures and were left out: ant, bee.")
    }


def test_pictures_beside_the_class_folders(pets: Path) -> None:
    add(pets, 1, first=40)
    assert issues(inspected(pets), pets) == {
        "outside": (["40.png"], "One picture is not in a class folder and was left out.")
    }


def test_pictures_beside_the_parts(pets: Path) -> None:
    root = pets.parent / "parts"
    root.mkdir()
    shutil.copytree(pets / "cat", root / "val" / "cat")
    pets.rename(root / "train")
    add(root / "extra" / "deep", 1, first=40)
    add(root / "train", 1, first=41)
    found = issues(inspected(root), root)
    assert found["outside"][0] == ["train/41.png", "extra/deep/40.png"]


def test_identical_pictures_in_two_classes(pets: Path) -> None:
    shutil.copy(pets / "cat" / "3.png", pets / "dog" / "copy.png")
    shutil.copy(pets / "cat" / "4.png", pets / "cat" / "twin.png")
    dataset = inspected(pets)
    assert counts(dataset) == {"cat": 11, "dog": 11}
    assert issues(dataset, pets) == {
        "duplicates": (
            ["cat/3.png", "dog/copy.png"],
            "2 pictures are also in another class. Keep each in the class that is right.",
        )
    }


def test_identical_pictures_in_train_and_another_part(pets: Path) -> None:
    root = pets.parent / "parts"
    for part in ("val", "test"):
        (root / part / "cat").mkdir(parents=True)
    shutil.copy(pets / "cat" / "3.png", root / "val" / "cat" / "a.png")
    pets.rename(root / "train")
    assert issues(inspected(root), root)["leak"] == (
        ["train/cat/3.png", "val/cat/a.png"],
        "One picture to check with is also among those to learn from, which makes the accuracy look better than it is.",
    )
    shutil.copy(root / "train" / "cat" / "3.png", root / "test" / "cat" / "b.png")
    paths, sentence = issues(inspected(root), root)["leak"]
    assert paths == ["train/cat/3.png", "val/cat/a.png", "test/cat/b.png"]
    assert sentence.startswith("2 pictures to check with are")


def test_the_same_picture_in_validation_and_test_is_no_leak(pets: Path) -> None:
    root = pets.parent / "parts"
    for part in ("val", "test"):
        add(root / part / "cat", 1, first=77)
    pets.rename(root / "train")
    assert inspected(root).issues == ()


def test_classes_of_very_different_sizes(pets: Path) -> None:
    add(pets / "owl", 100, first=300)
    assert inspected(pets).issues == ()
    add(pets / "owl", 1, first=400)
    assert issues(inspected(pets), pets) == {
        "unbalanced": (["owl", "cat"], "The class owl has 101 pictures and cat only 10: more of cat would help.")
    }


def test_classes_with_few_pictures(pets: Path) -> None:
    (pets / "cat" / "0.png").unlink()
    assert issues(inspected(pets), pets) == {
        "few": (["cat"], "The class cat has fewer than 10 pictures: more would help.")
    }
    (pets / "dog" / "10.png").unlink()
    assert issues(inspected(pets), pets) == {
        "few": (["cat", "dog"], "These classes have fewer than 10 pictures: cat, dog. More would help.")
    }
