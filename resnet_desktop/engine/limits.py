"""What a child that opens foreign files may use of the machine."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
from collections.abc import Iterator

EXTRA_BYTES = 1 << 30  # above what the child has when it starts: ResNet-152 twice, as float32
SECONDS = 30.0
READING_SECONDS = 300.0  # known weights may be on a slow stick, and are read from it for the first time
OUT_OF_TIME = 1  # the exit code that faulthandler gives the process


@contextlib.contextmanager
def limited(extra: int = EXTRA_BYTES, seconds: float = SECONDS) -> Iterator[None]:
    """Memory and time for one file. Too much memory is a MemoryError; too much time ends the process.

    The memory limit holds on Linux, the one system that enforces it for address space; elsewhere only the container's
    own checks bound it.
    """
    # A C thread of its own: it needs no interpreter lock, which a library may be holding.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            with _memory(extra):
                yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def _memory(extra: int) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    set_already = [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([_address_space() + extra, *set_already]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    """Bytes of address space that this process has taken."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
