"""From the start of a process to the answer for one picture, and the most memory it held on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Budget, Figure, median
from benchmarks.workshop import BASELINE, ROOT, mine, need, need_baseline, photographs, use_home

REPEATS = 5
KILOBYTES = 1024  # in one of our megabytes; Linux counts ru_maxrss in kilobytes


def measure() -> list[Figure]:
    need_baseline()
    use_home("built-in", "resnet18")
    picture = photographs()[0]
    commands = {
        "peer": [str(BASELINE / "predict.py"), str(picture)],
        "ResNet-18": _ours(picture, mine("resnet18")),
        "built-in": _ours(picture, "built-in"),
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(REPEATS + 1):
        for name, command in commands.items():
            run = _time_and_memory(command)
            if number:  # the first one warms the disk cache
                runs[name].append(run)
    figures = []
    for name in ("ResNet-18", "built-in"):
        figures += _figures(name, runs[name], runs["peer"])
    return [
        *figures,
        Figure("start -> answer: modules of torch imported", _torch_modules(commands), "", budget=Budget(1)),
    ]


def _ours(picture: Path, key: str) -> list[str]:
    return ["-m", "resnet_desktop", "classify", str(picture), "--model", key]


def _time_and_memory(arguments: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of one run."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    need(process.returncode == 0, f"{arguments} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / KILOBYTES


def _figures(name: str, ours: list[tuple[float, float]], peer: list[tuple[float, float]]) -> list[Figure]:
    (seconds, memory), (peer_seconds, peer_memory) = (
        (median([run[0] for run in runs]), median([run[1] for run in runs])) for runs in (ours, peer)
    )
    return [
        Figure(f"start -> answer, {name}: time", seconds, "s", peer_seconds, Budget(8, of_ratio=True)),
        Figure(f"start -> answer, {name}: memory", memory, "MB", peer_memory, Budget(4, of_ratio=True)),
    ]


def _torch_modules(commands: dict[str, list[str]]) -> int:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *commands["built-in"]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")]
    need(bool(names), "Python did not report its imports")
    return sum(name.split(".")[0] in {"torch", "torchvision"} for name in names)
