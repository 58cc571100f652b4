"""All runs, the newest first. Rows of one height that are painted, so that a thousand cost no more than ten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.run_store import Run
from resnet_desktop.ui import words
from resnet_desktop.ui.runs.run_words import RunWords
from resnet_desktop.ui.theme import CORNER, GAP, SMALL, colour
from resnet_desktop.ui.widgets.basics import Index

ROW = 54
ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class RunEntry:
    """A row of the list."""

    run: Run
    resumable: bool
    at_work: bool


class RunListModel(QAbstractListModel):
    """Rows of RunEntry."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[RunEntry, ...] = ()
        self._words = RunWords(self)

    def show_entries(self, entries: tuple[RunEntry, ...]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(entry.run.label)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state, _colour = self._words.state(entry.run, at_work=entry.at_work)
            return ", ".join((one_line(entry.run.label), state, self._words.facts(entry.run)))
        return None


class RunDelegate(QStyledItemDelegate):
    """Name and result on one line, preset and date under it."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._words = RunWords(self)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: RunEntry = index.data(ENTRY)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focus = bool(state & QStyle.StateFlag.State_HasFocus)
        if chosen or focus or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(colour("accent"), 1) if chosen or focus else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(colour("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(1.5, 1.5, -1.5, -1.5), CORNER, CORNER)
        self._paint_text(painter, rect.adjusted(GAP + 4, 7, -GAP - 4, -7), entry, option)
        painter.restore()

    def _paint_text(self, painter: QPainter, place: QRect, entry: RunEntry, option: QStyleOptionViewItem) -> None:
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if option.direction == Qt.LayoutDirection.RightToLeft:
            left, right = right, left
        upper, lower = QRect(place), QRect(place)
        upper.setHeight(place.height() // 2)
        lower.setTop(upper.bottom() + 1)
        font = QFont(painter.font())
        font.setBold(True)
        state, token = self._words.state(entry.run, at_work=entry.at_work)
        painter.setFont(font)
        painter.setPen(colour(token))
        self._draw(painter, upper, right, state)
        taken = QFontMetrics(font).horizontalAdvance(state) + GAP
        upper.adjust(*((0, 0, -taken, 0) if left == Qt.AlignmentFlag.AlignLeft else (taken, 0, 0, 0)))
        painter.setPen(colour("text"))
        self._draw(painter, upper, left, one_line(entry.run.label))
        font.setBold(False)
        font.setPixelSize(SMALL)
        painter.setFont(font)
        painter.setPen(colour("quiet"))
        self._draw(painter, lower, left, self._words.facts(entry.run))

    def _draw(self, painter: QPainter, place: QRect, side: Qt.AlignmentFlag, text: str) -> None:
        text = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        where = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, where, words.isolated(text))


class RunList(QListView):
    """Several can be chosen, with Ctrl or Shift."""

    def __init__(self) -> None:
        super().__init__()
        self.runs = RunListModel()
        self.setModel(self.runs)
        self.setItemDelegate(RunDelegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Runs"))

    def chosen(self) -> tuple[RunEntry, ...]:
        """In the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(self.runs.entries[row] for row in rows)

    def show_entries(self, entries: tuple[RunEntry, ...]) -> None:
        """These from now on; those that were chosen still are, or else the first one."""
        before = {entry.run.id for entry in self.chosen()}
        current = self.currentIndex()
        at = self.runs.entries[current.row()].run.id if current.isValid() else ""
        self.runs.show_entries(entries)
        self.choose(lambda run: run.id in before, at)

    def choose(self, wanted: Callable[[Run], bool], current: str = "") -> None:
        """Choose these rows; where there are none, the first one."""
        rows = [row for row, entry in enumerate(self.runs.entries) if wanted(entry.run)] or [0]
        if not self.runs.entries:
            return
        selection = QItemSelection()
        for row in rows:
            index = self.runs.index(row, 0)
            selection.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flags.ClearAndSelect)
        at = next((row for row in rows if self.runs.entries[row].run.id == current), rows[0])
        self.selectionModel().setCurrentIndex(self.runs.index(at, 0), flags.NoUpdate)
