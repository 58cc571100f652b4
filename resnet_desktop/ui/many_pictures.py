"""Many pictures: one search after another, and the answers to what they found while a model is ready.

The two are apart so that nothing that was dropped is lost when the model is not ready, or changes in the middle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import Mode
from resnet_desktop.core.events import Event, FilesSkipped, PictureAnswered, PictureFailed, PicturesFound, Progress
from resnet_desktop.core.folder_run import classify_many
from resnet_desktop.core.picture_search import search_pictures
from resnet_desktop.ui.classify.picture_list import THUMBNAIL_EDGE
from resnet_desktop.workers.answer_worker import OpenClassifier
from resnet_desktop.workers.event_pump import MakeEvents
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


@dataclass(frozen=True)
class Answering:
    """The model that answers, where, and how."""

    spec: ModelSpec
    device: str
    mode: Mode = "many"


def answer_all(
    opener: OpenClassifier, paths: tuple[Path, ...], model: Answering, token: CancelToken
) -> Iterator[Event]:
    """The job: open a classifier for many pictures, answer them, close it."""
    classifier = opener(model.spec, model.device, model.mode)
    try:
        yield from classify_many(classifier, paths, token, thumbnail_edge=THUMBNAIL_EDGE)
    finally:
        classifier.close()


class ManyPictures(QObject):
    """Lives in the main thread."""

    found = Signal(object)  # PicturesFound
    done = Signal(object)  # PictureAnswered or PictureFailed
    ended = Signal(int, int)  # a search came to its end: pictures found, other files left out
    failed = Signal(object)  # AppError: not one picture's, but the model's or the search's
    changed = Signal()  # running, progress

    def __init__(self, host: ThreadHost, opener: OpenClassifier) -> None:
        super().__init__()
        self._host, self._opener = host, opener
        self._model: Answering | None = None
        self._searches: deque[tuple[Path, ...]] = deque()
        self._search: Job | None = None
        self._found = self._skipped = 0  # by the search at hand
        self._pending: list[Path] = []
        self._answering: Job | None = None
        self._done = self._total = 0

    @property
    def running(self) -> bool:
        return self._search is not None or self._answering is not None

    @property
    def progress(self) -> Progress | None:
        """Answers so far; None while there is only a search."""
        return Progress(self._done, self._total) if self._answering is not None else None

    def find(self, paths: tuple[Path, ...]) -> None:
        """Look for the pictures in these, after whatever is already being looked for."""
        self._searches.append(paths)
        if self._search is None:
            self._next_search()

    def answer(self, paths: Sequence[Path]) -> None:
        """Answer these, after whatever is already being answered; nothing happens while no model is ready."""
        if self._model is not None:
            self._pending.extend(paths)
            self._total += len(paths)
            self._next_answers()

    def use(self, model: Answering | None) -> None:
        """Answer with this model on this device from now on. What the one before still had to answer is dropped."""
        self._stop_answering()
        self._model = model
        self.changed.emit()

    def hurry(self, *, fast: bool) -> None:
        """With bf16 or exactly, from the next pictures on."""
        if self._model is not None:
            self._model = replace(self._model, mode="fast" if fast else "many")

    def cancel(self) -> None:
        """Stop searching and answering. The window is free at once; the threads end on their own."""
        self._searches.clear()
        if self._search is not None:
            self._search.abandon()
            self._search = None
        self._stop_answering()
        self.changed.emit()

    def _stop_answering(self) -> None:
        self._pending.clear()
        self._done = self._total = 0
        if self._answering is not None:
            self._answering.abandon()
            self._answering = None

    def _start(self, make_events: MakeEvents, name: str) -> Job:
        job = Job(make_events, self._host, name)
        job.events.connect(self._on_events)
        job.failed.connect(self.failed)
        return job

    @Slot()
    def _next_search(self) -> None:
        self._search = None
        self._found = self._skipped = 0
        if self._searches:
            self._search = self._start(partial(search_pictures, self._searches.popleft()), "search")
            self._search.succeeded.connect(self._on_searched)
            self._search.finished.connect(self._next_search)
            self._search.start()
        self.changed.emit()

    def _next_answers(self) -> None:
        if self._answering is None and self._pending and self._model is not None:
            paths, self._pending = tuple(self._pending), []
            self._answering = self._start(partial(answer_all, self._opener, paths, self._model), "pictures")
            self._answering.finished.connect(self._on_answers_finished)
            self._answering.start()
        self.changed.emit()

    @Slot()
    def _on_answers_finished(self) -> None:
        self._answering = None
        if not self._pending:
            self._done = self._total = 0
        self._next_answers()

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, PictureAnswered | PictureFailed):
                self._done += 1
                self.done.emit(event)
            elif isinstance(event, FilesSkipped):
                self._skipped = event.count
            elif isinstance(event, PicturesFound) and self.sender() is self._search:
                self._found += len(event.paths)
                self.found.emit(event)
        self.changed.emit()

    @Slot()
    def _on_searched(self) -> None:
        self.ended.emit(self._found, self._skipped)
