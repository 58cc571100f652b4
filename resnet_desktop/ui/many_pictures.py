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
from resnet_desktop.engine.open_classifier import open_classifier
from resnet_desktop.ui.classify.picture_list import THUMBNAIL_EDGE
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


def answer_all(paths: tuple[Path, ...], spec: ModelSpec, device: str, token: CancelToken) -> Iterator[Event]:
    """The job: open a classifier for many pictures, answer them, close it."""
    from resnet_desktop.core.folder_run import classify_many

    classifier = open_classifier(spec, device, "many")
    try:
        yield from classify_many(classifier, paths, token, thumbnail_edge=THUMBNAIL_EDGE)
    finally:
        classifier.close()


class ManyPictures(QObject):
    """Lives in the main thread."""

    found = Signal(object)  # PicturesFound
    done = Signal(object)  # PictureAnswered or PictureFailed
    skipped = Signal(int, int)  # files that are no pictures, files that are
    failed = Signal(object)  # AppError: the run as a whole
    changed = Signal()  # running, progress

    def __init__(self, host: ThreadHost) -> None:
        super().__init__()
        self.progress: Progress | None = None
        self._host = host
        self._queue: deque[Job] = deque()
        self._job: Job | None = None
        self._found = 0

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(self, paths: tuple[Path, ...], spec: ModelSpec, device: str) -> None:
        """Answer these after whatever is already being answered."""
        job = Job(partial(answer_all, paths, spec, device), self._host, "pictures")
        job.events.connect(self._on_events)
        job.failed.connect(self.failed)
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
        self._job, self.progress, self._found = None, None, 0
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
                self.skipped.emit(event.count, self._found)
