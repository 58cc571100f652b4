"""The directories of a TIFF, read without trusting them and before Pillow does."""

from __future__ import annotations

import contextlib
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


class Directory(NamedTuple):
    """The tags of one picture, as far as they are in the file."""

    entries: dict[int, Entry]
    is_whole: bool


class _Layout(NamedTuple):
    order: str  # struct's sign for the order of bytes
    long: bool  # BigTIFF

    def number(self, code: str, data: bytes, at: int) -> int:
        return int(struct.unpack_from(self.order + code, data, at)[0])


def first_directory(data: bytes) -> Directory:
    """The tags of the first picture; raises struct.error or OverflowError where the file ends before them."""
    layout = _layout(data)
    return _directory(layout, data, layout.number("Q", data, 8) if layout.long else layout.number("I", data, 4))


def numbers(data: bytes, entry: Entry | None) -> tuple[int, ...]:
    """The values of an integer tag; none where there is no such tag, they are not in the file or far too many."""
    if entry is None or entry.kind not in _LAYOUTS or entry.length > MAX_NUMBERS or entry.stop > len(data):
        return ()
    return struct.unpack_from(f"{_layout(data).order}{entry.length}{_LAYOUTS[entry.kind]}", data, entry.start)


def has_too_many_numbers(data: bytes) -> bool:
    """Whether Pillow would spend gigabytes on the tags of the first picture."""
    try:
        first = first_directory(data)
    except (struct.error, OverflowError):
        return False  # nothing is there to be read
    total = _number_count(first, len(data))
    for pointer in _POINTERS:
        for at in numbers(data, first.entries.get(pointer))[:1]:
            with contextlib.suppress(struct.error, OverflowError):
                total += _number_count(_directory(_layout(data), data, at), len(data))
    return total > MAX_NUMBERS


def _number_count(directory: Directory, size: int) -> int:
    present = (entry for entry in directory.entries.values() if entry.stop <= size)
    return sum(entry.length for entry in present if entry.kind in _SIZES and entry.kind not in _TEXT_AND_BYTES)


def _layout(data: bytes) -> _Layout:
    return _Layout("<" if data[:1] == b"I" else ">", data[2] == 43)


def _directory(layout: _Layout, data: bytes, start: int) -> Directory:
    size, code, room, head = (20, "Q", 8, 8) if layout.long else (12, "I", 4, 2)
    count = layout.number("Q" if layout.long else "H", data, start)
    first = start + head
    present = min(count, (len(data) - first) // size, MAX_NUMBERS)
    found: dict[int, Entry] = {}
    for at in range(first, first + present * size, size):
        tag, kind, length = struct.unpack_from(f"{layout.order}HH{code}", data, at)
        needed = _SIZES.get(kind, 0) * length
        value = at + size - room
        if needed > room:
            value = layout.number(code, data, value)
        found.setdefault(tag, Entry(kind, length, value, value + needed))
    return Directory(found, present == count)
