"""Which network sockets a process tree holds, as the kernel sees it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

TABLES = ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6")
STEP_SECONDS = 0.01


def network_sockets(pid: int) -> set[str]:
    """Lines of /proc/net about sockets of this process: listening, connected or merely bound."""
    inodes = set(_socket_inodes(pid))
    found = set()
    for table in TABLES:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                if inodes & set(line.split()):
                    found.add(f"{pid} {table} {line.strip()}")
    return found


def _socket_inodes(pid: int) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                target = str(Path(entry.path).readlink())
                if target.startswith("socket:["):
                    yield target[len("socket:[") : -1]


class Watch:
    """Looks at a process and all its children every hundredth of a second, in a thread of its own."""

    def __init__(self, pid: int) -> None:
        self.found: set[str] = set()
        self.seen: set[int] = set()  # processes looked at
        self.looks = 0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(STEP_SECONDS):
            with contextlib.suppress(psutil.NoSuchProcess):
                tree = [self._pid, *(child.pid for child in psutil.Process(self._pid).children(recursive=True))]
                for pid in tree:
                    self.found |= network_sockets(pid)
                self.seen.update(tree)
                self.looks += 1
