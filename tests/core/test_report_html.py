"""The report as a page: complete, closed to the network, and names in it are only text."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from resnet_desktop.core.report import Report, make_report
from resnet_desktop.core.report_html import LIST_LIMIT, MATRIX_LIMIT, report_html
from resnet_desktop.ui.theme import DARK, LIGHT

NASTY = "<img src=x onerror=alert(1)>"
VOID = frozenset({"meta"})


class Page(HTMLParser):
    """The elements and texts of a page; fails where tags do not match."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())

    def cells(self, kind: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == "td" and attributes.get("class") == kind]


def report_of(classes: list[str], truths: list[int], predictions: list[int], paths: list[Path]) -> Report:
    scores = np.full((len(truths), len(classes)), 0.1 / len(classes))
    scores[range(len(truths)), predictions] = 0.9
    return make_report(classes, truths, scores, paths)


@pytest.fixture
def nasty() -> Report:
    paths = [Path("a") / "1.png", Path("b") / f"{NASTY}&.png", Path("c") / "two\nlines\u202e.png"]
    return report_of(["חתול", NASTY, "a & b"], [0, 1, 1], [0, 0, 2], paths)


def test_names_are_text_and_nothing_else(nasty: Report) -> None:
    page = Page(report_html(nasty, f"{NASTY} {{title}} \u202e"))
    allowed = {"html", "head", "meta", "title", "style", "body", "section", "h1", "h2", "p"}
    allowed |= {"table", "thead", "tbody", "tr", "th", "td"}
    assert {tag for tag, _attributes in page.elements} <= allowed
    assert not any(name.startswith("on") for _tag, attributes in page.elements for name in attributes)
    assert page.texts.count(NASTY) == 5  # per class, twice in the matrix, and what two pictures show
    assert f"{NASTY} {{title}} \\u202e" in page.texts
    assert str(Path("b") / f"{NASTY}&.png") in page.texts
    assert str(Path("c")) + os.sep + "two\\nlines\\u202e.png" in page.texts


def test_nothing_is_fetched_or_run(nasty: Report) -> None:
    source = report_html(nasty, "title")
    assert "default-src 'none'" in source
    tags = " ".join(re.findall(r"<[^>]*>", source)) + source[: source.index("</style>")]
    assert not re.search(r"https?:|url\(|@import|<script|<link|<iframe|src=|href=", tags)


def test_names_find_their_own_direction_and_paths_stay_left_to_right(nasty: Report) -> None:
    source = report_html(nasty, "כותרת")
    assert '<h1 dir="auto">כותרת</h1>' in source
    assert source.count('dir="auto">חתול<') == 4  # per class, twice in the matrix, and the answer for one picture
    assert source.count('<td dir="ltr">') == len(nasty.wrong)


def test_the_headline(nasty: Report) -> None:
    source = report_html(nasty, "title")
    assert "33.3 % right" in source
    assert "3 pictures" in source
    assert f"{100 * nasty.low:.1f} %" in source
    assert f"{100 * nasty.high:.1f} %" in source
    assert "1 picture." in report_html(report_of(["a", "b"], [0], [0], [Path("a.png")]), "title")


def test_cells_are_coloured_by_their_share_of_the_row(nasty: Report) -> None:
    page = Page(report_html(nasty, "title"))
    assert [cell["style"] for cell in page.cells("right")] == ["--share: 1.000", "--share: 0.000", "--share: 0.000"]
    wrong = [cell["style"] for cell in page.cells("wrong")]
    assert len(wrong) == 6
    assert wrong.count("--share: 0.500") == 2


def test_the_colours_are_those_of_the_window() -> None:
    source = report_html(report_of(["a", "b"], [0], [0], [Path("a.png")]), "title")
    assert "prefers-color-scheme: dark" in source
    for theme in (LIGHT, DARK):
        for name in ("window", "card", "line", "text", "quiet", "good", "bad"):
            value = getattr(theme, name)
            numbers = " ".join(str(int(value[place : place + 2], 16)) for place in (1, 3, 5))
            assert f"--{name}: {numbers};" in source
    style = source[source.index("<style>") : source.index("</style>")]
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", style)


def test_nothing_wrong() -> None:
    page = Page(report_html(report_of(["a", "b"], [0, 1], [0, 1], [Path("a.png"), Path("b.png")]), "title"))
    assert page.texts[-2:] == ["Wrong pictures", "None."]


def test_many_classes_become_a_list_of_mix_ups() -> None:
    classes = [f"class {number}" for number in range(MATRIX_LIMIT + 1)]
    paths = [Path(f"{number}.png") for number in range(6)]
    page = Page(report_html(report_of(classes, [7, 7, 7, 1, 1, 2], [9, 9, 9, 5, 5, 2], paths), "title"))
    assert page.cells("right") == page.cells("wrong") == []
    start = page.texts.index("Most frequent mix-ups")
    assert page.texts[start + 4 : start + 10] == ["3", "class 7", "class 9", "2", "class 1", "class 5"]


def test_a_long_list_ends_with_how_many_more() -> None:
    count = LIST_LIMIT + 1234
    paths = [Path(f"{number}.png") for number in range(count)]
    page = Page(report_html(report_of(["a", "b"], [0] * count, [1] * count, paths), "title"))
    assert page.texts[-1] == "And 1,234 more."
    assert sum(text.endswith(".png") for text in page.texts) == LIST_LIMIT


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such names")
def test_a_path_that_is_no_utf8() -> None:
    path = Path(os.fsdecode(b"\xff\xfe.png"))
    source = report_html(report_of(["a", "b"], [0], [1], [path]), str(path))
    assert "\\udcff\\udcfe.png" in source.encode().decode()
