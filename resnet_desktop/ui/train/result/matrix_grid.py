"""Where the cells of a confusion matrix are: no painting, no widget."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize

from resnet_desktop.ui.theme import GAP
from resnet_desktop.ui.train.result.pair import Pair

SMALLEST, WIDEST, HIGHEST = 20, 160, 96  # pixels of a cell: above the smallest its class still has a readable name
NAMES_SHARE = 0.32  # of the room, at most, for names
NAMES = -1  # the row or column of the names


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Cells of one size, with the names of the rows beside them and those of the columns above."""

    classes: int
    names: int  # width of the names of the rows
    heads: int  # height of those of the columns
    width: int  # of a cell
    height: int
    upright: bool  # the names of the columns do not fit across

    @property
    def size(self) -> QSize:
        return QSize(self.names + self.classes * self.width, self.heads + self.classes * self.height)


def make_grid(room: QSize, classes: int, longest: int, line: int) -> Grid:
    """``longest`` is the width of the longest name and ``line`` the height of a line, in pixels."""
    names = min(longest + GAP, int(room.width() * NAMES_SHARE))
    width = _clamped((room.width() - names) // classes, WIDEST)
    upright = longest + 4 > width
    heads = min(longest + GAP, int(room.height() * NAMES_SHARE)) if upright else line + GAP
    height = _clamped((room.height() - heads) // classes, HIGHEST)
    return Grid(classes=classes, names=names, heads=heads, width=width, height=height, upright=upright)


def cell_rect(grid: Grid, row: int, column: int, scroll: QPoint) -> QRect:
    """The place of a cell, or with ``NAMES`` of a name, from left to right. Names stay where they are."""
    left, wide = (0, grid.names) if column == NAMES else (grid.names + column * grid.width - scroll.x(), grid.width)
    top, high = (0, grid.heads) if row == NAMES else (grid.heads + row * grid.height - scroll.y(), grid.height)
    return QRect(left, top, wide, high)


def cell_at(grid: Grid, point: QPoint, scroll: QPoint) -> tuple[int, int] | None:
    """Row and column under a point, each of them ``NAMES`` over a name; None where there is nothing."""
    column = NAMES if point.x() < grid.names else (point.x() - grid.names + scroll.x()) // grid.width
    row = NAMES if point.y() < grid.heads else (point.y() - grid.heads + scroll.y()) // grid.height
    inside = row < grid.classes and column < grid.classes and point.x() >= 0 and point.y() >= 0
    return (row, column) if inside and (row, column) != (NAMES, NAMES) else None


def pair_of(cell: tuple[int, int]) -> Pair:
    row, column = cell
    return Pair(None if row == NAMES else row, None if column == NAMES else column)


def cell_of(pair: Pair) -> tuple[int, int]:
    return NAMES if pair.truth is None else pair.truth, NAMES if pair.prediction is None else pair.prediction


def _clamped(length: int, most: int) -> int:
    return min(max(length, SMALLEST), most)
