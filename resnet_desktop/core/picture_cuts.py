"""Whether a file ends before its format says so. Asked only once a decoder has given up, to name the reason."""

from __future__ import annotations

import struct
from collections.abc import Callable

from resnet_desktop.core.picture_tiff import (
    STRIP_LENGTHS,
    STRIP_OFFSETS,
    TILE_LENGTHS,
    TILE_OFFSETS,
    first_directory,
    numbers,
)

_MOST_PARTS = 100_000  # a hostile file has millions, and the answer is not worth the wait


def is_cut(name: str, data: bytes) -> bool:
    """True where ``data`` of the format ``name`` lacks its end; False where it is whole or cannot be told."""
    try:
        return _CHECKS[name](data)
    except (struct.error, IndexError, OverflowError):
        return True  # ends within its own header


def _number(layout: str, data: bytes, at: int) -> int:
    return int(struct.unpack_from(layout, data, at)[0])


def lacks_end_of_image(data: bytes, start: int) -> bool:
    """A JPEG without an end marker after ``start``, which must lie behind its header and thumbnails."""
    return data.rfind(b"\xff\xd9", start) < 0


def _jpeg(data: bytes) -> bool:
    at = 2
    for _segment in range(_MOST_PARTS):
        if data[at] != 0xFF:
            return False
        if data[at + 1] == 0xDA:
            return lacks_end_of_image(data, at)
        at += 2 + _number(">H", data, at + 2) if data[at + 1] not in (0xFF, 0x01) else 1
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
    first = first_directory(data)
    if any(entry.stop > len(data) for entry in first.values()):
        return True
    offsets = numbers(data, first.get(STRIP_OFFSETS) or first.get(TILE_OFFSETS))
    lengths = numbers(data, first.get(STRIP_LENGTHS) or first.get(TILE_LENGTHS))
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
