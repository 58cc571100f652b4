"""The token by which a job is asked to stop: called directly from any thread, never through a queued slot."""

from __future__ import annotations

import threading

from resnet_desktop.core.errors import Cancelled


class CancelToken:
    """A flag that one side sets and a long job looks at."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled once the job should stop."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep that a cancel cuts short; True when cancelled."""
        return self._event.wait(seconds)
