"""All dropped pictures in a row: thumbnail, best class, error state. Arrow keys walk along it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractItemView

from resnet_desktop.ui.classify.film_delegate import CELL, FilmDelegate
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.widgets.basics import Index
from resnet_desktop.ui.widgets.cell_view import CellView

PAGE_KEYS = 5  # cells that Page Up and Page Down move at least


class Filmstrip(CellView):
    """A view of the session's pictures; its current row is the picture on the table."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setModel(session.pictures)
        self.setItemDelegate(FilmDelegate(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(CELL.height() + self.horizontalScrollBar().sizeHint().height())
        self.setAccessibleName(self.tr("Pictures"))
        session.table_changed.connect(self._follow)
        session.pictures.rowsRemoved.connect(self.update_all)
        self.updateGeometries()
        self._follow()

    # Where the cells are

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        left = index.row() * CELL.width() - self.horizontalOffset()
        if self.isRightToLeft():
            left = self.viewport().width() - left - CELL.width()
        return QRect(left, 0, CELL.width(), CELL.height())

    def indexAt(self, point: QPoint) -> QModelIndex:
        along = self.viewport().width() - point.x() - 1 if self.isRightToLeft() else point.x()
        row = (along + self.horizontalOffset()) // CELL.width()
        inside = 0 <= point.y() < CELL.height() and 0 <= row < self.model().rowCount()
        return self.model().index(row, 0) if inside else QModelIndex()

    def horizontalOffset(self) -> int:
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        return 0

    def scrollTo(
        self, index: Index, _hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        start, bar = index.row() * CELL.width(), self.horizontalScrollBar()
        latest, earliest = start, start + CELL.width() - self.viewport().width()
        bar.setValue(min(max(bar.value(), earliest), latest))
        self.viewport().update()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar, page = self.horizontalScrollBar(), self.viewport().width()
        bar.setPageStep(page)
        bar.setSingleStep(CELL.width() // 2)
        bar.setRange(0, max(0, self.model().rowCount() * CELL.width() - page))

    # Keys, mouse and selection

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        move = QAbstractItemView.CursorAction
        forward = -1 if self.isRightToLeft() else 1
        page, last = max(PAGE_KEYS, self.viewport().width() // CELL.width()), self.model().rowCount() - 1
        row = self.currentIndex().row()
        target = {
            move.MoveLeft: row - forward, move.MoveRight: row + forward, move.MoveUp: row - 1, move.MoveDown: row + 1,
            move.MovePrevious: row - 1, move.MoveNext: row + 1, move.MovePageUp: row - page,
            move.MovePageDown: row + page, move.MoveHome: 0, move.MoveEnd: last,
        }[action]  # fmt: skip
        return self.model().index(min(max(target, 0), last), 0)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.scrollTo(current)
            self._session.select_row(current.row())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """An ordinary wheel turns along the strip, as there is nothing above or below."""
        turn = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + (turn if self.isRightToLeft() and event.angleDelta().x() else -turn))
        event.accept()

    # What changes

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self.update_all()

    def shown_rows(self) -> range:
        """Rows of which at least a part is visible."""
        first = self.horizontalOffset() // CELL.width()
        last = (self.horizontalOffset() + self.viewport().width()) // CELL.width()
        return range(first, min(last + 1, self.model().rowCount()))

    @Slot()
    def _follow(self) -> None:
        row = self._session.pictures.row_of(self._session.current) if self._session.current else None
        if row is not None and row != self.currentIndex().row():
            self.setCurrentIndex(self._session.pictures.index(row))
