"""What in a class folder counts as a picture, and names of every kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.odd_pictures import cut, small
from tests.core.test_dataset import add, counts, inspected, issues, make_pets

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return make_pets(tmp_path / "pets")


def test_content_and_not_the_extension_makes_a_picture(pets: Path) -> None:
    for number, kind in enumerate(("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")):
        (pets / "cat" / f"picture{number}.txt").write_bytes(small(kind))
    (pets / "dog" / "no extension").write_bytes(small("JPEG", quality=50))
    (pets / "dog" / "a png.jpg").write_bytes(small("PNG", compress_level=1))
    assert counts(inspected(pets)) == {"cat": 16, "dog": 12}


def test_other_files_in_class_folders_are_counted_and_left_out(pets: Path) -> None:
    (pets / "cat" / "notes.txt").write_text("A cat.", encoding="utf-8")
    (pets / "README.md").write_text("Beside the classes it disturbs nobody.", encoding="utf-8")
    dataset = inspected(pets)
    assert issues(dataset, pets) == {
        "not-pictures": (["cat/notes.txt"], "One file in the class folders is not a picture and was left out.")
    }
    (pets / "dog" / "labels.csv").write_text("a,b", encoding="utf-8")
    (paths, sentence) = issues(inspected(pets), pets)["not-pictures"]
    assert paths == ["cat/notes.txt", "dog/labels.csv"]
    assert sentence == "2 files in the class folders are not pictures and were left out."


def test_unreadable_pictures_are_listed_and_left_out(pets: Path) -> None:
    (pets / "cat" / "cut.jpg").write_bytes(cut(small("JPEG"), 0.5))
    assert issues(inspected(pets), pets) == {
        "unreadable": (["cat/cut.jpg"], "One picture cannot be read and was left out.")
    }
    (pets / "cat" / "empty.png").write_bytes(b"")
    (pets / "dog" / "page.jpeg").write_bytes(b"<html></html>")
    dataset = inspected(pets)
    assert counts(dataset) == {"cat": 10, "dog": 10}
    assert issues(dataset, pets) == {
        "unreadable": (
            ["cat/cut.jpg", "cat/empty.png", "dog/page.jpeg"],
            "3 pictures cannot be read and were left out.",
        )
    }


def test_hidden_and_system_files_are_passed_over(pets: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "DESKTOP.INI", "._0.png"):
        (pets / "cat" / name).write_bytes(b"system")
    for name in (".git", "__MACOSX", "$RECYCLE.BIN", "System Volume Information", "cat/@eaDir", "cat/.thumbnails"):
        add(pets / name, 2, first=60)
    dataset = inspected(pets)
    assert counts(dataset) == {"cat": 10, "dog": 10}
    assert dataset.issues == ()


@posix
def test_loops_of_links_end(pets: Path) -> None:
    (pets / "cat" / "again").symlink_to(pets, target_is_directory=True)
    (pets / "cat" / "here").symlink_to(".", target_is_directory=True)
    (pets / "dog" / "self").symlink_to("self")
    (pets / "dog" / "the others").symlink_to(pets / "cat", target_is_directory=True)
    dataset = inspected(pets)
    assert counts(dataset) == {"cat": 10, "dog": 10}
    assert issues(dataset, pets)["not-pictures"][0] == ["dog/self"]


@posix
def test_links_to_pictures_and_folders_are_followed(pets: Path, tmp_path: Path) -> None:
    root = tmp_path / "links"
    root.mkdir()
    (root / "a").symlink_to(pets / "cat", target_is_directory=True)
    (root / "b").mkdir()
    for number in (10, 11):
        (root / "b" / f"{number}").symlink_to(pets / "dog" / f"{number}.png")
    dataset = inspected(root)
    assert counts(dataset) == {"a": 10, "b": 2}
    assert dataset.pictures[0].path == root / "a" / "0.png"


@posix
def test_pipes_and_dead_links_are_not_waited_for(pets: Path) -> None:
    os.mkfifo(pets / "cat" / "pipe")
    os.mkfifo(pets / "cat" / "pipe.jpg")
    (pets / "dog" / "dead.png").symlink_to("nowhere.png")
    found = issues(inspected(pets), pets)
    assert found["not-pictures"][0] == ["cat/pipe"]
    assert found["unreadable"][0] == ["cat/pipe.jpg", "dog/dead.png"]


def test_a_folder_that_cannot_be_opened_is_told(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(pets / "cat" / "private", 2, first=40)
    real = os.scandir

    def scandir(path: Path) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "private":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    dataset = inspected(pets)
    assert counts(dataset) == {"cat": 10, "dog": 10}
    assert issues(dataset, pets) == {
        "closed-folder": (["cat/private"], "The folder private cannot be opened and was left out.")
    }


@posix
def test_names_of_every_kind(tmp_path: Path) -> None:
    odd = ["two\nlines.png", "right\u202egnp.png", os.fsdecode(b"\xff.png"), "\U0001f431.png", "<b>.png", "x" * 255]
    root = tmp_path / "set"
    for start, name in enumerate(("\U0001f431 cats", "dogs\u202egpj", "new\nline", "-rf", "\u05db\u05d5\u05d1\u05e2")):
        for path, other in zip(add(root / name, len(odd), first=20 * start), odd, strict=True):
            path.rename(path.with_name(other))
    dataset = inspected(root)
    assert counts(dataset) == dict.fromkeys(
        ("-rf", "dogsgpj", "newline", "\u05db\u05d5\u05d1\u05e2", "\U0001f431 cats"), len(odd)
    )
    assert {picture.path.name for picture in dataset.pictures} == set(odd)
    assert all(sentence.isprintable() for _paths, sentence in issues(dataset, root).values())


@posix
def test_names_that_look_the_same_stay_different_classes(tmp_path: Path) -> None:
    root = tmp_path / "set"
    for start, name in enumerate(("cat", "cat\u202e", "c\u200bat", "cat (2)", "\u202e", "\u202d", " ")):
        add(root / name, 10, first=20 * start)
    dataset = inspected(root)
    assert set(dataset.classes) == {"cat", "cat (2)", "cat (3)", "cat (4)", "\\u202e", "\\u202d", "_"}
    folders = {dataset.classes[picture.label]: picture.path.parent.name for picture in dataset.pictures}
    assert (folders["cat"], folders["cat (2)"]) == ("cat", "cat (2)")
