"""Hostile WebP, AVIF and HEIC files, files that are no pictures under any name, and files that are two at once."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from functools import partial

from resnet_desktop.core.picture_formats import EXPORT, FOREIGN
from resnet_desktop.core.pictures import CUT_OFF, DAMAGED, NOT_A_PICTURE, ODD_WAY, TOO_MANY_PIXELS
from tests.core.coffee_heic import COFFEE_HEIC, DEADLY_HEIC, FALSE_DEPTH_HEIC
from tests.core.hostile_kind import OPENS, flipped, kind
from tests.core.odd_pictures import (
    box,
    declared_size,
    encode,
    patched,
    riff,
    segment,
    small,
    small_photo,
    with_segments,
)

SIZE_16383 = struct.pack("<I", 16_382)[:3] * 2


def _extended(*chunks: tuple[bytes, bytes], flags: int = 0, size: bytes = SIZE_16383) -> bytes:
    return riff((b"VP8X", bytes((flags, 0, 0, 0)) + size), *chunks)


def _webp_body() -> bytes:
    return small("WEBP")[20:]


def _webp_with_exif(size: int) -> bytes:
    small_size = struct.pack("<I", 95)[:3] + struct.pack("<I", 63)[:3]
    return _extended((b"VP8 ", _webp_body()), (b"EXIF", b"II*\0" + b"\xff" * size), flags=8, size=small_size)


WEBP = [
    kind(
        "webp-268-megapixels", TOO_MANY_PIXELS, lambda: patched(small("WEBP"), 26, struct.pack("<HH", 16_383, 16_383))
    ),
    kind(
        "webp-100-megapixels", TOO_MANY_PIXELS, lambda: patched(small("WEBP"), 26, struct.pack("<HH", 10_000, 10_000))
    ),
    kind(
        "webp-lossless-268-megapixels",
        TOO_MANY_PIXELS,
        lambda: riff((b"VP8L", b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + b"x" * 40)),
    ),
    kind("webp-canvas-of-268-megapixels", TOO_MANY_PIXELS, lambda: _extended((b"VP8 ", _webp_body()))),
    kind("webp-animation-of-268-megapixels", TOO_MANY_PIXELS, lambda: _extended((b"ANIM", bytes(6)), flags=2)),
    kind("webp-zero-size", DAMAGED, lambda: patched(small("WEBP"), 26, bytes(4))),
    kind(
        "webp-80-megapixels-of-nothing", DAMAGED, lambda: patched(small("WEBP"), 26, struct.pack("<HH", 8_900, 9_000))
    ),
    kind("webp-no-chunk", DAMAGED, riff),
    kind("webp-unknown-chunk", DAMAGED, lambda: riff((b"what", b"ever" * 9))),
    kind("webp-nonsense", DAMAGED, lambda: riff((b"VP8 ", b"\xff" * 99))),
    kind("webp-lossless-nonsense", DAMAGED, lambda: riff((b"VP8L", b"\x2f\x09\x40\2\0" + b"\xff" * 99))),
    kind("webp-longer-than-the-file", CUT_OFF, lambda: patched(small("WEBP"), 4, b"\xff\xff\xff\x7f")),
    kind("webp-shorter-than-the-file", DAMAGED, lambda: patched(small("WEBP"), 4, struct.pack("<I", 20))),
    kind("webp-bytes-left-over", OPENS, lambda: small("WEBP") + bytes(1_000)),
    kind("webp-exif-of-20-megabytes", OPENS, lambda: _webp_with_exif(20_000_000)),
    kind("webp-flipped-data", (OPENS, DAMAGED), lambda: flipped(small("WEBP"), 400)),
    kind("animated-webp", OPENS, partial(small, "WEBP", frames=3)),
    kind("webp-1-by-16383", OPENS, lambda: encode(small_photo().resize((1, 16_383)), "WEBP")),
]
AVIF_FTYP = box(b"ftyp", b"avif\0\0\0\0mif1avifmiaf")
HEIC_FTYP = box(b"ftyp", b"heic\0\0\0\0mif1heic")
ISO_MEDIA = [
    kind("avif-225-megapixels", TOO_MANY_PIXELS, lambda: declared_size(small("AVIF"), 15_000, 15_000)),
    kind("avif-largest-size", (DAMAGED, TOO_MANY_PIXELS), lambda: declared_size(small("AVIF"), 2**32 - 1, 2**32 - 1)),
    kind("avif-zero-size", DAMAGED, lambda: declared_size(small("AVIF"), 0, 0)),
    kind("avif-only-a-brand", CUT_OFF, lambda: AVIF_FTYP),
    kind("avif-brand-on-a-jpeg", DAMAGED, lambda: AVIF_FTYP + box(b"meta", small("JPEG"))),
    kind("avif-box-of-length-0", DAMAGED, lambda: AVIF_FTYP + bytes(4) + b"meta" + bytes(40)),
    kind("avif-boxes-100-deep", DAMAGED, lambda: AVIF_FTYP + _nested(100)),
    kind("avif-brands-of-a-gigabyte", (CUT_OFF, DAMAGED), lambda: patched(small("AVIF"), 0, b"\x40\0\0\0")),
    kind("avif-flipped-data", (OPENS, DAMAGED), lambda: flipped(small("AVIF"), len(small("AVIF")) - 300)),
    kind("animated-avif", OPENS, partial(small, "AVIF", frames=2)),
    kind("heic-225-megapixels", TOO_MANY_PIXELS, lambda: declared_size(COFFEE_HEIC, 15_000, 15_000)),
    kind("heic-largest-size", (DAMAGED, TOO_MANY_PIXELS), lambda: declared_size(COFFEE_HEIC, 2**31 - 1, 2**31 - 1)),
    kind("heic-zero-size", DAMAGED, lambda: declared_size(COFFEE_HEIC, 0, 0)),
    kind("heic-another-size-than-inside", (OPENS, DAMAGED), lambda: declared_size(COFFEE_HEIC, 1_000, 1_000)),
    kind("heic-only-a-brand", CUT_OFF, lambda: HEIC_FTYP),
    kind("heic-nonsense", ODD_WAY, lambda: HEIC_FTYP + box(b"meta", b"\xff" * 99)),
    kind("heic-boxes-100-deep", DAMAGED, lambda: HEIC_FTYP + _nested(100)),
    kind("heic-of-another-codec", (DAMAGED, ODD_WAY), lambda: COFFEE_HEIC.replace(b"hvc1", b"vvc1")),
    kind(
        "heic-name-that-is-no-text",
        DAMAGED,
        partial(bytes, DEADLY_HEIC),
    ),
    kind(
        "heic-of-15-bits",
        (OPENS, DAMAGED),
        partial(bytes, FALSE_DEPTH_HEIC),
    ),
    kind("heic-flipped-data", (OPENS, DAMAGED), lambda: flipped(COFFEE_HEIC, len(COFFEE_HEIC) - 300)),
]


def _nested(depth: int) -> bytes:
    body = b""
    for _level in range(depth):
        body = box(b"meta", bytes(4) + body)
    return body


def _zip(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "text")
    return file.getvalue()


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"
FOREIGN_FILES = [
    kind("svg", EXPORT, lambda: SVG),
    kind("svg-behind-xml-and-blanks", EXPORT, lambda: b"\xef\xbb\xbf \n<?xml version='1.0'?>\n<!-- drawn -->\n" + SVG),
    kind(
        "xml-of-a-billion-laughs",
        NOT_A_PICTURE,
        lambda: b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'lol'>]><l>&a;</l>",
    ),
    kind("html", FOREIGN, lambda: b"<!DOCTYPE HTML><html><img src=x onerror=alert(1)></html>"),
    kind("html-behind-blanks", FOREIGN, lambda: b"\r\n\r\n  <HTML><body>404 Not Found</body></HTML>"),
    kind("eps", EXPORT, lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n{} loop\n"),
    kind("eps-with-preview", NOT_A_PICTURE, lambda: b"\xc5\xd0\xd3\xc6" + bytes(60)),
    kind("pdf", EXPORT, lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
    kind("zip", FOREIGN, lambda: _zip("picture.png")),
    kind("office-document", FOREIGN, lambda: _zip("word/document.xml")),
    kind("exe", FOREIGN, lambda: b"MZ\x90\0" + bytes(200)),
    kind("elf", FOREIGN, lambda: b"\x7fELF\2\1\1" + bytes(200)),
    kind("shell-script", NOT_A_PICTURE, lambda: b"#!/bin/sh\nrm -rf ~\n"),
    kind("mp4", FOREIGN, lambda: box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41") + box(b"moov", bytes(99))),
    kind("mov", FOREIGN, lambda: box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"mdat", bytes(99))),
    kind("avi", FOREIGN, lambda: b"RIFF" + struct.pack("<I", 99) + b"AVI LIST" + bytes(90)),
    kind("mkv", FOREIGN, lambda: b"\x1aE\xdf\xa3" + bytes(99)),
    kind("wav", NOT_A_PICTURE, lambda: b"RIFF" + struct.pack("<I", 99) + b"WAVEfmt " + bytes(90)),
    kind("jpeg-2000", EXPORT, lambda: encode(small_photo(), "JPEG2000")),
    kind("jpeg-2000-stream", EXPORT, lambda: b"\xff\x4f\xff\x51" + bytes(99)),
    kind("jpeg-xl", EXPORT, lambda: b"\xff\x0a" + bytes(99)),
    kind("jpeg-xl-box", EXPORT, lambda: b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(99)),
    kind("psd", EXPORT, lambda: b"8BPS\0\1" + bytes(99)),
    kind("gimp", EXPORT, lambda: b"gimp xcf v011\0" + bytes(99)),
    kind("icon", EXPORT, lambda: encode(small_photo(), "ICO")),
    kind("canon-cr2", EXPORT, lambda: b"II*\0\x10\0\0\0CR\2\0" + bytes(200)),
    kind("canon-cr3", EXPORT, lambda: box(b"ftyp", b"crx \0\0\0\1crx isom") + bytes(200)),
    kind("fuji-raf", EXPORT, lambda: b"FUJIFILMCCD-RAW 0201" + bytes(200)),
    kind("olympus-orf", EXPORT, lambda: b"IIRO\x08\0\0\0" + bytes(200)),
    kind("panasonic-rw2", EXPORT, lambda: b"IIU\0\x08\0\0\0" + bytes(200)),
    kind("portable-pixmap", NOT_A_PICTURE, lambda: encode(small_photo(), "PPM")),
    kind("targa", NOT_A_PICTURE, lambda: encode(small_photo(), "TGA")),
    kind("text", NOT_A_PICTURE, "שלום, עולם. This is text.".encode),
    kind("zero-bytes", NOT_A_PICTURE, lambda: bytes(100_000)),
    kind("noise", NOT_A_PICTURE, lambda: b"\x01" + random.Random(7).randbytes(100_000)),  # noqa: S311
    kind("one-byte", NOT_A_PICTURE, lambda: b"\xff"),
    kind("nothing", NOT_A_PICTURE, lambda: b""),
    kind("pickle", NOT_A_PICTURE, lambda: b"\x80\x04cos\nsystem\n(S'true'\ntR."),
]
MAGICS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"II*\0",
    b"RIFF\0\0\0\0WEBP",
    AVIF_FTYP[:12],
    HEIC_FTYP[:12],
)
HALVES = [kind(f"only-a-mark-{magic[:8].hex()}", (CUT_OFF, DAMAGED), partial(bytes, magic)) for magic in MAGICS]
FILLED = [
    kind(f"a-mark-and-noise-{magic[:8].hex()}", (CUT_OFF, DAMAGED), partial(bytes, magic + b"\xa5\x5a" * 500))
    for magic in MAGICS
]
POLYGLOTS = [
    kind("jpeg-and-zip", OPENS, lambda: small("JPEG") + _zip("hidden.exe")),
    kind(
        "jpeg-with-html-inside",
        OPENS,
        lambda: with_segments(small("JPEG"), segment(0xFE, b"<script>alert(1)</script>")),
    ),
    kind("png-and-pdf", OPENS, lambda: small("PNG") + b"%PDF-1.7\n"),
    kind("gif-and-script", (DAMAGED, CUT_OFF, TOO_MANY_PIXELS), lambda: b"GIF89a/*" + bytes(8) + b"*/=1;alert(1)//;"),
    kind("gif-and-archive", OPENS, lambda: small("GIF") + _zip("classes.class")),
    kind("pdf-and-jpeg", EXPORT, lambda: b"%PDF-1.7\n" + small("JPEG")),
    kind("zip-and-png", FOREIGN, lambda: _zip("a") + small("PNG")),
    kind("png-in-a-jpeg", (CUT_OFF, DAMAGED), lambda: b"\xff\xd8\xff" + small("PNG")),
    kind("jpeg-in-a-png", (CUT_OFF, DAMAGED), lambda: b"\x89PNG\r\n\x1a\n" + small("JPEG")),
]
KINDS = [*WEBP, *ISO_MEDIA, *FOREIGN_FILES, *HALVES, *FILLED, *POLYGLOTS]
