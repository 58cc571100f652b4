"""HEIC pictures, decoded in a child process that may die.

Hostile files make libheif's binding write past its memory (pi-heif 1.4: a declared depth that is not the real one) or
use a string that is none (a name that is no UTF-8). That must neither end the window nor hand it over, so what comes
back is bytes and JSON, never a pickle. No other decoder did this in 200,000 mutated files.
"""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.picture_file import TOO_SLOW, UNREADABLE

log = logging.getLogger(__name__)

START_SECONDS = 30.0
GRACE_SECONDS = 2.0  # beyond the deadline that the child keeps by itself where its decoder lets it
IDLE_SECONDS = 60.0  # then the child ends


class DecoderDied(Exception):  # noqa: N818 - what happened, not an error of this program
    """The file ended its decoder."""


@dataclass(frozen=True)
class Decoded:
    """An upright RGB picture as bytes."""

    pixels: bytes  # row by row, 3 a pixel
    size: tuple[int, int]
    full_size: tuple[int, int]
    note: str


def is_child() -> bool:
    """Whether this process is itself one whose death is expected; it could not start another anyway."""
    return multiprocessing.parent_process() is not None


def decode_apart(data: bytes, seconds: float) -> Decoded:
    """Decode in a child, one for each thread that asks at a time. Raises PictureError or DecoderDied."""
    with _lock:
        worker = _idle.pop() if _idle else None
    if worker is None or not worker.is_alive():
        worker = _Worker()
    decoded = None
    try:
        decoded = worker.decode(data, seconds)
    except DecoderDied:
        worker.end()
        raise
    with _lock:
        _idle.append(worker)
    if isinstance(decoded, PictureError):
        raise decoded
    return decoded


class _Worker:
    """One child process and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True, name="heic")
        try:
            self._process.start()
            theirs.close()
            if not self._connection.poll(START_SECONDS):
                raise TimeoutError("no answer")
            self._connection.recv_bytes()
        except (OSError, EOFError) as error:
            log.exception("the HEIC decoder did not start")
            self.end()
            raise PictureError(UNREADABLE, reason="the HEIC decoder did not start") from error

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def decode(self, data: bytes, seconds: float) -> Decoded | PictureError:
        """A PictureError is returned, not raised: the child is well and can go on. Raises DecoderDied."""
        try:
            self._connection.send_bytes(json.dumps(seconds).encode())
            self._connection.send_bytes(data)
            if not self._connection.poll(seconds + GRACE_SECONDS):
                self.end()
                return PictureError(TOO_SLOW)
            head: dict[str, Any] = json.loads(self._connection.recv_bytes())
            if "sentence" in head:
                return PictureError(head["sentence"], **head["values"])
            (width, height), (full_width, full_height), note = head["size"], head["full_size"], str(head["note"])
            pixels = self._connection.recv_bytes(3 * width * height)
            return Decoded(pixels, (width, height), (full_width, full_height), note)
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise DecoderDied from error

    def end(self) -> None:
        self._connection.close()
        with contextlib.suppress(AttributeError):  # never started
            self._process.kill()
            self._process.join()


def _serve(connection: Connection) -> None:
    """What the child does until its parent is gone or nothing has come for a while."""
    from resnet_desktop.core.pictures import open_picture

    with contextlib.suppress(OSError):  # the last words of a dying decoder
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and then this pipe ends
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(0x8003)  # no dialog that waits for a click
    with contextlib.suppress(OSError, EOFError):
        connection.send_bytes(b"ready")
        while connection.poll(IDLE_SECONDS):
            seconds = json.loads(connection.recv_bytes())
            try:
                picture = open_picture(connection.recv_bytes(), seconds=seconds)
            except PictureError as error:
                head: dict[str, Any] = {"sentence": error.sentence, "values": error.values}
                connection.send_bytes(json.dumps(head).encode())
                continue
            full_size = (picture.width, picture.height)
            head = {"size": picture.image.size, "full_size": full_size, "note": picture.note}
            connection.send_bytes(json.dumps(head).encode())
            connection.send_bytes(picture.image.tobytes())


_lock = threading.Lock()
_idle: list[_Worker] = []
