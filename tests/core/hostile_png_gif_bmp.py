"""Hostile PNG, GIF and BMP files."""

from __future__ import annotations

import struct
import zlib
from functools import partial

from resnet_desktop.core.pictures import CUT_OFF, DAMAGED, NOT_A_PICTURE, ODD_WAY, TOO_MANY_PIXELS
from tests.core.hostile_kind import OPENS, flipped, kind, zeros_from_half
from tests.core.odd_pictures import bmp, gif, gif_frame, patched, png, png_chunk, small, with_chunks

ROW = b"\0" + bytes(range(30))  # of 10 RGB pixels
BAD_HEADER = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0), crc=1)
HUGE_HEADER = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
END = png_chunk(b"IEND", b"")


def _png_with(name: bytes, body: bytes) -> bytes:
    return with_chunks(small("PNG"), png_chunk(name, body))


def _unpacking(name: bytes, before: bytes) -> bytes:
    """A chunk of 100 kB that unpacks to 100 MB."""
    return _png_with(name, before + zlib.compress(bytes(100_000_000), 9))


def _palette_png(*before: bytes) -> bytes:
    return png(30, 10, ROW * 10, colours=3, before=b"".join(before))


def _much_text() -> bytes:
    return with_chunks(small("PNG"), *[png_chunk(b"tEXt", b"name\0" + b"x" * 1_000_000)] * 90)


def _interlaced_by_9() -> bytes:
    header = small("PNG")[16:28] + b"\x09"
    return small("PNG")[:8] + png_chunk(b"IHDR", header) + small("PNG")[33:]


PNG = [
    kind("png-bad-header-crc", DAMAGED, lambda: BAD_HEADER + png(10, 10, ROW * 10)[33:]),
    kind("png-bad-data-crc", DAMAGED, lambda: flipped(small("PNG"), len(small("PNG")) - 14)),
    kind("png-flipped-data", DAMAGED, lambda: flipped(small("PNG"), len(small("PNG")) // 2)),
    kind("png-zeros-from-half", CUT_OFF, lambda: zeros_from_half(small("PNG"))),
    kind("png-zero-width", DAMAGED, lambda: png(0, 10, b"\0" * 10)),
    kind("png-zero-height", DAMAGED, lambda: png(10, 0, b"")),
    kind("png-900-megapixels", TOO_MANY_PIXELS, lambda: png(30_000, 30_000, b"")),
    kind("png-largest-size", TOO_MANY_PIXELS, lambda: png(2**31 - 1, 2**31 - 1, b"")),
    kind("png-unsigned-size", TOO_MANY_PIXELS, lambda: png(2**32 - 1, 2**32 - 1, b"")),
    kind("png-icc-bomb", ODD_WAY, lambda: _unpacking(b"iCCP", b"name\0\0")),
    kind("png-ztxt-bomb", ODD_WAY, lambda: _unpacking(b"zTXt", b"name\0\0")),
    kind("png-itxt-bomb", ODD_WAY, lambda: _unpacking(b"iTXt", b"name\0\1\0\0\0")),
    kind("png-exif-text-bomb", ODD_WAY, lambda: _unpacking(b"zTXt", b"Raw profile type exif\0\0")),
    kind("png-giant-text", OPENS, lambda: _png_with(b"tEXt", b"name\0" + b"x" * 20_000_000)),
    kind("png-much-text", ODD_WAY, _much_text),
    kind("png-giant-exif", OPENS, lambda: _png_with(b"eXIf", b"II*\0\x08\0\0\0" + b"\xff" * 20_000_000)),
    kind("png-broken-exif", OPENS, lambda: _png_with(b"eXIf", b"nonsense")),
    kind("png-200000-empty-chunks", OPENS, lambda: with_chunks(small("PNG"), png_chunk(b"teXt", b"") * 200_000)),
    kind("png-no-data", DAMAGED, lambda: small("PNG")[:33] + END),
    kind("png-no-end", OPENS, lambda: small("PNG")[:-12]),
    kind("png-data-is-not-deflate", DAMAGED, lambda: small("PNG")[:33] + png_chunk(b"IDAT", b"\xff" * 99) + END),
    kind("png-rows-missing", CUT_OFF, lambda: png(10, 10, ROW * 5)),
    kind("png-rows-left-over", OPENS, lambda: png(10, 10, ROW * 5_000)),
    kind("png-unknown-filter", DAMAGED, lambda: png(10, 10, (b"\x09" + ROW[1:]) * 10)),
    kind("png-depth-3", DAMAGED, lambda: png(10, 10, ROW * 10, depth=3)),
    kind("png-colour-type-5", DAMAGED, lambda: png(10, 10, ROW * 10, colours=5)),
    kind("png-no-palette", OPENS, _palette_png),
    kind("png-short-palette", OPENS, lambda: _palette_png(png_chunk(b"PLTE", b"abc"))),
    kind("png-odd-palette", OPENS, lambda: _palette_png(png_chunk(b"PLTE", b"a"))),
    kind(
        "png-long-transparency",
        DAMAGED,
        lambda: _palette_png(png_chunk(b"PLTE", b"abcdef"), png_chunk(b"tRNS", bytes(300))),
    ),
    kind("png-short-transparency", DAMAGED, lambda: _png_with(b"tRNS", b"\0")),
    kind("png-interlace-9", DAMAGED, _interlaced_by_9),
    kind("png-chunk-of-2-gigabytes", CUT_OFF, lambda: patched(small("PNG"), 33, b"\x7f\xff\xff\xff")),
    kind("png-chunk-named-nonsense", DAMAGED, lambda: patched(small("PNG"), 37, b"\0\1\2\3")),
    kind("png-second-header-is-huge", TOO_MANY_PIXELS, lambda: _png_with(b"IHDR", HUGE_HEADER)),
    kind("apng", OPENS, partial(small, "PNG", frames=3)),
    kind("apng-four-billion-frames", OPENS, lambda: _png_with(b"acTL", b"\xff" * 8)),
    kind("apng-no-frames", OPENS, lambda: _png_with(b"acTL", bytes(8))),
    kind("png-1-by-60000", OPENS, lambda: png(1, 60_000, b"\0abc" * 60_000)),
    kind("png-60000-by-1", OPENS, lambda: png(60_000, 1, b"\0" + b"abc" * 60_000)),
]
FRAME = gif_frame(4, 4, b"\x84\x8f\xa9\xcb\xed\0")
GIF = [
    kind("gif-bad-codes", DAMAGED, lambda: gif(40, 40, gif_frame(40, 40, b"\xff" * 200) + b";")),
    kind("gif-codes-end-early", CUT_OFF, lambda: gif(40, 40, gif_frame(40, 40, b"\x84\x8f") + b";")),
    kind("gif-code-size-13", DAMAGED, lambda: gif(4, 4, gif_frame(4, 4, b"\x84\x8f", minimum=13) + b";")),
    kind("gif-code-size-0", CUT_OFF, lambda: gif(4, 4, gif_frame(4, 4, b"\x84\x8f", minimum=0) + b";")),
    kind("gif-zeros-from-half", CUT_OFF, lambda: zeros_from_half(small("GIF"))),
    kind("gif-4295-megapixels", TOO_MANY_PIXELS, lambda: gif(65_535, 65_535, FRAME + b";")),
    kind("gif-frame-larger-than-canvas", TOO_MANY_PIXELS, lambda: gif(4, 4, gif_frame(65_535, 65_535, b"\x84") + b";")),
    kind("gif-zero-size", DAMAGED, lambda: gif(0, 0, gif_frame(0, 0, b"\x84") + b";")),
    kind("gif-no-frame", DAMAGED, lambda: gif(4, 4, b";")),
    kind("gif-no-palette", OPENS, lambda: small("GIF")),
    kind("gif-300000-extensions", OPENS, lambda: gif(4, 4, b"!\xf9\x04\0\0\0\0\0" * 300_000 + FRAME + b";")),
    kind(
        "gif-megabytes-of-comment",
        OPENS,
        lambda: gif(4, 4, (b"!\xfe" + (b"\xffy" * 128)[:256] * 90 + b"\0") * 90 + FRAME + b";"),
    ),
    kind("gif-unknown-block", DAMAGED, lambda: gif(4, 4, b"\x99" * 50 + b";")),
    kind("animated-gif", OPENS, partial(small, "GIF", frames=3)),
    kind("gif-second-frame-is-bad", OPENS, lambda: gif(4, 4, FRAME + gif_frame(4, 4, b"\xff" * 20) + b";")),
]
BMP = [
    kind("bmp-top-down", OPENS, lambda: bmp(10, -10, bytes(range(32)) * 10)),
    kind("bmp-negative-width", TOO_MANY_PIXELS, lambda: bmp(-10, 10, bytes(320))),
    kind("bmp-most-negative-height", TOO_MANY_PIXELS, lambda: bmp(10, -(2**31), bytes(320))),
    kind("bmp-1600-megapixels", TOO_MANY_PIXELS, lambda: bmp(40_000, 40_000, b"")),
    kind("bmp-zero-width", DAMAGED, lambda: bmp(0, 10, b"")),
    kind("bmp-80-megapixels-of-nothing", CUT_OFF, lambda: bmp(8_000, 10_000, b"")),
    kind("bmp-runs-overflow", CUT_OFF, lambda: bmp(10, 10, b"\xff\1" * 200_000, bits=8, compression=1, colours=2)),
    kind(
        "bmp-runs-of-80-megapixels",
        TOO_MANY_PIXELS,
        lambda: bmp(80_000_000, 1, b"\1\1\0\0", bits=8, compression=1, colours=2),
    ),
    kind(
        "bmp-runs-of-5-megapixels",
        OPENS,
        lambda: bmp(5_000_000, 1, b"\1\1\0\0\0\1", bits=8, compression=1, colours=2),
    ),
    kind("bmp-runs-skip-far", OPENS, lambda: bmp(100_000, 100, b"\0\2\0\xff" * 9, bits=8, compression=1, colours=2)),
    kind("bmp-runs-end-early", CUT_OFF, lambda: bmp(100, 100, b"\0\1", bits=8, compression=1, colours=2)),
    kind("bmp-5-bits", ODD_WAY, lambda: bmp(10, 10, bytes(320), bits=5)),
    kind("bmp-holds-a-jpeg", ODD_WAY, lambda: bmp(10, 10, small("JPEG"), compression=4)),
    kind("bmp-two-billion-colours", ODD_WAY, lambda: patched(bmp(10, 10, bytes(120), bits=8), 46, b"\xff\xff\xff\x7f")),
    kind("bmp-unknown-header", NOT_A_PICTURE, lambda: bmp(10, 10, bytes(320), header=41)),
    kind("bmp-header-longer-than-file", (CUT_OFF, DAMAGED), lambda: bmp(10, 10, b"", header=124)),
    kind("bmp-pixels-beyond-the-end", CUT_OFF, lambda: patched(bmp(10, 10, bytes(320)), 10, b"\xff\xff\xff\x7f")),
    kind("text-that-starts-like-a-bmp", NOT_A_PICTURE, lambda: b"BMW builds cars in Munich and motorcycles in Berlin."),
]
KINDS = [*PNG, *GIF, *BMP]
