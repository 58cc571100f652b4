"""Power cuts: a run that is killed again and again ends with the very weights of one that never was.

Long form: python -m tests.engine.killed_runs tiny 100, and resnet18 10.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the lives of the run are forks")
def test_a_run_that_is_killed_at_random_moments() -> None:
    """In a process of its own: forks want one without threads."""
    command = [sys.executable, "-m", "tests.engine.killed_runs", "tiny", "12"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1].startswith("12 deaths")
