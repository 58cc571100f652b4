"""Memory that a step has freed is kept for the next one."""

from __future__ import annotations

import ctypes
import sys

# Of glibc's malloc.h.
TRIM_THRESHOLD, TOP_PAD, MMAP_MAX, ARENA_MAX = -1, -2, -4, -8
LARGEST = (1 << 31) - 1
PAD = 64 << 20


def keep_freed_memory() -> None:
    """Of this process, for its life; to be called before anything large is taken.

    Each step of a training takes and frees the same few gigabytes. glibc gives a piece of more than 32 MB back to the
    system at once, which fills it with zeros before it hands it out again: on two cores that was a sixth of the time
    of a step of ResNet-18. Other C libraries than glibc keep what they have, or offer no choice.
    """
    if sys.platform != "linux":
        return
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is None:
        return
    for option, value in ((MMAP_MAX, 0), (TRIM_THRESHOLD, LARGEST), (TOP_PAD, PAD), (ARENA_MAX, 1)):
        choose(option, value)
