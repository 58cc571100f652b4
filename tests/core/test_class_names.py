"""Class names beside weights: the usual forms are read, everything else is one sentence or no names at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resnet_desktop.core.class_names import (
    UNREADABLE,
    WRONG_COUNT,
    WRONG_NAMES,
    checked_names,
    names_beside,
    read_names,
)
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.model_store import MAX_NAME

NAMES = ("hat", "כובע", "a shoe")


def put(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_bytes(text.encode())
    return path


def refusal(path: Path, count: int = 3) -> ModelError:
    with pytest.raises(ModelError) as caught:
        read_names(path, count)
    assert str(caught.value).isprintable()
    return caught.value


FORMS: dict[str, tuple[str, object]] = {
    "lines": ("names.txt", "hat\nכובע\na shoe"),
    "lines with an end": ("names.txt", "hat\nכובע\na shoe\n"),
    "lines with empty ones at the end": ("names.txt", "hat\nכובע\na shoe\n\n \n"),
    "lines of windows": ("names.txt", "hat\r\nכובע\r\na shoe\r\n"),
    "lines with spaces around": ("names.txt", "  hat \n\tכובע\n a shoe"),
    "lines with a byte order mark": ("names.txt", b"\xef\xbb\xbf" + "hat\nכובע\na shoe".encode()),
    "lines without a suffix": ("names", "hat\nכובע\na shoe"),
    "json list": ("names.json", NAMES),
    "json list with a byte order mark": ("names.json", b"\xef\xbb\xbf" + json.dumps(NAMES).encode()),
    "json in capitals": ("NAMES.JSON", NAMES),
    "json object with classes": ("names.json", {"classes": NAMES, "other": 1}),
    "json object with labels": ("names.json", {"labels": NAMES}),
    "json by number": ("names.json", {"1": "כובע", "0": "hat", "2": "a shoe"}),
    "json by name": ("names.json", {"כובע": 1, "a shoe": 2, "hat": 0}),
    "control characters": ("names.txt", "h\x00at\u202e\nכובע\x1b\na\u200b shoe"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_usual_forms_are_read(form: str, tmp_path: Path) -> None:
    name, content = FORMS[form]
    assert read_names(put(tmp_path, name, content), 3) == NAMES


WRONG: dict[str, tuple[str, str, object]] = {
    "too few": (WRONG_COUNT, "names.txt", "hat\nshoe"),
    "too many": (WRONG_COUNT, "names.txt", "a\nb\nc\nd"),
    "empty file": (WRONG_COUNT, "names.txt", ""),
    "json too few": (WRONG_COUNT, "names.json", ["a"]),
    "json empty": (WRONG_COUNT, "names.json", {}),
    "twice the same": (WRONG_NAMES, "names.txt", "hat\nhat\nshoe"),
    "the same but for what is not seen": (WRONG_NAMES, "names.txt", "hat\nha\u200bt\nshoe"),
    "an empty one between": (WRONG_NAMES, "names.txt", "hat\n\nshoe"),
    "an empty one first": (WRONG_NAMES, "names.json", ["", "hat", "shoe"]),
    "json number": (UNREADABLE, "names.json", 7),
    "json null": (UNREADABLE, "names.json", None),
    "json text": (UNREADABLE, "names.json", "names"),
    "json cut": (UNREADABLE, "names.json", '["a", "b"'),
    "json deep": (UNREADABLE, "names.json", "[" * 100_000),
    "json by number with a gap": (UNREADABLE, "names.json", {"0": "a", "2": "b", "3": "c"}),
    "json by name with a number twice": (WRONG_COUNT, "names.json", {"a": 0, "b": 0, "c": 1}),
    "json number of many digits": (UNREADABLE, "names.json", "[" + "9" * 10_000 + "]"),
    "no text": (UNREADABLE, "names.txt", b"\xff\xfe\x00h"),
    "a picture": (UNREADABLE, "names.txt", b"\x89PNG\r\n\x1a\n"),
}


@pytest.mark.parametrize("what", WRONG)
def test_everything_else_is_a_sentence(what: str, tmp_path: Path) -> None:
    sentence, name, content = WRONG[what]
    assert refusal(put(tmp_path, name, content)).sentence == sentence


def test_a_count_says_both_numbers(tmp_path: Path) -> None:
    path = put(tmp_path, "names.txt", "hat\nshoe")
    assert str(refusal(path)) == f"{path} has 2 names, but the network has 3 classes."


def test_a_missing_file_and_a_folder_are_no_lists(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.txt").sentence == UNREADABLE
    assert refusal(tmp_path).sentence == UNREADABLE


def test_a_file_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert refusal(path).sentence == UNREADABLE


def test_names_are_plain_text_of_a_line(tmp_path: Path) -> None:
    hostile: list[Any] = ["<b>hat</b>\n\u202e", "x" * 10_000, ["a", {"b": 1}]]
    first, second, third = read_names(put(tmp_path, "names.json", hostile), 3)
    assert (first, second) == ("<b>hat</b>", "x" * MAX_NAME)
    assert third.isprintable()


@pytest.mark.parametrize("name", ["weights.txt", "weights.json", "classes.txt", "labels.json", "class_names.txt"])
def test_names_beside_weights_are_found(name: str, tmp_path: Path) -> None:
    put(tmp_path, name, NAMES if name.endswith("json") else "\n".join(NAMES))
    assert names_beside(tmp_path / "weights.pth", 3) == NAMES


def test_a_file_of_the_weights_own_name_comes_first(tmp_path: Path) -> None:
    put(tmp_path, "classes.txt", "a\nb\nc")
    put(tmp_path, "weights.txt", "\n".join(NAMES))
    assert names_beside(tmp_path / "weights.pth", 3) == NAMES


def test_files_that_do_not_fit_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "weights.json", {"a": "list"})
    put(tmp_path, "weights.txt", "only\ntwo")
    (tmp_path / "classes.json").mkdir()
    put(tmp_path, "labels.txt", "\n".join(NAMES))
    assert names_beside(tmp_path / "weights.pth", 3) == NAMES
    assert names_beside(tmp_path / "weights.pth", 4) == ()


@pytest.mark.parametrize("names", [(), ("a",), ("a", "b", "c"), ("a", ""), ("a", "a")])
def test_names_by_hand_are_checked(names: tuple[str, ...]) -> None:
    with pytest.raises(ModelError, match="Give 2 different names, one a line"):
        checked_names(names, 2)
    assert checked_names(("a", "b"), 2) == ("a", "b")
