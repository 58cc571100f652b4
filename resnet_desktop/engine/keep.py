"""Writing on a disk that may be full: the run rests until there is space again."""

from __future__ import annotations

import errno
import logging
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError, EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import TrainingRests
from resnet_desktop.engine.checkpoint import Checkpoint, save_checkpoint
from resnet_desktop.engine.process import Inbox

log = logging.getLogger(__name__)

TRIES = 3  # more, after the first, where it is not for lack of space
WAIT_SECONDS = 2.0  # between them
LONGEST_WAIT = 15  # such waits until another try on a disk that seems full; a quota is not seen from here
FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
SPARE = 1 << 20  # bytes

DISK_FULL = QT_TRANSLATE_NOOP(
    "Sentences", "The disk is full. The run rests; free {megabytes} MB on the disk of {folder} and it goes on."
)
CANNOT_KEEP = QT_TRANSLATE_NOOP(
    "Sentences", "The state of the run cannot be kept in {folder}: {reason}. What was kept before is still there."
)


def keep_checkpoint(folder: Path, checkpoint: Checkpoint, inbox: Inbox) -> Iterator[Event]:
    """Save it. On a full disk TrainingRests is told and the run waits; else EngineError after a few tries.

    The checkpoint before is not harmed. A person who stops or ends the run meanwhile is heard.
    """
    tries = 0
    while True:
        try:
            yield from when_there_is_room(
                lambda: save_checkpoint(folder, checkpoint), folder, checkpoint.size, inbox, must=False
            )
            return
        except OSError as error:
            log.warning("checkpoint in %s: %s", folder, error)
            if tries == TRIES:
                raise cannot_keep(folder, error) from error
            tries += 1
        inbox.cancel.wait(WAIT_SECONDS)
        inbox.cancel.check()
        if inbox.finish_wanted:
            return  # the model that comes out now is what counts


def when_there_is_room(
    write: Callable[[], object], folder: Path, size: int, inbox: Inbox, *, must: bool = True
) -> Iterator[Event]:
    """Write, about ``size`` bytes below ``folder``; on a full disk TrainingRests is told, and it waits for room.

    Raises Cancelled, and OSError where it is not for lack of space. Unless it ``must`` be, it is left out where the
    person wants the run's end.
    """
    told = 0
    while True:
        try:
            write()
            return
        except (OSError, AppError) as error:
            if not _is_full(error):
                raise
            log.warning("%s: %s", folder, error)
        if (missing := _missing(folder, size)) != told:
            told = missing
            yield TrainingRests(EngineError(DISK_FULL, megabytes=missing, folder=str(folder)))
        _wait(folder, size, inbox, must=must)
        if inbox.finish_wanted and not must:
            return  # the model that comes out now is what counts


def _is_full(error: Exception) -> bool:
    """Also where the sentence for it is made already."""
    cause = error.__cause__ if isinstance(error, AppError) else error
    return isinstance(cause, OSError) and cause.errno in FULL


def _wait(folder: Path, size: int, inbox: Inbox, *, must: bool) -> None:
    """For long, where there is no room: each try would write to the disk all that there is room for."""
    for _number in range(LONGEST_WAIT):
        inbox.cancel.wait(WAIT_SECONDS)
        inbox.cancel.check()
        if _room(folder) >= size + SPARE or (inbox.finish_wanted and not must):
            return


def cannot_keep(folder: Path, error: OSError) -> EngineError:
    return EngineError(CANNOT_KEEP, folder=str(folder), reason=error.strerror or str(error))


def _missing(folder: Path, size: int) -> int:
    """Megabytes, at least one: it is written beside the one that it takes the place of."""
    return max(1, math.ceil((size + SPARE - _room(folder)) / 1e6))


def _room(folder: Path) -> int:
    """Free bytes of its disk."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
