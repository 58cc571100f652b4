"""The fingerprint of a dataset, and which of its pictures changed since."""

from __future__ import annotations

import dataclasses
import os
import pickle
import shutil
from pathlib import Path

import pytest

from resnet_desktop.core.dataset import (
    Dataset,
    DatasetPicture,
    changed_pictures,
    fingerprint,
)
from tests.core.test_dataset import add, inspected
from tests.core.test_dataset_split import shuffled


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    add(tmp_path / "pets" / "cat", 3)
    add(tmp_path / "pets" / "dog", 3, first=10)
    return tmp_path / "pets"


def test_the_fingerprint_goes_with_the_folder(pets: Path) -> None:
    before = fingerprint(inspected(pets))
    assert len(before) == 64
    assert set(before) <= set("0123456789abcdef")
    assert fingerprint(shuffled(inspected(pets), 1)) == before
    moved = pets.rename(pets.with_name("animals"))
    assert fingerprint(inspected(moved)) == before


@pytest.mark.parametrize("change", ["time", "size", "name", "class", "more", "less", "part"])
def test_every_change_has_another_fingerprint(change: str, pets: Path) -> None:
    before = fingerprint(inspected(pets))
    picture = pets / "cat" / "0.png"
    match change:
        case "time":
            os.utime(picture, ns=(0, 12345))
        case "size":
            status = picture.stat()
            picture.write_bytes(picture.read_bytes() + b"x")
            os.utime(picture, ns=(0, status.st_mtime_ns))
        case "name":
            picture.rename(picture.with_name("zero.png"))
        case "class":
            (pets / "cat").rename(pets / "lion")
        case "more":
            add(pets / "dog", 1, first=50)
        case "less":
            picture.unlink()
        case _:
            dataset = inspected(pets)
            other = dataclasses.replace(dataset, pictures=dataset.pictures[1:], validation=dataset.pictures[:1])
            assert fingerprint(other) != before
            return
    assert fingerprint(inspected(pets)) != before


def test_the_root_of_a_drive() -> None:
    def at(root: str) -> Dataset:
        return Dataset(
            root=Path(root), classes=("a", "b"), pictures=(DatasetPicture(Path(root) / "a" / "1.png", 0, 1, 1),)
        )

    assert fingerprint(at("/")) == fingerprint(at("/mnt"))


def test_what_vanished_or_changed_is_named(pets: Path) -> None:
    pictures = inspected(pets).pictures
    assert changed_pictures(pictures) == ()
    pictures[0].path.unlink()
    os.utime(pictures[2].path, ns=(0, 12345))
    pictures[4].path.write_bytes(b"longer or shorter")
    os.utime(pictures[4].path, ns=(0, pictures[4].mtime_ns))
    assert changed_pictures(pictures) == (pictures[0], pictures[2], pictures[4])
    shutil.rmtree(pets)
    assert changed_pictures(pictures) == pictures


def test_a_dataset_crosses_a_pipe(pets: Path) -> None:
    (pets / "cat" / "notes.txt").write_text("text", encoding="utf-8")
    dataset = inspected(pets)
    again = pickle.loads(pickle.dumps(dataset))  # noqa: S301
    assert again.pictures == dataset.pictures
    assert [picture.digest for picture in again.pictures] == [picture.digest for picture in dataset.pictures]
    assert [str(issue.error) for issue in again.issues] == [str(issue.error) for issue in dataset.issues]
