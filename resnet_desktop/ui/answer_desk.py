"""The main thread's side of the answer thread."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.ui.classify.picture_list import THUMBNAIL_EDGE
from resnet_desktop.workers.answer_worker import (
    AnswerWorker,
    Looked,
    LookRequest,
    ModelOpened,
    OpenClassifier,
    OpenRequest,
    Previewed,
    Refused,
    ThumbnailMade,
    ThumbnailRequest,
)
from resnet_desktop.workers.thread_host import ThreadHost

log = logging.getLogger(__name__)

THUMBNAILS_AT_ONCE = 32  # asked for and not yet made: about one screen of the filmstrip


class AnswerDesk(QObject):
    """Numbers every request, so that late replies to old ones are dropped."""

    opened = Signal(object)  # ModelOpened
    looked = Signal(object)  # Looked
    previewed = Signal(object)  # Previewed
    thumbnail_made = Signal(object)  # ThumbnailMade
    refused = Signal(object)  # Refused

    _open = Signal(object)
    _close = Signal()
    _look = Signal(object)
    _preview = Signal(object)
    _thumbnail = Signal(object)
    _stop = Signal()

    def __init__(self, host: ThreadHost, opener: OpenClassifier) -> None:
        super().__init__()
        self._worker = worker = AnswerWorker(opener)
        self._number = 0
        self._open_number = 0
        self._asked: set[Path] = set()
        host.start(worker, "answers")
        self._open.connect(worker.open_model)
        self._close.connect(worker.close_model)
        self._look.connect(worker.look)
        self._preview.connect(worker.preview)
        self._thumbnail.connect(worker.make_thumbnail)
        self._stop.connect(worker.stop)
        worker.opened.connect(self._on_opened)
        worker.looked.connect(self._on_looked)
        worker.previewed.connect(self._on_previewed)
        worker.thumbnail_made.connect(self._on_thumbnail)
        worker.refused.connect(self._on_refused)

    def open_model(self, spec: ModelSpec, device: str) -> None:
        self._number += 1
        self._open_number = self._number
        self._worker.expect_model(self._number)
        self._open.emit(OpenRequest(self._number, spec, device))

    def close_model(self) -> None:
        """From now on pictures are shown without an answer."""
        self._number += 1
        self._open_number = self._number
        self._worker.expect_model(self._number)
        self._close.emit()

    def look(self, path: Path, edge: int) -> None:
        self._number += 1
        self._worker.expect(self._number)
        self._look.emit(LookRequest(self._number, path, edge))

    def sharpen(self, path: Path, edge: int) -> None:
        """The picture of the last look again, for a view that has grown."""
        self._preview.emit(LookRequest(self._number, path, edge))

    @Slot(object)
    def want_thumbnail(self, path: Path) -> None:
        if path not in self._asked and len(self._asked) < THUMBNAILS_AT_ONCE:
            self._asked.add(path)
            self._thumbnail.emit(ThumbnailRequest(path, THUMBNAIL_EDGE))

    def stop(self) -> None:
        """End the answer thread after the request at hand."""
        self._worker.cancel()
        self._stop.emit()

    @Slot(object)
    def _on_opened(self, opened: ModelOpened) -> None:
        if opened.number == self._open_number:
            log.info("%s answers on %s", opened.spec.key, opened.device)
            self.opened.emit(opened)

    @Slot(object)
    def _on_looked(self, looked: Looked) -> None:
        if looked.look.answer is not None:
            log.info("answered in %.0f ms", looked.look.answer.milliseconds)
        self.looked.emit(looked)

    @Slot(object)
    def _on_previewed(self, previewed: Previewed) -> None:
        self.previewed.emit(previewed)

    @Slot(object)
    def _on_thumbnail(self, made: ThumbnailMade) -> None:
        self._asked.discard(made.path)
        self.thumbnail_made.emit(made)

    @Slot(object)
    def _on_refused(self, refused: Refused) -> None:
        if refused.path is not None or refused.number == self._open_number:
            self.refused.emit(refused)
