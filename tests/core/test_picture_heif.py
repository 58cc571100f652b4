"""A HEIC is decoded in a child process, whose death is one sentence and not the end of the program."""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing.connection import Pipe

import pytest

from resnet_desktop.core import picture_heif, pictures
from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.picture_file import TOO_SLOW, UNREADABLE
from resnet_desktop.core.picture_heif import DecoderDied, decode_apart
from resnet_desktop.core.pictures import CUT_OFF, DAMAGED, Picture, open_picture
from tests.core.coffee_heic import COFFEE_HEIC, COFFEE_HEIC_SIZE, DEADLY_HEIC
from tests.core.odd_pictures import cut, opened, picture_of, sentence

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals")


@pytest.fixture
def worker() -> picture_heif._Worker:
    """The only idle child, which is the next to be asked."""
    picture_of(COFFEE_HEIC)
    del picture_heif._idle[:-1]
    return picture_heif._idle[-1]


def test_a_deadly_file_ends_the_child_and_the_next_picture_opens(worker: picture_heif._Worker) -> None:
    assert sentence(DEADLY_HEIC) == DAMAGED
    assert not worker.is_alive()
    assert picture_of(COFFEE_HEIC).image.size == COFFEE_HEIC_SIZE


def test_a_child_is_used_again(worker: picture_heif._Worker) -> None:
    assert sentence(cut(COFFEE_HEIC, 0.5)) == CUT_OFF
    picture_of(COFFEE_HEIC)
    assert picture_heif._idle == [worker]


@posix
def test_a_child_that_died_while_idle_is_replaced(worker: picture_heif._Worker) -> None:
    worker._process.kill()
    worker._process.join()
    assert picture_of(COFFEE_HEIC).image.size == COFFEE_HEIC_SIZE


@posix
def test_a_child_that_does_not_answer_is_ended(worker: picture_heif._Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_heif, "GRACE_SECONDS", 0.1)
    assert worker._process.pid is not None
    os.kill(worker._process.pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(PictureError) as caught:
        open_picture(COFFEE_HEIC, seconds=0.1)
    assert caught.value.sentence == TOO_SLOW
    assert time.monotonic() - started < 5
    assert picture_of(COFFEE_HEIC).image.size == COFFEE_HEIC_SIZE


def test_several_threads_have_a_child_each() -> None:
    results: list[Picture | PictureError] = []
    threads = [threading.Thread(target=lambda: results.append(opened(COFFEE_HEIC))) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [type(result) for result in results] == [Picture] * 4
    assert len(set(map(id, picture_heif._idle))) == len(picture_heif._idle) <= 4


def test_a_child_that_cannot_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_process: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(picture_heif, "_idle", [])
    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", fail)
    assert sentence(COFFEE_HEIC) == UNREADABLE


@pytest.mark.parametrize("answer", [b"no json", b"[]", b"{}", b"\xff", b'{"size": 1}'])
def test_a_child_that_answers_nonsense_counts_as_dead(answer: bytes, worker: picture_heif._Worker) -> None:
    ours, theirs = Pipe()
    worker._connection.close()
    worker._connection = ours
    theirs.send_bytes(answer)
    with pytest.raises(DecoderDied):
        decode_apart(COFFEE_HEIC, 5)


def test_pixels_that_do_not_fit_their_size_are_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    lie = picture_heif.Decoded(b"abc", (100, 100), (100, 100), "")
    monkeypatch.setattr(pictures, "decode_apart", lambda _data, _seconds: lie)
    assert sentence(COFFEE_HEIC) == DAMAGED


def test_in_a_child_it_is_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_child(*_arguments: object) -> None:
        raise AssertionError("a child may have no children")

    monkeypatch.setattr(pictures, "is_child", lambda: True)
    monkeypatch.setattr(pictures, "decode_apart", no_child)
    assert picture_of(COFFEE_HEIC).image.size == COFFEE_HEIC_SIZE
