"""The guide: whole in both languages, its links and pictures there, and its words those of the window."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from resnet_desktop.core import guide
from resnet_desktop.core.guide import PAGES, GuideError, guide_folder, load_guide
from resnet_desktop.core.paths import resource_path

LANGUAGES = ("en", "he")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)]+)\)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
HEBREW = re.compile(r"[\u0590-\u05ff]")
MOST_BYTES = 3_000_000  # of all pictures


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the guide that a test may damage."""
    folder = tmp_path / "guide"
    shutil.copytree(resource_path("guide"), folder)
    monkeypatch.setattr(guide, "resource_path", tmp_path.joinpath)
    return folder


def shown_strings(language: str) -> set[str]:
    """What the window says in a language."""
    path = resource_path("translations", "resnet_desktop_he.ts")
    found = set()
    for message in ET.parse(path).iter("message"):  # noqa: S314 - our own file
        text = message.findtext("source" if language == "en" else "translation") or ""
        found.add(html.unescape(text))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_with_a_title_and_in_its_language(language: str) -> None:
    pages = load_guide(language)
    assert tuple(page.name for page in pages) == PAGES
    assert len({page.title for page in pages}) == len(PAGES)
    for page in pages:
        assert page.text.startswith(f"# {page.title}\n")
        assert bool(HEBREW.search(page.text)) == (language == "he")
    assert {path.stem for path in guide_folder(language).glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_pages_and_pictures_that_are_there(language: str) -> None:
    used = set()
    for page in load_guide(language):
        for picture, words, target in LINK.findall(page.text):
            assert words, "a picture is described, a link says where it leads"
            assert (guide_folder(language) / target).is_file(), f"{page.name}: {target}"
            assert Path(target).name == target
            assert target.endswith(".png" if picture else ".md")
            used.add(target)
    assert {path.name for path in guide_folder(language).glob("*.png")} == {name for name in used if ".png" in name}


def test_both_languages_say_the_same_in_the_same_order() -> None:
    for english, hebrew in zip(load_guide("en"), load_guide("he"), strict=True):
        for mark in (r"^#+ ", r"^\|", r"^- ", r"^\d\. ", r"^```", r"^!\["):
            count = [len(re.findall(mark, page.text, re.MULTILINE)) for page in (english, hebrew)]
            assert count[0] == count[1], (english.name, mark)
        assert [link[2] for link in LINK.findall(english.text)] == [link[2] for link in LINK.findall(hebrew.text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_bold_are_those_of_the_window(language: str) -> None:
    shown = shown_strings(language)
    bold = {(page.name, " ".join(words.split())) for page in load_guide(language) for words in BOLD.findall(page.text)}
    assert len(bold) > 40
    assert {(name, words) for name, words in bold if words not in shown and f"{words}…" not in shown} == set()


def test_pictures_are_small_and_can_be_opened() -> None:
    pictures = list(resource_path("guide").rglob("*.png"))
    assert sum(path.stat().st_size for path in pictures) < MOST_BYTES
    for path in pictures:
        with Image.open(path) as picture:
            picture.load()
            assert picture.width > 700


def test_a_page_that_is_missing_is_read_in_english(moved: Path) -> None:
    (moved / "he" / "train.md").unlink()
    (moved / "he" / "runs.md").write_bytes(b"\xff\xfe\xff")
    pages = {page.name: page.title for page in load_guide("he")}
    assert pages["train"] == "Train your own classifier"
    assert pages["runs"] == "Runs"
    assert pages["models"] == "מודלים"


def test_no_guide_is_one_sentence(moved: Path) -> None:
    shutil.rmtree(moved)
    with pytest.raises(GuideError, match="missing from this installation"):
        load_guide("he")
