"""One photograph in every colour format and depth that has a way to say it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageChops

from tests.core.odd_pictures import deep_png, encode, patched, photo


def grey_photo() -> NDArray[np.uint8]:
    return np.asarray(photo().convert("L"))


def tiff_of(values: NDArray[Any], **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def inverted_cmyk() -> Image.Image:
    cyan, magenta, yellow = ImageChops.invert(photo()).split()
    return Image.merge("CMYK", (cyan, magenta, yellow, Image.new("L", photo().size)))


def ycck_jpeg() -> bytes:
    """Adobe's other way to print: YCbCr of the inverted colours, and black; the mark says 2."""
    # Pillow inverts all four planes as it writes them.
    planes = [ImageChops.invert(plane) for plane in ImageChops.invert(photo()).convert("YCbCr").split()]
    data = encode(Image.merge("CMYK", (*planes, Image.new("L", photo().size))), "JPEG", quality=95)
    mark = data.index(b"Adobe")
    return patched(data, mark + 11, b"\2")


PAIRS: dict[str, Callable[[], bytes]] = {
    "cmyk-jpeg": lambda: encode(inverted_cmyk(), "JPEG", quality=95),
    "ycck-jpeg": ycck_jpeg,
    "cmyk-tiff": lambda: encode(inverted_cmyk(), "TIFF"),
    "rgb-16-bit-png": lambda: deep_png(np.asarray(photo()).astype(np.uint16) * 257),
    "rgba-16-bit-png": lambda: deep_png(np.asarray(photo().convert("RGBA")).astype(np.uint16) * 257),
    "rgb-16-bit-tiff-little": lambda: tiff_of(np.asarray(photo()).astype("<u2") * 257, photometric="rgb"),
    "rgb-16-bit-tiff-big": lambda: tiff_of(np.asarray(photo()).astype(">u2") * 257, photometric="rgb", byteorder=">"),
    "rgb-tiff-in-planes": lambda: tiff_of(
        np.moveaxis(np.asarray(photo()), 2, 0), photometric="rgb", planarconfig="separate"
    ),
    "opaque-rgba-png": lambda: encode(photo().convert("RGBA"), "PNG"),
    "ycbcr-tiff": lambda: encode(photo(), "TIFF", compression="jpeg", quality=95),
    "palette-png": lambda: encode(photo().quantize(256), "PNG"),
}


GREY_PAIRS: dict[str, Callable[[], bytes]] = {
    "grey-16-bit-png": lambda: deep_png(grey_photo().astype(np.uint16)[..., None] * 257),
    "grey-alpha-16-bit-png": lambda: deep_png(
        np.dstack((grey_photo(), np.full_like(grey_photo(), 255))).astype(np.uint16) * 257
    ),
    "16-bit-tiff-little": lambda: tiff_of(grey_photo().astype("<u2") * 257, byteorder="<"),
    "16-bit-tiff-big": lambda: tiff_of(grey_photo().astype(">u2") * 257, byteorder=">"),
    "16-bit-tiff-deflated-big": lambda: tiff_of(grey_photo().astype(">u2") * 257, byteorder=">", compression="zlib"),
    "16-bit-tiff-white-is-zero": lambda: tiff_of(65535 - grey_photo().astype("<u2") * 257, photometric="miniswhite"),
    "16-bit-tiff-signed": lambda: tiff_of((grey_photo().astype(np.float64) * 32767 / 255).round().astype("<i2")),
    "16-bit-bigtiff": lambda: tiff_of(grey_photo().astype("<u2") * 257, bigtiff=True),
    "32-bit-tiff-little": lambda: tiff_of(grey_photo().astype("<i4")),
    "32-bit-tiff-big": lambda: tiff_of(grey_photo().astype(">i4") * 257, byteorder=">"),
    "float-tiff-little": lambda: tiff_of(grey_photo().astype("<f4") / 255),
    "float-tiff-big": lambda: tiff_of(grey_photo().astype(">f4"), byteorder=">"),
    "8-bit-tiff-white-is-zero": lambda: tiff_of(255 - grey_photo(), photometric="miniswhite"),
    "8-bit-tiff-in-tiles": lambda: tiff_of(grey_photo(), tile=(64, 64)),
    "grey-png": lambda: encode(photo().convert("L"), "PNG"),
    "grey-alpha-png": lambda: encode(photo().convert("LA"), "PNG"),
}
