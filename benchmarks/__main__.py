"""python -m benchmarks [NAME...]: measure, and print a table."""

from __future__ import annotations

import dataclasses
import importlib
import json
import resource
import subprocess
import sys
import time

import psutil

from benchmarks.figures import Budget, Figure, table
from benchmarks.workshop import ROOT, CannotRunError, log, versions

NAMES = (
    "start_to_answer",
    "window_start",
    "frozen_start",
    "drop_12mp",
    "event_loop",
    "ten_thousand",
    "hundred_thousand",
    "folder_rate",
    "step_memory",
    "training",
    "training_window",
    "plot_redraw",
)
CANNOT_RUN = 3


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--child"]:
        return measure_here(arguments[1])
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        log(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(NAMES)}.")
        return 2
    figures: list[Figure] = []
    failed = False
    for name in arguments or NAMES:
        log(f"-- {name}")
        before = busy_seconds()
        found, code = measure_apart(name)
        log(f"other programs used {share_of_others(before):.0%} of the processors meanwhile")
        figures += found
        failed |= code not in (0, CANNOT_RUN)
    print(table(figures))
    print("Python " + sys.version.split()[0] + ", " + versions(("PySide6-Essentials", "openvino", "pillow", "torch")))
    return 1 if failed or any(figure.verdict == "MISSED" for figure in figures) else 0


def measure_apart(name: str) -> tuple[list[Figure], int]:
    """Each in a process of its own: no benchmark finds another's modules, threads or memory."""
    command = [sys.executable, "-m", "benchmarks", "--child", name]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return [_figure(json.loads(line)) for line in done.stdout.splitlines()], done.returncode


def busy_seconds() -> tuple[float, float, float]:
    """Of all processors since the start of the machine; of our children that have ended; and the time."""
    spent = psutil.cpu_times()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = spent.user + spent.nice + spent.system
    return busy, children.ru_utime + children.ru_stime, time.monotonic()


def share_of_others(before: tuple[float, float, float]) -> float:
    """Figures measured beside busy programs are worth little; this says how busy they were."""
    everything, ours, seconds = (now - then for now, then in zip(busy_seconds(), before, strict=True))
    return max(0.0, everything - ours) / seconds / psutil.cpu_count()


def measure_here(name: str) -> int:
    try:
        figures = importlib.import_module(f"benchmarks.{name}").measure()
    except CannotRunError as error:
        log(f"{name} left out: {error}")
        return CANNOT_RUN
    for figure in figures:
        print(json.dumps(dataclasses.asdict(figure)))
    return 0


def _figure(record: dict[str, object]) -> Figure:
    budget = record.pop("budget")
    return Figure(**record, budget=Budget(**budget) if isinstance(budget, dict) else None)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
