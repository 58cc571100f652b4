"""What the engine's child uses of the machine's memory. The module imports no torch: it looks for one that is there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from resnet_desktop.core.events import Event

SECONDS = 2.0  # between two words about it


@dataclass(frozen=True)
class Usage(Event):
    """Memory in use by the engine, in bytes."""

    memory: int
    graphics: int | None = None  # of a graphics card, where one is used


def tell_usage(clock: Callable[[], float] = time.monotonic) -> Iterator[tuple[Usage, ...]]:
    """To be asked after every step: one Usage at first and then every SECONDS, else nothing."""
    last = float("-inf")
    while True:
        now = clock()
        due = now - last >= SECONDS
        last = now if due else last
        yield (Usage(memory_in_use(), graphics_in_use()),) if due else ()


def memory_in_use() -> int:
    """Bytes of this process in memory; on macOS the most it had, which is all that the system tells for nothing."""
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    elif sys.platform == "win32":
        return _windows()
    else:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def graphics_in_use() -> int | None:
    """Bytes that torch holds on a CUDA or Apple graphics card; None where it uses none."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        return int(torch.cuda.memory_reserved())
    if torch.backends.mps.is_available():
        return int(torch.mps.driver_allocated_memory()) or None
    return None


if sys.platform == "win32":

    def _windows() -> int:
        import ctypes
        from ctypes import wintypes

        class Counters(ctypes.Structure):
            _fields_ = (("cb", wintypes.DWORD), ("faults", wintypes.DWORD)) + tuple(  # noqa: RUF005
                (name, ctypes.c_size_t)
                for name in ("peak", "now", "peak_paged", "paged", "peak_other", "other", "file", "peak_file")
            )

        counters = Counters(cb=ctypes.sizeof(Counters))
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.K32GetProcessMemoryInfo.argtypes = (wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD)
        done = kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
        return int(counters.now) if done else 0
