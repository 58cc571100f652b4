"""A view of cells of one size, placed by arithmetic.

Not a QListView: that lays out every row again for each inserted row and, for lack of anything better, each changed one,
which with 100,000 rows stops the window for a quarter of a second at a time. Cells of one size need no layout. What
derives from this says where they are: visualRect, indexAt, the offsets, scrollTo, updateGeometries and shown_rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    Slot,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem

from resnet_desktop.ui.widgets.basics import Index


class CellView(QAbstractItemView):
    """Painting, hovering and selecting; one cell is current."""

    def __init__(self) -> None:
        super().__init__()
        self._hovered = -1
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setMouseTracking(True)

    def shown_rows(self) -> range:
        """Rows of which at least a part is visible."""
        raise NotImplementedError

    def is_marked(self, index: Index) -> bool:
        """Whether its cell is painted as the chosen one."""
        return index == self.currentIndex()

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    # Mouse and selection

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region = region.united(self.visualRect(index))
        return region

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

    # What changes

    @Slot()
    def update_all(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    def dataChanged(self, first: Index, last: Index, _roles: Sequence[int] = ()) -> None:
        """Repaint only what is seen: every call to the painter has to win the interpreter back from the decoders."""
        shown = self.shown_rows()
        for row in range(max(first.row(), shown.start), min(last.row() + 1, shown.stop)):
            self.viewport().update(self.visualRect(self.model().index(row, 0)))

    def reset(self) -> None:
        super().reset()
        self.update_all()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update_all()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for row in self.shown_rows():
            index = self.model().index(row, 0)
            if event.region().intersects(self.visualRect(index)):
                self._paint_cell(painter, index)

    def _paint_cell(self, painter: QPainter, index: QModelIndex) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        if self.is_marked(index):
            option.state |= QStyle.StateFlag.State_Selected
            if self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
        if index.row() == self._hovered:
            option.state |= QStyle.StateFlag.State_MouseOver
        self.itemDelegate().paint(painter, option, index)
