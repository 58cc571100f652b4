"""Writing a checkpoint on a disk that may be full."""

from __future__ import annotations

import errno
import logging
import math
import shutil
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError
from resnet_desktop.engine.checkpoint import Checkpoint, save_checkpoint

log = logging.getLogger(__name__)

TRIES = 3  # more, after the first
WAIT_SECONDS = 2.0  # between them: other programs' temporary files come and go
FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
SPARE = 1 << 20  # bytes

DISK_FULL = QT_TRANSLATE_NOOP(
    "Sentences", "The disk is full: free {megabytes} MB on the one that holds {folder}, then continue the run."
)
CANNOT_KEEP = QT_TRANSLATE_NOOP(
    "Sentences", "The state of the run cannot be kept in {folder}: {reason}. What was kept before is still there."
)


def keep_checkpoint(folder: Path, checkpoint: Checkpoint, cancel: CancelToken) -> None:
    """Save it, again and again where that fails; EngineError in the end. The checkpoint before is not harmed."""
    failure: OSError | None = None
    for attempt in range(1 + TRIES):
        try:
            save_checkpoint(folder, checkpoint)
            return
        except OSError as error:
            log.warning("checkpoint in %s: %s", folder, error)
            failure = error
        if attempt == TRIES or cancel.wait(WAIT_SECONDS):
            break
    if failure is not None and failure.errno in FULL:
        raise EngineError(DISK_FULL, megabytes=_missing(folder, checkpoint), folder=str(folder)) from failure
    reason = (failure.strerror or str(failure)) if failure is not None else ""
    raise EngineError(CANNOT_KEEP, folder=str(folder), reason=reason) from failure


def _missing(folder: Path, checkpoint: Checkpoint) -> int:
    """Megabytes, at least one: it is written beside the one that it takes the place of."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        free = 0
    return max(1, math.ceil((checkpoint.size + SPARE - free) / 1e6))
