"""Writing so that a power cut leaves the old content or the new, never a mix."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


def write_file(path: Path, data: bytes, *, for_others: bool = False) -> None:
    """Replace ``path`` by ``data``: temporary file, fsync, rename, fsync of the folder."""
    with replacing(path, for_others=for_others) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path, *, for_others: bool = False) -> Iterator[BinaryIO]:
    """As ``write_file``, for what is written piece by piece; ``path`` stays as it was where anything is raised.

    Only the person may read it, unless it is ``for_others``: then it is as readable as other programs' new files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if for_others:
        temporary = str(path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp"))
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    else:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def publish_folder(temporary: Path, target: Path, *, replaceable: bool = True) -> None:
    """Give a finished temporary folder its name. If another process was faster, its equal result stays; where results
    are not equal (``replaceable`` is false) that is a FileExistsError, and the temporary folder is as it was."""
    for file in temporary.iterdir():
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
    sync_folder(temporary)
    try:
        temporary.replace(target)
    except OSError as error:
        if not target.is_dir():
            raise
        if not replaceable:
            raise FileExistsError(str(target)) from error
        shutil.rmtree(temporary, ignore_errors=True)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename durable. Windows cannot open folders and needs no such call."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in lower-case hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
