"""The pictures on the table: what the filmstrip shows and the session fills."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from resnet_desktop.core.answers import Answer
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import PixelBlock
from resnet_desktop.core.plain_text import one_line
from resnet_desktop.ui import words
from resnet_desktop.ui.widgets.basics import Index

THUMBNAIL_EDGE = 128  # device pixels
THUMBNAILS_KEPT = 400  # about 20 MB; others are made again when they scroll into view


class Role(IntEnum):
    """What a delegate may ask for beside Qt's own roles."""

    ENTRY = Qt.ItemDataRole.UserRole + 1
    THUMBNAIL = Qt.ItemDataRole.UserRole + 2


class Entry:
    """One picture: a path and what became of it."""

    __slots__ = ("_title", "answer", "error", "path")

    def __init__(self, path: Path, title: str = "") -> None:
        self.path = path
        self._title = title
        self.answer: Answer | None = None
        self.error: AppError | None = None

    @property
    def title(self) -> str:
        """What the picture is called on the screen: its name, on one line."""
        return self._title or one_line(self.path.name)


class PictureList(QAbstractListModel):
    """Every path stands in it once. Thumbnails are bounded, entries are small: 100,000 pictures stay flat."""

    thumbnail_wanted = Signal(object)  # Path

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._rows: dict[Path, int] = {}
        self._thumbnails: OrderedDict[Path, QPixmap] = OrderedDict()
        self._labels: Sequence[str] = ()
        self._failed = 0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Role.ENTRY:
            return entry
        if role == Role.THUMBNAIL:
            return self._thumbnail(entry)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.caption(entry)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            detail = words.sentence_of(entry.error) if entry.error else self.caption(entry)
            text = f"{words.left_to_right(entry.title)}\n{detail}"
            return words.tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def caption(self, entry: Entry) -> str:
        """The best class, a word for an error, or nothing while it is waiting."""
        if entry.error is not None:
            return self.tr("Unreadable")
        if entry.answer is None or not self._labels:
            return ""
        return words.capital(self._labels[entry.answer.best.index])

    @property
    def failed(self) -> int:
        return self._failed

    def entry(self, row: int) -> Entry:
        return self._entries[row]

    def row_of(self, path: Path) -> int | None:
        return self._rows.get(path)

    def paths(self) -> tuple[Path, ...]:
        return tuple(entry.path for entry in self._entries)

    def set_labels(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._changed(0, len(self._entries) - 1)

    def add(self, paths: Iterable[Path], titles: dict[Path, str] | None = None) -> list[Path]:
        """Append the paths that are not there yet, and say which they were."""
        new = [path for path in dict.fromkeys(paths) if path not in self._rows]
        if not new:
            return []
        start = len(self._entries)
        self.beginInsertRows(QModelIndex(), start, start + len(new) - 1)
        for path in new:
            self._rows[path] = len(self._entries)
            self._entries.append(Entry(path, (titles or {}).get(path, "")))
        self.endInsertRows()
        return new

    def remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        entry = self._entries.pop(row)
        self._thumbnails.pop(entry.path, None)
        self._failed -= entry.error is not None
        self._rows = {each.path: number for number, each in enumerate(self._entries)}
        self.endRemoveRows()

    def clear(self) -> None:
        self.beginResetModel()
        self._entries.clear()
        self._rows.clear()
        self._thumbnails.clear()
        self._failed = 0
        self.endResetModel()

    def forget_answers(self) -> None:
        """Another model will answer: nothing of the old one may be taken for the new one's."""
        for entry in self._entries:
            entry.answer = entry.error = None
        self._failed = 0
        self._changed(0, len(self._entries) - 1)

    def set_answer(self, path: Path, answer: Answer, block: PixelBlock | None = None) -> None:
        self._set(path, answer, None, block)

    def set_error(self, path: Path, error: AppError) -> None:
        self._set(path, None, error, None)

    def set_thumbnail(self, path: Path, block: PixelBlock) -> None:
        row = self._rows.get(path)
        if row is not None:
            self._keep(path, block)
            self._changed(row, row)

    def _set(self, path: Path, answer: Answer | None, error: AppError | None, block: PixelBlock | None) -> None:
        row = self._rows.get(path)
        if row is None:  # removed meanwhile
            return
        entry = self._entries[row]
        self._failed += (error is not None) - (entry.error is not None)
        entry.answer, entry.error = answer, error
        if block is not None:
            self._keep(path, block)
        self._changed(row, row)

    def _changed(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def _thumbnail(self, entry: Entry) -> QPixmap | None:
        pixmap = self._thumbnails.get(entry.path)
        if pixmap is not None:
            self._thumbnails.move_to_end(entry.path)
        elif entry.answer is not None:
            self.thumbnail_wanted.emit(entry.path)
        return pixmap

    def _keep(self, path: Path, block: PixelBlock) -> None:
        self._thumbnails[path] = pixmap_of(block, THUMBNAIL_EDGE)
        self._thumbnails.move_to_end(path)
        while len(self._thumbnails) > THUMBNAILS_KEPT:
            self._thumbnails.popitem(last=False)


def pixmap_of(block: PixelBlock, edge: int = 0) -> QPixmap:
    """A pixmap of our own pixels, at most ``edge`` pixels long if that is given. Main thread only.

    No file of a stranger is ever given to Qt's decoders.
    """
    image = QImage(block.data, block.width, block.height, 3 * block.width, QImage.Format.Format_RGB888)
    if edge and max(block.width, block.height) > edge:
        image = image.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QPixmap.fromImage(image)
