"""Names inside a HEIF file that would end the whole program."""

from __future__ import annotations

_ITEM = b"infe"  # the box that names one item of the file
_HEADER = 8  # length and kind of a box


def has_unreadable_names(data: bytes) -> bool:
    """Whether the type or name of an item is no UTF-8: pi-heif 1.4 then makes no string of it, and uses it."""
    at = data.find(_ITEM)
    while at >= 0:
        start, length = at - 4, int.from_bytes(data[max(0, at - 4) : at], "big")
        if length < _HEADER:  # a length of 64 bits or "up to the end", for a box of 30 bytes
            return True
        # Behind the box's header: version and flags, number (of 4 bytes from version 3 on), protection.
        names = start + _HEADER + 4 + (4 if data[at + 4 : at + 5] >= b"\3" else 2) + 2
        try:
            data[names : start + length].decode("utf-8")
        except UnicodeDecodeError:
            return True
        at = data.find(_ITEM, at + 4)
    return False
