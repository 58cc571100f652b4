"""What torch reads a file of its old format through: with a limit on steps, and a record of what was really read.

The old format has no list of members that could be checked first. Its pickles may have any length, and torch leaves
the memory of numbers that the file names but does not bring as it is.
"""

from __future__ import annotations

from typing import BinaryIO

import torch
from torch import Tensor

MAX_READS = 1_000_000  # a second of torch's unpickler; ResNet-152 with its optimizer needs 150,000


class TooManyReads(Exception):  # noqa: N818 - the gate's own signal
    """A pickle without end."""


class LegacyFile:
    """Without ``fileno``, so that torch neither reads past this nor looks for its still older format, a tar archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._reads = 0
        self._filled: dict[int, int] = {}  # address to the bytes that were read there

    def read(self, size: int = -1) -> bytes:
        self._count()
        return self._file.read(size)

    def readline(self) -> bytes:
        self._count()
        return self._file.readline()

    def readinto(self, buffer: memoryview) -> int:
        """Called by torch with the memory of the numbers itself."""
        self._count()
        length: int = self._file.readinto(buffer)  # type: ignore[attr-defined]
        if length:
            self._filled[torch.frombuffer(buffer, dtype=torch.uint8).data_ptr()] = length
        return length

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def brought(self, value: Tensor) -> bool:
        """Whether the file brought the numbers of a dense tensor."""
        storage = value.untyped_storage()
        first, last = storage.data_ptr(), storage.data_ptr() + storage.nbytes()
        return any(start <= first and last <= start + length for start, length in self._filled.items())

    def _count(self) -> None:
        self._reads += 1
        if self._reads > MAX_READS:
            raise TooManyReads
