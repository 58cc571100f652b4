"""Names are shown on one line as they are, and no table takes them for a formula."""

from __future__ import annotations

import csv
import io
import os
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_desktop.core.plain_text import csv_cell, one_line

SHOWN = {
    "photo.jpg": "photo.jpg",
    "": "",
    "📷 שלום café 写真.jpg": "📷 שלום café 写真.jpg",
    "👩\u200d👩\u200d👧.jpg": "👩\u200d👩\u200d👧.jpg",
    "two\nlines.jpg": r"two\nlines.jpg",
    "a\r\n\tb": r"a\r\n\tb",
    "\x1b[31mred": r"\x1b[31mred",
    "bell\x07\x7f": r"bell\x07\x7f",
    "next\x85line": r"next\u0085line",
    "line\u2028and\u2029paragraph": r"line\u2028and\u2029paragraph",
    "right\u202egpj.exe": r"right\u202egpj.exe",
    "mark\u200f\u2066x\u2069": r"mark\u200f\u2066x\u2069",
    "\ufeffhidden\u200b": r"\ufeffhidden\u200b",
    "tag\U000e0067": r"tag\U000e0067",
    os.fsdecode(b"\xff.jpg"): r"\udcff.jpg",
    "<img src=x>.jpg": "<img src=x>.jpg",
    "private \ue000": r"private \ue000",
}


@pytest.mark.parametrize(("name", "shown"), [pytest.param(*pair, id=ascii(pair[0])) for pair in SHOWN.items()])
def test_a_name_is_shown_on_one_line_with_escapes(name: str, shown: str) -> None:
    assert one_line(name) == shown


def test_twins_that_look_alike_stay_two_names() -> None:
    assert one_line("caf\u00e9.jpg") != one_line("cafe\u0301.jpg")
    assert unicodedata.normalize("NFC", one_line("cafe\u0301.jpg")) == "caf\u00e9.jpg"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_a_cell_that_starts_like_a_formula_is_text(sign: str) -> None:
    cell = csv_cell(f"{sign}cmd|' /C calc'!A0")
    assert cell.startswith("'")
    assert cell.isprintable()


@pytest.mark.parametrize("name", ["photo.jpg", "a=b.jpg", "5-3.jpg", "'quoted'.jpg", "שלום.jpg", ""])
def test_any_other_cell_is_left_alone(name: str) -> None:
    assert csv_cell(name) == name


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_name_is_one_line_that_can_be_written_and_read_again(name: str) -> None:
    line = one_line(name)
    assert len(line.splitlines()) <= 1
    assert line.encode("utf-8").decode("utf-8") == line
    file = io.StringIO()
    csv.writer(file).writerow([csv_cell(name), "next"])
    assert next(csv.reader(io.StringIO(file.getvalue()))) == [csv_cell(name), "next"]
    assert not csv_cell(name).startswith(("=", "+", "-", "@", "\t", "\r"))
