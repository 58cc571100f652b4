"""Which version is newer, against the reference implementation of PEP 440."""

from __future__ import annotations

import itertools
import random

import pytest
from packaging.version import Version

from resnet_desktop import __version__
from resnet_desktop.core.versions import MOST_LETTERS, is_newer, is_preliminary, is_version, rank

# From old to new.
IN_ORDER = (
    "0.1.0.dev1", "0.1.0a1.dev2", "0.1.0a1", "0.1.0a2", "0.1.0-beta.1", "0.1.0b2", "0.1.0rc1.dev1", "0.1.0-rc.1",
    "v0.1.0rc2", "0.1.0rc10", "0.1.0", "0.1.0.post1.dev1", "0.1.0.post1", "0.1.1.dev0", "0.1.1", "0.2.0-alpha",
    "0.2.0", "0.10.0", "1.0.0", "1.0.1", "10.0",
)  # fmt: skip
NONE = (
    "", "latest", "version 2", "1.0 beta two", "<b>9.9</b>", "9.9<img src=x>", "1..0", "1.0.0.0.", "-1", "٣.٤",
    "1.0\n2.0",
    "1" * (MOST_LETTERS + 1), "1.0+", "1.0rc1rc2", "v", "vv1.0",
)  # fmt: skip


@pytest.mark.parametrize(("older", "newer"), list(itertools.combinations(IN_ORDER, 2)))
def test_every_version_is_newer_than_all_before_it(older: str, newer: str) -> None:
    assert is_newer(newer, older)
    assert not is_newer(older, newer)


@pytest.mark.parametrize("text", IN_ORDER)
def test_none_is_newer_than_itself(text: str) -> None:
    assert is_version(text)
    assert not is_newer(text, text)


@pytest.mark.parametrize(
    ("one", "other"), [("1.0", "1.0.0"), ("v1.0", "1.0"), ("1.0-rc.1", "1.0rc1"), ("1.0+a", "1.0")]
)
def test_the_same_version_in_other_words(one: str, other: str) -> None:
    assert rank(one) == rank(other)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_version_is_never_newer(text: str) -> None:
    assert not is_version(text)
    assert rank(text) is None
    assert not is_newer(text, "0.1.0")
    assert not is_newer("99.0", text)


def test_as_the_reference_orders_them() -> None:
    dice = random.Random(7)  # noqa: S311 - the same dice every time
    stages = ("", "a1", "a2", "b1", "rc1", "rc12", ".dev3", "a1.dev1", ".post1", ".post2", ".post1.dev4", "rc1.post1")
    texts = [f"{dice.randrange(3)}.{dice.randrange(12)}.{dice.randrange(3)}{dice.choice(stages)}" for _ in range(250)]
    for one, other in itertools.pairwise(texts * 3):
        assert is_newer(one, other) == (Version(one) > Version(other)), (one, other)
    dice.shuffle(texts)
    for one, other in itertools.pairwise(texts):
        assert is_newer(one, other) == (Version(one) > Version(other)), (one, other)


def test_what_is_not_finished() -> None:
    assert [text for text in ("1.0", "1.0rc1", "1.0.dev1", "1.0.post1", "1.0-beta", "x") if is_preliminary(text)] == [
        "1.0rc1",
        "1.0.dev1",
        "1.0-beta",
    ]


def test_our_own_version_is_one() -> None:
    assert is_version(__version__)
