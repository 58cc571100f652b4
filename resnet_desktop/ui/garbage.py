"""Cyclic garbage is collected in the main thread, and not in the middle of a run.

Python collects in whichever thread happens to allocate. A Qt object that is deleted outside the main thread can crash
the process; and a full collection with 100,000 pictures in the list stops every thread for 80 ms.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

YOUNG_MILLISECONDS = 2000
FULL_EVERY = 30  # young collections


class GarbageCollector(QObject):
    """Takes over from Python's own thresholds. ``busy`` says when a full collection has to wait."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        super().__init__()
        self._busy = busy
        self._count = 0
        gc.collect()
        gc.freeze()  # what is there now lives as long as the program
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(YOUNG_MILLISECONDS)

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()

    @Slot()
    def _collect(self) -> None:
        self._count += 1
        if self._count >= FULL_EVERY and not self._busy():
            self._count = 0
            gc.collect()
        else:
            gc.collect(1)
