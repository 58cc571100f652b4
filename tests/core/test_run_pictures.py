"""The pictures of a run, as it began."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_desktop.core.dataset_split import Split
from resnet_desktop.core.dataset_values import DatasetPicture
from resnet_desktop.core.run_pictures import PICTURES, store_split, stored_split

NAMES = ("red/1.png", "blue/a b.png", "ירוק/3.png", "blue/\udcff.png")  # the last one is no text on Linux


def split_below(root: Path) -> Split:
    pictures = tuple(
        DatasetPicture(root / name, number % 2, 100 + number, 10**18 + number) for number, name in enumerate(NAMES)
    )
    return Split(pictures[:3], pictures[3:])


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    split = split_below(tmp_path / "data")
    store_split(tmp_path, tmp_path / "data", split)
    assert stored_split(tmp_path, tmp_path / "data") == split


def test_a_dataset_that_has_moved_has_them_at_its_new_place(tmp_path: Path) -> None:
    store_split(tmp_path, tmp_path / "data", split_below(tmp_path / "data"))
    assert stored_split(tmp_path, tmp_path / "stick") == split_below(tmp_path / "stick")


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b'{"train": [1], "validation": []}', b'{"train": 7}'])
def test_what_cannot_be_read_is_not_used(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / PICTURES).write_bytes(content)
    assert stored_split(tmp_path, tmp_path) is None
