"""Many pictures: order, counts, failures, thumbnails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from resnet_desktop.core import folder_run
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.classifier import Outputs
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import (
    Event,
    FilesSkipped,
    PictureAnswered,
    PictureFailed,
    PicturesFound,
    Progress,
)
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.core.folder_run import BATCH, classify_many, thumbnail
from resnet_desktop.core.pictures import open_picture
from tests.core.tiny_pictures import make_pictures, of_type


@pytest.fixture
def fake() -> FakeClassifier:
    return FakeClassifier(find_model("built-in"))


def test_pictures_are_answered_in_the_order_in_which_they_are_found(
    tmp_path: Path, fake: FakeClassifier, token: CancelToken
) -> None:
    paths = make_pictures(tmp_path / "many", 100)
    events = list(classify_many(fake, [paths[50], tmp_path / "many"], token))
    expected = [paths[50], *paths]
    assert [path for event in of_type(events, PicturesFound) for path in event.paths] == expected
    answered = of_type(events, PictureAnswered)
    assert [event.path for event in answered] == expected
    assert [event.answer.best.index for event in answered] == [int(path.stem) % 16 for path in expected]
    assert all(event.answer.model == "built-in" for event in answered)
    assert all(event.thumbnail is None for event in answered)


def test_counts(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    make_pictures(tmp_path, 30)
    events = list(classify_many(fake, [tmp_path], token))
    progress = of_type(events, Progress)
    assert [event.done for event in progress] == list(range(1, 31))
    assert progress[-1] == Progress(30, 30)
    assert all(event.done <= event.total <= 30 for event in progress)
    assert [event.total for event in progress] == sorted(event.total for event in progress)


def test_every_picture_is_found_before_it_is_answered(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    make_pictures(tmp_path, 2 * BATCH + 5, links=True)
    found: set[Path] = set()
    answered = 0
    for event in classify_many(fake, [tmp_path], token):
        if isinstance(event, PicturesFound):
            assert 0 < len(event.paths) <= BATCH
            assert not found & set(event.paths)
            found |= set(event.paths)
        elif isinstance(event, PictureAnswered):
            assert event.path in found
            answered += 1
        elif isinstance(event, Progress):
            assert (event.done, event.total) == (answered, len(found))
    assert answered == len(found) == 2 * BATCH + 5


def test_failures_are_events_and_the_rest_goes_on(
    tmp_path: Path, fake: FakeClassifier, token: CancelToken, coffee: Path
) -> None:
    make_pictures(tmp_path, 3)
    (tmp_path / "000000a.png").write_bytes(coffee.read_bytes()[:50_000])
    (tmp_path / "000001a.jpg").write_text("<html>", encoding="utf-8")
    missing = tmp_path / "gone.png"
    events = list(classify_many(fake, [missing, tmp_path], token))
    done = [event for event in events if isinstance(event, PictureAnswered | PictureFailed)]
    assert [(event.path.name, type(event)) for event in done] == [
        ("gone.png", PictureFailed),
        ("000000.png", PictureAnswered),
        ("000000a.png", PictureFailed),
        ("000001.png", PictureAnswered),
        ("000001a.jpg", PictureFailed),
        ("000002.png", PictureAnswered),
    ]
    sentences = [str(event.error) for event in of_type(events, PictureFailed)]
    assert sentences == [
        "This file is no longer there. It may have been moved or renamed.",
        "This picture is cut off.",
        "This is a web page, not a picture this program can read.",
    ]
    assert of_type(events, Progress)[-1] == Progress(6, 6)


def test_files_that_are_no_pictures_are_counted(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    make_pictures(tmp_path, 2)
    for number in range(7):
        (tmp_path / f"{number}.txt").write_text("text", encoding="utf-8")
    events = list(classify_many(fake, [tmp_path], token))
    assert events[-1] == FilesSkipped(7)
    assert len(of_type(events, FilesSkipped)) == 1
    assert len(of_type(events, PictureAnswered)) == 2


def test_nothing_skipped_is_not_worth_an_event(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    make_pictures(tmp_path, 2)
    assert not of_type(list(classify_many(fake, [tmp_path], token)), FilesSkipped)


@pytest.mark.parametrize(("recursive", "count"), [(True, 5), (False, 2)])
def test_folders_in_the_folder(
    recursive: bool, count: int, tmp_path: Path, fake: FakeClassifier, token: CancelToken
) -> None:
    make_pictures(tmp_path, 2)
    make_pictures(tmp_path / "inside" / "deeper", 3)
    events = list(classify_many(fake, [tmp_path], token, recursive=recursive))
    assert len(of_type(events, PictureAnswered)) == count


def test_an_empty_folder_and_no_folder(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    assert list(classify_many(fake, [tmp_path], token)) == []
    assert list(classify_many(fake, [], token)) == []


def test_top(tmp_path: Path, fake: FakeClassifier, token: CancelToken) -> None:
    (path,) = make_pictures(tmp_path, 1)
    (answered,) = of_type(list(classify_many(fake, [path], token, top=3)), PictureAnswered)
    assert len(answered.answer.predictions) == 3


def test_thumbnails(tmp_path: Path, fake: FakeClassifier, token: CancelToken, coffee: Path) -> None:
    (small,) = make_pictures(tmp_path, 1)
    events = list(classify_many(fake, [coffee, small], token, thumbnail_edge=96))
    large, tiny = (event.thumbnail for event in of_type(events, PictureAnswered))
    assert large is not None
    assert tiny is not None
    assert (large.width, large.height) == (96, 64)
    assert (tiny.width, tiny.height) == (8, 8)
    for block in (large, tiny):
        assert len(block.data) == 3 * block.width * block.height
    assert tiny.data == bytes((8, 0, 0)) * 64
    with Image.open(coffee) as image:
        expected = np.asarray(image.convert("RGB").resize((96, 64), Image.Resampling.BICUBIC), np.int16)
    pixels = np.frombuffer(large.data, np.uint8).reshape(64, 96, 3).astype(np.int16)
    assert np.abs(pixels - expected).mean() < 3


@pytest.mark.parametrize(("size", "expected"), [((300, 2), (96, 1)), ((2, 3000), (1, 96)), ((96, 96), (96, 96))])
def test_a_thumbnail_is_at_least_a_pixel(size: tuple[int, int], expected: tuple[int, int], tmp_path: Path) -> None:
    Image.new("RGB", size).save(tmp_path / "thin.png")
    block = thumbnail(open_picture(tmp_path / "thin.png"), 96)
    assert (block.width, block.height) == expected


def test_an_engine_that_died_ends_the_run_and_is_no_picture_s_fault(tmp_path: Path, token: CancelToken) -> None:
    make_pictures(tmp_path, 5)
    with pytest.raises(EngineError, match=r"The engine is gone\."):
        list(classify_many(Broken(EngineError("The engine is gone.")), [tmp_path], token))


@pytest.mark.parametrize("error", [ZeroDivisionError("a slip"), TimeoutError("a slow driver")])
def test_a_fault_of_the_program_is_not_hidden(error: Exception, tmp_path: Path, token: CancelToken) -> None:
    make_pictures(tmp_path, 5)
    with pytest.raises(type(error)):
        list(classify_many(Broken(error), [tmp_path], token))


def test_a_search_that_fails_is_not_taken_for_its_end(
    tmp_path: Path, fake: FakeClassifier, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_pictures(tmp_path, 2)

    def find(*_arguments: object, **_named: object) -> Iterator[Path]:
        yield paths[0]
        raise OSError("the network drive is gone")

    monkeypatch.setattr(folder_run, "find_pictures", find)
    events: list[Event] = []
    run = classify_many(fake, [tmp_path], token)
    with pytest.raises(OSError, match="the network drive is gone"):
        events.extend(iter(lambda: next(run), None))
    assert [event.path for event in of_type(events, PictureAnswered)] == [paths[0]]


class Broken(FakeClassifier):
    def __init__(self, error: Exception) -> None:
        super().__init__(find_model("built-in"))
        self._error = error

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:  # noqa: ARG002 - it never comes to that
        raise self._error


def test_the_same_file_twice_is_answered_twice(
    tmp_path: Path, fake: FakeClassifier, token: CancelToken, coffee: Path
) -> None:
    target = shutil.copy(coffee, tmp_path / "coffee.png")
    events = list(classify_many(fake, [target, target], token))
    assert len(of_type(events, PictureAnswered)) == 2
