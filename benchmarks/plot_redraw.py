"""The live curves with 100,000 steps, as large as in a window of 1366 x 768: how long the window is busy to draw them.

Three ways: the loss alone painted again, as when something was over it; loss and learning rate while new steps
stream in; the loss while a person zooms. Each draws for real, into the widget's own buffer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np

from benchmarks.figures import Budget, Figure, percentile

STEPS, EPOCHS = 100_000, 20
REPEATS, WARM = 200, 10
NEW_STEPS = 25  # between two drawings
ROOM = (738, 658)  # pixels that the window leaves for the curves
FRAME = Budget(16.7)


def measure() -> list[Figure]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from resnet_desktop.app import make_application
    from resnet_desktop.core.curve_data import CurveData
    from resnet_desktop.ui.theme import apply_theme
    from resnet_desktop.ui.train.run_plots import RunPlots

    application = make_application([])
    apply_theme(application, "light")
    data, plots = CurveData(), RunPlots()
    source = Steps(data)
    source.grow(STEPS)
    plots.resize(*ROOM)
    plots.show()
    plots.show_curves(data, "Fruit")
    application.processEvents()
    cards = (plots.loss, plots.rate)  # the accuracy changes but once an epoch

    def paint() -> None:
        plots.loss.plot.viewport().repaint()

    def stream() -> None:
        source.grow(NEW_STEPS)
        plots.redraw()
        for card in cards:
            card.plot.viewport().repaint()

    def zoom() -> None:
        first = source.dice.uniform(0, STEPS / 2)
        plots.loss.zoom_to(first, first + source.dice.uniform(100, STEPS / 2))
        paint()

    figures = []
    for name, action in (("painted again", paint), ("streaming, two such plots", stream), ("zooming", zoom)):
        passed, spent = _times(action)
        figures.append(Figure(f"100,000 points, {name}: p95", percentile(passed, 0.95), "ms", budget=FRAME))
        figures.append(Figure(f"100,000 points, {name}: p95 of processor time", percentile(spent, 0.95), "ms"))
    return figures


def _times(action: Callable[[], None]) -> tuple[list[float], list[float]]:
    """Milliseconds that passed, and those in which a processor was ours: busy programs beside us lengthen the first."""
    passed, spent = [], []
    for _number in range(REPEATS + WARM):
        started, busy = time.perf_counter(), time.thread_time()
        action()
        passed.append(1000 * (time.perf_counter() - started))
        spent.append(1000 * (time.thread_time() - busy))
    return passed[WARM:], spent[WARM:]


class Steps:
    """A loss that falls and is as noisy as real ones."""

    def __init__(self, data: object) -> None:
        self._data, self._done = data, 0
        self.dice = np.random.default_rng(0)

    def grow(self, count: int) -> None:
        for step in range(self._done + 1, self._done + count + 1):
            record = {
                "event": "step",
                "step": step,
                "epoch": 1 + step * EPOCHS // STEPS,
                "loss": 2 * np.exp(-3 * step / STEPS) + abs(self.dice.normal(0, 0.2)),
                "learning_rate": 1e-3 * np.exp(-step / STEPS),
            }
            self._data.take_record(record)  # type: ignore[attr-defined]
            if step % (STEPS // EPOCHS) == 0:
                share = step / STEPS
                worth = {"train_loss": 1.0, "validation_loss": 1 - share / 2, "validation_accuracy": 0.5 + share / 3}
                self._data.take_record(  # type: ignore[attr-defined]
                    {"event": "epoch", "epoch": step * EPOCHS // STEPS, "learning_rate": 0, "best": True, **worth}
                )
        self._done += count
