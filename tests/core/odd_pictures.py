"""Makers of pictures that no camera would write, byte by byte where an encoder refuses to."""

from __future__ import annotations

import faulthandler
import io
import re
import struct
import sys
import threading
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import skimage
from numpy.typing import NDArray
from PIL import Image, ImageChops

from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.pictures import Picture, open_picture
from tests.core.coffee_heic import COFFEE_HEIC

LIMIT_SECONDS = 10.0
PHOTOS = Path(skimage.__file__).parent / "data"
ORIENTATION = 274
SMALL = (96, 64)

# Whole files


def photo(name: str = "coffee.png") -> Image.Image:
    return Image.open(PHOTOS / name).convert("RGB")


@cache
def small_photo() -> Image.Image:
    return photo().resize(SMALL)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@cache
def small(kind: str, *, frames: int = 1, **options: Any) -> bytes:
    """A small photograph in a format; further frames are shifted copies."""
    if kind == "HEIF":
        return COFFEE_HEIC
    if frames > 1:
        options |= {
            "save_all": True,
            "append_images": [ImageChops.offset(small_photo(), 9 * i) for i in range(1, frames)],
        }
    return encode(small_photo(), kind, **options)


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    return tags.tobytes()


def cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


# PNG


def png_chunk(kind: bytes, body: bytes, *, crc: int | None = None) -> bytes:
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body) if crc is None else crc)
    )


def png(width: int, height: int, pixels: bytes, *, depth: int = 8, colours: int = 2, before: bytes = b"") -> bytes:
    """``pixels`` are the rows, each after its filter byte; ``before`` are whole chunks ahead of them."""
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    parts = [png_chunk(b"IHDR", header), before, png_chunk(b"IDAT", zlib.compress(pixels)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def deep_png(values: NDArray[np.uint16]) -> bytes:
    """A 16-bit PNG: grey, grey with alpha, RGB or RGBA by the number of channels."""
    height, width, channels = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return png(width, height, rows, depth=16, colours={1: 0, 2: 4, 3: 2, 4: 6}[channels])


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """More chunks behind the header of a PNG."""
    return data[:33] + b"".join(chunks) + data[33:]


# JPEG


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """More segments at the start of a JPEG."""
    return data[:2] + b"".join(segments) + data[2:]


def jpeg_sized(data: bytes, width: int, height: int) -> bytes:
    """The same JPEG, declaring another size."""
    frame = re.search(rb"\xff[\xc0-\xc2]\x00[\x0b\x11\x14]\x08", data)
    assert frame is not None
    return patched(data, frame.start() + 5, struct.pack(">HH", height, width))


def tall_jpeg(width: int, times: int, *, progressive: bool = False) -> bytes:
    """A real photograph side by side and ``times`` x 128 rows high, for the price of 128 rows.

    A strip of 128 rows with a restart marker after each row of blocks holds a multiple of 8 such rows in every scan,
    so a scan may follow itself with the marker RST7 in between.
    """
    strip = Image.new("RGB", (width, 128))
    for left in range(0, width, 600):
        strip.paste(photo().crop((0, 100, 600, 228)), (left, 0))
    data = jpeg_sized(
        encode(strip, "JPEG", restart_marker_rows=1, progressive=progressive), width, min(65535, 128 * times)
    )
    out, at = bytearray(), 0
    while (scan := data.find(b"\xff\xda", at)) >= 0:
        start = scan + 2 + struct.unpack_from(">H", data, scan + 2)[0]
        end = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL).search(data, start)
        assert end is not None
        out += data[at:start] + b"\xff\xd7".join([data[start : end.start()]] * times)
        at = end.start()
    return bytes(out + data[at:])


# BMP, GIF, TIFF


def bmp(
    width: int, height: int, body: bytes, *, bits: int = 24, compression: int = 0, colours: int = 0, header: int = 40
) -> bytes:
    palette = bytes((10, 200, 30, 0)) * min(colours, 256)
    start = 14 + 40 + len(palette)
    info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(body), 0, 0, colours, 0)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + palette + body


def gif(width: int, height: int, body: bytes, *, flags: int = 0x80) -> bytes:
    """A GIF with two colours; ``body`` is all that follows its palette."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, flags, 0, 0) + bytes((0, 0, 0, 250, 120, 60)) + body


def gif_frame(width: int, height: int, codes: bytes, *, minimum: int = 2) -> bytes:
    blocks = b"".join(bytes((len(codes[at : at + 255]),)) + codes[at : at + 255] for at in range(0, len(codes), 255))
    return b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + bytes((minimum,)) + blocks + b"\0"


Tag = tuple[int, int, Sequence[int]]  # tag, type (3 short, 4 long, 7 bytes), values


def tiff(tags: Sequence[Tag], data: bytes = b"", *, order: str = "<", following: int = 0) -> bytes:
    """A TIFF with one directory behind its 8-byte header, then long values, then ``data``. See tiff_data_at."""
    codes = {1: "B", 3: "H", 4: "I", 7: "B"}
    at, directory, values = 8 + 2 + 12 * len(tags) + 4, b"", b""
    for tag, kind, numbers in sorted(tags):
        packed = struct.pack(f"{order}{len(numbers)}{codes[kind]}", *numbers)
        if len(packed) > 4:
            packed, values = struct.pack(order + "I", at + len(values)), values + packed
        directory += struct.pack(order + "HHI", tag, kind, len(numbers)) + packed.ljust(4, b"\0")
    magic = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return magic + struct.pack(order + "H", len(tags)) + directory + struct.pack(order + "I", following) + values + data


def grey_tiff(width: int, height: int, data: bytes = b"", *more: Tag, bits: int = 8, **options: Any) -> bytes:
    """One strip of grey; tags in ``more`` replace the usual ones."""
    usual: dict[int, Tag] = {
        tag: (tag, 4, (value,))
        for tag, value in ((256, width), (257, height), (258, bits), (259, 1), (262, 1), (277, 1), (278, height))
    }
    usual |= {273: (273, 4, (0,)), 279: (279, 4, (len(data),))} | {tag[0]: tag for tag in more}
    tags = list(usual.values())
    if 273 not in {tag[0] for tag in more}:
        start = len(tiff(tags))
        tags = [(273, 4, (start,)) if tag[0] == 273 else tag for tag in tags]
    return tiff(tags, data, **options)


# WebP, AVIF, HEIF


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def declared_size(data: bytes, width: int, height: int) -> bytes:
    """An AVIF or HEIF that declares another size (its ispe box)."""
    return patched(data, data.index(b"ispe") + 8, struct.pack(">II", width, height))


# Opening


def opened(source: Path | bytes, *, edge: int | None = None) -> Picture | PictureError:
    """What open_picture gives or raises; fails where it raises anything else or takes longer than the limit."""
    results: list[Picture | BaseException] = []

    def work() -> None:
        try:
            results.append(open_picture(source, edge=edge))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            results.append(error)

    # A decoder that holds the interpreter's lock for ever would keep join() from returning.
    faulthandler.dump_traceback_later(6 * LIMIT_SECONDS, exit=True, file=sys.__stderr__)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(LIMIT_SECONDS)
    faulthandler.cancel_dump_traceback_later()
    assert results, f"no answer within {LIMIT_SECONDS} s"
    result = results[0]
    if not isinstance(result, Picture | PictureError):
        raise AssertionError("neither a picture nor a PictureError") from result
    return result


def sentence(source: Path | bytes, *, edge: int | None = None) -> str:
    """The template of the sentence that refuses this picture; "" where it opens."""
    result = opened(source, edge=edge)
    return result.sentence if isinstance(result, PictureError) else ""


def picture_of(source: Path | bytes, edge: int | None = None) -> Picture:
    result = opened(source, edge=edge)
    assert isinstance(result, Picture), result
    return result


def pixels_of(source: Path | bytes) -> NDArray[np.int16]:
    return np.asarray(picture_of(source).image).astype(np.int16)


def assert_plain(error: PictureError) -> None:
    """One sentence, or two, for a person."""
    text = str(error)
    assert text.endswith(".")
    assert text.isprintable()
    assert not re.search(r"[{}<>]|\bNone\b|Error|Exception|Traceback|0x", text)
    assert text[0].isupper()


def assert_whole(picture: Picture) -> None:
    assert picture.image.mode == "RGB"
    assert min(picture.image.size) > 0
    assert picture.width >= picture.image.width
    assert picture.height >= picture.image.height
    assert len(picture.image.tobytes()) == 3 * picture.image.width * picture.image.height
