"""Every pixel format that a decoder may hand over, turned into upright 8-bit RGB."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, PictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

BACKGROUND = (255, 255, 255)  # transparent pictures are shown, trained and answered on white
# TIFF and EXIF tags.
BITS_PER_SAMPLE, PHOTOMETRIC, ORIENTATION, SAMPLE_FORMAT = 258, 262, 274, 339
BAND_PIXELS = 4_000_000  # deep pictures are scaled in bands: the copies of a whole one would need gigabytes

ODD_COLOURS = QT_TRANSLATE_NOOP(
    "Sentences", "This picture uses the colour format {mode}. Save it as a JPEG or PNG picture first."
)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
QUARTER_TURNS = frozenset({5, 6, 7, 8})
# Premultiplied modes, and what they convert to directly.
_PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}


def orientation(image: Image.Image) -> int:
    """How a loaded picture is still to be turned, as EXIF counts: 1 to 8. Pillow turns a TIFF while loading it."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:
        log.debug("unreadable EXIF", exc_info=True)
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1


def to_upright_rgb(image: Image.Image, turn: int) -> Image.Image:
    """Alpha on white, 16-bit scaled (never clipped), CMYK, palette, grey and 1-bit as RGB; then turned upright."""
    # Colours first: a turned copy has lost the tags that say what its numbers mean.
    flat = _rgb(image)
    return flat.transpose(_TURNS[turn]) if turn in _TURNS else flat


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _on_white(image)
    if image.mode in ("RGB", "1", "L", "P", "CMYK", "YCbCr", "RGBX", "HSV"):
        return image.convert("RGB")
    raise PictureError(ODD_COLOURS, mode=image.mode)


def _on_white(image: Image.Image) -> Image.Image:
    straight = image.convert(_PREMULTIPLIED.get(image.mode, image.mode))
    layered = straight.convert("RGBA")
    flat = Image.new("RGB", layered.size, BACKGROUND)
    flat.paste(layered, mask=layered.getchannel("A"))
    return flat


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and float grey on the scale 0..255."""
    low, high = _scale(image)
    if _tag(image, PHOTOMETRIC, 1) == 0:  # the least value is white; Pillow turns only 8-bit ones
        low, high = high, low
    factor = 255.0 / (high - low) if high != low else 0.0
    clear = image.info.get("transparency")
    flat = Image.new("L", image.size)
    for top, values in _bands(image):
        numbers = np.nan_to_num(values, nan=low, posinf=max(low, high), neginf=min(low, high))
        levels = np.rint((numbers - low) * factor).astype(np.uint8)
        if isinstance(clear, int):
            levels[values == clear] = 255
        flat.paste(Image.fromarray(levels), (0, top))
    return flat.convert("RGB")


def _scale(image: Image.Image) -> tuple[float, float]:
    """The values that mean black and white. What no format declares is guessed from the values in use."""
    bits = _tag(image, BITS_PER_SAMPLE, 16)
    declared = 0 if image.mode == "F" or bits > 16 else 2 ** (bits - int(_is_signed(image))) - 1
    if image.mode.startswith("I;16"):
        return 0.0, float(declared)
    lows, highs = [], []
    for _top, values in _bands(image):
        finite = values[np.isfinite(values)]
        lows.append(finite.min(initial=np.inf))
        highs.append(finite.max(initial=-np.inf))
    low, high = float(min(lows)), float(max(highs))
    if low > high:  # not one finite value
        return 0.0, 1.0
    # A full scale counts where the values fill half of it; 0..1 is so common that a dark picture keeps it too.
    for white, least in ((declared, 0), (1, 0), (255, 128), (65535, 32768)):
        if white and low >= 0 and least <= high <= white:
            return 0.0, float(white)
    return low, high


def _bands(image: Image.Image) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """First row and values of one band after another."""
    rows = max(1, BAND_PIXELS // image.width)
    unsigned = image.mode == "I" and _tag(image, BITS_PER_SAMPLE, 16) == 32 and not _is_signed(image)
    for top in range(0, image.height, rows):
        values = np.asarray(image.crop((0, top, image.width, min(top + rows, image.height))))
        # Pillow keeps unsigned 32-bit values in signed ones.
        yield top, (values.view(np.uint32) if unsigned else values).astype(np.float64)


def _is_signed(image: Image.Image) -> bool:
    return _tag(image, SAMPLE_FORMAT, 1) == 2


def _tag(image: Image.Image, tag: int, default: int) -> int:
    """The first value of a TIFF tag; the default for every other format."""
    value = getattr(image, "tag_v2", {}).get(tag, default)
    return int(value[0] if isinstance(value, tuple) else value)
