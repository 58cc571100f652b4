"""Work that may wait gives way to the window and to everything else that a person does meanwhile."""

from __future__ import annotations

import contextlib
import os
import sys

NICER = 5
BELOW_NORMAL = 0x4000  # Windows' word for it


def give_way() -> None:
    """Of this process, for its life. Where the system refuses, it goes on as before.

    Fewer threads would give way, too, but with another number of them sums come out differently in their last digits,
    and a run that went on would no longer end with the very same weights.
    """
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
    else:
        with contextlib.suppress(OSError):
            os.nice(NICER)
