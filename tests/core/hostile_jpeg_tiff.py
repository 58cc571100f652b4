"""Hostile JPEG and TIFF files."""

from __future__ import annotations

import re
import struct
import zlib
from functools import partial

from resnet_desktop.core.picture_file import TOO_SLOW
from resnet_desktop.core.picture_formats import EXPORT
from resnet_desktop.core.pictures import CUT_OFF, DAMAGED, NOT_A_PICTURE, ODD_WAY, TOO_MANY_PIXELS
from tests.core.hostile_kind import OPENS, flipped, kind, zeros_from_half
from tests.core.odd_pictures import (
    PHOTOS,
    SMALL,
    encode,
    exif,
    grey_tiff,
    jpeg_sized,
    patched,
    segment,
    small,
    small_photo,
    tiff,
    with_segments,
)

EXIF = b"Exif\0\0"
ENTRY = struct.Struct("<HHII")
PIXELS = bytes(range(100))


def _jpeg_with(*segments: bytes) -> bytes:
    return with_segments(small("JPEG"), *segments)


def _without(marker: int) -> bytes:
    """A small JPEG less its segments of one kind."""
    data = small("JPEG")
    while (at := data.find(bytes((0xFF, marker)))) >= 0:
        data = data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :]
    return data


def _frame(at: int, new: bytes) -> bytes:
    """A small JPEG with other bytes in its frame header: 1 sort, 4 bits, 5 height, 7 width, 9 components."""
    data = small("JPEG")
    return patched(data, data.index(b"\xff\xc0") + at, new)


def _many_scans() -> bytes:
    """A progressive JPEG of 2,000 x 2,000 with its last scan 1,000 times."""
    data = jpeg_sized(small("JPEG", progressive=True), 2_000, 2_000)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 1_000 + b"\xff\xd9"


def _exif_loop() -> bytes:
    """A directory that names itself as its EXIF, GPS and next directory."""
    entries = b"".join(ENTRY.pack(tag, 4, 1, 8) for tag in (34665, 34853, 330))
    return EXIF + b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + entries + struct.pack("<I", 8)


def _exif_of(entries: int) -> bytes:
    """Every tag claims the same 60 kB."""
    body = b"".join(ENTRY.pack(1000 + number, 7, 60_000, 0) for number in range(entries))
    return EXIF + b"II*\0\x08\0\0\0" + struct.pack("<H", entries) + body + bytes(4)


def _restarts_out_of_order() -> bytes:
    data = encode(small_photo(), "JPEG", restart_marker_rows=1)
    return re.sub(rb"\xff[\xd0-\xd7]", b"\xff\xd7", data)


JPEG = [
    kind("jpeg-zeros-from-half", CUT_OFF, lambda: zeros_from_half(small("JPEG"))),
    kind("jpeg-zero-width", DAMAGED, lambda: jpeg_sized(small("JPEG"), 0, 64)),
    kind("jpeg-zero-height", DAMAGED, lambda: jpeg_sized(small("JPEG"), 96, 0)),
    kind("jpeg-4295-megapixels", TOO_MANY_PIXELS, lambda: jpeg_sized(small("JPEG"), 65_535, 65_535)),
    kind(
        "jpeg-progressive-400-megapixels",
        TOO_MANY_PIXELS,
        lambda: jpeg_sized(small("JPEG", progressive=True), 20_000, 20_000),
    ),
    kind("jpeg-larger-than-its-data", CUT_OFF, lambda: jpeg_sized(small("JPEG"), 5_000, 5_000)),
    kind("jpeg-many-scans", CUT_OFF, _many_scans),
    kind("jpeg-no-frame", DAMAGED, lambda: _without(0xC0)),
    kind("jpeg-no-tables", (OPENS, DAMAGED), lambda: _without(0xDB)),
    kind("jpeg-no-codes", (OPENS, DAMAGED), lambda: _without(0xC4)),
    kind("jpeg-no-scan", (DAMAGED, CUT_OFF), lambda: _without(0xDA)),
    kind("jpeg-two-starts", (OPENS, DAMAGED), lambda: b"\xff\xd8" + small("JPEG")),
    kind("jpeg-only-markers", DAMAGED, lambda: b"\xff\xd8\xff\xd9"),
    kind("jpeg-wrong-marker", (OPENS, DAMAGED), lambda: _jpeg_with(segment(0x02, b"nonsense"))),
    kind("jpeg-segment-of-length-0", (OPENS, DAMAGED, CUT_OFF), lambda: _jpeg_with(b"\xff\xe5\0\0")),
    kind("jpeg-segment-of-length-1", (OPENS, DAMAGED, CUT_OFF), lambda: _jpeg_with(b"\xff\xe5\0\1")),
    kind("jpeg-segment-beyond-the-end", (CUT_OFF, DAMAGED), lambda: _jpeg_with(b"\xff\xe5\xff\xff")),
    kind("jpeg-megabyte-of-fill", OPENS, lambda: _jpeg_with(b"\xff" * 1_000_000)),
    kind("jpeg-kilobytes-of-junk", OPENS, lambda: _jpeg_with(b"\xff\xe5\0\2" + b"junk" * 25_000)),
    kind("jpeg-12-bits", ODD_WAY, lambda: _frame(4, b"\x0c")),
    kind("jpeg-lossless", (ODD_WAY, DAMAGED), lambda: _frame(1, b"\xc3")),
    kind("jpeg-arithmetic", (OPENS, DAMAGED), lambda: _frame(1, b"\xc9")),
    kind("jpeg-hierarchical", DAMAGED, lambda: _frame(1, b"\xc5")),
    kind("jpeg-2-components", (ODD_WAY, DAMAGED), lambda: _frame(9, b"\2")),
    kind("jpeg-255-components", (ODD_WAY, DAMAGED), lambda: _frame(9, b"\xff")),
    kind("jpeg-sampling-of-15", DAMAGED, lambda: _frame(11, b"\xff")),
    kind("jpeg-flipped-data", (OPENS, DAMAGED, CUT_OFF), lambda: flipped(small("JPEG"), len(small("JPEG")) * 3 // 4)),
    kind("jpeg-restarts-out-of-order", (OPENS, DAMAGED), _restarts_out_of_order),
    kind("jpeg-comments-of-13-megabytes", OPENS, lambda: _jpeg_with(*[segment(0xFE, b"y" * 65_000)] * 200)),
    kind("jpeg-exif-of-13-megabytes", OPENS, lambda: _jpeg_with(*[segment(0xE1, EXIF + b"y" * 65_000)] * 200)),
    kind(
        "jpeg-profile-of-13-megabytes",
        OPENS,
        lambda: _jpeg_with(*[segment(0xE2, b"ICC_PROFILE\0\1\xff" + b"y" * 65_000)] * 200),
    ),
    kind(
        "jpeg-photoshop-nonsense",
        (OPENS, DAMAGED),
        lambda: _jpeg_with(segment(0xED, b"Photoshop 3.0\08BIM\x03\xed" + b"\xff" * 40)),
    ),
    kind("jpeg-broken-exif", OPENS, lambda: _jpeg_with(segment(0xE1, EXIF + b"II*\0\xff\xff\xff\xff"))),
    kind("jpeg-exif-in-no-order", OPENS, lambda: _jpeg_with(segment(0xE1, EXIF + b"XX*\0\x08\0\0\0"))),
    kind("jpeg-exif-loop", OPENS, lambda: _jpeg_with(segment(0xE1, _exif_loop()))),
    kind("jpeg-exif-of-5000-claims", OPENS, lambda: _jpeg_with(segment(0xE1, _exif_of(5_000)))),
    kind("jpeg-orientation-0", OPENS, lambda: encode(small_photo(), "JPEG", exif=exif(0))),
    kind("jpeg-orientation-9", OPENS, lambda: encode(small_photo(), "JPEG", exif=exif(9))),
    kind("jpeg-odd-adobe-mark", OPENS, lambda: _jpeg_with(segment(0xEE, b"Adobe\0\x64\0\0\0\0\x09"))),
    kind("jpeg-multi-picture-nonsense", OPENS, lambda: _jpeg_with(segment(0xE2, b"MPF\0" + b"\xff" * 60))),
    kind("mpo", OPENS, partial(small, "MPO", frames=2)),
    kind("jpeg-1-by-60000", OPENS, lambda: encode(small_photo().resize((1, 60_000)), "JPEG")),
    kind("jpeg-60000-by-1", OPENS, lambda: encode(small_photo().resize((60_000, 1)), "JPEG")),
]


def _directory_loop() -> bytes:
    """Two pages, each the next of the other."""
    page = grey_tiff(10, 10, PIXELS)
    second = page[8 : 8 + 2 + 12 * 9] + struct.pack("<I", 8)
    return patched(page, 8 + 2 + 12 * 9, struct.pack("<I", len(page))) + second


def _inner_loop(tag: int) -> bytes:
    """A directory that names itself as one inside it."""
    return grey_tiff(10, 10, PIXELS, (tag, 4, (8,)))


def _deflated(width: int, height: int, unpacked: int) -> bytes:
    return grey_tiff(width, height, zlib.compress(bytes(unpacked)), (259, 4, (8,)))


def _strips(count: int) -> bytes:
    return grey_tiff(10, 10, b"", (273, 4, (8,) * count), (278, 4, (1,)), (279, 4, (8,) * count))


def _exif_with_numbers() -> bytes:
    """A good picture whose EXIF directory holds 3 million numbers."""
    numbers = 3_000_000
    inner = struct.pack("<H", 1) + ENTRY.pack(37500, 3, numbers, 8) + bytes(4)
    start = len(grey_tiff(10, 10, PIXELS, (34665, 4, (0,))))
    return grey_tiff(10, 10, PIXELS, (34665, 4, (start,))) + inner + bytes(2 * numbers)


def _raw_preview() -> bytes:
    return grey_tiff(10, 10, PIXELS, (254, 4, (1,)), (330, 4, (8,)))


def _tiles(width: int, height: int) -> bytes:
    tags = ((322, 4, (width,)), (323, 4, (height,)), (324, 4, (8,)), (325, 4, (100,)))
    return tiff([(256, 4, (10,)), (257, 4, (10,)), (258, 3, (8,)), (259, 3, (1,)), (262, 3, (1,)), *tags], PIXELS)


TIFF = [
    kind("tiff-loop-of-pages", OPENS, _directory_loop),
    kind("tiff-page-is-its-own-next", OPENS, lambda: grey_tiff(10, 10, PIXELS, following=8)),
    kind("tiff-exif-is-itself", OPENS, lambda: _inner_loop(34665)),
    kind("tiff-gps-is-itself", OPENS, lambda: _inner_loop(34853)),
    kind("tiff-inner-pictures-are-itself", OPENS, lambda: _inner_loop(330)),
    kind("tiff-two-million-strips", TOO_SLOW, lambda: _strips(2_000_000)),
    kind("tiff-exif-of-3-million-numbers", TOO_SLOW, _exif_with_numbers),
    kind("tiff-5000-strips-for-10-rows", (OPENS, DAMAGED), lambda: _strips(5_000)),
    kind("tiff-no-strips", DAMAGED, lambda: tiff([(256, 4, (10,)), (257, 4, (10,)), (258, 3, (8,)), (262, 3, (1,))])),
    kind("tiff-no-tags", DAMAGED, lambda: tiff([])),
    kind("tiff-65535-tags", OPENS, lambda: patched(grey_tiff(10, 10, PIXELS), 8, b"\xff\xff")),
    kind("tiff-directory-beyond-the-end", CUT_OFF, lambda: patched(grey_tiff(10, 10, PIXELS), 4, b"\xff\xff\xff\x7f")),
    kind("tiff-pixels-beyond-the-end", CUT_OFF, lambda: grey_tiff(10, 10, b"", (273, 4, (2**31,)), (279, 4, (100,)))),
    kind("tiff-zero-width", DAMAGED, lambda: grey_tiff(0, 10)),
    kind("tiff-zero-height", DAMAGED, lambda: grey_tiff(10, 0)),
    kind("tiff-2500-megapixels", TOO_MANY_PIXELS, lambda: grey_tiff(50_000, 50_000, PIXELS)),
    kind("tiff-largest-size", TOO_MANY_PIXELS, lambda: grey_tiff(2**32 - 1, 2**32 - 1, PIXELS)),
    kind("tiff-88-megapixels-of-nothing", CUT_OFF, lambda: grey_tiff(9_400, 9_400, PIXELS)),
    kind("tiff-two-widths", OPENS, lambda: grey_tiff(10, 10, PIXELS, (256, 4, (10, 10)))),
    kind("tiff-giant-tile", (OPENS, DAMAGED, CUT_OFF), lambda: _tiles(65_536, 65_536)),
    kind("tiff-zero-tile", DAMAGED, lambda: _tiles(0, 0)),
    kind("tiff-rows-per-strip-0", (OPENS, DAMAGED), lambda: grey_tiff(10, 10, PIXELS, (278, 4, (0,)))),
    kind("tiff-7-bits", ODD_WAY, lambda: grey_tiff(10, 10, PIXELS, bits=7)),
    kind("tiff-64-bits", ODD_WAY, lambda: grey_tiff(10, 10, PIXELS * 8, bits=64)),
    kind("tiff-of-float64-pages", ODD_WAY, (PHOTOS / "multipage_rgb.tif").read_bytes),
    kind("tiff-pages", OPENS, (PHOTOS / "multipage.tif").read_bytes),
    kind("tiff-65535-samples", DAMAGED, lambda: grey_tiff(10, 10, PIXELS, (277, 4, (65_535,)))),
    kind("tiff-unknown-compression", ODD_WAY, lambda: grey_tiff(10, 10, PIXELS, (259, 4, (4_242,)))),
    kind("tiff-jpeg-of-nonsense", DAMAGED, lambda: grey_tiff(10, 10, PIXELS, (259, 4, (7,)))),
    kind("tiff-lzw-of-nonsense", DAMAGED, lambda: grey_tiff(10, 10, b"\xff" * 100, (259, 4, (5,)))),
    kind(
        "tiff-fax-of-nonsense", (OPENS, DAMAGED), lambda: grey_tiff(1_000, 1_000, b"\xff" * 100, (259, 4, (4,)), bits=1)
    ),
    kind("tiff-deflate-of-100-megabytes", (OPENS, DAMAGED), lambda: _deflated(10, 10, 100_000_000)),
    kind("tiff-deflate-ends-early", (DAMAGED, CUT_OFF), lambda: _deflated(1_000, 1_000, 1_000)),
    kind("tiff-zeros-at-the-end", OPENS, lambda: small("TIFF") + bytes(1_000)),
    kind("tiff-orientation-6", OPENS, lambda: grey_tiff(20, 5, PIXELS, (274, 3, (6,)))),
    kind("tiff-orientation-99", OPENS, lambda: grey_tiff(20, 5, PIXELS, (274, 3, (99,)))),
    kind("tiff-nonsense-profile", OPENS, lambda: grey_tiff(10, 10, PIXELS, (34675, 7, (255,) * 99))),
    kind("tiff-photoshop-nonsense", OPENS, lambda: grey_tiff(10, 10, PIXELS, (34377, 7, (255,) * 99))),
    kind("tiff-palette-missing", ODD_WAY, lambda: grey_tiff(10, 10, PIXELS, (262, 4, (3,)))),
    kind(
        "tiff-palette-short",
        (OPENS, DAMAGED),
        lambda: grey_tiff(10, 10, PIXELS, (262, 4, (3,)), (320, 3, (65_535,) * 6)),
    ),
    kind("tiff-raw-preview", EXPORT, _raw_preview),
    kind("bigtiff-little-endian-nonsense", (DAMAGED, CUT_OFF), lambda: b"II+\0\x08\0\0\0" + b"\xff" * 60),
    kind("bigtiff-big-endian", EXPORT, lambda: b"MM\0+\0\x08\0\0" + bytes(60)),
    kind("tiff-other-byte-order", (DAMAGED, CUT_OFF), lambda: b"MM\0*" + grey_tiff(10, 10, PIXELS)[4:]),
    kind("tiff-swapped-mark", NOT_A_PICTURE, lambda: b"II\0*" + grey_tiff(10, 10, PIXELS)[4:]),
    kind("tiff-1-by-60000", OPENS, lambda: grey_tiff(1, 60_000, bytes(60_000))),
    kind("tiff-60000-by-1", OPENS, lambda: grey_tiff(60_000, 1, bytes(60_000))),
    kind("tiff-small-photo", OPENS, lambda: encode(small_photo().resize(SMALL), "TIFF", compression="jpeg")),
]
KINDS = [*JPEG, *TIFF]
