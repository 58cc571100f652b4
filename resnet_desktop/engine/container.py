"""What a weights file is by its first bytes, and whether its outside is sane, before any library reads its inside.

Nothing here allocates by what the file claims: every number is compared with the file's own size first.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.model_file import (
    MAX_HEADER,
    MAX_LISTS,
    METADATA,
    description_in,
    lists_length,
    parse_header,
)

Container = Literal["zip", "legacy", "safetensors"]

SMALLEST, LARGEST = 1 << 10, 1 << 30  # bytes; ResNet-152 has 240 MB
MAX_ENTRIES = 2_000  # tensors or members; ResNet-152 has 932
MAX_PICKLE = 1 << 20  # bytes of a zip's data.pkl: 1 s for the unpickler; ResNet-152 with its optimizer has 0.4 MB
MAX_DIRECTORY = 1 << 20  # bytes of a zip's list of members

_ZIP, _LEGACY = b"PK\x03\x04", bytes.fromhex("80028a0a6cfc9c46f920")
_END, _END64_LOCATOR, _END64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_END_BYTES, _LOCATOR_BYTES, _END64_BYTES = 22, 20, 56

NOT_A_FILE = QT_TRANSLATE_NOOP("Sentences", "{file} is not a file that can be read. Choose a file with weights.")
TOO_SMALL = QT_TRANSLATE_NOOP("Sentences", "{file} is too small to hold the weights of a network.")
TOO_LARGE = QT_TRANSLATE_NOOP("Sentences", "{file} is larger than 1 GB, which no ResNet is.")
NOT_WEIGHTS = QT_TRANSLATE_NOOP(
    "Sentences",
    "{file} holds no readable weights. Choose a .resnetmodel, .safetensors, .pth, .pt or .bin file.",
)
CUT_OFF = QT_TRANSLATE_NOOP("Sentences", "{file} is cut off or damaged. Fetch or copy it again.")
PROGRAM = QT_TRANSLATE_NOOP(
    "Sentences", "{file} holds a program (TorchScript), not weights. Ask whoever made it for the state dict."
)
PACKED = QT_TRANSLATE_NOOP("Sentences", "{file} is a packed archive, not weights. Unpack it and choose what is inside.")
TOO_MANY = QT_TRANSLATE_NOOP("Sentences", "{file} lists more parts than any ResNet has.")
BAD_NAMES = QT_TRANSLATE_NOOP("Sentences", "{file} has parts with names that no weights file has. It is not used.")
TOO_COMPLEX = QT_TRANSLATE_NOOP("Sentences", "{file} is built in a way that no weights file is. It is not used.")


def check_container(path: Path) -> Container:
    """The kind of a file that may be opened as weights; ModelError with a sentence of its own for every other."""
    with open_container(path) as (_file, container):
        return container


@contextlib.contextmanager
def open_container(path: Path) -> Iterator[tuple[BinaryIO, Container]]:
    """The file, open at its beginning, with what ``check_container`` says of it."""
    with _open(path) as file:
        try:
            container = _container(path, file)
            file.seek(0)
        except OSError as error:
            raise ModelError(NOT_A_FILE, file=str(path)) from error
        yield file, container


def _container(path: Path, file: BinaryIO) -> Container:
    size = os.fstat(file.fileno()).st_size
    head = file.read(16)
    if head.startswith(_ZIP):
        _check_zip(path, file, size)
        return "zip"
    if head.startswith(_LEGACY):
        return "legacy"
    if head[8:9] == b"{" and struct.unpack("<Q", head[:8])[0] <= LARGEST:
        _check_safetensors(path, file, size)
        return "safetensors"
    raise ModelError(NOT_WEIGHTS, file=str(path))


def _open(path: Path) -> BinaryIO:
    """A regular file of a possible size; a pipe or device is refused without waiting for it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise ModelError(NOT_A_FILE, file=str(path)) from error
    status = os.fstat(descriptor)
    sentence = ""
    if not stat.S_ISREG(status.st_mode):
        sentence = NOT_A_FILE
    elif status.st_size < SMALLEST:
        sentence = TOO_SMALL
    elif status.st_size > LARGEST:
        sentence = TOO_LARGE
    if sentence:
        os.close(descriptor)
        raise ModelError(sentence, file=str(path))
    return os.fdopen(descriptor, "rb")


def _check_zip(path: Path, file: BinaryIO, size: int) -> None:
    listed = _list_of_members(file, size)
    if listed is None:
        raise ModelError(CUT_OFF, file=str(path))
    _require(listed.entries <= MAX_ENTRIES and listed.length <= MAX_DIRECTORY, TOO_MANY, path)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
        raise ModelError(CUT_OFF, file=str(path)) from error
    _require(len(members) == listed.entries, CUT_OFF, path)
    names = [member.orig_filename for member in members]
    _require(all(_is_plain(name) for name in names), BAD_NAMES, path)
    # torch asks for members without regard to case.
    _require(len({name.casefold() for name in names}) == len(names), BAD_NAMES, path)
    inner = [name.casefold().partition("/")[2] for name in names]
    is_program = any(name.startswith("code/") or name == "constants.pkl" for name in inner)
    _require(not is_program, PROGRAM, path)
    _require("data.pkl" in inner, PACKED, path)
    _require(len({name.partition("/")[0] for name in names}) == 1, BAD_NAMES, path)
    _check_members(path, members, size)


def _check_members(path: Path, members: list[zipfile.ZipInfo], size: int) -> None:
    stored = all(member.compress_type == zipfile.ZIP_STORED and not member.flag_bits & 1 for member in members)
    _require(stored, PACKED, path)
    _require(all(member.file_size == member.compress_size for member in members), CUT_OFF, path)
    _require(sum(member.file_size for member in members) <= size, CUT_OFF, path)
    pickles = [member for member in members if member.orig_filename.casefold().endswith("/data.pkl")]
    _require(all(member.file_size <= MAX_PICKLE for member in pickles), TOO_COMPLEX, path)


class _Members(NamedTuple):
    """Where a zip file lists its members: number of entries, first byte, number of bytes."""

    entries: int
    start: int
    length: int


def _list_of_members(file: BinaryIO, size: int) -> _Members | None:
    """What the end of the file says; None where the file does not end as torch and zip programs end one.

    Python and torch look for this list in different ways. They cannot differ where nothing lies between the parts:
    list, 64-bit record with its locator (torch always writes them), end record.
    """
    end = size - _END_BYTES
    signature, entries, length, start, comment = struct.unpack("<4s6xHLLH", _bytes_at(file, end, _END_BYTES))
    if signature != _END or comment:
        return None
    members = _Members(entries, start, length)
    locator, record_at = struct.unpack("<4s4xQ4x", _bytes_at(file, end - _LOCATOR_BYTES, _LOCATOR_BYTES))
    if locator == _END64_LOCATOR:
        end -= _LOCATOR_BYTES + _END64_BYTES
        signature, entries, length, start = struct.unpack("<4s28xQQQ", _bytes_at(file, end, _END64_BYTES))
        if signature != _END64 or record_at != end:
            return None
        members = _Members(entries, start, length)
    return members if members.start + members.length == end else None


def _bytes_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    odd = "\\" in name or "\0" in name or ":" in name
    return bool(name) and not odd and not name.startswith("/") and ".." not in parts and name.isprintable()


def _check_safetensors(path: Path, file: BinaryIO, size: int) -> None:
    """The header alone: its length, its nesting, its count and that what it lists is just what follows it."""
    file.seek(0)
    (length,) = struct.unpack("<Q", file.read(8))
    _require(length <= size - 8, CUT_OFF, path)
    _require(length <= MAX_HEADER, TOO_MANY, path)
    try:
        header = parse_header(file.read(length))
    except (ValueError, RecursionError) as error:
        raise ModelError(TOO_COMPLEX, file=str(path)) from error
    _require(lists_length(length, description_in(header)) <= MAX_LISTS, TOO_MANY, path)
    header.pop(METADATA, None)
    _require(len(header) <= MAX_ENTRIES, TOO_MANY, path)
    try:
        spans = sorted((int(entry["data_offsets"][0]), int(entry["data_offsets"][1])) for entry in header.values())
    except (TypeError, KeyError, IndexError, ValueError, OverflowError) as error:
        raise ModelError(TOO_COMPLEX, file=str(path)) from error
    end = 0
    for first, last in spans:
        _require(first == end and last >= first, TOO_COMPLEX, path)
        end = last
    _require(end == size - 8 - length, CUT_OFF, path)


def _require(condition: bool, sentence: str, path: Path) -> None:
    if not condition:
        raise ModelError(sentence, file=str(path))
