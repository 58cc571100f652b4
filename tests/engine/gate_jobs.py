"""A job that judges weights files in one child, one after the other. Importable there: no torch at the top."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core.events import Event
from resnet_desktop.engine.process import Inbox

# What no reading of numbers does. Imports and open for reading are left out: torch does both.
WATCHED = (
    *("os.", "subprocess.", "exec", "compile", "socket.", "ctypes.", "shutil.", "pty.", "code.", "cpython.run_"),
    *("marshal.", "pickle.find_class", "tempfile.", "urllib.", "import", "open", "builtins.input", "webbrowser."),
)
HARMLESS = frozenset({"os.listdir", "os.scandir", "os.fwalk", "os.walk"})


@dataclass(frozen=True)
class Verdict(Event):
    """What became of a file, and what it took."""

    event: Event
    seconds: float
    megabytes: float  # of memory, above what the child had before
    seen: tuple[str, ...]  # what the audit hook saw


class Watch:
    """An audit hook that can be switched on: it cannot be taken off again."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event.startswith(WATCHED) and event not in HARMLESS:
            reads = event == "open" and (arguments[0] == os.devnull or not str(arguments[1] or "r").strip("rb"))
            if not reads:
                self.seen.append(f"{event} {arguments}"[:300])


def judge(good: Path, inbox: Inbox) -> Iterator[Event]:
    """A Verdict for every path that is asked for; the first ones are not watched, as torch loads parts of itself."""
    # Of texts in zip files and pickles: their import would be seen.
    import encodings.cp437
    import encodings.latin_1  # noqa: F401

    from resnet_desktop.engine.examine import examine_all

    watch = Watch()
    for path in (good, good.parent, good):
        list(examine_all([(path, None)], Inbox()))
    for path in inbox.requests():
        _reset_peak()
        before, started = _peak(), time.monotonic()
        watch.seen.clear()
        watch.on = True
        event = list(examine_all([(path, None)], Inbox()))[-1]
        watch.on = False
        yield Verdict(event, time.monotonic() - started, _peak() - before, tuple(watch.seen))


def sing(folder: Path, inbox: Inbox) -> Iterator[Event]:
    """The counter-proof of the watch: what a trusted pickle does is seen."""
    import pickle
    import subprocess

    watch = Watch()
    for function, argument in ((os.system, "true"), (subprocess.call, ["true"]), (eval, "1 + 1"), (os.mkdir, folder)):
        data = pickle.dumps(_Call(function, argument))
        watch.on = True
        pickle.loads(data)  # noqa: S301
        watch.on = False
    yield Verdict(Event(), 0.0, 0.0, tuple(watch.seen))


class _Call:
    def __init__(self, function: object, argument: object) -> None:
        self._call = (function, (argument,))

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self._call


def _reset_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    """Megabytes of memory at the most since the reset; 0 where that cannot be told."""
    if sys.platform != "linux":
        return 0.0
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
