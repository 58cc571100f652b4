"""open_picture: any supported file, upright and RGB, or one plain sentence that says why not."""

from __future__ import annotations

import importlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, PictureError
from resnet_desktop.core.picture_cuts import has_wrong_checksum, is_cut, lacks_rows
from resnet_desktop.core.picture_file import DECODE_SECONDS, TOO_SLOW, DeadlineReader, read_picture_file
from resnet_desktop.core.picture_formats import (
    EXPORT,
    HEAD_BYTES,
    RAW,
    foreign_kind,
    is_raw_preview,
    picture_format,
    webp_size,
)
from resnet_desktop.core.picture_heif import DecoderDied, decode_apart, is_child
from resnet_desktop.core.picture_jpeg import has_scans, lacks_end, looks_unfinished, with_surplus
from resnet_desktop.core.picture_tiff import has_too_many_numbers
from resnet_desktop.core.picture_warnings import quiet

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

log = logging.getLogger(__name__)

# Pillow's own warning level; above it only a JPEG is opened, and that at a reduced scale.
MAX_PIXELS = 89_478_485
# A reduced JPEG of 480 million pixels took 0.3 to 2.5 s. Several scans (progressive) need all coefficients in memory at
# once, up to 6 bytes a pixel: 178 million took 3.4 s and 1.4 GB.
MAX_JPEG_PIXELS = 500_000_000
MAX_SCANS_PIXELS = 180_000_000
# Pillow unpacks the run lengths of a BMP in Python; 80 million pixels took 13 s.
MAX_RUNS_PIXELS = 20_000_000
_BMP_RUNS = (1, 2)
# The answer is the same from a JPEG decoded at any scale of at least twice the resize edge (42 of 42 photographs).
DRAFT_FACTOR = 2

NOT_A_PICTURE = QT_TRANSLATE_NOOP("Sentences", "This is not a picture.")
CUT_OFF = QT_TRANSLATE_NOOP("Sentences", "This picture is cut off.")
DAMAGED = QT_TRANSLATE_NOOP("Sentences", "This picture is damaged.")
TOO_MANY_PIXELS = QT_TRANSLATE_NOOP(
    "Sentences", "This picture has {pixels} million pixels; the most that can be read is {limit} million."
)
ODD_WAY = QT_TRANSLATE_NOOP(
    "Sentences",
    "This picture is stored in a way that this program cannot read. Save it as a JPEG or PNG picture first.",
)
NO_MEMORY = QT_TRANSLATE_NOOP("Sentences", "There is not enough memory to open this picture.")
FIRST_FRAME = QT_TRANSLATE_NOOP("Sentences", "Only the first of its frames or pages is shown.")

_CUT = re.compile(r"image file is truncated|unexpected end of file|not enough image data", re.IGNORECASE)
_ODD = re.compile(
    r"unknown (pixel|raw) mode|cannot handle|unsupported|not (yet )?supported|data too large|too much memory",
    re.IGNORECASE,
)
_BOMB = re.compile(r"\((\d+) pixels\)")
_PLUGINS = {
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),  # an MPO opens as its first JPEG
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "HEIF": ("pi_heif", "HeifImageFile"),
}


@dataclass(frozen=True)
class Picture:
    """One decoded picture."""

    image: Image  # upright, mode RGB, possibly at a reduced scale
    width: int  # of the upright picture at its full scale, in pixels
    height: int
    note: str = ""  # a sentence worth telling, such as FIRST_FRAME


def open_picture(source: Path | bytes, *, edge: int | None = None, seconds: float = DECODE_SECONDS) -> Picture:
    """Decode a file or the bytes of one.

    ``edge`` is the shorter edge in pixels that the caller will resize to: a JPEG then is decoded at the smallest
    scale that still has twice as much. Raises PictureError, and nothing else, for whatever is wrong with the file.
    """
    try:
        data = source if isinstance(source, bytes) else read_picture_file(source)
        return _decoded(data, edge, seconds)
    except MemoryError as error:
        raise PictureError(NO_MEMORY) from error


def _decoded(data: bytes, edge: int | None, seconds: float) -> Picture:
    name = picture_format(data[:HEAD_BYTES])
    if name is None:
        sentence, kind = foreign_kind(data[:HEAD_BYTES]) or (NOT_A_PICTURE, "")
        raise PictureError(sentence, kind=kind)
    if name == "HEIF" and not is_child():
        return _decode_apart(data, seconds)
    try:
        with quiet:
            return _decode(name, DeadlineReader(data, seconds), edge)
    except (PictureError, MemoryError):
        raise
    except Exception as error:
        log.debug("cannot decode a %s", name, exc_info=True)
        raise _reason(name, data, error) from error


def _decode_apart(data: bytes, seconds: float) -> Picture:
    from PIL import Image

    try:
        decoded = decode_apart(data, seconds)
        return Picture(Image.frombytes("RGB", decoded.size, decoded.pixels), *decoded.full_size, decoded.note)
    except (DecoderDied, ValueError) as error:
        raise PictureError(CUT_OFF if is_cut("HEIF", data) else DAMAGED) from error


def _decode(name: str, file: DeadlineReader, edge: int | None) -> Picture:
    from resnet_desktop.core.picture_modes import QUARTER_TURNS, orientation, to_upright_rgb

    data = file.getvalue()
    _check_unopened(name, data)
    image = _open(name, file)
    behind_header = file.tell()
    width, height = image.size
    _check_opened(name, image, data, behind_header)
    _reduce(image, edge)
    # is_animated looks one frame ahead; n_frames would read them all.
    note = FIRST_FRAME if getattr(image, "is_animated", False) else ""
    image.load()
    if name == "PNG" and lacks_rows(image, data):
        raise PictureError(CUT_OFF)
    if name == "JPEG" and looks_unfinished(image, width):
        again = _open(name, DeadlineReader(with_surplus(data, behind_header), file.seconds_left))
        _reduce(again, edge)
        if again.tobytes() != image.tobytes():
            raise PictureError(CUT_OFF)
    if name != "JPEG":  # only a JPEG has another scale now; a HEIC may turn out to have another size
        width, height = image.size
    turn = orientation(image)
    size = (height, width) if turn in QUARTER_TURNS else (width, height)
    return Picture(to_upright_rgb(image, turn), *size, note)


def _check_unopened(name: str, data: bytes) -> None:
    """What must not even reach the decoder, since it allocates or computes as soon as it opens."""
    if name == "WEBP":
        _check_size(webp_size(data[:HEAD_BYTES]))
    if name == "TIFF" and has_too_many_numbers(data):
        raise PictureError(TOO_SLOW)
    if name == "PNG" and has_wrong_checksum(data):
        raise PictureError(CUT_OFF if is_cut(name, data) else DAMAGED)


def _open(name: str, file: DeadlineReader) -> ImageFile:
    """The right Pillow plugin and no other: no guessing, and no process-wide pixel limit to lift for a panorama."""
    module, opener = _PLUGINS[name]
    image: ImageFile = getattr(importlib.import_module(module), opener)(file)
    return image


def _check_opened(name: str, image: ImageFile, data: bytes, behind_header: int) -> None:
    """What the header tells before any pixel is decoded."""
    limit = MAX_PIXELS
    if name == "JPEG":
        has_more = "progressive" in image.info or has_scans(data, behind_header, len(image.getbands()))
        limit = MAX_SCANS_PIXELS if has_more else MAX_JPEG_PIXELS
    if name == "BMP" and image.info.get("compression") in _BMP_RUNS:
        limit = MAX_RUNS_PIXELS
    _check_size(image.size, limit)
    if name == "JPEG" and lacks_end(data, behind_header):
        raise PictureError(CUT_OFF)
    if is_raw_preview(getattr(image, "tag_v2", {})):
        raise PictureError(EXPORT, kind=RAW)


def _check_size(size: tuple[int, int], limit: int = MAX_PIXELS) -> None:
    pixels = size[0] * size[1]
    if pixels > limit:
        raise _too_many(pixels, limit)


def _too_many(pixels: int, limit: int = MAX_PIXELS) -> PictureError:
    return PictureError(TOO_MANY_PIXELS, pixels=round(pixels / 1e6), limit=limit // 1_000_000)


def _reduce(image: ImageFile, edge: int | None) -> None:
    """Let libjpeg decode a JPEG at 1/2, 1/4 or 1/8 where nobody will see the rest; nothing else has a draft."""
    pixels = image.width * image.height
    # As large as is allowed: the reduction is by powers of two, so half the limit's edge always fits.
    largest = int(min(image.size) * (MAX_PIXELS / pixels) ** 0.5 / 2) if pixels > MAX_PIXELS else min(image.size)
    wanted = max(1, min(largest, DRAFT_FACTOR * edge) if edge is not None else largest)
    image.draft(image.mode, (wanted, wanted))


def _reason(name: str, data: bytes, error: Exception) -> PictureError:
    bomb = _BOMB.search(str(error))
    if bomb:  # Pillow's own limit: a GIF frame that is larger than its canvas
        return _too_many(int(bomb[1]))
    if _CUT.search(str(error)) or is_cut(name, data):
        return PictureError(CUT_OFF)
    # A KeyError is how Pillow says that it does not know the compression of a TIFF.
    is_odd = _ODD.search(str(error)) or (name == "TIFF" and isinstance(error.__cause__, KeyError))
    return PictureError(ODD_WAY if is_odd else DAMAGED)
