"""Silence for decoders, whose warnings about odd metadata and large pictures are judged elsewhere."""

from __future__ import annotations

import threading
import warnings
from contextlib import ExitStack
from types import TracebackType


class _Quiet:
    """A context that may be entered from several threads at once.

    Warning filters belong to the whole process: were each thread to save and restore them, one would restore what
    another had set, and the process would stay silent or a decoder would speak up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._filters = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._filters.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._filters.close()


quiet = _Quiet()
