"""A folder of 100,000 pictures dropped on the window: Stop, and the first seconds, while all of them are found."""

from __future__ import annotations

import time

from benchmarks.figures import Budget, Figure, percentile
from benchmarks.ten_thousand import EDGE, MEGABYTE, first_row, stop_seconds
from benchmarks.ten_thousand import PICTURES as ORIGINALS
from benchmarks.window import Ticks, program_with, run_until, worst_gaps
from benchmarks.workshop import folder_of_links, folder_of_pictures, log, need, own_screen, resident_bytes, use_home

PICTURES = 100_000
SECONDS = 20.0


def measure() -> list[Figure]:
    use_home("built-in")
    folder = folder_of_links(PICTURES, folder_of_pictures(ORIGINALS, EDGE))
    with own_screen(), program_with("built-in") as program:
        before = resident_bytes()
        ticks = Ticks()
        ticks.start()
        first = first_row(program, folder)
        until = time.perf_counter() + SECONDS
        run_until(lambda: time.perf_counter() > until)
        ticks.stop()
        need(program.session.pictures.rowCount() == PICTURES, "not all pictures were found in time")
        grown = (resident_bytes() - before) / MEGABYTE
        idle = 1000 * stop_seconds(program)
    log(f"the worst gaps came at {worst_gaps(ticks)}")
    gaps = ticks.gaps()
    return [
        Figure("100,000 pictures: drop -> first row painted", first, "ms", budget=Budget(200)),
        Figure("100,000 pictures: Stop -> idle", idle, "ms", budget=Budget(100)),
        Figure("100,000 pictures: memory for their rows", grown, "MB"),
        Figure("100,000 pictures: event loop p99.9", percentile(gaps, 0.999), "ms", budget=Budget(20)),
        Figure("100,000 pictures: event loop max", max(gaps), "ms", budget=Budget(50)),
    ]
