"""Which pictures come when, and how fast the network learns then. All of it follows from the seed and the place."""

from __future__ import annotations

import math

import torch
from torch.utils.data import DataLoader

from resnet_desktop.engine.presets import Recipe

PEAK = 0.1  # of all steps, where the learning rate is highest
LOWEST = 1e-3  # share of the highest learning rate at the end


def batches_of(recipe: Recipe, seed: int, count: int, epoch: int) -> list[list[int]]:
    """The batches of an epoch (from 1) of ``count`` pictures, the same whenever they are asked for."""
    size = recipe.batch_size
    if recipe.exact:
        return _as_torch_has_them(seed, count, size, epoch)
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(count, generator=generator).tolist()
    return [order[first : first + size] for first in range(0, count, size)]


def _as_torch_has_them(seed: int, count: int, size: int, epoch: int) -> list[list[int]]:
    """Number for number what a shuffling DataLoader with a generator of this seed gives in its ``epoch``-th round."""
    generator = torch.Generator().manual_seed(seed)
    loader: DataLoader[int] = DataLoader(range(count), size, shuffle=True, generator=generator)  # type: ignore[arg-type]
    batches: list[list[int]] = []
    for _round in range(epoch):
        batches = [batch.tolist() for batch in loader]
    return batches


def share_of_rate(recipe: Recipe, step: int, total: int) -> float:
    """The share of the highest learning rate at a step (from 0): up for a tenth of them, then down along a cosine."""
    if not recipe.one_cycle:
        return 1.0
    place = step / max(2, total)
    if place < PEAK:
        return 0.1 + 0.9 * place / PEAK
    return 0.5 * (1 + math.cos(math.pi * (place - PEAK) / (1 - PEAK))) + LOWEST
