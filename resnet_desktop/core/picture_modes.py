"""Every pixel format that a decoder may hand over, turned into upright 8-bit RGB."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, PictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

BACKGROUND = (255, 255, 255)  # transparent pictures are shown, trained and answered on white
BITS_PER_SAMPLE = 258  # TIFF tag
ODD_COLOURS = QT_TRANSLATE_NOOP(
    "Sentences", "This picture uses the colour format {mode}. Save it as a JPEG or PNG picture first."
)


def to_upright_rgb(image: Image.Image) -> Image.Image:
    """Upright by EXIF, alpha on white, 16-bit scaled (never clipped), CMYK, palette, grey and 1-bit as RGB."""
    return _rgb(_upright(image))


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        log.debug("unreadable EXIF", exc_info=True)
        return image


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_eight_bits(np.asarray(image), _full_scale(image))).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _on_white(image)
    if image.mode in ("1", "L", "P", "CMYK", "YCbCr", "RGBX", "HSV"):
        return image.convert("RGB")
    raise PictureError(ODD_COLOURS, mode=image.mode)


def _on_white(image: Image.Image) -> Image.Image:
    layered = image.convert("RGBA")
    flat = Image.new("RGB", layered.size, BACKGROUND)
    flat.paste(layered, mask=layered.getchannel("A"))
    return flat


def _full_scale(image: Image.Image) -> float | None:
    """The value that means white, or None where the format does not say."""
    if image.mode == "F":
        return None
    bits = getattr(image, "tag_v2", {}).get(BITS_PER_SAMPLE, (16,))[0]
    return float(2**bits - 1) if bits <= 16 else None


def _eight_bits(values: NDArray[np.generic], full_scale: float | None) -> NDArray[np.uint8]:
    """Scale to 0..255. Without a known full scale, floats within 0..1 keep it; all else is stretched to its range."""
    numbers = np.nan_to_num(np.asarray(values, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if full_scale is not None and low >= 0 and high <= full_scale:
        low, high = 0.0, full_scale
    elif low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    scale = 255.0 / (high - low) if high > low else 0.0
    return np.asarray(np.rint((numbers - low) * scale), np.uint8)
