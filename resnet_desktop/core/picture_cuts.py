"""Whether a file ends before its format says so: the reason why a decoder gave up, and what some do not notice."""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from resnet_desktop.core.picture_jpeg import lacks_end
from resnet_desktop.core.picture_tiff import (
    STRIP_LENGTHS,
    STRIP_OFFSETS,
    TILE_LENGTHS,
    TILE_OFFSETS,
    first_directory,
    numbers,
)

if TYPE_CHECKING:
    from PIL.Image import Image

_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # JPEG markers without a length
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_IDAT_CRC = zlib.crc32(b"IDAT")
_UNPACK_BYTES = 1 << 20
_MOST_PARTS = 100_000  # a hostile file has millions, and the answer is not worth the wait


def is_cut(name: str, data: bytes) -> bool:
    """True where ``data`` of the format ``name`` lacks its end; False where it is whole or cannot be told."""
    try:
        return _CHECKS[name](data)
    except (struct.error, IndexError, OverflowError):
        return True  # ends within its own header


def _number(layout: str, data: bytes, at: int) -> int:
    return int(struct.unpack_from(layout, data, at)[0])


def lacks_rows(image: Image, data: bytes) -> bool:
    """A loaded PNG whose pixels end before its last row; Pillow leaves such rows black and says nothing."""
    last_row = image.crop((0, image.height - 1, image.width, image.height))
    if image.info.get("interlace") or last_row.getbbox(alpha_only=False) is not None or data[12:16] != b"IHDR":
        return False
    row = 1 + (image.width * data[24] * _PNG_CHANNELS.get(data[25], 0) + 7) // 8
    missing, unpack = image.height * row, zlib.decompressobj()
    with contextlib.suppress(zlib.error):
        for packed, _checksum in _png_pixels(data):
            part: bytes | memoryview = packed
            while missing > 0 and part:
                missing -= len(unpack.decompress(part, _UNPACK_BYTES))
                part = unpack.unconsumed_tail
    return missing > 0


def has_wrong_checksum(data: bytes) -> bool:
    """A PNG whose packed pixels are not what was written, which Pillow does not look at."""
    return any(zlib.crc32(packed, _IDAT_CRC) != checksum for packed, checksum in _png_pixels(data))


def _png_pixels(data: bytes) -> Iterator[tuple[memoryview, int]]:
    """Each part of the packed pixels with its declared checksum, 0 where the file ends before it."""
    view, at = memoryview(data), 8
    for _chunk in range(_MOST_PARTS):
        if at + 8 > len(data):
            return
        end = at + 8 + _number(">I", data, at)
        if data[at + 4 : at + 8] == b"IDAT":
            yield view[at + 8 : end], int.from_bytes(view[end : end + 4], "big")
        at = end + 4


def _jpeg(data: bytes) -> bool:
    at = 2
    for _segment in range(_MOST_PARTS):
        if data[at] != 0xFF or data[at + 1] == 0xD9:
            return False
        if data[at + 1] == 0xDA:
            return lacks_end(data, at)
        at += 2 + (0 if data[at + 1] in _ALONE else _number(">H", data, at + 2))
    return False


def _png(data: bytes) -> bool:
    at = 8
    for _chunk in range(_MOST_PARTS):
        is_last = data[at + 4 : at + 8] == b"IEND"
        at += 12 + _number(">I", data, at)
        if is_last or at > len(data):
            return at > len(data)
    return False


def _gif(data: bytes) -> bool:
    return not data.rstrip(b"\0").endswith(b";")


def _bmp(data: bytes) -> bool:
    return len(data) < max(_number("<I", data, 2), _number("<I", data, 10))  # the file, and where its pixels begin


def _webp(data: bytes) -> bool:
    return len(data) < _number("<I", data, 4) + 8


def _boxes(data: bytes) -> bool:
    """HEIF and AVIF: boxes one after another; a size of 0 means up to the end, 1 that a long size follows."""
    at = 0
    for _box in range(_MOST_PARTS):
        size = _number(">I", data, at)
        if size == 1:
            size = _number(">Q", data, at + 8)
        if size < 8:
            return False
        at += size
        if at >= len(data):
            return at > len(data) or b"meta" not in data
    return False


def _tiff(data: bytes) -> bool:
    tags, is_whole = first_directory(data)
    if not is_whole or any(entry.stop > len(data) for entry in tags.values()):
        return True
    offsets = numbers(data, tags.get(STRIP_OFFSETS) or tags.get(TILE_OFFSETS))
    lengths = numbers(data, tags.get(STRIP_LENGTHS) or tags.get(TILE_LENGTHS))
    return any(offset + length > len(data) for offset, length in zip(offsets, lengths, strict=False))


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "GIF": _gif,
    "BMP": _bmp,
    "TIFF": _tiff,
    "WEBP": _webp,
    "HEIF": _boxes,
    "AVIF": _boxes,
}
