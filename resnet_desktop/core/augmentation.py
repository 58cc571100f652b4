"""How a picture is shown to a network while it learns: another part of it every time, mirrored, in other light.

What a picture becomes follows from the dice alone, and the dice from the seed, the epoch and the picture, so a run that
goes on from a checkpoint sees the very same pixels, and a preview shows what a run will see.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import network_pixels
from resnet_desktop.core.training import Look

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from resnet_desktop.core.preprocess import Preprocess

    Pixels = NDArray[np.uint8]

AREA, RATIO = (0.35, 1.0), (3 / 4, 4 / 3)  # of a random crop: share of the picture, width to height
TRIES = 10
LIGHT = (0.7, 1.3)  # factors of brightness, contrast and saturation


def dice_of(seed: int, epoch: int, index: int) -> np.random.Generator:
    """The chances of one picture in one epoch."""
    import numpy as np

    return np.random.default_rng((seed, epoch, index))


def kept_form(path: Path, preprocess: Preprocess, look: Look) -> Image | Pixels:
    """What of a picture is the same in every epoch, as small as can be. Raises PictureError."""
    import numpy as np
    from PIL import Image as Pillow

    if look.base == "part":
        return _shrunk(open_picture(path, edge=preprocess.resize).image, preprocess)
    if look.base == "stretched":
        # From the whole picture, so no reduced decoding.
        square = open_picture(path).image.resize((preprocess.crop, preprocess.crop), Pillow.Resampling.BILINEAR)
        return np.asarray(square)
    return network_pixels(preprocess, open_picture(path, edge=preprocess.resize).image)


def shown(kept: Image | Pixels, preprocess: Preprocess, look: Look, dice: np.random.Generator) -> Pixels:
    """The kept form of a picture as the network gets it this time: uint8 [crop, crop, 3]."""
    import numpy as np
    from PIL import Image as Pillow

    if isinstance(kept, Pillow.Image):
        edge = preprocess.crop
        box = _random_box(kept.width, kept.height, dice)
        pixels: Pixels = np.asarray(kept.resize((edge, edge), Pillow.Resampling.BILINEAR, box))
    else:
        pixels = kept
    if look.mirror and dice.random() < 0.5:
        pixels = pixels[:, ::-1]
    if look.colour:
        pixels = _in_other_light(pixels, dice)
    return np.ascontiguousarray(pixels)


def _in_other_light(pixels: Pixels, dice: np.random.Generator) -> Pixels:
    import numpy as np
    from PIL import Image, ImageEnhance

    image = Image.fromarray(np.ascontiguousarray(pixels))
    for kind in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = kind(image).enhance(float(dice.uniform(*LIGHT)))
    return np.asarray(image)


def _random_box(width: int, height: int, dice: np.random.Generator) -> tuple[float, float, float, float]:
    """As torchvision's RandomResizedCrop: area and ratio at random, the middle square where none fits."""
    import numpy as np

    for _try in range(TRIES):
        area = width * height * dice.uniform(*AREA)
        ratio = np.exp(dice.uniform(np.log(RATIO[0]), np.log(RATIO[1])))
        wide, high = float(np.sqrt(area * ratio)), float(np.sqrt(area / ratio))
        if wide <= width and high <= height:
            left, top = float(dice.uniform(0, width - wide)), float(dice.uniform(0, height - high))
            return left, top, min(left + wide, float(width)), min(top + high, float(height))
    edge = float(min(width, height))
    left, top = (width - edge) / 2, (height - edge) / 2
    return left, top, left + edge, top + edge


def _shrunk(image: Image, preprocess: Preprocess) -> Image:
    """With the shorter edge that answers have; smaller pictures stay as they are."""
    from PIL import Image as Pillow

    scale = preprocess.resize / min(image.size)
    if scale >= 1:
        return image
    filters = {"bilinear": Pillow.Resampling.BILINEAR, "bicubic": Pillow.Resampling.BICUBIC}
    width, height = (max(1, round(length * scale)) for length in image.size)
    return image.resize((width, height), filters[preprocess.interpolation])
