"""Wrong pictures in a grid, worst first. Cells of one size need no layout: 10,000 cost what 20 cost."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem

from resnet_desktop.ui.classify.picture_list import Index
from resnet_desktop.ui.train.result.gallery_delegate import CELL, GalleryDelegate
from resnet_desktop.ui.train.result.mistakes import Mistakes


class Gallery(QAbstractItemView):
    """A view of the mistakes; a double click or the Enter key opens one."""

    opened = Signal(object)  # Path

    def __init__(self, mistakes: Mistakes) -> None:
        super().__init__()
        self._mistakes = mistakes
        self._hovered = -1
        self.setModel(mistakes)
        self.setItemDelegate(GalleryDelegate(self, mistakes))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setMouseTracking(True)
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

    def isIndexHidden(self, _index: Index) -> bool:
        return False

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

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region = region.united(self.visualRect(index))
        return region

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.scrollTo(current)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self._mistakes.verdict(index.row()).path)

    # What changes

    def dataChanged(self, first: Index, last: Index, _roles: Sequence[int] = ()) -> None:
        shown = self._shown_rows()
        for row in range(max(first.row(), shown.start), min(last.row() + 1, shown.stop)):
            self.viewport().update(self.visualRect(self.model().index(row, 0)))

    def reset(self) -> None:
        super().reset()
        self._hovered = -1
        self.updateGeometries()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()
        self.viewport().update()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for row in self._shown_rows():
            index = self.model().index(row, 0)
            if event.region().intersects(self.visualRect(index)):
                self._paint_cell(painter, index)

    def _shown_rows(self) -> range:
        """Rows of which at least a part is visible."""
        first = self.verticalOffset() // CELL.height()
        last = (self.verticalOffset() + self.viewport().height()) // CELL.height()
        return range(first * self.columns, min((last + 1) * self.columns, self.model().rowCount()))

    def _paint_cell(self, painter: QPainter, index: QModelIndex) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        if self.selectionModel().isSelected(index):
            option.state |= QStyle.StateFlag.State_Selected
            if self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
        if index.row() == self._hovered:
            option.state |= QStyle.StateFlag.State_MouseOver
        self.itemDelegate().paint(painter, option, index)
