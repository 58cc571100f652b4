"""Pictures a second for a folder of 500-pixel JPEG files, against torch eager + DataLoader and our own bare network."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.figures import Budget, Figure, median
from benchmarks.peer import Peer
from benchmarks.workshop import folder_of_pictures, log, mine, photographs, use_home
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.classifier import Classifier, Mode, thread_count
from resnet_desktop.core.devices import has_fast_arithmetic
from resnet_desktop.core.events import PictureAnswered
from resnet_desktop.core.folder_run import classify_many
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import network_pixels
from resnet_desktop.engine.open_classifier import open_classifier

REPEATS = 2
PICTURES = 96
RESNETS = {"resnet18": "ResNet-18", "resnet50": "ResNet-50"}
WORKERS = (0, 2)
WORDS: dict[Mode, str] = {"many": "exact (f32)", "fast": "fast (bf16)"}


def measure() -> list[Figure]:
    use_home("built-in", *RESNETS)
    folder = folder_of_pictures(PICTURES)
    figures = _figures("built-in", _rates("built-in", folder, {}))
    for architecture, title in RESNETS.items():
        with Peer(architecture, photographs()[0]) as peer:
            peers = {f"DataLoader, {number} workers": _peer_rate(peer, folder, number) for number in WORKERS}
            modes: tuple[Mode, ...] = ("many", "fast") if has_fast_arithmetic() else ("many",)
            for mode in modes:
                figures += _figures(f"{title}, {WORDS[mode]}", _rates(mine(architecture), folder, peers, mode))
    return [_with_budget(figure) for figure in figures]


def _with_budget(figure: Figure) -> Figure:
    """What was promised of ResNet-50: twice the peer exactly, 3.5 times with bf16, 85 % of the bare network."""
    if "ResNet-50" not in figure.name:
        return figure
    peer = 3.5 if WORDS["fast"] in figure.name else 2.0
    return dataclasses.replace(figure, budget=Budget(0.85 if "bare" in figure.name else peer, of_ratio=True))


def _peer_rate(peer: Peer, folder: Path, workers: int) -> Callable[[], float]:
    return lambda: peer.pictures_a_second(folder, workers)


def _rates(key: str, folder: Path, peers: dict[str, Callable[[], float]], mode: Mode = "many") -> dict[str, float]:
    """Medians of interleaved repeats; the first round warms everything."""
    classifier = open_classifier(find_model(key), "auto", mode)
    programs = {"ours": lambda: _ours(classifier, folder), "bare network": lambda: _bare(classifier), **peers}
    rates: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(REPEATS + 1):
        for name, program in programs.items():
            rate = program()
            log(f"{key}, {WORDS[mode]}, {name}: {rate:.1f}/s")
            if number:
                rates[name].append(rate)
    classifier.close()
    return {name: median(found) for name, found in rates.items()}


def _figures(title: str, rates: dict[str, float]) -> list[Figure]:
    ours = rates.pop("ours")
    name = f"folder, {title}"
    return [Figure(f"{name}, against {peer}", ours, "/s", rate, more_is_better=True) for peer, rate in rates.items()]


def _ours(classifier: Classifier, folder: Path) -> float:
    started = time.perf_counter()
    events = classify_many(classifier, [folder], CancelToken())
    count = sum(isinstance(event, PictureAnswered) for event in events)
    return count / (time.perf_counter() - started)


def _bare(classifier: Classifier) -> float:
    """The same network on the same threads with nothing to decode."""
    preprocess = classifier.spec.preprocess
    pixels = network_pixels(preprocess, open_picture(photographs()[0], edge=preprocess.resize).image)
    started = time.perf_counter()
    with ThreadPoolExecutor(thread_count()) as pool:
        list(pool.map(classifier.run, [pixels] * PICTURES))
    return PICTURES / (time.perf_counter() - started)
