"""What kind of file some bytes are, by their beginning; the extension says nothing."""

from __future__ import annotations

from collections.abc import Mapping

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP

# Enough for every signature below; HTML and SVG may start with a byte-order mark, blanks or a comment.
HEAD_BYTES = 512
PICTURE_SUFFIXES = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".apng",
        ".webp",
        ".bmp",
        ".dib",
        ".gif",
        ".tif",
        ".tiff",
        ".mpo",
        ".heic",
        ".heif",
        ".hif",
        ".avif",
    ]
)
FOREIGN = QT_TRANSLATE_NOOP("Sentences", "This is {kind}, not a picture this program can read.")
EXPORT = QT_TRANSLATE_NOOP("Sentences", "This is {kind}. Save it as a JPEG or PNG picture first.")

_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_VIDEO = QT_TRANSLATE_NOOP("Kinds", "a video")
_WEB_PAGE = QT_TRANSLATE_NOOP("Kinds", "a web page")
_SVG = QT_TRANSLATE_NOOP("Kinds", "a vector drawing (SVG)")
RAW = QT_TRANSLATE_NOOP("Kinds", "a raw camera file")
_JPEG_2000 = QT_TRANSLATE_NOOP("Kinds", "a JPEG 2000 picture")
_JPEG_XL = QT_TRANSLATE_NOOP("Kinds", "a JPEG XL picture")
_ZIP = QT_TRANSLATE_NOOP("Kinds", "a ZIP archive or office document")

_NEW_SUBFILE_TYPE, _SUB_IFDS = 254, 330

_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))  # their lengths

_PICTURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
)
_OTHERS = (
    (b"%PDF", EXPORT, QT_TRANSLATE_NOOP("Kinds", "a PDF document")),
    (b"%!PS", EXPORT, QT_TRANSLATE_NOOP("Kinds", "a PostScript document")),
    (b"8BPS", EXPORT, QT_TRANSLATE_NOOP("Kinds", "a Photoshop file")),
    # Pillow 13.0 takes its header for that of a small TIFF.
    (b"MM\x00+", EXPORT, QT_TRANSLATE_NOOP("Kinds", "a big-endian BigTIFF picture")),
    (b"gimp xcf", EXPORT, QT_TRANSLATE_NOOP("Kinds", "a GIMP file")),
    (b"\x00\x00\x01\x00", EXPORT, QT_TRANSLATE_NOOP("Kinds", "an icon")),
    (b"\x00\x00\x00\x0cjP  ", EXPORT, _JPEG_2000),
    (b"\xff\x4f\xff\x51", EXPORT, _JPEG_2000),
    (b"\xff\x0a", EXPORT, _JPEG_XL),
    (b"\x00\x00\x00\x0cJXL ", EXPORT, _JPEG_XL),
    (b"FUJIFILMCCD-RAW", EXPORT, RAW),
    (b"IIRO", EXPORT, RAW),
    (b"IIU\x00", EXPORT, RAW),
    (b"\x1aE\xdf\xa3", FOREIGN, _VIDEO),
    (b"PK\x03\x04", FOREIGN, _ZIP),
    (b"MZ", FOREIGN, QT_TRANSLATE_NOOP("Kinds", "a program")),
    (b"\x7fELF", FOREIGN, QT_TRANSLATE_NOOP("Kinds", "a program")),
)


def picture_format(head: bytes) -> str | None:
    """Pillow's name for the format, "HEIF", or None where these are not the first bytes of a picture."""
    for magic, name in _PICTURES:
        if head.startswith(magic):
            if name == "BMP" and head[14:18] not in _BMP_HEADERS:
                return None  # two letters are little: a text may begin with "BMW"
            # Canon's CR2 is a TIFF whose first picture is a preview; the mark stands at byte 8.
            return None if name == "TIFF" and head[8:10] == b"CR" else name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    brands = _brands(head)
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIF" if brands & _HEIF_BRANDS else None


def foreign_kind(head: bytes) -> tuple[str, str] | None:
    """For something that is known, but not a picture: its sentence and the words for what it is."""
    for magic, sentence, kind in _OTHERS:
        if head.startswith(magic):
            return sentence, kind
    if head[:2] in (b"II", b"MM") and head[8:10] == b"CR":
        return EXPORT, RAW
    if head[4:8] == b"ftyp":
        return (EXPORT, RAW) if head[8:12] == b"crx " else (FOREIGN, _VIDEO)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return FOREIGN, _VIDEO
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in text):
        return EXPORT, _SVG
    return (FOREIGN, _WEB_PAGE) if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) else None


def is_raw_preview(tags: Mapping[int, object]) -> bool:
    """Whether TIFF tags are those of a raw camera file (DNG, NEF, ARW): a thumbnail first, the picture in a SubIFD."""
    kind = tags.get(_NEW_SUBFILE_TYPE, 0)
    return isinstance(kind, int) and bool(kind & 1) and _SUB_IFDS in tags


def webp_size(head: bytes) -> tuple[int, int]:
    """Width and height in a WebP's header; (0, 0) where it has none."""
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    return 0, 0


def _brands(head: bytes) -> set[bytes]:
    """Major and compatible brands of an ISO base media file."""
    if head[4:8] != b"ftyp":
        return set()
    length = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[at : at + 4] for at in (8, *range(16, length - 3, 4))}
