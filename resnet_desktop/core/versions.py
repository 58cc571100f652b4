"""Which of two versions is newer, by the rules of PEP 440; the hyphens of "1.0.0-rc.1" are understood, too."""

from __future__ import annotations

import re
from typing import TypeAlias

MOST_LETTERS = 64  # of a version; whatever is longer is none

_VERSION = re.compile(
    r"v?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<stage>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<number>\d*))?"
    r"(?:[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d*))?"
    r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?",
    re.IGNORECASE | re.ASCII,
)
_STAGES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_BEFORE_ALL, _NO_STAGE = -1, 3

Rank: TypeAlias = tuple[tuple[int, ...], int, int, int, float]


def is_version(text: str) -> bool:
    return _parsed(text) is not None


def is_newer(text: str, than: str) -> bool:
    """Whether ``text`` comes after ``than``. False where one of them is no version."""
    ranks = rank(text), rank(than)
    return ranks[0] is not None and ranks[1] is not None and ranks[0] > ranks[1]


def is_preliminary(text: str) -> bool:
    """A version for people who want to try what is not finished."""
    found = _parsed(text)
    return found is not None and bool(found["stage"] or found["dev"])


def rank(text: str) -> Rank | None:
    """What versions are sorted by: development before alpha, beta and candidate, these before the release itself,
    and that before what was put right after it. None for what is no version."""
    found = _parsed(text)
    if found is None:
        return None
    release = [int(number) for number in found["release"].split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    post = int(found["post_number"] or 0) if found["post"] else -1
    dev = int(found["dev_number"] or 0) if found["dev"] else float("inf")
    if found["stage"]:
        stage, number = _STAGES[found["stage"].lower()], int(found["number"] or 0)
    else:
        stage, number = (_BEFORE_ALL if found["dev"] and not found["post"] else _NO_STAGE), 0
    return tuple(release), stage, number, post, dev


def _parsed(text: str) -> re.Match[str] | None:
    text = text.strip()
    return _VERSION.fullmatch(text) if len(text) <= MOST_LETTERS else None
