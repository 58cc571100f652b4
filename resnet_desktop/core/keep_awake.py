"""No sleep while a run goes on. What holds it ends with this process, however that ends."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
from typing import Protocol

log = logging.getLogger(__name__)

WHY = "A classifier is learning"
CONTINUOUS, SYSTEM_REQUIRED = 0x80000000, 0x00000001  # of SetThreadExecutionState
SECONDS = 1.0  # for a helper to end


class Hold(Protocol):
    """Sleep is held off until it is released."""

    def release(self) -> None: ...


class KeepAwake:
    """Belongs to one thread, the main one: Windows counts by threads. That it does not work is logged once."""

    def __init__(self) -> None:
        self._hold: Hold | None = None
        self._logged = False

    @property
    def held(self) -> bool:
        return self._hold is not None

    def keep(self, awake: bool) -> None:
        """Hold sleep off, or no longer; asking twice changes nothing."""
        if awake == self.held:
            return
        hold, self._hold = self._hold, None
        try:
            if hold is not None:
                hold.release()
            else:
                self._hold = take_hold()
        except OSError as error:
            if not self._logged:
                log.warning("the computer may fall asleep during a run: %s", error)
            self._logged = True


def take_hold() -> Hold:
    """Hold off sleep on this system; OSError where that cannot be done."""
    if sys.platform == "win32":
        return _ThreadState()
    return _Helper(_command())


def _command() -> list[str]:
    if sys.platform == "darwin":
        return ["caffeinate", "-i", "-w", str(os.getpid())]
    # What it runs ends with its standard input, and that ends with this process.
    return ["systemd-inhibit", "--what=sleep:idle", "--who=ResNet Desktop", f"--why={WHY}", "--mode=block", "cat"]


class _Helper:
    """A program that holds sleep off as long as it runs."""

    def __init__(self, command: list[str]) -> None:
        program = shutil.which(command[0])
        if program is None:
            raise FileNotFoundError(f"{command[0]} is not here")
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [program, *command[1:]], stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )

    def release(self) -> None:
        """End it; OSError where it had ended by itself and so held nothing."""
        code = self._process.poll()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if code is not None:
            raise OSError(f"{self._process.args[0]!r} ended with code {code}")  # type: ignore[index]


class _ThreadState:
    """Of Windows: it holds as long as this thread lives."""

    def __init__(self) -> None:
        self._set(CONTINUOUS | SYSTEM_REQUIRED)

    def release(self) -> None:
        self._set(CONTINUOUS)

    @staticmethod
    def _set(state: int) -> None:
        if sys.platform == "win32":
            import ctypes

            if not ctypes.windll.kernel32.SetThreadExecutionState(ctypes.c_uint(state)):
                raise OSError("SetThreadExecutionState failed")
