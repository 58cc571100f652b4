"""Which part of time and height a plot shows: round about its numbers, and never what cannot be."""

from __future__ import annotations

import math
from dataclasses import dataclass

MARGIN = 8  # pixels around the numbers: half of a star, so that no mark is cut off
SAME = 1e-6  # numbers that differ by this share of themselves only are drawn as one
NEAR = 0.1  # of the height: numbers that come so near to a limit are seen together with it
LOG_ROOM = 0.3  # on a logarithmic axis a lone number stands between its half and its double


@dataclass(frozen=True)
class Extent:
    """From the lowest to the highest of what is to be seen."""

    low: float
    high: float

    def with_margin(self, pixels: float) -> Extent:
        """Also those pixels at both ends that belong to marks; ``pixels``: the length of the axis."""
        margin = (self.high - self.low) * min(MARGIN / max(pixels - 2 * MARGIN, 1), 1)
        return Extent(self.low - margin, self.high + margin)


@dataclass(frozen=True)
class Limits:
    """What the numbers of an axis can be, and the least difference that is worth a whole axis."""

    low: float = 0.0
    high: float = math.inf
    span: float = 0.0


def time_of(seen: Extent | None, first: float) -> Extent:
    """Steps or epochs from the first one on. A plot library left alone puts a lone one into the middle, between
    negative ones, and keeps the time of the run before where there is none."""
    if seen is None:
        return Extent(first, first + 1)
    low = min(seen.low, first)
    return Extent(low, max(seen.high, low + 1))


def height_of(seen: Extent | None, limits: Limits) -> Extent:
    """Around the numbers. A plot library left alone keeps the scale of before for a number that does not change, and
    so draws a learning rate of 0.001 at the zero of an axis from -0.5 to 0.5."""
    if seen is None:
        return Extent(limits.low, limits.high if math.isfinite(limits.high) else limits.low + 1)
    low, high = seen.low, seen.high
    if high - low < limits.span:
        low = (low + high - limits.span) / 2
        low = max(min(low, limits.high - limits.span), limits.low)
        return Extent(low, low + limits.span)
    if high - low > SAME * max(abs(low), abs(high)):
        near = NEAR * (high - low)
        low = limits.low if limits.low < low < limits.low + near else low
        return Extent(low, limits.high if limits.high - near < high < limits.high else high)
    if low < limits.low:  # which should not be, and is to be seen all the more
        return Extent(2 * low, 0)
    return Extent(limits.low, 2 * high) if high > limits.low else Extent(limits.low, limits.low + 1)


def log_height_of(seen: Extent | None) -> Extent:
    """The same in powers of ten."""
    if seen is None:
        return Extent(-1, 0)
    return seen if seen.high - seen.low > SAME else Extent(seen.low - LOG_ROOM, seen.high + LOG_ROOM)
