"""What is on disk of a file that is still arriving: ``NAME.part``, what it belongs to, and who may write it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.download_errors import ALREADY, DownloadError, log
from resnet_desktop.core.files import CHUNK, sync_folder, write_file

MOST_RECORD = 1 << 16  # bytes; a record has some hundred
STRONG_TAG = re.compile(r'"[\x21\x23-\x7e]*"')  # a weak one (W/"...") does not promise equal bytes
DATE = re.compile(r"[A-Z][A-Za-z0-9 ,:+-]{5,60}")


@dataclass(frozen=True)
class Origin:
    """Which file the bytes of a part belong to."""

    url: str
    etag: str = ""  # strong, or empty
    last_modified: str = ""
    size: int = 0  # 0 where the server did not say

    @property
    def validator(self) -> str:
        """What If-Range asks by; empty where the server gave nothing to hold on to."""
        return self.etag or self.last_modified


@dataclass(frozen=True)
class Part:
    """The unfinished file beside the place where the finished one belongs."""

    target: Path

    @property
    def path(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def record(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part.json")

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:  # whoever opens it for writing hears the reason
            return 0

    def origin(self) -> Origin | None:
        """None where the record is missing or makes no sense."""
        try:
            with self.record.open("rb") as file:
                record = json.loads(file.read(MOST_RECORD))
            origin = Origin(**record)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        sound = isinstance(origin.url, str) and type(origin.size) is int and origin.size >= 0
        # These two are sent to the server again; a record with a line break in one would add headers.
        sendable = all(
            value == clean(pattern, value)
            for pattern, value in ((STRONG_TAG, origin.etag), (DATE, origin.last_modified))
        )
        return origin if sound and sendable else None

    def discard(self) -> None:
        self.record.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    @contextmanager
    def opened(self, start: int, origin: Origin) -> Iterator[BinaryIO]:
        """The part, ready to take the byte at ``start``. Unbuffered: what is written is there, whatever comes next."""
        # "ab" would ignore where it is told to write on some systems, "wb" would drop what is there.
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            file.truncate(start)  # before the record: old bytes must never stand under a new origin
            if self.origin() != origin:
                write_file(self.record, json.dumps(asdict(origin), indent=1).encode())
            file.seek(start)
            yield file

    def has_digest(self, sha256: str, token: CancelToken) -> bool:
        """Whether the SHA-256 of what is on disk begins with these digits. Cancelled can interrupt it."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                token.check()
                digest.update(chunk)
        return digest.hexdigest().startswith(sha256.lower())

    def publish(self) -> None:
        """Give the checked file its name, so that a power cut leaves a whole file or none."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        self.path.replace(self.target)
        sync_folder(self.target.parent)
        self.record.unlink(missing_ok=True)


def clean(pattern: re.Pattern[str], text: object) -> str:
    """A header's value that can be sent back as it is, else nothing."""
    return text if isinstance(text, str) and pattern.fullmatch(text) else ""


def write_all(file: BinaryIO, data: bytes) -> None:
    """Unbuffered files may take less than they are given, as on a disk that is just filling up."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


@contextmanager
def claimed(part: Part) -> Iterator[None]:
    """Nobody else, in this process or another, touches the part meanwhile; DownloadError if somebody does already.

    The system frees the lock when its holder dies, so a crash never blocks the next download.
    """
    path = part.target.with_name(f"{part.target.name}.part.lock")
    descriptor = _lock(path)
    if descriptor is None:
        raise DownloadError(ALREADY, file=part.target.name)
    try:
        yield
    finally:
        _remove_lock(path, descriptor)


def _lock(path: Path) -> int | None:
    """An open lock file that is ours and still the one at ``path``; None where somebody else holds it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _try_lock(descriptor):
                os.close(descriptor)
                return None
            # The last holder may have removed the file after we opened it: then another could lock a new one.
            if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _remove_lock(path: Path, descriptor: int) -> None:
    """POSIX removes it while it is held, or a waiting process could lose the one it just took. Windows removes no
    open file: there it goes once closed, unless somebody has it open by then."""
    if sys.platform != "win32":
        with suppress(OSError):
            path.unlink()
    os.close(descriptor)
    if sys.platform == "win32":
        with suppress(OSError):
            path.unlink()


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # some network disks know no locks
        log.warning("no lock: %s", error)
    return True
