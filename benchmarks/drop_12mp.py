"""A photo of 12 megapixels dropped on the warm window until its answer is painted; the peer decodes and computes."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.figures import Budget, Figure, median
from benchmarks.peer import Peer
from benchmarks.window import Painted, drop, program_with, run_until, window_of
from benchmarks.workshop import mine, own_screen, photo_of_12_megapixels, photographs, use_home
from resnet_desktop.app import Application
from resnet_desktop.ui.session import Session

REPEATS = 9


def measure() -> list[Figure]:
    use_home("built-in", "resnet18")
    photo = photo_of_12_megapixels()
    with own_screen(), Peer("resnet18", photographs()[0]) as peer:
        return [
            _measure_model(photo, peer, mine("resnet18"), "ResNet-18"),
            _measure_model(photo, peer, "built-in", "built-in"),
        ]


def _measure_model(photo: Path, peer: Peer, key: str, title: str) -> Figure:
    ours, theirs = [], []
    with program_with(key) as program:
        for number in range(REPEATS + 1):
            mine_now, theirs_now = _until_painted(program, photo), 1000 * peer.seconds_for(photo)
            if number:  # the first one warms both
                ours.append(mine_now)
                theirs.append(theirs_now)
    name = f"drop of 12 megapixels -> answer painted, {title}"
    return Figure(name, median(ours), "ms", median(theirs), Budget(4, of_ratio=True))


def _until_painted(program: Application, photo: Path) -> float:
    session = program.session
    session.clear()
    run_until(lambda: session.answer is None)
    painted = Painted(window_of(program).page.answer_card, lambda: session.answer is not None)
    started = time.perf_counter()
    drop(program, (photo,))
    run_until(lambda: painted.at is not None, look_every=1)
    # The sharper preview that may follow is no part of the answer, but it must not run into the peer's time.
    run_until(lambda: _is_sharp(program.session))
    return 1000 * ((painted.at or 0) - started)


def _is_sharp(session: Session) -> bool:
    look = session.look
    return look is not None and (session.preview != look.block or not look.could_be_sharper(session.preview_edge))
