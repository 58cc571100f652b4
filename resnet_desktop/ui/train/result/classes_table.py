"""Precision, recall and F1 of every class; a click on a heading sorts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QLocale,
    QModelIndex,
    QObject,
    QRect,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.report import ClassScore, Report
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import colour
from resnet_desktop.ui.train.result.pair import Pair
from resnet_desktop.ui.widgets.basics import Index

NAME, PICTURES, PRECISION, RECALL, F1 = range(5)
FIGURE_WIDTH, ROW_HEIGHT = 92, 36
INDENT, BAR = 16, 3
ARROWS = {Qt.SortOrder.AscendingOrder: "↑", Qt.SortOrder.DescendingOrder: "↓"}
SORT = Qt.ItemDataRole.UserRole


class ClassScores(QAbstractTableModel):
    """A row a class, in the order of the report."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._scores: tuple[ClassScore, ...] = ()

    def show(self, report: Report) -> None:
        self.beginResetModel()
        self._scores = report.per_class
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._scores)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else F1 + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self._value(self._scores[index.row()], index.column())
        if role == SORT:
            return value
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(value)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == NAME:
            return words.tip(str(value))
        return None

    @staticmethod
    def _value(score: ClassScore, column: int) -> str | int | float:
        return (one_line(score.label), score.count, score.precision, score.recall, score.f1)[column]

    @staticmethod
    def _shown(value: str | float) -> str:
        if isinstance(value, float):
            return words.percent(value)
        return value if isinstance(value, str) else QLocale().toString(value)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        if role == Qt.ItemDataRole.ToolTipRole and section in (PRECISION, RECALL, F1):
            return words.tip(self._meaning(section))
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _headings(self) -> tuple[str, ...]:
        return self.tr("Class"), self.tr("Pictures"), self.tr("Precision"), self.tr("Recall"), self.tr("F1")

    def _meaning(self, section: int) -> str:
        return {
            PRECISION: self.tr("When the model says this class, how often it is right."),
            RECALL: self.tr("Of the pictures of this class, how many the model finds."),
            F1: self.tr("Precision and recall in one number, nearer to the smaller one."),
        }[section]


class SortedScores(QSortFilterProxyModel):
    """Says in its heading by which column it is sorted: the style's arrow would lie on the text."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value = super().headerData(section, orientation, role)
        if role == Qt.ItemDataRole.DisplayRole and section == self.sortColumn():
            return f"{value} {ARROWS[self.sortOrder()]}"
        return value


class FigureDelegate(QStyledItemDelegate):
    """A figure with its share as a thin bar, so that the weak ones are seen before they are read."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        rect: QRect = option.rect
        track = QRectF(rect.left() + INDENT, rect.bottom() - BAR - 3, rect.width() - 2 * INDENT, BAR)
        filled = QRectF(track)
        filled.setWidth(track.width() * float(index.data(SORT)))
        if option.direction == Qt.LayoutDirection.RightToLeft:
            filled.moveRight(track.right())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for bar, token in ((track, "track"), (filled, "accent")):
            painter.setBrush(colour(token))
            painter.drawRoundedRect(bar, BAR / 2, BAR / 2)
        painter.restore()


class ClassesTable(QTableView):
    """A chosen row is a class whose mistakes are wanted."""

    chosen = Signal(object)  # Pair

    def __init__(self) -> None:
        super().__init__()
        self._scores = ClassScores(self)
        self._sorted = SortedScores(self)
        self._sorted.setSortRole(SORT)
        self._sorted.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._sorted.setSourceModel(self._scores)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("Figures of every class"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(FIGURE_WIDTH // 2)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        figures = FigureDelegate(self)
        for column in (PICTURES, PRECISION, RECALL, F1):
            heads.resizeSection(column, FIGURE_WIDTH)
            if column != PICTURES:
                self.setItemDelegateForColumn(column, figures)

    def show_report(self, report: Report) -> None:
        """The hardest class first: that is what people look for."""
        self._scores.show(report)
        self._sorted.sort(-1)  # equals stay in the order of the report
        self.sortByColumn(F1, Qt.SortOrder.AscendingOrder)
        self.scrollToTop()

    def mark(self, pair: Pair) -> None:
        """The row of the class whose mistakes the gallery shows, whoever chose it."""
        self.blockSignals(True)
        if pair.truth is None or pair.prediction is not None:
            self.clearSelection()
        else:
            self.selectRow(self._sorted.mapFromSource(self._scores.index(pair.truth, 0)).row())
        self.blockSignals(False)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if selected.indexes():
            self.chosen.emit(Pair(truth=self._sorted.mapToSource(selected.indexes()[0]).row()))


def _side(column: int) -> Qt.AlignmentFlag:
    """Digits stand under digits in every language."""
    side = Qt.AlignmentFlag
    if column == NAME:
        return side.AlignLeading | side.AlignVCenter
    return side.AlignRight | side.AlignAbsolute | side.AlignVCenter
