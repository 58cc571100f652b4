"""The report of a run comes back from the disk as it was, or as one sentence."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_desktop.core.report import Report, make_report
from resnet_desktop.core.run_report import CANNOT_READ, DAMAGED, NO_REPORT, REPORT, read_report, report_bytes
from resnet_desktop.core.run_store import RunError

CLASSES = ("cat", "חתול", "a\ud800b")
NO_SHARES = (None, "1", -0.1, 1.5, float("nan"), float("inf"), [0.5], True)
SHARES = ("accuracy", "low", "high", "macro_f1", "calibration_error")


def a_report() -> Report:
    scores = np.array([[0.75, 0.25, 0], [0.625, 0.25, 0.125], [0.0625, 0.9375, 0], [0.125, 0.125, 0.75]])
    odd = Path(os.fsdecode(b"odd-\xff.png"))
    return make_report(CLASSES, [0, 1, 0, 2], scores, [Path("a.png"), Path("two\nlines.png"), odd, Path("d.png")])


def store(folder: Path, record: Any) -> None:
    (folder / REPORT).write_text(json.dumps(record), encoding="utf-8")


def record_of(report: Report) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(report_bytes(report))
    return record


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    report = a_report()
    (tmp_path / REPORT).write_bytes(report_bytes(report))
    assert read_report(tmp_path) == report
    assert [(each.prediction, each.probability) for each in report.wrong] == [(1, 0.9375), (0, 0.625)]


def test_a_report_of_a_run_of_the_first_version_is_read(tmp_path: Path) -> None:
    record = record_of(a_report())
    for wrong in record["wrong"]:
        del wrong["truth_probability"]
    record["wrong"].reverse()
    store(tmp_path, record)
    report = read_report(tmp_path)
    assert [each.probability for each in report.wrong] == [0.9375, 0.625], "worst first, whatever the file says"
    assert [each.truth_probability for each in report.wrong] == [None, None]


def test_a_run_without_a_report_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="has not come to its end"):
        read_report(tmp_path)
    (tmp_path / REPORT).mkdir()
    with pytest.raises(RunError) as caught:
        read_report(tmp_path)
    assert caught.value.sentence == CANNOT_READ
    assert NO_REPORT != CANNOT_READ


@pytest.mark.parametrize(
    "change",
    [
        {"classes": []}, {"classes": ["cat", "dog"]}, {"classes": "cat"}, {"classes": [1, 2, 3]}, {"count": 5},
        {"count": True}, {"count": "4"}, {"confusion": [[1]]}, {"confusion": [[1, 1, 0], [1, 0, 0], [0, 0, -1]]},
        {"confusion": [[1.0, 1, 0], [1, 0, 0], [0, 0, 1]]}, {"confusion": None}, {"accuracy": 0.75},
        {"low": 0.9}, {"per_class": []}, {"wrong": {}}, {"wrong": [None]},
        *({name: value} for name in SHARES for value in NO_SHARES),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_agree_with_itself_is_damaged(change: dict[str, Any], tmp_path: Path) -> None:
    store(tmp_path, record_of(a_report()) | change)
    with pytest.raises(RunError) as caught:
        read_report(tmp_path)
    assert caught.value.sentence == DAMAGED


@pytest.mark.parametrize(
    "change",
    [
        {"path": ""}, {"path": "a\0b"}, {"path": 3}, {"truth": 3}, {"truth": -1}, {"truth": 1, "prediction": 1},
        {"prediction": None}, {"probability": 2}, {"truth_probability": "0.5"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_picture_that_cannot_be_is_damage(change: dict[str, Any], tmp_path: Path) -> None:
    record = record_of(a_report())
    record["wrong"][0] |= change
    store(tmp_path, record)
    with pytest.raises(RunError) as caught:
        read_report(tmp_path)
    assert caught.value.sentence == DAMAGED


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"7", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"classes": 1e999}']
)
def test_foreign_content_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / REPORT).write_bytes(content)
    with pytest.raises(RunError) as caught:
        read_report(tmp_path)
    assert caught.value.sentence == DAMAGED


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.booleans())
def test_no_flipped_byte_and_no_cut_raises_anything_else(
    place: int, byte: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(report_bytes(a_report()))
    place %= len(content)
    content[place] = byte
    folder = tmp_path_factory.getbasetemp()
    (folder / REPORT).write_bytes(content[:place] if cut else content)
    with contextlib.suppress(RunError):
        read_report(folder)
