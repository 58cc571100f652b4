"""The installed program against the source tree: from the start of the process to the window, alternating."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.figures import Budget, Figure, median
from benchmarks.window_start import REPEATS, start
from benchmarks.workshop import ROOT, need, own_screen, use_home
from benchmarks.x11 import Display

FLAVOURS = ("classify", "full")
SOURCE = (sys.executable, "-m", "resnet_desktop")
HALF = 0.5  # the peer's time over ours: at most twice as slow


def measure() -> list[Figure]:
    programs = {name: ROOT / "dist" / name / "resnet-desktop" / "resnet-desktop" for name in FLAVOURS}
    here = {name: path for name, path in programs.items() if path.is_file()}
    need(bool(here), "nothing is frozen; run: python3 dev.py package")
    use_home("built-in")
    with own_screen() as screen:
        display = Display(screen)
        return [figure for name, path in here.items() for figure in _against_source(display, name, path)]


def _against_source(display: Display, name: str, program: Path) -> list[Figure]:
    ours, theirs = [], []
    for number in range(REPEATS + 1):
        pair = start(display, (str(program),)), start(display, SOURCE)
        if number:  # the first ones warm the disk cache
            ours.append(pair[0])
            theirs.append(pair[1])
    figures = []
    for column, what in enumerate(("shown", "painted")):
        frozen, source = (median([run[column] for run in runs]) for runs in (ours, theirs))
        label = f"frozen ({name}): start -> window {what}"
        figures.append(Figure(label, frozen, "s", source, Budget(HALF, of_ratio=True)))
    return figures
