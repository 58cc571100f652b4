"""Training on the clothing pictures: Quick from the folder to the model, and steps of the deep presets, against the
fine-tuning program of any ResNet tutorial in the same run."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from benchmarks.figures import Budget, Figure
from benchmarks.workshop import BASELINE, ROOT, CannotRunError, log, mine, need_baseline, use_home
from resnet_desktop.core import paths

CLOTHING = BASELINE.parent / "data" / "clothing"
PEER_SECONDS = 40
EPOCHS = 5  # of the peer
STEPS = (12, 40)  # measured between these; the first ones set memory up


def measure() -> list[Figure]:
    need_baseline()
    if not CLOTHING.is_dir():
        raise CannotRunError("the clothing pictures are not here")
    use_home("built-in", "resnet18")
    pictures = sum(1 for path in (CLOTHING / "train").rglob("*") if path.is_file())
    peer = _peer_rate()
    figures = _quick(EPOCHS * pictures / peer)
    figures += [_deep("tutorial", peer, Budget(1.0, of_ratio=True)), _deep("full", peer, Budget(2.0, of_ratio=True))]
    return figures


def _peer_rate() -> float:
    """Pictures a second of the peer's ResNet-18."""
    command = [sys.executable, str(BASELINE / "fine_tune.py"), str(CLOTHING / "train"), "--seconds", str(PEER_SECONDS)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = re.findall(r"pictures/s ([\d.]+)", told)
    log(f"peer: {found[-1]} pictures/s")
    return float(found[-1])


def _quick(peer_seconds: float) -> list[Figure]:
    """From the start of the command to the model, nothing remembered of the pictures; then the test pictures."""
    shutil.rmtree(paths.cache_dir() / "embeddings", ignore_errors=True)
    started = time.perf_counter()
    done = _told(["train", str(CLOTHING), "--name", "Quick", "--preset", "quick"])[-1]
    seconds = time.perf_counter() - started
    report = _told(["evaluate", str(CLOTHING), "--model", done["model"]])[-1]
    _told(["models", "remove", done["model"]], must=False)
    wrong = 100 * (1 - report["accuracy"])
    return [
        Figure("training, Quick: folder to model", seconds, "s", peer_seconds, Budget(40, of_ratio=True)),
        Figure("training, Quick: wrong on the test pictures", wrong, "%", budget=Budget(12)),
    ]


def _deep(preset: str, peer: float, budget: Budget) -> Figure:
    """Steps of ResNet-18, decoding included, until enough are seen."""
    command = [
        "train",
        str(CLOTHING),
        "--name",
        "Deep",
        "--preset",
        preset,
        "--model",
        mine("resnet18"),
        "--epochs",
        "1",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "resnet_desktop", *command, "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    times: dict[int, float] = {}
    for line in process.stdout:
        record = json.loads(line)
        if record["event"] == "step":
            times[record["step"]] = time.perf_counter()
            if record["step"] >= STEPS[1]:
                break
    process.send_signal(signal.SIGINT)  # not killed: the engine would still be at work in the next measurement
    process.communicate()
    seen = sorted(step for step in times if step >= STEPS[0])
    rate = 32 * (seen[-1] - seen[0]) / (times[seen[-1]] - times[seen[0]])
    return Figure(f"training, {preset}, ResNet-18, steps", rate, "/s", peer, budget, more_is_better=True)


def _told(arguments: list[str], *, must: bool = True) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "resnet_desktop", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, check=must, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
