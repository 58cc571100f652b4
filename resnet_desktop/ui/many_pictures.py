"""Runs of many pictures, one after the other, each with a classifier of its own that uses every core."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import Event, FilesSkipped, PictureAnswered, PictureFailed, PicturesFound, Progress
from resnet_desktop.ui.classify.picture_list import THUMBNAIL_EDGE
from resnet_desktop.workers.answer_worker import OpenClassifier
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


def answer_all(
    opener: OpenClassifier, paths: tuple[Path, ...], spec: ModelSpec, device: str, token: CancelToken
) -> Iterator[Event]:
    """The job: open a classifier for many pictures, answer them, close it."""
    from resnet_desktop.core.folder_run import classify_many

    classifier = opener(spec, device, "many")
    try:
        yield from classify_many(classifier, paths, token, thumbnail_edge=THUMBNAIL_EDGE)
    finally:
        classifier.close()


class ManyPictures(QObject):
    """Lives in the main thread."""

    found = Signal(object)  # PicturesFound
    done = Signal(object)  # PictureAnswered or PictureFailed
    ended = Signal(int, int)  # a run came to its end: pictures found, other files left out
    failed = Signal(object)  # AppError: the run as a whole
    changed = Signal()  # running, progress

    def __init__(self, host: ThreadHost, opener: OpenClassifier) -> None:
        super().__init__()
        self.progress: Progress | None = None
        self._host, self._opener = host, opener
        self._queue: deque[Job] = deque()
        self._job: Job | None = None
        self._found = self._skipped = 0

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(self, paths: tuple[Path, ...], spec: ModelSpec, device: str) -> None:
        """Answer these after whatever is already being answered."""
        job = Job(partial(answer_all, self._opener, paths, spec, device), self._host, "pictures")
        job.events.connect(self._on_events)
        job.failed.connect(self.failed)
        job.succeeded.connect(self._on_succeeded)
        job.finished.connect(self._next)
        self._queue.append(job)
        if self._job is None:
            self._next()

    def cancel(self) -> None:
        """Stop, and forget what is queued. The window is free at once; the thread ends on its own."""
        self._queue.clear()
        if self._job is not None:
            self._job.abandon()
            self._next()

    @Slot()
    def _next(self) -> None:
        self._job, self.progress = None, None
        self._found = self._skipped = 0
        if self._queue:
            self._job = self._queue.popleft()
            self._job.start()
        self.changed.emit()

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, PicturesFound):
                self._found += len(event.paths)
                self.found.emit(event)
            elif isinstance(event, PictureAnswered | PictureFailed):
                self.done.emit(event)
            elif isinstance(event, Progress):
                self.progress = event
                self.changed.emit()
            elif isinstance(event, FilesSkipped):
                self._skipped = event.count

    @Slot()
    def _on_succeeded(self) -> None:
        self.ended.emit(self._found, self._skipped)
