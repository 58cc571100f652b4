"""Many pictures: cancel, memory, and no thread that stays behind."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_desktop.core import folder_run
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.classifier import thread_count
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.events import (
    Event,
    PictureAnswered,
    PicturesFound,
    Progress,
)
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.core.folder_run import AHEAD, BATCH, classify_many
from tests.core.tiny_pictures import Counting, assert_only_before, make_pictures


@pytest.fixture(autouse=True)
def no_thread_stays_behind() -> Iterator[None]:
    yield
    assert_only_before(set())


def test_cancel_comes_within_a_tenth_of_a_second(tmp_path: Path) -> None:
    """Although every thread is in the middle of a picture that takes half a second. The best of three, for other
    programs may have the processor."""
    make_pictures(tmp_path, 50)
    slow = FakeClassifier(find_model("built-in"), seconds=0.5)
    assert min(_seconds_from_cancel_to_end(slow, tmp_path) for _ in range(3)) < 0.1


def _seconds_from_cancel_to_end(slow: FakeClassifier, folder: Path) -> float:
    token = CancelToken()
    when: list[float] = []

    def cancel() -> None:
        when.append(time.monotonic())
        token.cancel()

    events = classify_many(slow, [folder], token)
    while not isinstance(next(events), PictureAnswered):
        pass
    # The next pictures have begun; nothing is answered for half a second.
    threading.Timer(0.1, cancel).start()
    with pytest.raises(Cancelled):
        list(events)
    return time.monotonic() - when[0]


@pytest.fixture
def fake() -> FakeClassifier:
    return FakeClassifier(find_model("built-in"))


def test_cancel_before_the_start(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    make_pictures(tmp_path, 3)
    token.cancel()
    with pytest.raises(Cancelled):
        list(classify_many(fake, [tmp_path], token))


def test_a_cancelled_run_starts_no_further_pictures(tmp_path: Path, token: CancelToken) -> None:
    make_pictures(tmp_path, 50)
    slow = Counting(0.05)
    events = classify_many(slow, [tmp_path], token)
    while not isinstance(next(events), PictureAnswered):
        pass
    token.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert_only_before(set())
    assert slow.count <= 1 + 2 * thread_count() + 1


@pytest.mark.parametrize("kind", [PicturesFound, PictureAnswered, Progress])
def test_a_listener_that_leaves_early_leaves_no_threads(
    kind: type[Event], tmp_path: Path, fake: FakeClassifier, token: CancelToken
) -> None:
    """Far more files than the search may be ahead, so that it is in the middle of it; and no cancel."""
    make_pictures(tmp_path, 4 * BATCH, links=True)
    before = set(threading.enumerate())
    events = classify_many(fake, [tmp_path], token)
    while not isinstance(next(events), kind):
        pass
    events.close()  # type: ignore[attr-defined]
    assert_only_before(before)
    assert not token.cancelled


def test_ten_thousand_files_begin_at_once(tmp_path: Path, token: CancelToken) -> None:
    make_pictures(tmp_path, 10_000, links=True)
    built_in = find_model("built-in")
    small = replace(built_in.preprocess, resize=8, crop=8)
    fake = FakeClassifier(replace(built_in, preprocess=small, classes=("black", "red")))
    started = time.monotonic()
    events = classify_many(fake, [tmp_path], token)
    first = next(events)
    assert isinstance(first, PicturesFound)
    found, answered = len(first.paths), 0
    seconds_to_first = None
    while found < 10_000 or answered < 1000:
        event = next(events)
        if isinstance(event, PicturesFound):
            found += len(event.paths)
        elif isinstance(event, PictureAnswered):
            answered += 1
            if seconds_to_first is None:
                seconds_to_first = time.monotonic() - started
                assert found < 10_000, "the first answer does not wait for the search"
    assert found == 10_000
    assert seconds_to_first is not None
    assert seconds_to_first < 1.0
    events.close()  # type: ignore[attr-defined]


def test_the_classifier_is_never_far_ahead_of_the_listener(tmp_path: Path, token: CancelToken) -> None:
    """Results that nobody has taken yet are few, however slow the screen is."""
    make_pictures(tmp_path, 300, links=True)
    quick = Counting()
    taken = 0
    for event in classify_many(quick, [tmp_path], token):
        if isinstance(event, PictureAnswered):
            taken += 1
            assert quick.count - taken <= AHEAD * thread_count()
    assert taken == 300


def test_answered_pictures_are_let_go(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    """What was yielded belongs to the listener alone: 100,000 thumbnails would be a gigabyte."""
    make_pictures(tmp_path, 200, links=True)
    alive: weakref.WeakSet[PictureAnswered] = weakref.WeakSet()
    most = 0
    for event in classify_many(fake, [tmp_path], token, thumbnail_edge=8):
        if isinstance(event, PictureAnswered):
            alive.add(event)
            most = max(most, len(alive))
    assert most <= 3


def test_the_search_waits_for_the_answers(tmp_path: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drive with millions of files must not fill the memory with their names."""
    monkeypatch.setattr(folder_run, "FOUND_LIMIT", 50)
    monkeypatch.setattr(folder_run, "BATCH", 10)
    make_pictures(tmp_path, 500, links=True)
    found = answered = 0
    for event in classify_many(Counting(0.001), [tmp_path], token):
        found += len(event.paths) if isinstance(event, PicturesFound) else 0
        answered += isinstance(event, PictureAnswered)
        assert found - answered <= 50 + 10 + AHEAD * thread_count()
    assert answered == 500
