"""Small real files with bytes flipped, taken out, put in and copied: always a picture or a PictureError."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.pictures import open_picture
from tests.core.odd_pictures import assert_plain, assert_whole, opened, small
from tests.core.same_photo import PAIRS

Mutation = Callable[[bytes], bytes]
SEEDS: dict[str, Callable[[], bytes]] = {
    "jpeg": partial(small, "JPEG"),
    "progressive-jpeg": partial(small, "JPEG", progressive=True),
    "png": partial(small, "PNG"),
    "apng": partial(small, "PNG", frames=2),
    "gif": partial(small, "GIF"),
    "animated-gif": partial(small, "GIF", frames=2),
    "webp": partial(small, "WEBP"),
    "animated-webp": partial(small, "WEBP", frames=2),
    "tiff": partial(small, "TIFF"),
    "lzw-tiff": partial(small, "TIFF", compression="tiff_lzw"),
    "bmp": partial(small, "BMP"),
    "avif": partial(small, "AVIF"),
    "heic": partial(small, "HEIF"),
}
OPTIONS = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
BYTES = st.binary(min_size=1, max_size=8) | st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xd9"])


def _flip(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def _insert(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at:]


def _take_out(data: bytes, at: int, length: int) -> bytes:
    return data[:at] + data[at + length :]


def _copy(data: bytes, at: int, source: int, length: int) -> bytes:
    return data[:at] + data[source : source + length] + data[at:]


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """``data`` after one to five changes; most fall into the first 300 bytes, where the formats keep their numbers."""
    for _change in range(draw(st.integers(1, 5))):
        end = max(1, len(data) - 1)
        at = draw(st.integers(0, min(300, end)) | st.integers(0, end))
        change = draw(st.integers(0, 4))
        if change == 0:
            data = _flip(data, at, draw(BYTES))
        elif change == 1:
            data = _insert(data, at, draw(BYTES))
        elif change == 2:
            data = _take_out(data, at, draw(st.integers(1, 64)))
        elif change == 3:
            data = _copy(data, at, draw(st.integers(0, end)), draw(st.integers(1, 200)))
        else:
            data = data[: max(at, 12)]
    return data


def assert_picture_or_sentence(data: bytes) -> None:
    try:
        picture = open_picture(data)
    except PictureError as error:
        assert_plain(error)
    else:
        assert_whole(picture)


@pytest.mark.parametrize("name", SEEDS)
def test_a_mutated_file_is_a_picture_or_one_plain_sentence(name: str) -> None:
    @OPTIONS
    @given(mutated(SEEDS[name]()))
    def check(data: bytes) -> None:
        assert_picture_or_sentence(data)

    check()


@pytest.mark.parametrize("name", SEEDS)
def test_every_single_byte_of_the_header_may_be_wrong(name: str) -> None:
    data = SEEDS[name]()
    for at in range(min(160, len(data))):
        for value in (0, 0xFF, data[at] ^ 0x80):
            assert_picture_or_sentence(_flip(data, at, bytes((value,))))


@pytest.mark.parametrize("name", SEEDS)
def test_a_file_cut_anywhere_is_never_another_picture(name: str) -> None:
    data = SEEDS[name]()
    whole = open_picture(data).image.tobytes()
    for length in random.Random(1).sample(range(len(data)), 60):  # noqa: S311
        try:
            assert open_picture(data[:length]).image.tobytes() == whole
        except PictureError as error:
            assert_plain(error)


@OPTIONS
@given(st.sampled_from([make()[:200] for make in SEEDS.values()]), st.binary(max_size=600))
def test_a_good_beginning_with_any_rest_is_a_picture_or_one_plain_sentence(head: bytes, rest: bytes) -> None:
    assert_picture_or_sentence(head[: len(rest) % 200] + rest)


@pytest.mark.parametrize("name", ["cmyk-jpeg", "rgba-16-bit-png", "cmyk-tiff", "rgb-tiff-in-planes", "palette-png"])
def test_large_odd_files_survive_a_thousand_flipped_bytes(name: str) -> None:
    data, chance = bytearray(PAIRS[name]()), random.Random(name)  # noqa: S311
    for _flip_number in range(1_000):
        data[chance.randrange(600, len(data))] ^= 1 << chance.randrange(8)
    result = opened(bytes(data))
    if isinstance(result, PictureError):
        assert_plain(result)
    else:
        assert_whole(result)
