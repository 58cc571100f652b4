"""The wrong pictures of a result, or those of one kind: what the gallery shows."""

from __future__ import annotations

from collections import OrderedDict, deque
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QPixmap

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.report import Report, Verdict
from resnet_desktop.ui import words
from resnet_desktop.ui.classify.picture_list import pixmap_of
from resnet_desktop.ui.train.result.pair import Pair, wrong_in
from resnet_desktop.ui.train.result.result_jobs import MistakeSeen, make_thumbnails
from resnet_desktop.ui.train.result.result_words import ResultWords
from resnet_desktop.ui.widgets.basics import Index
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost

EDGE = 176  # device pixels of a thumbnail
KEPT = 240  # thumbnails, about 30 MB; others are made again when they scroll into view
AT_ONCE = 16  # thumbnails made before it is asked anew which are in view


class Mistakes(QAbstractListModel):
    """Rows are small; thumbnails are made when a view asks for them, off the main thread, and bounded."""

    def __init__(self, host: ThreadHost, parent: QObject) -> None:
        super().__init__(parent)
        self._host = host
        self._words = ResultWords()
        self._report: Report | None = None
        self._verdicts: tuple[Verdict, ...] = ()
        self._rows: dict[Path, int] = {}
        self._thumbnails: OrderedDict[Path, QPixmap] = OrderedDict()
        self._errors: dict[Path, AppError] = {}
        self._wanted: deque[Path] = deque(maxlen=2 * AT_ONCE)  # what scrolled away long ago is not made
        self._making: frozenset[Path] = frozenset()
        self._job: Job | None = None
        self._later = QTimer(self)  # a view asks for one after the other while it paints
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._next)

    def show(self, report: Report, pair: Pair) -> None:
        self.beginResetModel()
        self._report, self._verdicts = report, wrong_in(report, pair)
        self._rows = {verdict.path: row for row, verdict in enumerate(self._verdicts)}
        self._wanted.clear()
        self.endResetModel()

    def stop(self) -> None:
        """Make no more thumbnails, and forget those that there are: pictures may have come back."""
        self._wanted.clear()
        self._thumbnails.clear()
        self._errors.clear()
        if self._job is not None:
            self._job.abandon()
            self._job, self._making = None, frozenset()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._verdicts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._report is None:
            return None
        verdict = self.verdict(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words.verdict(self._report, verdict)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._words.verdict(self._report, verdict)}\n{one_line(verdict.path.name)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.tip(self._tip(self._report, verdict))
        return None

    def _tip(self, report: Report, verdict: Verdict) -> str:
        error = self._errors.get(verdict.path)
        lines = (
            self._words.verdict(report, verdict),
            self._words.beside(report, verdict),
            words.left_to_right(str(verdict.path)),
            words.sentence_of(error) if error is not None else "",
        )
        return "\n".join(filter(None, lines))

    def verdict(self, row: int) -> Verdict:
        return self._verdicts[row]

    def captions(self, row: int) -> tuple[str, str, str]:
        """What was said, how surely, and what is true."""
        if self._report is None:
            return "", "", ""
        verdict = self._verdicts[row]
        said, truth = self._words.said(self._report, verdict), self._words.truth(self._report, verdict)
        return said, words.percent(verdict.probability), truth

    def is_lost(self, row: int) -> bool:
        """Whether the picture is gone, or can no longer be read."""
        return self._verdicts[row].path in self._errors

    def thumbnail(self, row: int) -> QPixmap | None:
        """None while it is being made, and for good where the picture is lost."""
        path = self._verdicts[row].path
        pixmap = self._thumbnails.get(path)
        if pixmap is not None:
            self._thumbnails.move_to_end(path)
        elif path not in self._errors and path not in self._making and path not in self._wanted:
            self._wanted.append(path)
            if self._job is None and not self._later.isActive():
                self._later.start(0)
        return pixmap

    @Slot()
    def _next(self) -> None:
        if self._job is not None or not self._wanted:
            return
        newest = [self._wanted.pop() for _ in range(min(AT_ONCE, len(self._wanted)))]
        self._making = frozenset(newest)
        self._job = Job(partial(make_thumbnails, tuple(reversed(newest)), EDGE), self._host, "mistakes")
        self._job.events.connect(self._on_events)
        self._job.finished.connect(self._on_finished)
        self._job.start()

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, MistakeSeen):
                self._keep(event)

    def _keep(self, seen: MistakeSeen) -> None:
        if seen.block is None:
            self._errors[seen.path] = seen.error or AppError("")
        else:
            self._thumbnails[seen.path] = pixmap_of(seen.block, EDGE)
            while len(self._thumbnails) > KEPT:
                self._thumbnails.popitem(last=False)
        row = self._rows.get(seen.path)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    @Slot()
    def _on_finished(self) -> None:
        self._job, self._making = None, frozenset()
        self._next()
