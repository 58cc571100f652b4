"""What a folder must have to be learned from: the sentences that say what is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core import dataset_check
from tests.core.odd_pictures import cut, small
from tests.core.test_dataset import add, counts, inspected, make_pets, refusal

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return make_pets(tmp_path / "pets")


def test_no_folder(pets: Path) -> None:
    assert refusal(pets / "gone") == f"There is no folder {pets / 'gone'}."
    assert refusal(Path("nul\0")) == f"There is no folder {Path('nul').absolute()}\\x00."
    file = pets / "cat" / "0.png"
    assert refusal(file) == f"{file} is not a folder."
    assert refusal(file / "inside") == f"There is no folder {file / 'inside'}."
    long = pets / ("x" * 300)
    assert refusal(long) == f"The folder {long} cannot be opened: File name too long."


def test_no_permission(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(_path: Path) -> Iterator[os.DirEntry[str]]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", scandir)
    assert refusal(pets) == f"The folder {pets} cannot be opened: Permission denied."


def test_no_pictures_at_all(tmp_path: Path) -> None:
    root = tmp_path / "set"
    (root / "cat").mkdir(parents=True)
    (root / "dog").mkdir()
    assert refusal(root) == f"There are no pictures in {root}."
    (root / "dog" / "notes.txt").write_text("text", encoding="utf-8")
    assert refusal(root) == f"There are no pictures in {root}."


def test_pictures_but_no_class_folders(tmp_path: Path) -> None:
    add(tmp_path / "set", 3)
    (tmp_path / "set" / "empty").mkdir()
    assert refusal(tmp_path / "set") == (
        f"The pictures in {tmp_path / 'set'} are not sorted: "
        "make a folder for each class and put its pictures in there."
    )


def test_only_one_class(tmp_path: Path) -> None:
    root = tmp_path / "set"
    add(root / "cat", 3)
    add(root, 3, first=10)
    (root / "dog").mkdir()
    sentence = f"There is only one class in {root}: cat. At least two are needed, each a folder with pictures."
    assert refusal(root) == sentence


def test_a_class_with_one_picture(pets: Path) -> None:
    add(pets / "owl", 1, first=40)
    assert refusal(pets) == "The class owl has fewer than two readable pictures to learn from."
    add(pets / "eel", 1, first=50)
    assert refusal(pets) == "These classes have fewer than two readable pictures to learn from: eel, owl."


def test_a_class_with_one_picture_that_can_be_read(pets: Path) -> None:
    add(pets / "owl", 1, first=40)
    for number in range(5):
        (pets / "owl" / f"cut{number}.jpg").write_bytes(cut(small("JPEG"), 0.5))
    assert refusal(pets) == "The class owl has fewer than two readable pictures to learn from."
    add(pets / "owl", 1, first=41)
    assert counts(inspected(pets))["owl"] == 2


def test_a_class_that_is_only_in_the_test_part(pets: Path) -> None:
    root = pets.parent / "parts"
    root.mkdir()
    pets.rename(root / "train")
    add(root / "test" / "owl", 5, first=40)
    assert refusal(root) == "The class owl has fewer than two readable pictures to learn from."


def test_a_hundred_poor_classes_are_not_all_named(tmp_path: Path) -> None:
    for number in range(100):
        add(tmp_path / "set" / f"class{number}", 1, first=number)
    names = ", ".join(f"class{number}" for number in range(10))
    assert refusal(tmp_path / "set").endswith(f"to learn from: {names}, \u2026.")


def test_nothing_is_decoded_where_the_counts_say_it_already(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(pets / "owl", 1, first=40)
    monkeypatch.setattr(dataset_check, "open_picture", lambda *_args, **_options: pytest.fail("decoded"))
    assert "owl" in refusal(pets)


def test_no_train_beside_the_other_parts(pets: Path) -> None:
    root = pets.parent / "parts"
    root.mkdir()
    shutil.copytree(pets, root / "Test")
    pets.rename(root / "val")
    assert refusal(root) == f"There is no folder train beside Test, val in {root}."


@posix
def test_a_sentence_about_an_odd_name_is_one_line(tmp_path: Path) -> None:
    root = tmp_path / "two\nlines \u202e"
    assert refusal(root) == f"There is no folder {tmp_path}/two\\nlines \\u202e."
    add(root / "a\nb", 3)
    assert "two\\nlines \\u202e: a\\nb." in refusal(root)
