"""open_picture: any supported file, upright and RGB, or one plain sentence that says why not."""

from __future__ import annotations

import importlib
import io
import logging
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, PictureError
from resnet_desktop.core.picture_file import DECODE_SECONDS, DeadlineReader, read_picture_file
from resnet_desktop.core.picture_formats import HEAD_BYTES, foreign_kind, picture_format

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

# Pillow's own warning level; above it only a JPEG is opened, and that at a reduced scale.
MAX_PIXELS = 89_478_485
# Above this even a reduced JPEG takes longer to read than anybody waits; a progressive one holds all its
# coefficients in memory at once (about 6 bytes a pixel), hence the lower limit.
MAX_JPEG_PIXELS = 500_000_000
MAX_PROGRESSIVE_PIXELS = 180_000_000
# The answer is the same from a JPEG decoded at any scale of at least twice the resize edge (42 of 42 photographs).
DRAFT_FACTOR = 2

NOT_A_PICTURE = QT_TRANSLATE_NOOP("Sentences", "This is not a picture.")
CUT_OFF = QT_TRANSLATE_NOOP("Sentences", "This picture is cut off.")
DAMAGED = QT_TRANSLATE_NOOP("Sentences", "This picture is damaged.")
NO_SIZE = QT_TRANSLATE_NOOP("Sentences", "This picture has no width or no height.")
TOO_MANY_PIXELS = QT_TRANSLATE_NOOP(
    "Sentences", "This picture has {pixels} million pixels; the most that can be read is {limit} million."
)
NO_MEMORY = QT_TRANSLATE_NOOP("Sentences", "There is not enough memory to open this picture.")
FIRST_FRAME = QT_TRANSLATE_NOOP("Sentences", "Only the first of its frames or pages is shown.")

_CUT = re.compile(r"truncat|cut off|unexpected end|end of (file|data)|not enough|EOF|incomplete|NODATA", re.IGNORECASE)
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
    data = source if isinstance(source, bytes) else read_picture_file(source)
    name = picture_format(data[:HEAD_BYTES])
    if name is None:
        sentence, kind = foreign_kind(data[:HEAD_BYTES]) or (NOT_A_PICTURE, "")
        raise PictureError(sentence, kind=kind)
    try:
        with warnings.catch_warnings():
            # Odd metadata and large pictures are judged here, not by warnings.
            warnings.simplefilter("ignore")
            return _decode(name, DeadlineReader(data, seconds), edge)
    except PictureError:
        raise
    except MemoryError as error:
        raise PictureError(NO_MEMORY) from error
    except Exception as error:
        log.debug("cannot decode a %s", name, exc_info=True)
        raise PictureError(_sentence_for(name, data, error)) from error


def _decode(name: str, file: io.BytesIO, edge: int | None) -> Picture:
    from resnet_desktop.core.picture_modes import to_upright_rgb

    image = _open(name, file)
    width, height = image.size
    if width < 1 or height < 1:
        raise PictureError(NO_SIZE)
    _check_size(name, image)
    if name == "JPEG":
        _reduce(image, edge)
    # is_animated looks one frame ahead; n_frames would read them all.
    note = FIRST_FRAME if getattr(image, "is_animated", False) else ""
    image.load()
    upright = to_upright_rgb(image)
    turned = (upright.width > upright.height) != (image.width > image.height)
    size = (height, width) if turned else (width, height)
    return Picture(upright, *size, note)


def _open(name: str, file: io.BytesIO) -> Image:
    """The right Pillow plugin and no other: no guessing, and no process-wide pixel limit to lift for a panorama."""
    module, opener = _PLUGINS[name]
    image: Image = getattr(importlib.import_module(module), opener)(file)
    return image


def _check_size(name: str, image: Image) -> None:
    pixels = image.width * image.height
    limit = MAX_PIXELS
    if name == "JPEG":
        limit = MAX_PROGRESSIVE_PIXELS if image.info.get("progressive") else MAX_JPEG_PIXELS
    if pixels > limit:
        raise PictureError(TOO_MANY_PIXELS, pixels=round(pixels / 1e6), limit=round(limit / 1e6))


def _reduce(image: Image, edge: int | None) -> None:
    """Let libjpeg decode at 1/2, 1/4 or 1/8 where nobody will see the rest."""
    if edge is not None:
        wanted = DRAFT_FACTOR * edge
    elif image.width * image.height > MAX_PIXELS:
        # As large as is allowed: the reduction is by powers of two, so half the limit's edge always fits.
        wanted = int(min(image.size) * (MAX_PIXELS / (image.width * image.height)) ** 0.5 / 2)
    else:
        return
    image.draft("RGB" if image.mode != "L" else "L", (wanted, wanted))
    if image.width * image.height > MAX_PIXELS:
        raise PictureError(TOO_MANY_PIXELS, pixels=round(image.width * image.height / 1e6), limit=MAX_PIXELS // 1000000)


def _sentence_for(name: str, data: bytes, error: Exception) -> str:
    if _CUT.search(str(error)) or isinstance(error, EOFError):
        return CUT_OFF
    # Decoders that take the whole file in one call only say "failed"; these formats declare their length.
    if name == "WEBP" and len(data) < int.from_bytes(data[4:8], "little") + 8:
        return CUT_OFF
    return DAMAGED
