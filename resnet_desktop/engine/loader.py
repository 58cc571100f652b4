"""Batches for training: decoded and cut in threads, a few batches ahead, kept in memory where there is room.

What a picture becomes depends on the seed, the epoch and the picture alone, never on which thread was faster, so a run
that goes on from a checkpoint sees the very same pixels.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from resnet_desktop.core.classifier import thread_count
from resnet_desktop.core.dataset import DatasetPicture, changed_pictures
from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import Preprocess, network_pixels
from resnet_desktop.engine.presets import Look

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]

AHEAD = 3  # batches
MEMORY_SHARE = 0.25  # of the machine's memory for decoded pictures
AREA, RATIO = (0.35, 1.0), (3 / 4, 4 / 3)  # of a random crop: share of the picture, width to height
TRIES = 10
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True)
class Batch:
    """Some pictures; those that could not be read are left out."""

    pixels: Tensor  # uint8 [n, crop, crop, 3]
    labels: Tensor  # int64 [n]
    indices: tuple[int, ...]  # which pictures, in the order of the rows
    lost: tuple[int, ...]  # which could not be read, or have changed


class Room:
    """Memory for decoded pictures, which the loaders of a run share."""

    def __init__(self, size: int | None = None) -> None:
        self.left = int(_memory() * MEMORY_SHARE) if size is None else size
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Whether there was still room for so many bytes; it then is taken."""
        with self._lock:
            if size > self.left:
                return False
            self.left -= size
            return True


class Loader:
    """Pictures by index, decoded at most once as long as memory allows."""

    def __init__(
        self, pictures: Sequence[DatasetPicture], preprocess: Preprocess, look: Look, room: Room, seed: int = 0
    ) -> None:
        self._pictures, self._preprocess, self._look = pictures, preprocess, look
        self._room, self._seed = room, seed
        self._kept: dict[int, Image.Image | Pixels] = {}

    def batches(self, batches: Sequence[Sequence[int]], *, epoch: int = 0) -> Generator[Batch, None, None]:
        """The batches in their order, a few of them made ahead. Close it when it is left early."""
        pool = ThreadPoolExecutor(thread_count(), "decode")
        waiting: deque[list[Future[tuple[int, Pixels | None]]]] = deque()
        coming = iter(batches)
        try:
            while True:
                while len(waiting) < AHEAD and (indices := next(coming, None)) is not None:
                    waiting.append([pool.submit(self._one, index, epoch) for index in indices])
                if not waiting:
                    return
                yield self._collect([future.result() for future in waiting.popleft()])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _collect(self, made: list[tuple[int, Pixels | None]]) -> Batch:
        good = [(index, pixels) for index, pixels in made if pixels is not None]
        crop = self._preprocess.crop
        stacked = np.stack([pixels for _index, pixels in good]) if good else np.zeros((0, crop, crop, 3), np.uint8)
        indices = tuple(index for index, _pixels in good)
        lost = tuple(index for index, pixels in made if pixels is None)
        labels = torch.tensor([self._pictures[index].label for index in indices], dtype=torch.int64)
        return Batch(torch.from_numpy(stacked), labels, indices, lost)

    def _one(self, index: int, epoch: int) -> tuple[int, Pixels | None]:
        try:
            made = self._made(index)
        except PictureError as error:
            log.info("left out: %s: %s", self._pictures[index].path, error)
            return index, None
        if made is None:
            log.info("left out, for it is another than when the run began: %s", self._pictures[index].path)
            return index, None
        if isinstance(made, Image.Image):
            return index, augmented(made, self._preprocess, np.random.default_rng((self._seed, epoch, index)))
        return index, made

    def _made(self, index: int) -> Image.Image | Pixels | None:
        """Small enough to keep: every later epoch costs a crop at most, and no decoding. None where it changed."""
        made = self._kept.get(index)
        if made is not None:
            return made
        if changed_pictures((self._pictures[index],)):
            return None
        made, size = self._make(index)
        if self._room.take(size):
            self._kept[index] = made
        return made

    def _make(self, index: int) -> tuple[Image.Image | Pixels, int]:
        """What of a picture is the same in every epoch, and its bytes."""
        path, preprocess = self._pictures[index].path, self._preprocess
        if self._look == "augmented":
            image = _shrunk(open_picture(path, edge=preprocess.resize).image, preprocess)
            return image, image.width * image.height * 3
        if self._look == "stretched":
            # From the whole picture, so no reduced decoding.
            square = open_picture(path).image.resize((preprocess.crop, preprocess.crop), Image.Resampling.BILINEAR)
            pixels: Pixels = np.asarray(square)
        else:
            pixels = network_pixels(preprocess, open_picture(path, edge=preprocess.resize).image)
        return pixels, pixels.nbytes


def augmented(image: Image.Image, preprocess: Preprocess, dice: np.random.Generator) -> Pixels:
    """A random part of the picture, perhaps mirrored: uint8 [crop, crop, 3]."""
    crop = preprocess.crop
    cut = image.resize((crop, crop), Image.Resampling.BILINEAR, _random_box(image.width, image.height, dice))
    pixels = np.asarray(cut)
    if dice.random() < 0.5:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _random_box(width: int, height: int, dice: np.random.Generator) -> tuple[float, float, float, float]:
    """As torchvision's RandomResizedCrop: area and ratio at random, the middle square where none fits."""
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


def _shrunk(image: Image.Image, preprocess: Preprocess) -> Image.Image:
    """With the shorter edge that answers have; smaller pictures stay as they are."""
    scale = preprocess.resize / min(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(length * scale)) for length in image.size)
    return image.resize((width, height), FILTERS[preprocess.interpolation])


def _memory() -> int:
    """Bytes of the machine; 4 GB where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 4 << 30
