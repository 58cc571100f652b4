"""The window while ResNet-18 learns on every core: gaps of its event loop, and how soon a click is seen.

A gap is the time between two calls of a timer of one millisecond in the main thread. A click goes to another page;
it is seen when that page was painted.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QWidget

from benchmarks.figures import Budget, Figure, percentile
from benchmarks.training import CLOTHING
from benchmarks.window import Painted, Ticks, program_with, run_until, window_of, worst_gaps
from benchmarks.workshop import busy_processes, folder_of_pictures, log, mine, own_screen, use_home
from resnet_desktop.app import Application
from resnet_desktop.core.training import TrainingConfig
from resnet_desktop.ui.train.trainer import Stage

SECONDS = 60
CLICKS = 40
WARM_STEPS = 5
SHARES = (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))


def measure() -> list[Figure]:
    use_home("built-in", "resnet18")
    budgets = {"p99.9": Budget(20), "max": Budget(50)}
    with own_screen(), program_with("built-in") as program:
        _begin(program, _dataset())
        figures = _gaps("event loop while ResNet-18 learns", program, budgets)
        with busy_processes(os.cpu_count() or 1):
            figures += _gaps("event loop while ResNet-18 learns, a busy process a core beside it", program, {})
        figures.append(
            Figure("click until painted while ResNet-18 learns: p95", _clicks(program), "ms", None, Budget(100))
        )
        program.trainer.stop()
        run_until(lambda: not program.trainer.busy)
    return figures


def _dataset() -> Path:
    """The clothing pictures where they are; else two classes of photographs."""
    if CLOTHING.is_dir():
        return CLOTHING / "train"
    pictures = folder_of_pictures(400)
    folder = pictures.parent / "two-classes"
    for number, path in enumerate(sorted(pictures.iterdir())):
        place = folder / ("odd" if number % 2 else "even")
        place.mkdir(parents=True, exist_ok=True)
        if not (place / path.name).exists():
            (place / path.name).hardlink_to(path)
    return folder


def _begin(program: Application, folder: Path) -> None:
    """A run that learns, seen on the Train page."""
    window_of(program).show_train()
    trainer = program.trainer
    trainer.choose(folder)
    run_until(lambda: trainer.stage is Stage.READY)
    trainer.start(TrainingConfig(name="Bench", model=mine("resnet18"), preset="full", dataset=str(folder), epochs=50))
    run_until(lambda: len(trainer.curves.step) >= WARM_STEPS)


def _gaps(name: str, program: Application, budgets: dict[str, Budget]) -> list[Figure]:
    ticks, clock = Ticks(), QElapsedTimer()
    before = len(program.trainer.curves.step)
    ticks.start()
    clock.start()
    run_until(lambda: clock.elapsed() > 1000 * SECONDS)
    ticks.stop()
    gaps = ticks.gaps()
    log(f"{name}: {len(program.trainer.curves.step) - before} steps told; the worst gaps came at {worst_gaps(ticks)}")
    values = [(label, percentile(gaps, share)) for label, share in SHARES] + [("max", max(gaps))]
    return [Figure(f"{name}: {label}", value, "ms", budget=budgets.get(label)) for label, value in values]


def _clicks(program: Application) -> float:
    """Milliseconds, the 95th of a hundred clicks; between Classify and Train."""
    window, times = window_of(program), []
    for number in range(CLICKS):
        show, page = ((window.show_classify, _classify), (window.show_train, _train))[number % 2]
        target = page(program)
        painted = Painted(target, target.isVisible)
        began = time.perf_counter()
        show()
        run_until(lambda painted=painted: painted.at is not None, look_every=1)  # type: ignore[misc]
        assert painted.at is not None
        times.append(1000 * (painted.at - began))
        settled = QElapsedTimer()
        settled.start()
        run_until(lambda settled=settled: settled.elapsed() > 200)  # type: ignore[misc]
    return percentile(times, 0.95)


def _classify(program: Application) -> QWidget:
    return window_of(program).page


def _train(program: Application) -> QWidget:
    return window_of(program).train()
