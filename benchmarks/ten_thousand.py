"""A folder of 10,000 small pictures dropped on the window: the first row, Stop, and memory as the answers come."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from benchmarks.figures import Budget, Figure, percentile
from benchmarks.window import Painted, Ticks, answered, drop, program_with, run_until, window_of, worst_gaps
from benchmarks.workshop import folder_of_pictures, log, need, own_screen, resident_bytes, use_home
from resnet_desktop.app import Application
from resnet_desktop.ui.classify.picture_list import THUMBNAILS_KEPT, Role
from resnet_desktop.ui.classify.run_bar import RunBar

PICTURES, EDGE = 10_000, 96
STOP_AT = 200
MARKS = (1_000, 5_000, 9_900)  # the last one before the run ends and its classifier goes
GROWTH = Budget(32)
QUIET_SECONDS = 0.5
MEGABYTE = 2**20


def measure() -> list[Figure]:
    use_home("built-in")
    folder = folder_of_pictures(PICTURES, EDGE)
    with own_screen(), program_with("built-in") as program:
        first = first_row(program, folder)
        run_until(lambda: answered(program) >= STOP_AT)
        idle, again = _stop(program, folder)
        return [
            Figure("10,000 pictures: drop -> first row painted", first, "ms", budget=Budget(200)),
            Figure("10,000 pictures: Stop -> idle", idle, "ms", budget=Budget(100)),
            Figure("10,000 pictures: drop right after Stop -> first row painted", again, "ms", budget=Budget(200)),
            *_memory(program, folder),
        ]


def first_row(program: Application, folder: Path) -> float:
    """Milliseconds until a row that was not there before is on the screen."""
    pictures = program.session.pictures
    program.session.clear()
    painted = Painted(window_of(program).page.filmstrip.viewport(), lambda: pictures.rowCount() > 0)
    started = time.perf_counter()
    drop(program, (folder,))
    run_until(lambda: painted.at is not None, look_every=1)
    return 1000 * ((painted.at or 0) - started)


def stop_seconds(program: Application) -> float:
    """From the click on Stop until the event loop is back with nothing running."""
    button = window_of(program).page.findChild(RunBar).findChild(QPushButton)
    started = time.perf_counter()
    button.click()
    run_until(lambda: not program.session.many.running, look_every=1)
    return time.perf_counter() - started


def _stop(program: Application, folder: Path) -> tuple[float, float]:
    """Milliseconds until Stop has worked, and from a drop right after it to the first row; nothing comes after Stop."""
    idle = 1000 * stop_seconds(program)
    again = first_row(program, folder)
    # The picture on the table is answered by itself.
    run_until(lambda: program.session.answer is not None)
    stop_seconds(program)
    before = _state(program)
    until = time.perf_counter() + QUIET_SECONDS
    run_until(lambda: time.perf_counter() > until)
    need(_state(program) == before, f"after Stop, {before} pictures and answers became {_state(program)}")
    return idle, again


def _state(program: Application) -> tuple[int, int]:
    return program.session.pictures.rowCount(), answered(program)


def _memory(program: Application, folder: Path) -> list[Figure]:
    program.session.clear()
    ticks = Ticks()
    ticks.start()
    drop(program, (folder,))
    held = {}
    for mark in MARKS:
        run_until(lambda mark=mark: _done(program) >= mark, look_every=100)
        held[mark] = resident_bytes() / MEGABYTE
    ticks.stop()
    log(f"the worst gaps came at {worst_gaps(ticks)}")
    gaps = ticks.gaps()
    return [
        *(Figure(f"10,000 pictures: memory at {mark} answered", held[mark], "MB") for mark in MARKS),
        Figure("10,000 pictures: growth since the first 1,000", held[MARKS[-1]] - held[MARKS[0]], "MB", budget=GROWTH),
        Figure("10,000 pictures: thumbnails kept", _thumbnails(program), "", budget=Budget(THUMBNAILS_KEPT + 1)),
        Figure("10,000 pictures: event loop p99.9", percentile(gaps, 0.999), "ms", budget=Budget(20)),
        Figure("10,000 pictures: event loop max", max(gaps), "ms", budget=Budget(50)),
    ]


def _done(program: Application) -> int:
    """What the run itself says; counting 10,000 rows would be a gap of its own."""
    progress = program.session.many.progress
    return progress.done if progress else 0


def _thumbnails(program: Application) -> int:
    """How many rows can be shown without decoding their picture again; asking for the others is switched off."""
    pictures = program.session.pictures
    pictures.blockSignals(True)
    rows = range(pictures.rowCount())
    kept = sum(pictures.data(pictures.index(row), Role.THUMBNAIL) is not None for row in rows)
    pictures.blockSignals(False)
    return kept
