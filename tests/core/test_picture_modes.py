"""Every colour format and depth becomes RGB: scaled and never clipped, what is transparent on white."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import pytest
from numpy.typing import NDArray
from PIL import Image

from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.picture_modes import ODD_COLOURS
from resnet_desktop.core.pictures import ODD_WAY, open_picture
from tests.core.odd_pictures import (
    deep_png,
    encode,
    grey_tiff,
    photo,
    pixels_of,
    png,
    png_chunk,
    sentence,
)
from tests.core.same_photo import GREY_PAIRS, PAIRS, grey_photo, tiff_of

RAMP = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)


@pytest.mark.parametrize("name", PAIRS)
def test_one_photograph_in_other_colours_has_nearly_the_same_pixels(name: str) -> None:
    difference = np.abs(pixels_of(PAIRS[name]()) - np.asarray(photo()))
    assert difference.mean() < 6


@pytest.mark.parametrize("name", GREY_PAIRS)
def test_grey_of_any_depth_is_scaled_to_the_same_picture(name: str) -> None:
    pixels = pixels_of(GREY_PAIRS[name]())
    assert np.array_equal(pixels[..., 0], pixels[..., 2])
    assert np.abs(pixels[..., 1] - grey_photo()).max() <= 1


@pytest.mark.parametrize(
    "values",
    [
        pytest.param((RAMP.astype("<f4") - 30000) * 1e30, id="float-of-any-range"),
        pytest.param(RAMP.astype("<i4") * 20000 - 600_000_000, id="signed-32-bit"),
        pytest.param(RAMP.astype("<u4") * 65537, id="unsigned-32-bit-beyond-the-signed"),
        pytest.param(RAMP.astype("<i4").astype("<i2"), id="signed-16-bit"),
    ],
)
def test_values_of_any_range_are_stretched_and_none_is_clipped(values: NDArray[Any]) -> None:
    pixels = pixels_of(tiff_of(values))[..., 0]
    assert (pixels.min(), pixels.max()) == (0, 255)
    order = np.argsort(values, axis=None, kind="stable")
    assert (np.diff(pixels.ravel()[order]) >= 0).all()
    assert len(np.unique(pixels)) > 250


def test_floats_that_are_no_numbers_do_not_darken_the_rest() -> None:
    values = np.linspace(0, 1, 256, dtype="<f4").reshape(16, 16)
    values[0, :3] = np.nan, np.inf, -np.inf
    pixels = pixels_of(tiff_of(values))[..., 0]
    assert pixels[0, :3].tolist() == [0, 255, 0]
    assert pixels[15, 15] == 255


def test_a_float_picture_without_any_number_is_black() -> None:
    assert pixels_of(tiff_of(np.full((4, 4), np.nan, "<f4"))).max() == 0


def test_twelve_bits_have_a_white_of_their_own() -> None:
    rows = b"\xff\xff\xff\x80\x08\x00" * 4  # two pixels of 4095, then two of 2048
    pixels = pixels_of(grey_tiff(4, 4, rows, bits=12))
    assert pixels[0, :, 0].tolist() == [255, 255, 128, 128]


def test_a_large_deep_picture_is_scaled_by_one_measure_throughout() -> None:
    values = np.linspace(0, 1000, 9_000_000, dtype="<f4").reshape(3000, 3000)
    pixels = pixels_of(tiff_of(values))[..., 0]
    assert (np.diff(pixels.ravel()) >= 0).all()
    assert (pixels[0, 0], pixels[-1, -1]) == (0, 255)


# Transparency

CLEAR = np.array([[[200, 30, 40, 0], [200, 30, 40, 255], [200, 30, 40, 128]]], np.uint8)
SHOWN = [[255, 255, 255], [200, 30, 40], [227, 142, 147]]


def paletted() -> bytes:
    image = Image.new("P", (3, 1))
    image.putpalette([200, 30, 40] * 3)
    image.putdata([0, 1, 2])
    return encode(image, "PNG", transparency=bytes((0, 255, 128)))


TRANSPARENT: dict[str, Callable[[], bytes]] = {
    "rgba-png": lambda: encode(Image.fromarray(CLEAR), "PNG"),
    "rgba-webp": lambda: encode(Image.fromarray(CLEAR), "WEBP", lossless=True, exact=True),
    "rgba-tiff": lambda: encode(Image.fromarray(CLEAR), "TIFF"),
    "rgba-16-bit-png": lambda: deep_png(CLEAR.astype(np.uint16) * 257),
    "palette-png": paletted,
}


@pytest.mark.parametrize("name", TRANSPARENT)
def test_what_is_transparent_is_shown_on_white(name: str) -> None:
    assert np.abs(pixels_of(TRANSPARENT[name]())[0] - SHOWN).max() <= 1


def test_grey_with_alpha_is_shown_on_white() -> None:
    values = np.array([[[40, 0], [40, 255], [40, 128]]], np.uint8)
    for data in (encode(Image.fromarray(values), "PNG"), deep_png(values.astype(np.uint16) * 257)):
        assert np.abs(pixels_of(data)[0, :, 0] - [255, 40, 147]).max() <= 1


def test_a_premultiplied_tiff_is_shown_on_white() -> None:
    colour = (CLEAR * (CLEAR[..., 3:] / 255.0)).round().astype(np.uint8)
    colour[..., 3] = CLEAR[..., 3]
    data = tiff_of(colour, photometric="rgb", extrasamples=["assocalpha"])
    assert np.abs(pixels_of(data)[0] - SHOWN).max() <= 2


@pytest.mark.skipif(PIL.__version__ < "13", reason="Pillow reads it from 13.0 on")
def test_a_premultiplied_grey_tiff_is_shown_on_white() -> None:
    grey = np.array([[[0, 0], [40, 255], [20, 128]]], np.uint8)
    data = tiff_of(grey, photometric="minisblack", planarconfig="contig", extrasamples=["assocalpha"])
    assert np.abs(pixels_of(data)[0, :, 0] - [255, 40, 147]).max() <= 1


def test_a_transparent_colour_of_a_gif_is_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([200, 30, 40, 10, 20, 30])
    image.putdata([0, 1])
    assert pixels_of(encode(image, "GIF", transparency=0))[0].tolist() == [[255, 255, 255], [10, 20, 30]]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        pytest.param(
            png(2, 1, b"\0\x01\x02\x03\x04\x05\x06", before=png_chunk(b"tRNS", bytes((0, 1, 0, 2, 0, 3)))),
            [[255, 255, 255], [4, 5, 6]],
            id="rgb",
        ),
        pytest.param(
            png(2, 1, b"\0\x01\x02", colours=0, before=png_chunk(b"tRNS", b"\0\1")),
            [[255, 255, 255], [2, 2, 2]],
            id="grey",
        ),
        pytest.param(
            png(2, 1, b"\0\x10\0\x20\0", colours=0, depth=16, before=png_chunk(b"tRNS", b"\x10\0")),
            [[255, 255, 255], [32, 32, 32]],
            id="grey-16-bit",
        ),
        pytest.param(
            png(2, 1, b"\0\x40", colours=0, depth=1, before=png_chunk(b"tRNS", b"\0\0")),
            [[255, 255, 255], [255, 255, 255]],
            id="1-bit",
        ),
    ],
)
def test_a_transparent_colour_of_a_png_is_white(data: bytes, shown: list[list[int]]) -> None:
    assert pixels_of(data)[0].tolist() == shown


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "group4"}), ("BMP", {})]
)
def test_one_bit_is_black_and_white(kind: str, options: dict[str, str]) -> None:
    image = photo().convert("1")
    assert np.array_equal(pixels_of(encode(image, kind, **options)), np.asarray(image.convert("RGB")))


def test_colours_that_nobody_can_convert_are_refused_by_name() -> None:
    data = encode(Image.new("LAB", (9, 9)), "TIFF")
    assert sentence(data) == ODD_COLOURS
    with pytest.raises(PictureError, match="colour format LAB"):
        open_picture(data)


@pytest.mark.parametrize("depth", ["<f8", "<f2", "<u8"])
def test_numbers_that_no_decoder_reads_are_said_to_be_stored_oddly(depth: str) -> None:
    assert sentence(tiff_of(grey_photo().astype(depth))) == ODD_WAY


def test_the_float64_pages_of_scikit_image_are_stored_oddly_and_not_damaged(photos: Path) -> None:
    assert sentence(photos / "multipage_rgb.tif") == ODD_WAY


@pytest.mark.parametrize("path", ["astronaut.png", "chelsea.png", "retina.jpg", "rocket.jpg", "hubble_deep_field.jpg"])
def test_real_photographs_open_unchanged(path: str, photos: Path) -> None:
    with Image.open(photos / path) as image:
        assert np.array_equal(pixels_of(photos / path), np.asarray(image.convert("RGB")))
