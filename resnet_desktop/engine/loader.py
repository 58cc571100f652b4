"""Batches for training: decoded and cut in threads, a few batches ahead, kept in memory where there is room.

What a picture becomes depends on the seed, the epoch and the picture alone, never on which thread was faster, so a run
that goes on from a checkpoint sees the very same pixels.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from resnet_desktop.core.classifier import thread_count
from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import Preprocess, network_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

AHEAD = 3  # batches
MEMORY_SHARE = 0.25  # of the machine's memory for decoded pictures
AREA, RATIO = (0.35, 1.0), (3 / 4, 4 / 3)  # of a random crop: share of the picture, width to height
TRIES = 10


@dataclass(frozen=True)
class Batch:
    """Some pictures; those that could not be read are left out."""

    pixels: Tensor  # uint8 [n, crop, crop, 3]
    labels: Tensor  # int64 [n]
    indices: tuple[int, ...]  # which pictures, in the order of the rows
    lost: tuple[int, ...]  # which could not be read


@dataclass
class Loader:
    """Pictures by index, decoded at most once as long as memory allows."""

    pictures: Sequence[DatasetPicture]
    preprocess: Preprocess
    stretched: bool = False
    seed: int = 0
    _kept: dict[int, Image.Image] = field(default_factory=dict, repr=False)
    _room: int = field(default_factory=lambda: int(_memory() * MEMORY_SHARE), repr=False)

    def batches(self, batches: Sequence[Sequence[int]], *, epoch: int, augment: bool) -> Iterator[Batch]:
        """The batches in their order, a few of them made ahead."""
        pool = ThreadPoolExecutor(thread_count(), "decode")
        waiting: deque[list[Future[tuple[int, NDArray[np.uint8] | None]]]] = deque()
        coming = iter(batches)
        try:
            while True:
                while len(waiting) < AHEAD and (indices := next(coming, None)) is not None:
                    waiting.append([pool.submit(self._one, index, epoch, augment) for index in indices])
                if not waiting:
                    return
                yield self._collect([future.result() for future in waiting.popleft()])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _collect(self, made: list[tuple[int, NDArray[np.uint8] | None]]) -> Batch:
        good = [(index, pixels) for index, pixels in made if pixels is not None]
        crop = self.preprocess.crop
        stacked = np.stack([pixels for _index, pixels in good]) if good else np.zeros((0, crop, crop, 3), np.uint8)
        indices = tuple(index for index, _pixels in good)
        lost = tuple(index for index, pixels in made if pixels is None)
        labels = torch.tensor([self.pictures[index].label for index in indices], dtype=torch.int64)
        return Batch(torch.from_numpy(stacked), labels, indices, lost)

    def _one(self, index: int, epoch: int, augment: bool) -> tuple[int, NDArray[np.uint8] | None]:
        try:
            image = self._decoded(index)
        except PictureError as error:
            log.info("left out: %s: %s", self.pictures[index].path, error)
            return index, None
        if augment:
            dice = np.random.default_rng((self.seed, epoch, index))
            return index, augmented(image, self.preprocess, dice)
        if self.stretched:
            return index, np.asarray(image)
        return index, network_pixels(self.preprocess, image)

    def _decoded(self, index: int) -> Image.Image:
        """Small enough to keep: every later epoch costs a crop and no decoding."""
        image = self._kept.get(index)
        if image is not None:
            return image
        path, crop = self.pictures[index].path, self.preprocess.crop
        if self.stretched:
            # As the tutorials do it: from the whole picture, so no reduced decoding.
            image = open_picture(path).image.resize((crop, crop), Image.Resampling.BILINEAR)
        else:
            image = _shrunk(open_picture(path, edge=self.preprocess.resize).image, self.preprocess.resize)
        size = image.width * image.height * 3
        if size <= self._room:
            self._room -= size
            self._kept[index] = image
        return image


def augmented(image: Image.Image, preprocess: Preprocess, dice: np.random.Generator) -> NDArray[np.uint8]:
    """A random part of the picture, perhaps mirrored: uint8 [crop, crop, 3]."""
    crop = preprocess.crop
    cut = image.resize((crop, crop), Image.Resampling.BILINEAR, _random_box(image.width, image.height, dice))
    pixels = np.asarray(cut)
    if dice.random() < 0.5:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _random_box(width: int, height: int, dice: np.random.Generator) -> tuple[float, float, float, float]:
    """As torchvision's RandomResizedCrop: area and ratio at random, the whole picture where none fits."""
    for _try in range(TRIES):
        area = width * height * dice.uniform(*AREA)
        ratio = np.exp(dice.uniform(np.log(RATIO[0]), np.log(RATIO[1])))
        wide, high = float(np.sqrt(area * ratio)), float(np.sqrt(area / ratio))
        if wide <= width and high <= height:
            left, top = dice.uniform(0, width - wide), dice.uniform(0, height - high)
            return left, top, left + wide, top + high
    edge = float(min(width, height))
    left, top = (width - edge) / 2, (height - edge) / 2
    return left, top, left + edge, top + edge


def _shrunk(image: Image.Image, edge: int) -> Image.Image:
    """With a shorter edge of ``edge`` pixels; smaller pictures stay as they are."""
    scale = edge / min(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(length * scale)) for length in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR)


def _memory() -> int:
    """Bytes of the machine; 4 GB where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 4 << 30
