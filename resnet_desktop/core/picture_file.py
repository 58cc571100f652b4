"""Reading a file's bytes without ever blocking on a pipe, a device or a folder."""

from __future__ import annotations

import errno
import os
import stat
import time
from io import BytesIO
from pathlib import Path

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, PictureError

MAX_FILE_BYTES = 200 * 1000 * 1000
DECODE_SECONDS = 10.0

MISSING = QT_TRANSLATE_NOOP("Sentences", "This file is no longer there. It may have been moved or renamed.")
FORBIDDEN = QT_TRANSLATE_NOOP("Sentences", "You are not allowed to read this file.")
UNREADABLE = QT_TRANSLATE_NOOP("Sentences", "This file could not be read: {reason}.")
CLOSED_FOLDER = QT_TRANSLATE_NOOP("Sentences", "You are not allowed to look into this folder.")
FOLDER = QT_TRANSLATE_NOOP("Sentences", "This is a folder, not a picture.")
NOT_A_FILE = QT_TRANSLATE_NOOP("Sentences", "This is a device or a pipe, not a picture.")
EMPTY = QT_TRANSLATE_NOOP("Sentences", "This file is empty.")
TOO_LARGE = QT_TRANSLATE_NOOP("Sentences", "This file has {size} MB; the most that can be read is {limit} MB.")
LOOP = QT_TRANSLATE_NOOP("Sentences", "This link leads back to itself.")
TOO_SLOW = QT_TRANSLATE_NOOP("Sentences", "This picture takes too long to decode. Save a smaller copy and try that.")


def read_picture_file(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """All bytes of a regular file of at most ``limit`` bytes; PictureError says why not."""
    try:
        # A look before opening, since opening a device can already have an effect; and one after, on the very file
        # that was opened. O_NONBLOCK keeps a FIFO that slipped in between from blocking.
        status = path.stat()
        if stat.S_ISDIR(status.st_mode) and not os.access(path, os.R_OK | os.X_OK):
            raise PictureError(CLOSED_FOLDER)
        _check(status, limit)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            _check(os.fstat(file.fileno()), limit)
            data = file.read(limit + 1)
    except OSError as error:
        raise _picture_error(error) from error
    except ValueError as error:  # a NUL in the name
        raise PictureError(MISSING) from error
    if not data:
        raise PictureError(EMPTY)
    if len(data) > limit:  # grew since it was measured
        raise _too_large(len(data), limit)
    return data


def _check(status: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise PictureError(FOLDER)
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(NOT_A_FILE)
    if status.st_size == 0:
        raise PictureError(EMPTY)
    if status.st_size > limit:
        raise _too_large(status.st_size, limit)


def _too_large(size: int, limit: int) -> PictureError:
    return PictureError(TOO_LARGE, size=round(size / 1e6), limit=round(limit / 1e6))


def _picture_error(error: OSError) -> PictureError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return PictureError(MISSING)
    if error.errno in (errno.EACCES, errno.EPERM):
        return PictureError(FORBIDDEN)
    if error.errno == errno.ELOOP:
        return PictureError(LOOP)
    return PictureError(UNREADABLE, reason=error.strerror or type(error).__name__)


class DeadlineReader(BytesIO):
    """Bytes in memory that stop being handed out after a time, which ends a decoder that would run for minutes.

    Pillow reads 64 KiB at a time, so this cuts every format that is decoded piecewise; formats that are decoded
    in one call (WebP, HEIF, AVIF) are bounded by their pixel count.
    """

    def __init__(self, data: bytes, seconds: float = DECODE_SECONDS) -> None:
        super().__init__(data)
        self._deadline = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        return self._deadline - time.monotonic()

    def read(self, size: int | None = -1, /) -> bytes:
        if self.seconds_left < 0:
            raise PictureError(TOO_SLOW)
        return super().read(size)
