"""Some of what a run will see of one picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resnet_desktop.core.augmentation import dice_of, kept_form, shown
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset_values import DatasetPicture
from resnet_desktop.core.events import Event, PixelBlock
from resnet_desktop.core.preprocess import Preprocess
from resnet_desktop.core.training import Look

EXAMPLES = 6


@dataclass(frozen=True)
class ExamplesMade(Event):
    """The picture in the first epochs of a run."""

    blocks: tuple[PixelBlock, ...]


def make_examples(
    picture: DatasetPicture, preprocess: Preprocess, look: Look, seed: int, token: CancelToken
) -> Iterator[Event]:
    """ExamplesMade; raises PictureError."""
    kept = kept_form(picture.path, preprocess, look)
    token.check()
    edge = preprocess.crop
    made = (shown(kept, preprocess, look, dice_of(seed, epoch, 0)) for epoch in range(1, EXAMPLES + 1))
    yield ExamplesMade(tuple(PixelBlock(edge, edge, pixels.tobytes()) for pixels in made))
