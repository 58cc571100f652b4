"""One step of a plain torch program, the tutorials' ResNet-18, with and without the memory of the step before kept."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from benchmarks.figures import Budget, Figure
from benchmarks.workshop import ROOT, CannotRunError, log

ROUNDS = 3  # both ways in turn
PROGRAM = """
import json, resource, sys, time
from resnet_desktop.engine.memory import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
import torch, torchvision
network = torchvision.models.resnet18()
network.fc = torch.nn.Linear(512, 10)
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
torch.manual_seed(0)
pictures, labels = torch.randn(32, 3, 224, 224), torch.randint(0, 10, (32,))
seconds = []
for _number in range(12):
    started = time.perf_counter()
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(network(pictures), labels)
    loss.backward()
    optimizer.step()
    loss.item()
    seconds.append(time.perf_counter() - started)
print(json.dumps([seconds[3:], resource.getrusage(resource.RUSAGE_SELF).ru_minflt]))
"""


def measure() -> list[Figure]:
    if sys.platform != "linux":
        raise CannotRunError("only glibc on Linux gives memory back so soon")
    seconds: dict[str, list[float]] = {"plain": [], "kept": []}
    pages: dict[str, int] = {}
    for _round in range(ROUNDS):
        for how in seconds:
            command = [sys.executable, "-c", PROGRAM, how]
            told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            steps, pages[how] = json.loads(told)
            seconds[how] += steps
            log(f"{how}: {statistics.median(steps):.2f} s")
    kept, plain = statistics.median(seconds["kept"]), statistics.median(seconds["plain"])
    return [
        Figure("a step of ResNet-18, freed memory kept", kept * 1000, "ms", plain * 1000, Budget(1.0, of_ratio=True)),
        Figure("pages asked of the system in 12 steps", pages["kept"] / 1000, "k", pages["plain"] / 1000),
    ]
