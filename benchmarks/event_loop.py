"""The window's event loop while it answers 1,000 pictures of about 500 pixels on every core.

A gap is the time between two calls of a timer of one millisecond in the main thread. Once more with an endless loop
beside us for each core.
"""

from __future__ import annotations

import os

from benchmarks.figures import Budget, Figure, percentile
from benchmarks.window import Ticks, answered, drop, program_with, run_until
from benchmarks.workshop import busy_processes, folder_of_pictures, log, own_screen, use_home
from resnet_desktop.app import Application

PICTURES = 1000
SHARES = (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))


def measure() -> list[Figure]:
    use_home("built-in")
    folder = folder_of_pictures(PICTURES)
    with own_screen(), program_with("built-in") as program:
        alone = _gaps(program, folder, "event loop")
        with busy_processes(os.cpu_count() or 1):
            crowded = _gaps(program, folder, "event loop, a busy process a core beside it")
    return [*alone, *crowded]


def _gaps(program: Application, folder: os.PathLike[str], name: str) -> list[Figure]:
    from pathlib import Path

    program.session.clear()
    ticks = Ticks()
    ticks.start()
    drop(program, (Path(folder),))
    run_until(lambda: not program.session.many.running and answered(program) == PICTURES)
    ticks.stop()
    gaps = ticks.gaps()
    seconds = ticks.times[-1] - ticks.times[0]
    log(f"{name}: {len(gaps)} gaps, {PICTURES / seconds:.1f} pictures/s; worst {sorted(gaps)[-10:]}")
    budgets = {"p99.9": Budget(20), "max": Budget(50)} if "beside" not in name else {}
    values = [(label, percentile(gaps, share)) for label, share in SHARES] + [("max", max(gaps))]
    return [Figure(f"{name}: {label}", value, "ms", budget=budgets.get(label)) for label, value in values]
