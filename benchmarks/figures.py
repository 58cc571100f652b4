"""What a benchmark reports, and the table of it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """A limit on the measured value, or on the ratio of the peer's value to ours."""

    limit: float
    of_ratio: bool = False

    def met(self, value: float, ratio: float | None) -> bool:
        if self.of_ratio:
            return ratio is not None and ratio >= self.limit
        return value < self.limit

    def text(self, unit: str) -> str:
        return f"ratio >= {self.limit:g}" if self.of_ratio else f"< {self.limit:g} {unit}"


@dataclass(frozen=True)
class Figure:
    """One measured number. Without a budget it is only reported."""

    name: str
    value: float
    unit: str
    peer: float | None = None
    budget: Budget | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer."""
        if self.peer is None:
            return None
        return self.value / self.peer if self.more_is_better else self.peer / self.value

    @property
    def verdict(self) -> str:
        if self.budget is None:
            return ""
        return "ok" if self.budget.met(self.value, self.ratio) else "MISSED"


HEADINGS = ("name", "measured", "peer", "ratio", "budget", "")


def table(figures: Sequence[Figure]) -> str:
    """Aligned columns that are also a Markdown table."""
    rows = [HEADINGS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{_number(figure.value)} {figure.unit}",
        "-" if figure.peer is None else f"{_number(figure.peer)} {figure.unit}",
        "-" if figure.ratio is None else f"{figure.ratio:.2f}",
        "-" if figure.budget is None else figure.budget.text(figure.unit),
        figure.verdict,
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))
