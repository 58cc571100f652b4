"""Memory in use, told now and then."""

from __future__ import annotations

import subprocess
import sys

from resnet_desktop.engine.usage import SECONDS, Usage, tell_usage

PROGRAM = """
import numpy as np
from resnet_desktop.engine.usage import memory_in_use
before = memory_in_use()
taken = np.ones(25_000_000)
print(memory_in_use() - before)
assert taken.sum() == 25_000_000
"""


def test_memory_that_is_taken_is_seen() -> None:
    """200 MB, in a process of its own: this one may just be giving back what other tests have taken."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert 190_000_000 < int(done.stdout) < 260_000_000


def test_it_is_told_at_first_and_then_every_two_seconds() -> None:
    times = iter((0.0, 0.1, SECONDS - 0.1, SECONDS, SECONDS + 0.1, 2 * SECONDS))
    told = [len(words) for _time, words in zip(range(6), tell_usage(lambda: next(times)), strict=False)]
    assert told == [1, 0, 0, 1, 0, 1]
    (usage,) = next(tell_usage())
    assert isinstance(usage, Usage)
    assert usage.memory > 1 << 20
