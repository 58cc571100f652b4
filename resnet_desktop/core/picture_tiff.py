"""The directories of a TIFF, read without trusting them and before Pillow does."""

from __future__ import annotations

import struct
from typing import NamedTuple

# More numbers than any real file has: 90 million pixels in tiles of 16 x 16 need 350,000 offsets and as many lengths.
# Pillow turns each into an object and each strip into a read: 2 million take 10 s, 24 million take 6 GB.
MAX_NUMBERS = 1_000_000
STRIP_OFFSETS, STRIP_LENGTHS, TILE_OFFSETS, TILE_LENGTHS = 273, 279, 324, 325
_POINTERS = (34665, 34853, 40965)  # EXIF, GPS and interoperability directories
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_TEXT_AND_BYTES = frozenset({1, 2, 7})
_LAYOUTS = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}


class Entry(NamedTuple):
    """One tag: ``length`` values of the type ``kind``, from the byte ``start`` up to ``stop``."""

    kind: int
    length: int
    start: int
    stop: int


class _Layout(NamedTuple):
    order: str  # struct's sign for the order of bytes
    long: bool  # BigTIFF

    def number(self, code: str, data: bytes, at: int) -> int:
        return int(struct.unpack_from(self.order + code, data, at)[0])


def first_directory(data: bytes) -> dict[int, Entry]:
    """The tags of the first picture; raises struct.error or OverflowError where the file ends too early."""
    layout = _layout(data)
    return _directory(layout, data, layout.number("Q", data, 8) if layout.long else layout.number("I", data, 4))


def numbers(data: bytes, entry: Entry | None) -> tuple[int, ...]:
    """The values of an integer tag; none where there is no such tag, or far too many values."""
    if entry is None or entry.kind not in _LAYOUTS or entry.length > MAX_NUMBERS:
        return ()
    return struct.unpack_from(f"{_layout(data).order}{entry.length}{_LAYOUTS[entry.kind]}", data, entry.start)


def has_too_many_numbers(data: bytes) -> bool:
    """Whether Pillow would spend gigabytes on the tags of the first picture."""
    try:
        first = first_directory(data)
        total = _number_count(first)
        for pointer in _POINTERS:
            for at in numbers(data, first.get(pointer))[:1]:
                total += _number_count(_directory(_layout(data), data, at))
    except (struct.error, OverflowError):
        return False  # cut off, which the decoder will find out too
    return total > MAX_NUMBERS


def _number_count(directory: dict[int, Entry]) -> int:
    return sum(entry.length for entry in directory.values() if entry.kind not in _TEXT_AND_BYTES)


def _layout(data: bytes) -> _Layout:
    return _Layout("<" if data[:1] == b"I" else ">", 43 in data[2:4])


def _directory(layout: _Layout, data: bytes, start: int) -> dict[int, Entry]:
    size, code, room, head = (20, "Q", 8, 8) if layout.long else (12, "I", 4, 2)
    count = min(layout.number("Q" if layout.long else "H", data, start), MAX_NUMBERS)
    found: dict[int, Entry] = {}
    for at in range(start + head, start + head + count * size, size):
        tag, kind, length = struct.unpack_from(f"{layout.order}HH{code}", data, at)
        bytes_needed = _SIZES.get(kind, 0) * length
        value = at + size - room
        if bytes_needed > room:
            value = layout.number(code, data, value)
        found.setdefault(tag, Entry(kind, length, value, value + bytes_needed))
    return found
