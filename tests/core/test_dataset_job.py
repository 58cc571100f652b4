"""The inspection as a job: progress, cancel, threads, order."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from resnet_desktop.core import dataset_check
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset import inspect_dataset
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.picture_file import read_picture_file
from tests.core.odd_pictures import cut, small
from tests.core.test_dataset import counts, inspected, issues, make_pets
from tests.core.tiny_pictures import assert_only_before, of_type


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return make_pets(tmp_path / "pets")


def test_progress(pets: Path) -> None:
    (pets / "cat" / "cut.jpg").write_bytes(cut(small("JPEG"), 0.5))
    events: list[Event] = list(inspect_dataset(pets, CancelToken()))
    progress = of_type(events, Progress)
    assert progress[0] == Progress(0, 0, "Reading the folder")
    checking = [event for event in progress if event.stage == "Checking the pictures"]
    assert [(event.done, event.total) for event in checking] == [(done, 21) for done in range(22)]
    assert len(events) == len(progress) + 1


def test_reading_tells_how_far_it_is(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_desktop.core.dataset_index.TELL_SECONDS", -1.0)
    progress = of_type(list(inspect_dataset(pets, CancelToken())), Progress)
    reading = [event.done for event in progress if event.stage == "Reading the folder"]
    assert reading == list(range(21))


def test_the_order_on_disk_does_not_matter(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = inspected(pets)
    real = os.scandir

    class Backwards:
        def __init__(self, path: Path) -> None:
            with real(path) as entries:
                self._entries = sorted(entries, key=lambda entry: entry.name, reverse=True)

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return iter(self._entries)

        def __exit__(self, *_error: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Backwards)
    monkeypatch.setattr("resnet_desktop.core.dataset_files.SORTED_AT_ONCE", 3)
    assert inspected(pets) == expected


def test_a_real_photograph_and_its_copy(photos: Path, pets: Path) -> None:
    shutil.copy(photos / "chelsea.png", pets / "cat" / "chelsea")
    shutil.copy(photos / "chelsea.png", pets / "dog" / "chelsea.png")
    shutil.copy(photos / "coffee.png", pets / "dog" / "coffee.png")
    dataset = inspected(pets)
    assert counts(dataset) == {"cat": 11, "dog": 12}
    assert issues(dataset, pets)["duplicates"][0] == ["cat/chelsea", "dog/chelsea.png"]


@pytest.mark.parametrize("events", [0, 1, 2, 3, 10])
def test_cancelled_after_some_events(events: int, pets: Path) -> None:
    before = set(threading.enumerate())
    token = CancelToken()
    job = inspect_dataset(pets, token)
    for _event in range(events):
        next(job)
    token.cancel()
    with pytest.raises(Cancelled):
        list(islice(job, 2))  # what was already said may still arrive
    assert_only_before(before)


def test_cancel_does_not_wait_for_a_slow_picture(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token, began, release = CancelToken(), threading.Event(), threading.Event()

    def slow(*_args: object, **_options: object) -> None:
        began.set()
        release.wait(10)

    monkeypatch.setattr(dataset_check, "open_picture", slow)
    cancelled_at = []

    def cancel() -> None:
        began.wait(10)
        cancelled_at.append(time.monotonic())
        token.cancel()

    other = threading.Thread(target=cancel)
    other.start()
    try:
        with pytest.raises(Cancelled):
            list(inspect_dataset(pets, token))
        # 0.1 s on a machine that has nothing else to do
        assert time.monotonic() - cancelled_at[0] < 0.5
    finally:
        release.set()
        other.join()


def test_whoever_stops_listening_leaves_no_thread_behind(pets: Path) -> None:
    before = set(threading.enumerate())
    job = inspect_dataset(pets, CancelToken())
    for event in job:
        if isinstance(event, Progress) and event.done == 3:
            break
    del job
    assert_only_before(before)


def test_a_picture_too_large_for_memory_is_unreadable(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> bytes:
        if path.name == "3.png":
            raise MemoryError
        return read_picture_file(path)

    monkeypatch.setattr(dataset_check, "read_picture_file", read)
    assert issues(inspected(pets), pets)["unreadable"][0] == ["cat/3.png"]
