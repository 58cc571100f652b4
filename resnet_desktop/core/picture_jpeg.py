"""A JPEG whose pixels end before the picture does: libjpeg fills it with grey and warns, Pillow passes nothing on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_END, _SCAN = b"\xff\xd9", b"\xff\xda"
_CORNER = 16  # pixels at full scale: the largest block
_GREY = (127, 128)  # what blocks without data decode to; 127 in CMYK
_SURPLUS = bytes(range(1, 255)) * 256  # packed pixels of no meaning and without a marker


def has_scans(data: bytes, start: int, components: int) -> bool:
    """Whether the scan whose header ends at ``start`` leaves some components to a later one."""
    return data[data.rfind(_SCAN, 0, start) + 4] < components


def lacks_end(data: bytes, start: int) -> bool:
    """Whether no end marker follows ``start``, behind the header and its thumbnails.

    Zeros decode without complaint, and are what an interrupted download leaves.
    """
    return data.rfind(_END, start) < 0


def looks_unfinished(image: Image, full_width: int) -> bool:
    """Whether the last corner has the very grey that missing data decode to. A grey wall may have it too."""
    corner = max(1, _CORNER * image.width // full_width)
    left, top = max(0, image.width - corner), max(0, image.height - corner)
    colours = image.crop((left, top, image.width, image.height)).getcolors(maxcolors=1)
    if colours is None:
        return False
    colour = colours[0][1]
    return all(value in _GREY for value in (colour if isinstance(colour, tuple) else (colour,)))


def with_surplus(data: bytes, start: int) -> bytes:
    """The same JPEG with more packed pixels ahead of its end marker: a finished picture has no use for them."""
    end = data.find(_END, start)
    return data[:end] + _SURPLUS + data[end:]
