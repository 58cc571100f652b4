"""The command inspect: its object, its lines, its exit codes, its sentences."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from resnet_desktop import cli
from resnet_desktop.cli import CANCELLED, OK, SOME_FAILED, USAGE
from tests.core.odd_pictures import cut, small
from tests.core.test_dataset import add

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    root = tmp_path / "pets"
    add(root / "cat", 10)
    add(root / "dog", 12, first=10)
    return root


def record(capsys: Capture) -> dict[str, Any]:
    """The one object on stdout."""
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_one_object(pets: Path, capsys: Capture) -> None:
    assert cli.run(["inspect", str(pets), "--json"]) == OK
    assert record(capsys) == {"classes": {"cat": 10, "dog": 12}, "pictures": 22, "issues": []}


def test_parts_are_counted_if_they_are_there(pets: Path, capsys: Capture) -> None:
    root = pets.parent / "parts"
    add(root / "val" / "cat", 3, first=50)
    add(root / "test" / "dog", 4, first=60)
    pets.rename(root / "train")
    assert cli.run(["inspect", str(root), "--json"]) == OK
    assert record(capsys) == {
        "classes": {"cat": 10, "dog": 12},
        "pictures": 22,
        "validation": 3,
        "test": 4,
        "issues": [],
    }


def test_unreadable_pictures_are_named_and_told_by_the_exit_code(pets: Path, capsys: Capture) -> None:
    (pets / "cat" / "cut.jpg").write_bytes(cut(small("JPEG"), 0.5))
    assert cli.run(["inspect", str(pets), "--json"]) == SOME_FAILED
    found = record(capsys)
    assert found["classes"] == {"cat": 10, "dog": 12}
    assert found["issues"] == [
        {
            "kind": "unreadable",
            "paths": [str(pets / "cat" / "cut.jpg")],
            "sentence": "One picture cannot be read and was left out.",
        }
    ]


def test_other_issues_are_no_failure(pets: Path, capsys: Capture) -> None:
    (pets / "cat" / "notes.txt").write_text("text", encoding="utf-8")
    shutil.copy(pets / "cat" / "0.png", pets / "dog" / "0.png")
    assert cli.run(["inspect", str(pets), "--json"]) == OK
    assert [issue["kind"] for issue in record(capsys)["issues"]] == ["not-pictures", "duplicates"]


def test_paths_are_below_the_folder_as_it_was_named(
    pets: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pets / "cat" / "notes.txt").write_text("text", encoding="utf-8")
    monkeypatch.chdir(pets.parent)
    assert cli.run(["inspect", "pets", "--json"]) == OK
    assert record(capsys)["issues"][0]["paths"] == [str(Path("pets", "cat", "notes.txt"))]
    monkeypatch.chdir(pets)
    assert cli.run(["inspect", os.curdir, "--json"]) == OK
    assert record(capsys)["issues"][0]["paths"] == [str(Path("cat", "notes.txt"))]


def test_a_summary_to_read(pets: Path, capsys: Capture) -> None:
    root = pets.parent / "parts"
    add(root / "test" / "dog", 4, first=60)
    pets.rename(root / "train")
    for number in range(12):
        (root / "train" / "dog" / f"note{number}.txt").write_text("text", encoding="utf-8")
    assert cli.run(["inspect", str(root)]) == OK
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "22 pictures in 2 classes (and 4 for test)",
        "      10  cat",
        "      12  dog",
        "",
        "12 files in the class folders are not pictures and were left out.",
        *(f"    {root / 'train' / 'dog' / f'note{number}.txt'}" for number in range(10)),
        "    and 2 more",
    ]


def test_progress_goes_to_stderr(pets: Path, capsys: Capture) -> None:
    add(pets / "owl", 178, first=100)
    assert cli.run(["inspect", str(pets), "--json"]) == OK
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["Reading the folder", "Checking the pictures (0 %)"]
    assert lines[-1] == "Checking the pictures (100 %)"
    assert len([line for line in lines if line.startswith("Checking")]) == 21


def test_what_is_missing_is_one_sentence(pets: Path, capsys: Capture) -> None:
    for folder, sentence in (
        (pets / "gone", f"There is no folder {pets / 'gone'}."),
        (pets / "cat", f"The pictures in {pets / 'cat'} are not sorted: make a folder for each class"),
    ):
        assert cli.run(["inspect", str(folder), "--json"]) == USAGE
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.splitlines()[-1].startswith(sentence)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_odd_names_cannot_break_a_line(pets: Path, capsys: Capture) -> None:
    add(pets / "two\nlines", 10, first=50)
    (pets / "cat" / "two\nlines \u202e").write_text("text", encoding="utf-8")
    (pets / "cat" / os.fsdecode(b"\xff")).write_text("text", encoding="utf-8")
    assert cli.run(["inspect", str(pets)]) == OK
    captured = capsys.readouterr()
    assert "      10  twolines" in captured.out.splitlines()
    assert f"    {pets}/cat/two\\nlines \\u202e" in captured.out.splitlines()
    assert cli.run(["inspect", str(pets), "--json"]) == OK
    found = record(capsys)
    assert found["classes"]["twolines"] == 10
    assert set(found["issues"][0]["paths"]) == {f"{pets}/cat/\\xff", f"{pets}/cat/two\nlines \u202e"}


def test_ctrl_c(pets: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("resnet_desktop.core.dataset.check_files", interrupted)
    assert cli.run(["inspect", str(pets), "--json"]) == CANCELLED
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("arguments", [["inspect"], ["inspect", "a", "b"], ["inspect", "a", "--fast"]])
def test_wrong_usage(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(arguments)
    assert caught.value.code == USAGE
    assert capsys.readouterr().out == ""
