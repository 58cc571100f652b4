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

from resnet_desktop.core.augmentation import dice_of, kept_form, shown
from resnet_desktop.core.classifier import thread_count
from resnet_desktop.core.dataset import DatasetPicture, changed_pictures
from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.preprocess import Preprocess
from resnet_desktop.core.training import Look

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]

AHEAD = 3  # batches
MEMORY_SHARE = 0.25  # of the machine's memory for decoded pictures


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
            kept = self._kept_form(index)
        except PictureError as error:
            log.info("left out: %s: %s", self._pictures[index].path, error)
            return index, None
        if kept is None:
            log.info("left out, for it is another than when the run began: %s", self._pictures[index].path)
            return index, None
        return index, shown(kept, self._preprocess, self._look, dice_of(self._seed, epoch, index))

    def _kept_form(self, index: int) -> Image.Image | Pixels | None:
        """Small enough to keep: every later epoch costs a crop at most, and no decoding. None where it changed."""
        kept = self._kept.get(index)
        if kept is not None:
            return kept
        if changed_pictures((self._pictures[index],)):
            return None
        kept = kept_form(self._pictures[index].path, self._preprocess, self._look)
        if self._room.take(kept.width * kept.height * 3 if isinstance(kept, Image.Image) else kept.nbytes):
            self._kept[index] = kept
        return kept


def _memory() -> int:
    """Bytes of the machine; 4 GB where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 4 << 30
