"""From an upright picture to the square of pixels that a network reads."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image


_SUPPORT = {"bilinear": 1, "bicubic": 2}  # source rows to each side that count for one row, before antialiasing

# Above this share of the rows, all of them are faster: a box that leaves out rows costs Pillow a pass over the rest.
_MOST_ROWS = 0.75


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


def resized(preprocess: Preprocess, crop: int) -> Preprocess:
    """The same with squares of ``crop`` pixels, as large a part of the picture."""
    return replace(preprocess, crop=crop, resize=max(crop, round(preprocess.resize * crop / preprocess.crop)))


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
    chosen, crop = filters[preprocess.interpolation], preprocess.crop
    width, height = image.size
    box = seen_box(preprocess, width, height)
    top, bottom = box.top * height, box.bottom * height
    # Columns first and rows after them, always: torchvision's order, while Pillow 13 given a box takes the cheaper one,
    # which rounds small upright pictures up to 9 levels away.
    reach = _SUPPORT[preprocess.interpolation] * max(1.0, (bottom - top) / crop) + 1
    first, last = max(0, math.floor(top - reach)), min(height, math.ceil(bottom + reach))
    if last - first > _MOST_ROWS * height:
        first, last = 0, height
    columns = image.resize((crop, last - first), chosen, (box.left * width, first, box.right * width, last))
    return np.asarray(columns.resize((crop, crop), chosen, (0, top - first, crop, bottom - first)))


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
