"""From an upright picture to the square of pixels that a network reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image


@dataclass(frozen=True, kw_only=True)
class Preprocess:
    """How the training of a model saw its pictures."""

    resize: int  # shorter edge after resizing, in pixels
    crop: int  # edge of the centred square, in pixels
    mean: tuple[float, float, float]  # of values in 0..1
    std: tuple[float, float, float]
    interpolation: str  # "bilinear" or "bicubic", antialiased

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Preprocess:
        values = dict(record)
        values["mean"], values["std"] = tuple(values["mean"]), tuple(values["std"])
        return cls(**values)


class Box(NamedTuple):
    """A rectangle in fractions of the picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float


def network_pixels(preprocess: Preprocess, image: Image.Image) -> NDArray[np.uint8]:
    """The centred crop, uint8 [crop, crop, 3]. Normalisation is part of every network, so it is not done here.

    The geometry follows torchvision's Resize and CenterCrop, but only the crop is computed: a strip of
    1 x 10,000 pixels would otherwise grow to 256 x 2,560,000 before it is cut.
    """
    import numpy as np
    from PIL import Image as Pillow

    filters = {"bilinear": Pillow.Resampling.BILINEAR, "bicubic": Pillow.Resampling.BICUBIC}
    box = seen_box(preprocess, *image.size)
    width, height = image.size
    source = (box.left * width, box.top * height, box.right * width, box.bottom * height)
    square = (preprocess.crop, preprocess.crop)
    return np.asarray(image.resize(square, filters[preprocess.interpolation], source))


def seen_box(preprocess: Preprocess, width: int, height: int) -> Box:
    """The part of a ``width`` x ``height`` picture that the network sees."""
    wide, high = _resized(preprocess, width, height)
    left, top = _offset(wide, preprocess.crop), _offset(high, preprocess.crop)
    return Box(left / wide, top / high, (left + preprocess.crop) / wide, (top + preprocess.crop) / high)


def _resized(preprocess: Preprocess, width: int, height: int) -> tuple[int, int]:
    edge, short, long = preprocess.resize, *sorted((width, height))
    longer = max(int(edge * long / short), edge)
    return (edge, longer) if width <= height else (longer, edge)


def _offset(length: int, crop: int) -> int:
    return round((length - crop) / 2)
