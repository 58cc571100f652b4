"""What was taken for what: one painted widget, for 2 classes or a thousand."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from resnet_desktop.core.report import Report
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import colour
from resnet_desktop.ui.train.result.matrix_grid import NAMES, cell_at, cell_of, cell_rect, make_grid, pair_of
from resnet_desktop.ui.train.result.matrix_painter import CellLook, name_font, number_font, paint_cell, paint_name
from resnet_desktop.ui.train.result.pair import ALL, Pair, commonest_pairs, total_of
from resnet_desktop.ui.train.result.result_words import ResultWords, named
from resnet_desktop.ui.widgets.basics import announce

Key = Qt.Key


class Matrix(QAbstractScrollArea):
    """Rows are what the pictures show, columns what the model said. Names can be chosen, too: the whole row or column.

    A click or Space chooses; the arrow keys move the cursor, and a screen reader is told where it is.
    """

    chosen = Signal(object)  # Pair

    def __init__(self) -> None:
        super().__init__()
        self._report: Report | None = None
        self._words = ResultWords()
        self._names: tuple[str, ...] = ()
        self._totals: tuple[int, ...] = ()
        self._grid = make_grid(self.size(), 1, 0, 0)
        self._cursor, self._hovered = (0, 0), (NAMES, NAMES)
        self._pair = ALL
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(self.tr("What was taken for what"))
        self.setMinimumSize(280, 240)

    @property
    def cursor_pair(self) -> Pair:
        """Where the keyboard is."""
        return pair_of(self._cursor)

    def show_report(self, report: Report) -> None:
        self._report = report
        self._names = tuple(named(label) for label in report.classes)
        self._totals = tuple(total_of(report, truth) for truth in range(len(report.classes)))
        self._cursor, self._pair = (0, 0), ALL
        self._lay_out()
        for pair in commonest_pairs(report, 1):
            self._put_cursor(pair)

    def mark(self, pair: Pair) -> None:
        """The pair that the gallery shows, whoever chose it."""
        self._pair = pair
        if pair != ALL:
            self._put_cursor(pair)
        self.viewport().update()

    def _put_cursor(self, pair: Pair) -> None:
        self._cursor = cell_of(pair)
        self._reveal(*self._cursor)

    # Where things are

    def _lay_out(self) -> None:
        metrics = QFontMetrics(name_font(self.font(), marked=True))
        longest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        whole, classes = self.maximumViewportSize(), max(1, len(self._names))
        grid = make_grid(whole, classes, longest, metrics.height())
        if grid.size.height() > whole.height():  # leave room for the bar, or it calls for another below
            whole.setWidth(whole.width() - self.verticalScrollBar().sizeHint().width())
            grid = make_grid(whole, classes, longest, metrics.height())
        self._grid = grid
        room = self.viewport().size()
        for bar, length, seen, step in (
            (self.horizontalScrollBar(), grid.size.width(), room.width(), grid.width),
            (self.verticalScrollBar(), grid.size.height(), room.height(), grid.height),
        ):
            bar.setRange(0, max(0, length - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(step)
        self.viewport().update()

    @property
    def _scroll(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def rect_of(self, row: int, column: int) -> QRect:
        """The place of a cell in the viewport; mirrored with the window."""
        rect = cell_rect(self._grid, row, column, self._scroll)
        if self.isRightToLeft():
            rect.moveLeft(self.viewport().width() - rect.left() - rect.width())
        return rect

    def _cell_at(self, point: QPoint) -> tuple[int, int] | None:
        if self._report is None:
            return None
        along = self.viewport().width() - point.x() - 1 if self.isRightToLeft() else point.x()
        return cell_at(self._grid, QPoint(along, point.y()), self._scroll)

    def _shown(self) -> tuple[range, range]:
        """Rows and columns of which at least a part is visible."""
        grid, scroll, room = self._grid, self._scroll, self.viewport().size()
        rows = range(scroll.y() // grid.height, (scroll.y() + room.height() - grid.heads) // grid.height + 1)
        columns = range(scroll.x() // grid.width, (scroll.x() + room.width() - grid.names) // grid.width + 1)
        return rows[: max(0, grid.classes - rows.start)], columns[: max(0, grid.classes - columns.start)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self._reveal(*self._cursor)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._report is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        rows, columns = self._shown()
        painter.setFont(number_font(self.font(), self._grid.height))
        across = self.viewport().rect()
        below = across.adjusted(0, self._grid.heads, 0, 0)
        painter.setClipRect(self._beside_names(below))
        for row, column, look in self._looks(self._report, rows, columns):
            paint_cell(painter, self.rect_of(row, column), look)
        # What is scrolled ends at the names.
        painter.setClipRect(below)
        for row in rows:
            self._paint_name(painter, row, NAMES)
        painter.setClipRect(self._beside_names(across))
        for column in columns:
            self._paint_name(painter, NAMES, column)

    def _beside_names(self, rect: QRect) -> QRect:
        names = self._grid.names
        return rect.adjusted(0, 0, -names, 0) if self.isRightToLeft() else rect.adjusted(names, 0, 0, 0)

    def _looks(self, report: Report, rows: range, columns: range) -> Iterator[tuple[int, int, CellLook]]:
        focus = self.hasFocus()
        for row in rows:
            counts, total = report.confusion[row], self._totals[row] or 1
            for column in columns:
                count = counts[column]
                chosen = self._pair == Pair(row, column)
                cursor = focus and self._cursor == (row, column)
                yield row, column, CellLook(count, count / total, row == column, chosen, cursor)

    def _paint_name(self, painter: QPainter, row: int, column: int) -> None:
        """Bold for the cell under the mouse or the keyboard, so that it can be read what that is."""
        index, at = (row, 0) if column == NAMES else (column, 1)
        chosen = self._pair != ALL and (self._pair.truth, self._pair.prediction)[at] == index
        marked = chosen or self._hovered[at] == index or (self.hasFocus() and self._cursor[at] == index)
        painter.setFont(name_font(self.font(), marked=marked))
        painter.setPen(colour("accent" if chosen else "text" if marked else "quiet"))
        head = row == NAMES
        rect = self.rect_of(row, column)
        paint_name(painter, rect, self._names[index], upright=head and self._grid.upright, head=head)
        if self.hasFocus() and self._cursor == (row, column):
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    # Mouse

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._cell_at(event.pos())
            QToolTip.showText(event.globalPos(), words.tip(self._sentence(cell)) if cell else "", self)
            return True
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._cell_at(event.position().toPoint()) or (NAMES, NAMES))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover((NAMES, NAMES))

    def _hover(self, cell: tuple[int, int]) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.viewport().setCursor(
                Qt.CursorShape.ArrowCursor if cell == (NAMES, NAMES) else Qt.CursorShape.PointingHandCursor
            )
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._cursor = cell
            self._choose()

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._report is None:
            return
        key = event.key()
        if key in (Key.Key_Space, Key.Key_Return, Key.Key_Enter, Key.Key_Select):
            self._choose()
        elif key == Key.Key_Escape and self._pair != ALL:
            self.chosen.emit(ALL)
        elif (move := self._moved(key)) is not None:
            self._move(*move)
        else:
            event.ignore()  # the window's

    def _moved(self, key: int) -> tuple[int, int] | None:
        """Where a key takes the cursor; None for a key that is none of ours."""
        row, column = self._cursor
        forward = -1 if self.isRightToLeft() else 1
        last, page = len(self._names) - 1, max(1, self.viewport().height() // self._grid.height - 1)
        moves: dict[int, tuple[int, int]] = {
            Key.Key_Left: (row, column - forward), Key.Key_Right: (row, column + forward),
            Key.Key_Up: (row - 1, column), Key.Key_Down: (row + 1, column), Key.Key_Home: (row, 0),
            Key.Key_End: (row, last), Key.Key_PageUp: (row - page, column), Key.Key_PageDown: (row + page, column),
        }  # fmt: skip
        return moves.get(key)

    def _move(self, row: int, column: int) -> None:
        last = len(self._names) - 1
        cell = min(max(row, NAMES), last), min(max(column, NAMES), last)
        if cell == (NAMES, NAMES):
            return
        self._cursor = cell
        self._reveal(*cell)
        self._tell()
        self.viewport().update()

    def _reveal(self, row: int, column: int) -> None:
        grid, room = self._grid, self.viewport().size()
        for bar, index, cell, seen in (
            (self.horizontalScrollBar(), column, grid.width, room.width() - grid.names),
            (self.verticalScrollBar(), row, grid.height, room.height() - grid.heads),
        ):
            start = max(0, index) * cell
            bar.setValue(min(max(bar.value(), start + cell - seen), start))

    def _choose(self) -> None:
        self._tell()
        pair = pair_of(self._cursor)
        self.chosen.emit(ALL if pair == self._pair else pair)

    def _tell(self) -> None:
        """A painted cell is nothing to a screen reader; a sentence is."""
        sentence = self._sentence(self._cursor)
        self.setAccessibleDescription(sentence)
        announce(self, sentence)

    def _sentence(self, cell: tuple[int, int]) -> str:
        return self._words.pair(self._report, pair_of(cell)) if self._report is not None else ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._report is not None:
            self._reveal(*self._cursor)
            self._tell()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
