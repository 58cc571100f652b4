"""Many pictures: found while the first are already being answered, decoded and answered on every core."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

from resnet_desktop.core.answers import DEFAULT_TOP
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.classifier import Classifier, answer_file, thread_count
from resnet_desktop.core.errors import Cancelled, PictureError
from resnet_desktop.core.events import (
    Event,
    FilesSkipped,
    PictureAnswered,
    PictureDone,
    PictureFailed,
    PicturesFound,
    PixelBlock,
    Progress,
)
from resnet_desktop.core.picture_search import find_pictures
from resnet_desktop.core.pictures import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

BATCH = 500  # paths in one PicturesFound, so that no event is large
AHEAD = 4  # pictures in flight for each thread: enough to keep them busy, few enough to stop at once
FOUND_LIMIT = 200_000  # paths the search may be ahead of the answers
POLL_SECONDS = 0.02


def classify_many(
    classifier: Classifier,
    sources: Sequence[Path],
    token: CancelToken,
    *,
    recursive: bool = True,
    thumbnail_edge: int = 0,
    top: int = DEFAULT_TOP,
) -> Iterator[Event]:
    """Answer every picture in ``sources``, in the order in which they are found.

    Yields PicturesFound ahead of PictureAnswered and PictureFailed, Progress with each, and FilesSkipped last.
    ``thumbnail_edge`` > 0 adds a thumbnail of at most that many pixels. Raises Cancelled.
    """
    # Ends the threads of this run also where the caller stops listening without a cancel.
    stop = CancelToken()
    found: queue.Queue[Path] = queue.Queue(BATCH)
    search = _Search(sources, stop, recursive=recursive)
    waiting: deque[Path] = deque()
    flying: deque[Future[PictureDone]] = deque()
    total = done = 0

    def one(path: Path) -> PictureDone:
        token.check()
        stop.check()
        return _answer_one(classifier, path, thumbnail_edge, top)

    pool = ThreadPoolExecutor(thread_count(), "pictures")
    try:
        search.start(found)
        while search.alive or waiting or flying or not found.empty():
            token.check()
            batch = _drain(found) if len(waiting) < FOUND_LIMIT else []
            if batch:
                total += len(batch)
                waiting.extend(batch)
                yield PicturesFound(tuple(batch))
            while waiting and len(flying) < AHEAD * thread_count():
                flying.append(pool.submit(one, waiting.popleft()))
            if not flying:
                token.wait(POLL_SECONDS / 10)
                continue
            if wait([flying[0]], POLL_SECONDS).done:
                done += 1
                yield flying.popleft().result()
                yield Progress(done, total)
        search.check()
        if search.skipped:
            yield FilesSkipped(search.skipped)
    finally:
        stop.cancel()
        pool.shutdown(wait=False, cancel_futures=True)


class _Search:
    """The search in a thread of its own: a slow network drive does not hold up the pictures already found."""

    def __init__(self, sources: Sequence[Path], token: CancelToken, *, recursive: bool) -> None:
        self.skipped = 0
        self._error: Exception | None = None
        self._find: Callable[[], Iterator[Path | None]] = lambda: find_pictures(sources, token, recursive=recursive)
        self._token = token
        self._thread: threading.Thread | None = None

    def start(self, found: queue.Queue[Path]) -> None:
        self._thread = threading.Thread(target=self._run, args=(found,), name="search", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def check(self) -> None:
        """Raise what ended the search early: a run that missed pictures must not look complete."""
        if self._error is not None:
            raise self._error

    def _run(self, found: queue.Queue[Path]) -> None:
        try:
            for path in self._find():
                if path is None:
                    self.skipped += 1
                else:
                    self._put(found, path)
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 - raised again by check, in the caller's thread
            self._error = error

    def _put(self, found: queue.Queue[Path], path: Path) -> None:
        while True:
            self._token.check()
            with contextlib.suppress(queue.Full):
                found.put(path, timeout=POLL_SECONDS)
                return


def _drain(found: queue.Queue[Path]) -> list[Path]:
    batch: list[Path] = []
    with contextlib.suppress(queue.Empty):
        while len(batch) < BATCH:
            batch.append(found.get_nowait())
    return batch


def _answer_one(classifier: Classifier, path: Path, thumbnail_edge: int, top: int) -> PictureDone:
    try:
        answer, picture = answer_file(classifier, path, top)
    except PictureError as error:  # any other error is the model's, and ends the run
        return PictureFailed(path, error)
    return PictureAnswered(path, answer, thumbnail(picture, thumbnail_edge) if thumbnail_edge else None)


def thumbnail(picture: Picture, edge: int) -> PixelBlock:
    """The picture within ``edge`` x ``edge`` pixels, never enlarged."""
    small = picture.image if max(picture.image.size) <= edge else _shrunk(picture, edge)
    return PixelBlock(small.width, small.height, small.tobytes())


def _shrunk(picture: Picture, edge: int) -> Image:
    scale = edge / max(picture.image.size)
    width, height = (max(1, round(length * scale)) for length in picture.image.size)
    return picture.image.resize((width, height), reducing_gap=2.0)
