"""Writing a checkpoint on a disk that may be full: the run rests until there is space again."""

from __future__ import annotations

import errno
import logging
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError
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
    tries, told = 0, 0
    while True:
        try:
            save_checkpoint(folder, checkpoint)
            return
        except OSError as error:
            log.warning("checkpoint in %s: %s", folder, error)
            if error.errno not in FULL:
                if tries == TRIES:
                    raise cannot_keep(folder, error) from error
                tries += 1
            elif (missing := _missing(folder, checkpoint)) != told:
                told = missing
                yield TrainingRests(EngineError(DISK_FULL, megabytes=missing, folder=str(folder)))
        _wait(folder, checkpoint, inbox)
        if inbox.finish_wanted:
            return  # the model that comes out now is what counts


def _wait(folder: Path, checkpoint: Checkpoint, inbox: Inbox) -> None:
    """A little while; on a full disk longer, for each try would write to it all that there is room for."""
    for _number in range(LONGEST_WAIT):
        inbox.cancel.wait(WAIT_SECONDS)
        inbox.cancel.check()
        if inbox.finish_wanted or _room(folder) >= checkpoint.size + SPARE:
            return


def cannot_keep(folder: Path, error: OSError) -> EngineError:
    return EngineError(CANNOT_KEEP, folder=str(folder), reason=error.strerror or str(error))


def _missing(folder: Path, checkpoint: Checkpoint) -> int:
    """Megabytes, at least one: it is written beside the one that it takes the place of."""
    return max(1, math.ceil((checkpoint.size + SPARE - _room(folder)) / 1e6))


def _room(folder: Path) -> int:
    """Free bytes of its disk."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
