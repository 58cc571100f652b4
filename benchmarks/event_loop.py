"""The window's event loop while it answers 1,000 pictures of about 500 pixels on every core.

A gap is the time between two calls of a timer of one millisecond in the main thread. Once more with an endless loop
beside us for each core.
"""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.figures import Budget, Figure, percentile
from benchmarks.window import Ticks, answered, drop, program_with, run_until, worst_gaps
from benchmarks.workshop import busy_processes, folder_of_pictures, log, own_screen, use_home
from resnet_desktop.app import Application

PICTURES = 1000
SHARES = (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))


def measure() -> list[Figure]:
    use_home("built-in")
    folder = folder_of_pictures(PICTURES)
    budgets = {"p99.9": Budget(20), "max": Budget(50)}
    with own_screen(), program_with("built-in") as program:
        alone = _figures("event loop", _run(program, folder), budgets)
        with busy_processes(os.cpu_count() or 1):
            crowded = _figures("event loop, a busy process a core beside it", _run(program, folder), {})
    return [*alone, *crowded]


def _run(program: Application, folder: Path) -> Ticks:
    program.session.clear()
    ticks = Ticks()
    ticks.start()
    drop(program, (folder,))
    run_until(lambda: not program.session.many.running and answered(program) == PICTURES)
    ticks.stop()
    return ticks


def _figures(name: str, ticks: Ticks, budgets: dict[str, Budget]) -> list[Figure]:
    gaps = ticks.gaps()
    rate = PICTURES / (ticks.times[-1] - ticks.times[0])
    log(f"{name}: {rate:.1f} pictures/s; the worst gaps came at {worst_gaps(ticks)}")
    values = [(label, percentile(gaps, share)) for label, share in SHARES] + [("max", max(gaps))]
    return [Figure(f"{name}: {label}", value, "ms", budget=budgets.get(label)) for label, value in values]
