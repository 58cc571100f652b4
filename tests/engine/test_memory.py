"""What a step has freed is there for the next one."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes
import sys
from resnet_desktop.engine.memory import keep_freed_memory
if sys.argv[1] == "keep":
    keep_freed_memory()
import torch

class Told(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Told
kept = [torch.ones(25_000_000) for _ in range(3)]
assert sum(float(one[0]) for one in kept) == 3
del kept
print(mallinfo().fordblks)
"""
TAKEN = 300_000_000  # bytes, in three pieces


def free_but_kept(how: str) -> int:
    """Bytes that the C library has at hand after they were freed, without asking the system again."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM, how]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="other libraries cannot be asked"
)
def test_freed_memory_is_kept() -> None:
    assert free_but_kept("as it is") < TAKEN / 3
    assert free_but_kept("keep") >= TAKEN
