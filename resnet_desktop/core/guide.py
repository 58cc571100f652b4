"""The user guide that comes with the program: short pages of Markdown, and their pictures, in each language."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from resnet_desktop.core.paths import resource_path

log = logging.getLogger(__name__)

# In the order in which they are read. The file of a page has its name.
PAGES = (
    "first-steps",
    "many-pictures",
    "models",
    "train",
    "runs",
    "share",
    "privacy",
    "command-line",
    "trouble",
)
MISSING = QT_TRANSLATE_NOOP(
    "Sentences", "The guide is missing from this installation. Install ResNet Desktop again to have it."
)


class GuideError(AppError):
    """There is no guide to show."""


@dataclass(frozen=True)
class GuidePage:
    """One page. Links in it name other pages (``models.md``) and pictures (``models.png``) of the same folder."""

    name: str
    title: str
    text: str  # Markdown, its title included


def guide_folder(language: str) -> Path:
    return resource_path("guide", language)


def load_guide(language: str) -> tuple[GuidePage, ...]:
    """All pages in a language; one that is missing there is taken from the English guide. GuideError without any."""
    pages = tuple(page for name in PAGES if (page := _page(name, language)) is not None)
    if not pages:
        raise GuideError(MISSING)
    return pages


def _page(name: str, language: str) -> GuidePage | None:
    for folder in dict.fromkeys((language, "en")):
        try:
            text = (guide_folder(folder) / f"{name}.md").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            log.warning("a page of the guide cannot be read: %s", error)
        else:
            return GuidePage(name, _title_of(text) or name, text)
    return None


def _title_of(text: str) -> str:
    """Of the first heading."""
    lines = (line for line in text.splitlines() if line.startswith("# "))
    return next(lines, "").removeprefix("# ").strip()
