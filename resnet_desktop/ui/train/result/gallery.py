"""Wrong pictures in a grid, worst first. Cells of one size need no layout: 10,000 cost what 20 cost."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView

from resnet_desktop.ui.train.result.gallery_delegate import CELL, GalleryDelegate
from resnet_desktop.ui.train.result.mistakes import Mistakes
from resnet_desktop.ui.widgets.basics import Index
from resnet_desktop.ui.widgets.cell_view import CellView


class Gallery(CellView):
    """A view of the mistakes; a double click or the Enter key opens one."""

    opened = Signal(object)  # Path

    def __init__(self, mistakes: Mistakes) -> None:
        super().__init__()
        self._mistakes = mistakes
        self.setModel(mistakes)
        self.setItemDelegate(GalleryDelegate(self, mistakes))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Wrong pictures"))
        self.activated.connect(self._on_activated)

    # Where the cells are

    @property
    def columns(self) -> int:
        return max(1, self.viewport().width() // CELL.width())

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        row, column = divmod(index.row(), self.columns)
        whole = self.viewport().width()
        left, right = column * whole // self.columns, (column + 1) * whole // self.columns
        if self.isRightToLeft():
            left, right = whole - right, whole - left
        return QRect(left, row * CELL.height() - self.verticalOffset(), right - left, CELL.height())

    def indexAt(self, point: QPoint) -> QModelIndex:
        whole = self.viewport().width()
        if not 0 <= point.x() < whole:
            return QModelIndex()
        along = whole - point.x() - 1 if self.isRightToLeft() else point.x()
        first = (point.y() + self.verticalOffset()) // CELL.height() * self.columns
        row = first + min(along * self.columns // whole, self.columns - 1)
        return self.model().index(row, 0) if 0 <= row < self.model().rowCount() else QModelIndex()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def scrollTo(
        self, index: Index, _hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        top, bar = index.row() // self.columns * CELL.height(), self.verticalScrollBar()
        bar.setValue(min(max(bar.value(), top + CELL.height() - self.viewport().height()), top))
        self.viewport().update()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar, page = self.verticalScrollBar(), self.viewport().height()
        lines = -(-self.model().rowCount() // self.columns)
        bar.setPageStep(page)
        bar.setSingleStep(CELL.height() // 3)
        bar.setRange(0, max(0, lines * CELL.height() - page))

    # Keys, mouse and selection

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        move = QAbstractItemView.CursorAction
        forward = -1 if self.isRightToLeft() else 1
        page = self.columns * max(1, self.viewport().height() // CELL.height())
        row, last = self.currentIndex().row(), self.model().rowCount() - 1
        if row < 0:
            return self.model().index(0, 0)
        target = {
            move.MoveLeft: row - forward, move.MoveRight: row + forward, move.MoveUp: row - self.columns,
            move.MoveDown: row + self.columns, move.MovePrevious: row - 1, move.MoveNext: row + 1,
            move.MovePageUp: row - page, move.MovePageDown: row + page, move.MoveHome: 0, move.MoveEnd: last,
        }[action]  # fmt: skip
        return self.model().index(min(max(target, 0), last), 0)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.scrollTo(current)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self._mistakes.verdict(index.row()).path)

    # What changes

    def reset(self) -> None:
        super().reset()
        self._hovered = -1
        self.verticalScrollBar().setValue(0)

    def shown_rows(self) -> range:
        """Rows of which at least a part is visible."""
        first = self.verticalOffset() // CELL.height()
        last = (self.verticalOffset() + self.viewport().height()) // CELL.height()
        return range(first * self.columns, min((last + 1) * self.columns, self.model().rowCount()))

    def is_marked(self, index: Index) -> bool:
        return self.selectionModel().isSelected(index)
