"""Who is at work on a run: a lock that the system takes away when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)
LOCK = "at-work.lock"  # in the run's folder


class IsHeldError(Exception):
    """Somebody else has it."""


@contextlib.contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; raises IsHeldError. A file system without locks is worked on without one."""
    descriptor = _open(folder, os.O_RDWR | os.O_CREAT)
    try:
        if descriptor is not None and not _take(descriptor):
            raise IsHeldError(str(folder))
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)  # which gives the lock back


def is_held(folder: Path) -> bool:
    """Whether some process, this one or another, holds the lock of a folder."""
    descriptor = _open(folder, os.O_RDWR)
    if descriptor is None:
        return False
    try:
        return not _take(descriptor)
    finally:
        os.close(descriptor)


def _open(folder: Path, flags: int) -> int | None:
    try:
        return os.open(folder / LOCK, flags, 0o600)
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("%s: %s", folder / LOCK, error.strerror)
        return None


def _take(descriptor: int) -> bool:
    """Take the lock without waiting; False if it is held."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        log.warning("no locks here: %s", error.strerror)
    return True
