"""From the start of the process to its window: managed and viewable, then painted. X is asked every 2 ms."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks.figures import Budget, Figure, median
from benchmarks.workshop import ROOT, own_screen, use_home, wait_for
from benchmarks.x11 import Display
from resnet_desktop.ui.main_window import SMALLEST

REPEATS = 7
STEP_SECONDS = 0.002
BLACK = 0


def measure() -> list[Figure]:
    use_home("built-in")
    with own_screen() as name:
        display = Display(name)
        runs = [start(display) for _number in range(REPEATS + 1)][1:]  # the first one warms the disk cache
    shown, painted = (median([run[column] for run in runs]) for column in (0, 1))
    return [
        Figure("start -> window shown", shown, "s", budget=Budget(0.7)),
        Figure("start -> window painted", painted, "s"),
    ]


def start(display: Display, command: Sequence[str] = (sys.executable, "-m", "resnet_desktop")) -> tuple[float, float]:
    """Seconds until the window is viewable, and until it is no longer black."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(lambda: display.viewable_client(SMALLEST[0]) is not None, "no window came", STEP_SECONDS)
        shown = time.perf_counter() - started
        window = display.viewable_client(SMALLEST[0])
        wait_for(lambda: window is not None and display.pixel(window) != BLACK, "it stayed black", STEP_SECONDS)
        return shown, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()
        wait_for(lambda: display.viewable_client(SMALLEST[0]) is None, "the window did not go")
