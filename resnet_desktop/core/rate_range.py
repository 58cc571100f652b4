"""Which learning rate suits: what a range test has found, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_desktop.core.events import Event

LOWEST, HIGHEST = 1e-6, 1.0
STEPS = 80
SMOOTHING = 0.8  # share of what was before
EXPLODED, MARGIN = 3.0, 0.5  # times the lowest loss so far, and that more: no larger rate can be right
REACH = 5  # points to each side for the slope at one


@dataclass(frozen=True)
class RateTried(Event):
    """One step of a range test."""

    rate: float
    loss: float  # smoothed


@dataclass(frozen=True)
class RateSuggested(Event):
    """The last word of a range test."""

    rate: float


def rate_at(step: int, steps: int = STEPS) -> float:
    """Of a step from 0: the same factor from each to the next."""
    share = step / max(1, steps - 1)
    return float(LOWEST * (HIGHEST / LOWEST) ** share)


class SmoothLoss:
    """A moving average of losses that is not drawn to zero at its beginning."""

    def __init__(self) -> None:
        self._average, self._count, self.lowest = 0.0, 0, math.inf

    def add(self, loss: float) -> float:
        self._count += 1
        self._average = SMOOTHING * self._average + (1 - SMOOTHING) * loss
        value = self._average / (1 - SMOOTHING**self._count)
        self.lowest = min(self.lowest, value)
        return value

    def exploded(self, value: float) -> bool:
        return not math.isfinite(value) or value > EXPLODED * self.lowest + MARGIN


def suggested_rate(tried: Sequence[RateTried]) -> float | None:
    """Where the loss falls fastest, and at most a tenth of where it is lowest; None where it never falls."""
    if len(tried) < 2 * REACH:
        return None
    lowest = min(range(len(tried)), key=lambda index: tried[index].loss)
    slopes = {index: _slope(tried, index) for index in range(REACH, lowest + 1)}
    if not slopes or min(slopes.values()) >= 0:
        return None
    steepest = min(slopes, key=lambda index: slopes[index])
    return min(tried[steepest].rate, tried[lowest].rate / 10)


def _slope(tried: Sequence[RateTried], index: int) -> float:
    first, last = max(0, index - REACH), min(len(tried) - 1, index + REACH)
    return (tried[last].loss - tried[first].loss) / (last - first)
