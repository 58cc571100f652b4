"""Decoding every file of a dataset once, on every core, to know which can be learned from."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.classifier import thread_count
from resnet_desktop.core.dataset_files import FoundFile
from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.picture_file import read_picture_file
from resnet_desktop.core.pictures import NO_MEMORY, open_picture

EDGE = 224  # pixels: a JPEG is decoded no larger than training will want it
AHEAD = 4  # files in flight for each thread
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What became of a file."""

    error: PictureError | None
    digest: bytes = b""  # SHA-256, where another file has the same size


def check_files(files: Iterable[FoundFile], sizes: Counter[int], token: CancelToken) -> Iterator[CheckedFile]:
    """The verdicts in the order of the files; ``sizes`` counts the files of each size. Raises Cancelled."""
    stop = CancelToken()  # ends the threads also where the caller stops listening without a cancel
    pending = iter(files)
    flying: deque[Future[CheckedFile]] = deque()

    def one(file: FoundFile) -> CheckedFile:
        token.check()
        stop.check()
        return _check(file, has_twin=sizes[file.size] > 1)

    pool = ThreadPoolExecutor(thread_count(), "pictures")
    try:
        while True:
            while len(flying) < AHEAD * thread_count() and (file := next(pending, None)) is not None:
                flying.append(pool.submit(one, file))
            if not flying:
                return
            token.check()
            if wait([flying[0]], POLL_SECONDS).done:
                yield flying.popleft().result()
    finally:
        stop.cancel()
        pool.shutdown(wait=False, cancel_futures=True)


def _check(file: FoundFile, *, has_twin: bool) -> CheckedFile:
    try:
        data = read_picture_file(file.path)
        open_picture(data, edge=EDGE)
    except PictureError as error:
        return CheckedFile(error)
    except MemoryError:
        return CheckedFile(PictureError(NO_MEMORY))
    return CheckedFile(None, hashlib.sha256(data).digest() if has_twin else b"")
