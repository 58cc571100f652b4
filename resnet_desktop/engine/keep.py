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
            save_checkpoint(folder, checkpoint)
            return
        except OSError as error:
            log.warning("checkpoint in %s: %s", folder, error)
            if error.errno in FULL:
                yield TrainingRests(EngineError(DISK_FULL, megabytes=_missing(folder, checkpoint), folder=str(folder)))
            elif tries == TRIES:
                raise cannot_keep(folder, error) from error
            tries += error.errno not in FULL
        inbox.cancel.wait(WAIT_SECONDS)
        inbox.cancel.check()
        if inbox.finish_wanted:
            return  # the model that comes out now is what counts


def cannot_keep(folder: Path, error: OSError) -> EngineError:
    return EngineError(CANNOT_KEEP, folder=str(folder), reason=error.strerror or str(error))


def _missing(folder: Path, checkpoint: Checkpoint) -> int:
    """Megabytes, at least one: it is written beside the one that it takes the place of."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        free = 0
    return max(1, math.ceil((checkpoint.size + SPARE - free) / 1e6))
