"""Batches: what a picture becomes, in which order, what is kept of it, what is left out."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from resnet_desktop.core import augmentation
from resnet_desktop.core.augmentation import shown
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import Preprocess, network_pixels
from resnet_desktop.core.training import ANSWERED, Look
from resnet_desktop.engine import loader as loader_module
from resnet_desktop.engine.loader import Batch, Loader, Room
from tests.engine.colours import make_colours, picture_of, pictures_in, touch_later

CROP = 16
SQUARE = Preprocess(resize=20, crop=CROP, mean=(0.5,) * 3, std=(0.5,) * 3, interpolation="bilinear")
BATCHES = [[4, 1, 7], [0, 8, 3], [2, 5, 6]]
PART, STRETCHED = Look("part", mirror=True), Look("stretched")
LOOKS = (PART, ANSWERED, STRETCHED)
PLENTY = 1 << 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine pictures of 30 x 40."""
    return make_colours(tmp_path / "colours", 3, (30, 40))


def loader_of(folder: Path, look: Look = PART, room: int = PLENTY, seed: int = 0) -> Loader:
    return Loader(pictures_in(folder), SQUARE, look, Room(room), seed)


def made(loader: Loader, epoch: int = 0) -> list[Batch]:
    return list(loader.batches(BATCHES, epoch=epoch))


def same(one: list[Batch], other: list[Batch]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(torch.equal(mine.pixels, yours.pixels) and mine.indices == yours.indices for mine, yours in pairs)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The pictures that were decoded, in turn."""
    paths: list[Path] = []

    def open_noting(path: Path, **options: Any) -> Any:
        paths.append(path)
        return open_picture(path, **options)

    monkeypatch.setattr(augmentation, "open_picture", open_noting)
    return paths


@pytest.mark.parametrize("look", LOOKS)
def test_the_order_is_the_callers_whichever_thread_is_faster(
    look: Look, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader_module, "thread_count", lambda: 1)
    one_by_one = made(loader_of(folder, look))
    assert [list(batch.indices) for batch in one_by_one] == BATCHES

    # The first picture is ready only when eight threads have opened all the others.
    first, others = pictures_in(folder)[BATCHES[0][0]].path, threading.Semaphore(0)

    def open_late(path: Path, **options: Any) -> Any:
        if path == first:
            assert all(others.acquire(timeout=30) for _other in range(8))
        picture = open_picture(path, **options)
        others.release()
        return picture

    monkeypatch.setattr(loader_module, "thread_count", lambda: 8)
    monkeypatch.setattr(augmentation, "open_picture", open_late)
    assert same(made(loader_of(folder, look)), one_by_one)


def test_pixels_follow_from_seed_epoch_and_picture(folder: Path) -> None:
    second = made(loader_of(folder), epoch=2)
    loader = loader_of(folder)
    assert not same(made(loader, epoch=1), second)
    assert same(made(loader, epoch=2), second), "what came before makes no difference"
    assert not same(made(loader_of(folder, seed=1), epoch=2), second)
    # Not with what else is in the batch either.
    (alone,) = loader_of(folder).batches([[8]], epoch=2)
    assert torch.equal(alone.pixels[0], second[1].pixels[1])


@pytest.mark.parametrize("look", [ANSWERED, STRETCHED])
def test_without_augmentation_every_epoch_is_the_same(look: Look, folder: Path) -> None:
    assert same(made(loader_of(folder, look), epoch=1), made(loader_of(folder, look), epoch=2))


@pytest.mark.parametrize("look", LOOKS)
def test_what_a_batch_is(look: Look, folder: Path) -> None:
    labelled = [picture_of(picture.path, number % 3) for number, picture in enumerate(pictures_in(folder))]
    (batch,) = Loader(labelled, SQUARE, look, Room(PLENTY)).batches([[5, 1]])
    assert (batch.pixels.shape, batch.pixels.dtype) == ((2, CROP, CROP, 3), torch.uint8)
    assert (batch.labels.tolist(), batch.labels.dtype) == ([2, 1], torch.int64)
    assert (batch.indices, batch.lost) == ((5, 1), ())


def pixels_of(folder: Path, look: Look) -> np.ndarray[Any, Any]:
    (batch,) = loader_of(folder, look).batches([[0]])
    pixels: np.ndarray[Any, Any] = batch.pixels[0].numpy()
    return pixels


def test_answered_is_what_answers_see(folder: Path) -> None:
    expected = network_pixels(SQUARE, open_picture(pictures_in(folder)[0].path, edge=20).image)
    assert np.array_equal(pixels_of(folder, ANSWERED), expected)


def test_stretched_is_the_whole_picture_in_a_square(folder: Path) -> None:
    with Image.open(pictures_in(folder)[0].path) as image:
        expected = np.asarray(image.resize((CROP, CROP), Image.Resampling.BILINEAR))
    assert np.array_equal(pixels_of(folder, STRETCHED), expected)


@pytest.mark.parametrize("size", [(1, 500), (500, 1), (1, 1), (3, 4), (16, 16), (400, 300)])
@pytest.mark.parametrize("look", LOOKS)
def test_any_size_of_picture(look: Look, size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    Image.new("RGB", size, (200, 100, 50)).save(path)
    (batch,) = Loader([picture_of(path)], SQUARE, look, Room(PLENTY)).batches([[0]])
    assert batch.pixels.shape == (1, CROP, CROP, 3)
    assert torch.equal(batch.pixels.unique(dim=2)[0, 0], torch.tensor([[200, 100, 50]], dtype=torch.uint8))


def test_an_augmented_picture_is_a_part_of_it_mirrored_every_other_time() -> None:
    """Of a ramp from left to right."""
    ramp = np.repeat(np.linspace(0, 255, 64, dtype=np.uint8)[None, :, None], 64, axis=0).repeat(3, axis=2)
    image = Image.fromarray(ramp)
    cuts = [shown(image, SQUARE, PART, np.random.default_rng(number))[..., 0].astype(int) for number in range(200)]
    slopes = [cut[0, -1] - cut[0, 0] for cut in cuts]
    assert 70 < sum(slope < 0 for slope in slopes) < 130
    # Between a third and all of the area, three to four and wider: never less than half the width.
    assert 0.45 * 255 < min(map(abs, slopes)) < max(map(abs, slopes)) <= 255
    assert len({cut.tobytes() for cut in cuts}) > 190


def vanished(path: Path) -> None:
    path.unlink()


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


@pytest.mark.parametrize("harm", [touch_later, vanished, cut_off])
def test_what_is_not_as_it_was_is_lost(harm: Callable[[Path], None], folder: Path) -> None:
    loader, paths = loader_of(folder), [picture.path for picture in pictures_in(folder)]
    for index in (1, 0, 8, 3):
        harm(paths[index])
    first, second, third = made(loader)
    assert (first.indices, first.lost, first.pixels.shape[0], len(first.labels)) == ((4, 7), (1,), 2, 2)
    assert (second.indices, second.lost, second.pixels.shape) == ((), (0, 8, 3), (0, CROP, CROP, 3))
    assert (third.indices, third.lost) == ((2, 5, 6), ())


def test_a_picture_that_no_longer_is_one_is_lost(folder: Path) -> None:
    path = pictures_in(folder)[0].path
    path.write_bytes(b"no picture any more")
    batch = next(loader_of(folder).batches([[0, 1]]))
    assert (batch.indices, batch.lost) == ((1,), (0,))


def test_with_room_every_picture_is_decoded_once(folder: Path, opened: list[Path]) -> None:
    loader = loader_of(folder)
    for epoch in range(3):
        made(loader, epoch)
    assert len(opened) == len(set(opened)) == 9


def test_without_room_nothing_is_kept(folder: Path, opened: list[Path]) -> None:
    loader = loader_of(folder, room=0)
    before = made(loader)
    assert same(made(loader), before)
    assert len(opened) == 18
    assert loader._kept == {}


def test_no_more_is_kept_than_there_is_room_for(folder: Path, opened: list[Path]) -> None:
    """Two loaders that share it: four squares and half of one."""
    room = Room(int(4.5 * CROP * CROP * 3))
    pictures = pictures_in(folder)
    one, other = (Loader(pictures, SQUARE, ANSWERED, room) for _number in range(2))
    for _epoch in range(2):
        made(one)
        made(other)
    assert len(one._kept) + len(other._kept) == 4
    assert room.left == CROP * CROP * 3 // 2
    assert len(opened) == 36 - 4


def test_left_early_it_leaves_no_thread(folder: Path) -> None:
    with contextlib.closing(loader_of(folder).batches(BATCHES * 50)) as batches:
        next(batches)
        working = [thread for thread in threading.enumerate() if thread.name.startswith("decode")]
        assert working
    for thread in working:
        thread.join(30)
    assert not any(thread.name.startswith("decode") for thread in threading.enumerate())


def test_an_error_that_is_no_pictures_fault_is_not_swallowed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, **options: Any) -> Any:
        raise ZeroDivisionError("a slip of the pen")

    monkeypatch.setattr(augmentation, "open_picture", fail)
    with pytest.raises(ZeroDivisionError):
        made(loader_of(folder))
