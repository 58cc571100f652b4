"""Folders of tiny pictures, and what a run over them must not leave behind."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.classifier import Outputs
from resnet_desktop.core.events import Event
from resnet_desktop.core.fake_classifier import FakeClassifier

T = TypeVar("T", bound=Event)


def assert_only_before(allowed: set[threading.Thread], seconds: float = 3.0) -> None:
    """The threads of a run end by themselves, at the latest after the picture at hand."""
    deadline = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread.name.startswith(("pictures", "search")) and thread not in allowed:
            thread.join(max(0.0, deadline - time.monotonic()))
            assert not thread.is_alive(), f"{thread.name} is still there"


def make_pictures(folder: Path, count: int, *, links: bool = False) -> list[Path]:
    """Tiny pictures; the red of number n is 16 * (n % 16), which FakeClassifier answers with n % 16."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"{number:06}.png"
        if links and number >= 16:
            path.hardlink_to(paths[number % 16])
        else:
            Image.new("RGB", (8, 8), (16 * (number % 16) + 8, 0, 0)).save(path)
        paths.append(path)
    return paths


def of_type(events: list[Event], kind: type[T]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


class Counting(FakeClassifier):
    """Knows how many pictures it was asked about."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(find_model("built-in"), seconds)
        self.count = 0
        self._lock = threading.Lock()

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:
        with self._lock:
            self.count += 1
        return super().run(pixels)
