"""How long a model takes for a picture on this machine: measured once, remembered by content and device."""

from __future__ import annotations

import json
import logging
import statistics
import time
from pathlib import Path

from resnet_desktop.core import paths
from resnet_desktop.core.classifier import Classifier
from resnet_desktop.core.files import write_file

log = logging.getLogger(__name__)

WARM_UP, PASSES = 2, 7


def measure(classifier: Classifier) -> float:
    """Milliseconds for one pass, the median of several; the picture's decoding is left out."""
    import numpy as np

    crop = classifier.spec.preprocess.crop
    pixels = np.random.default_rng(0).integers(0, 256, (crop, crop, 3), dtype=np.uint8)
    times = []
    for number in range(WARM_UP + PASSES):
        started = time.perf_counter()
        classifier.run(pixels)
        if number >= WARM_UP:
            times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def known_speed(prepared: Path, device: str) -> float | None:
    """Milliseconds a picture, or None where it was never measured."""
    value = _read().get(f"{prepared.name}:{device}")
    return float(value) if isinstance(value, int | float) else None


def remember_speed(prepared: Path, device: str, milliseconds: float) -> None:
    try:
        write_file(_file(), json.dumps(_read() | {f"{prepared.name}:{device}": round(milliseconds, 2)}).encode())
    except OSError as error:
        log.warning("speed not remembered: %s", error)


def _file() -> Path:
    return paths.cache_dir() / "speeds.json"


def _read() -> dict[str, object]:
    try:
        found = json.loads(_file().read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
