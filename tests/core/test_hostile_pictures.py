"""Every hostile file ends within ten seconds in a picture or in one plain sentence, and takes no great memory."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.picture_file import TOO_SLOW
from resnet_desktop.core.pictures import CUT_OFF, FIRST_FRAME, NO_MEMORY, TOO_MANY_PIXELS, Picture, open_picture
from tests.core import hostile_jpeg_tiff, hostile_others, hostile_png_gif_bmp
from tests.core.hostile_kind import CUTS, WHOLE, Kind
from tests.core.odd_pictures import (
    assert_plain,
    assert_whole,
    bmp,
    cut,
    encode,
    grey_tiff,
    jpeg_sized,
    opened,
    photo,
    png,
    png_chunk,
    segment,
    sentence,
    small,
    tall_jpeg,
    with_chunks,
    with_segments,
)

KINDS = [*CUTS, *hostile_png_gif_bmp.KINDS, *hostile_jpeg_tiff.KINDS, *hostile_others.KINDS]


@pytest.mark.parametrize("hostile", [pytest.param(kind, id=kind.name) for kind in KINDS])
def test_a_hostile_file_is_a_picture_or_one_plain_sentence(hostile: Kind) -> None:
    result = opened(hostile.make())
    if isinstance(result, Picture):
        assert "" in hostile.says
        assert_whole(result)
    else:
        assert result.sentence in hostile.says
        assert_plain(result)


def test_there_are_hundreds_of_kinds_and_none_is_there_twice() -> None:
    assert len(KINDS) > 200
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("whole", [pytest.param(make, id=name) for name, make, _shares in WHOLE])
def test_what_was_cut_had_been_a_good_picture(whole: Callable[[], bytes]) -> None:
    result = opened(whole())
    assert isinstance(result, Picture)
    assert_whole(result)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_wall_of_the_grey_that_missing_data_decode_to_is_still_a_picture(mode: str, options: dict[str, int]) -> None:
    wall = Image.new(mode, (300, 200), 128 if mode == "L" else tuple([128] * len(mode)))
    assert isinstance(opened(encode(wall, "JPEG", **options)), Picture)


@pytest.mark.parametrize("edge", [None, 32])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("options", [{}, {"restart_marker_rows": 1}])
def test_a_cut_jpeg_with_a_new_end_marker_is_cut_off(options: dict[str, int], share: float, edge: int | None) -> None:
    data = encode(photo(), "JPEG", **options)
    assert sentence(cut(data, share) + b"\xff\xd9", edge=edge) == CUT_OFF


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_picture_whose_rest_is_zeros_is_cut_off(kind: str) -> None:
    data = encode(photo(), kind)
    assert sentence(cut(data, 0.6) + bytes(len(data) // 3)) == CUT_OFF


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_the_first_of_several_frames_is_shown_and_noted(kind: str) -> None:
    several, single = opened(small(kind, frames=3)), opened(small(kind))
    assert isinstance(several, Picture)
    assert isinstance(single, Picture)
    assert (several.note, single.note) == (FIRST_FRAME, "")
    assert several.image.size == single.image.size


def test_a_second_picture_behind_the_first_in_an_mpo_changes_nothing() -> None:
    with_second, alone = opened(small("MPO", frames=2)), opened(small("JPEG"))
    assert isinstance(with_second, Picture)
    assert isinstance(alone, Picture)
    assert with_second.image.tobytes() == alone.image.tobytes()
    assert with_second.note == ""


# Time


def _slow_runs() -> bytes:
    return bmp(4_000, 4_000, b"\1\1" * 8_000_000, bits=8, compression=1, colours=2)


def _slow_chunks() -> bytes:
    return with_chunks(small("PNG"), png_chunk(b"teXt", b"") * 500_000)


def _slow_comments() -> bytes:
    return with_segments(small("JPEG"), segment(0xFE, b"") * 1_000_000)


@pytest.mark.parametrize("make", [_slow_runs, _slow_chunks, _slow_comments])
def test_a_decoder_that_keeps_reading_is_stopped_in_time(make: Callable[[], bytes]) -> None:
    data = make()
    started = time.monotonic()
    with pytest.raises(PictureError) as caught:
        open_picture(data, seconds=0.2)
    assert caught.value.sentence == TOO_SLOW
    assert time.monotonic() - started < 2


# Memory


class Memory:
    """The most memory that this process took since ``start``, above what it had then."""

    def start(self) -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = self._peak()

    def megabytes(self) -> float:
        return self._peak() - self._before

    def _peak(self) -> float:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


@pytest.fixture
def memory() -> Memory:
    if sys.platform != "linux":
        pytest.skip("measured on Linux")
    return Memory()


BOMBS = [kind for kind in KINDS if kind.says == {TOO_MANY_PIXELS}]


@pytest.mark.parametrize("bomb", [pytest.param(kind, id=kind.name) for kind in BOMBS])
def test_a_bomb_is_refused_by_its_header(bomb: Kind, memory: Memory) -> None:
    data = bomb.make()
    memory.start()
    started = time.monotonic()
    result = opened(data)
    assert time.monotonic() - started < 0.5
    assert isinstance(result, PictureError)
    assert result.values["pixels"] > result.values["limit"]
    assert f"{result.values['pixels']} million" in str(result)
    assert memory.megabytes() < 20


def test_there_are_bombs_of_every_format_that_declares_its_size() -> None:
    formats = {kind.name.split("-")[0] for kind in BOMBS}
    assert formats >= {"png", "gif", "bmp", "tiff", "webp", "avif", "heic", "jpeg"}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: png(10_000, 8_948, b""), id="png"),
        pytest.param(lambda: bmp(10_000, 8_948, b""), id="bmp"),
        pytest.param(lambda: grey_tiff(10_000, 8_948), id="tiff"),
    ],
)
def test_just_above_the_limit_is_refused_with_both_numbers(make: Callable[[], bytes]) -> None:
    refused = opened(make())
    assert isinstance(refused, PictureError)
    assert str(refused) == "This picture has 89 million pixels; the most that can be read is 89 million."


def test_just_below_the_limit_a_picture_is_read() -> None:
    assert isinstance(opened(encode(Image.new("L", (10_000, 8_947)), "PNG", compress_level=1)), Picture)


def test_a_jpeg_of_480_megapixels_opens_at_a_reduced_scale(memory: Memory) -> None:
    data = tall_jpeg(24_000, 156)
    memory.start()
    started = time.monotonic()
    result = opened(data, edge=256)
    assert isinstance(result, Picture)
    assert (result.width, result.height) == (24_000, 19_968)
    assert result.image.size == (3_000, 2_496)
    assert time.monotonic() - started < 10
    assert memory.megabytes() < 120


def test_a_jpeg_above_the_limit_opens_reduced_for_whoever_wants_it_whole() -> None:
    result = opened(tall_jpeg(12_000, 64))
    assert isinstance(result, Picture)
    assert (result.width, result.height) == (12_000, 8_192)
    assert result.image.size == (6_000, 4_096)


def test_a_progressive_jpeg_of_130_megapixels_opens_and_one_above_its_limit_does_not() -> None:
    result = opened(tall_jpeg(12_000, 85, progressive=True), edge=256)
    assert isinstance(result, Picture)
    assert result.image.size == (1_500, 1_360)
    assert sentence(jpeg_sized(small("JPEG", progressive=True), 13_500, 13_500), edge=256) == TOO_MANY_PIXELS


def test_a_jpeg_with_a_scan_for_each_colour_has_the_limit_of_a_progressive_one() -> None:
    data = small("JPEG")
    scan = data.index(b"\xff\xda")
    first_colour_only = data[:scan] + segment(0xDA, b"\1\1\0\0\x3f\0") + data[scan + 14 :]
    assert sentence(jpeg_sized(first_colour_only, 15_000, 15_000)) == TOO_MANY_PIXELS


def test_too_little_memory_is_said_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.core, "new", no_memory)
    monkeypatch.setattr(Image.core, "fill", no_memory)
    assert sentence(small("BMP")) == NO_MEMORY


def test_a_gif_of_many_small_frames_is_not_read_to_its_end() -> None:
    frames = [Image.new("L", (8, 8), shade) for shade in range(200)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    result = opened(file.getvalue()[:600])
    assert isinstance(result, Picture)
    assert result.note == FIRST_FRAME
