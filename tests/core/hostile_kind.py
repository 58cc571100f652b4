"""What a hostile kind is, and the kinds that are made of every format alike: files that end too early."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from resnet_desktop.core.pictures import CUT_OFF
from tests.core.odd_pictures import cut, patched, small

OPENS = ""


class Kind(NamedTuple):
    """A file by name, with the sentences that may answer it; OPENS stands for a picture."""

    name: str
    says: frozenset[str]
    make: Callable[[], bytes]


def kind(name: str, says: str | tuple[str, ...], make: Callable[[], bytes]) -> Kind:
    return Kind(name, frozenset((says,) if isinstance(says, str) else says), make)


def flipped(data: bytes, at: int) -> bytes:
    return patched(data, at, bytes((data[at] ^ 0xFF,)))


def zeros_from_half(data: bytes) -> bytes:
    """What a download leaves that had reserved its room first."""
    return cut(data, 0.5) + bytes(len(data) - len(data) // 2)


WHOLE: tuple[tuple[str, Callable[[], bytes], tuple[float, ...]], ...] = (
    ("jpeg", partial(small, "JPEG"), (0.002, 0.1, 0.5, 0.99)),
    ("progressive-jpeg", partial(small, "JPEG", progressive=True), (0.1, 0.5, 0.99)),
    ("mpo", partial(small, "MPO", frames=2), (0.1, 0.4)),
    ("png", partial(small, "PNG"), (0.005, 0.1, 0.5, 0.99)),
    ("apng", partial(small, "PNG", frames=3), (0.01, 0.2)),
    ("gif", partial(small, "GIF"), (0.01, 0.1, 0.5, 0.99)),
    ("animated-gif", partial(small, "GIF", frames=3), (0.1, 0.2)),
    ("bmp", partial(small, "BMP"), (0.002, 0.1, 0.5, 0.99)),
    ("tiff", partial(small, "TIFF"), (0.001, 0.1, 0.5, 0.99)),
    ("lzw-tiff", partial(small, "TIFF", compression="tiff_lzw"), (0.1, 0.5, 0.99)),
    ("jpeg-tiff", partial(small, "TIFF", compression="jpeg"), (0.1, 0.5, 0.98)),
    ("webp", partial(small, "WEBP"), (0.01, 0.1, 0.5, 0.99)),
    ("lossless-webp", partial(small, "WEBP", lossless=True), (0.1, 0.5, 0.99)),
    ("animated-webp", partial(small, "WEBP", frames=3), (0.1, 0.5, 0.99)),
    ("avif", partial(small, "AVIF"), (0.02, 0.1, 0.5, 0.99)),
    ("heic", partial(small, "HEIF"), (0.018, 0.1, 0.5, 0.99)),
)


def _cut(whole: Callable[[], bytes], share: float) -> bytes:
    return cut(whole(), share)


CUTS = [
    kind(f"{name}-cut-at-{share:.1%}", CUT_OFF, partial(_cut, whole, share))
    for name, whole, shares in WHOLE
    for share in shares
]
