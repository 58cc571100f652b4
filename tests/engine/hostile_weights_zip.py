"""Hostile zip files: everything about them that is wrong before a pickle in them is read."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch

from resnet_desktop.engine.container import BAD_NAMES, CUT_OFF, NOT_WEIGHTS, PACKED, PROGRAM, TOO_COMPLEX, TOO_MANY
from tests.engine.hostile_weights import Maker, State, good_members, kind, saved, with_pickle, write_zip

ENTRY = b"PK\x01\x02"  # of the list of members at the end
FLAGS, METHOD, PACKED_SIZE, SIZE = 8, 10, 20, 24  # bytes into an entry
DATA = "archive/data/0"


def _with(*more: tuple[str, bytes]) -> Maker:
    """Members beside the good ones."""
    return lambda path, _state: write_zip(path, [*good_members().items(), *more])


def _first(*before: tuple[str, bytes]) -> Maker:
    return lambda path, _state: write_zip(path, [*before, *good_members().items()])


def _compressed(*names: str) -> Maker:
    return lambda path, _state: write_zip(path, good_members().items(), names)


def _renamed(change: Callable[[str], str]) -> Maker:
    return lambda path, _state: write_zip(path, [(change(name), data) for name, data in good_members().items()])


def _changed(change: Callable[[bytes], bytes]) -> Maker:
    """The good file of torch with other bytes."""

    def make(path: Path, state: State) -> None:
        saved(path, state)
        path.write_bytes(change(path.read_bytes()))

    return make


def _entry(offset: int, form: str, value: int) -> Maker:
    """A field of every entry of the list of members forged."""

    def change(data: bytes) -> bytes:
        forged, at = bytearray(data), data.find(ENTRY, len(data) - 30_000)
        while at >= 0:
            struct.pack_into(form, forged, at + offset, value)
            at = data.find(ENTRY, at + 4)
        return bytes(forged)

    return _changed(change)


def _end(offset: int, form: str, value: int, record: bytes = b"PK\x05\x06") -> Maker:
    """A field of the end record, or of the 64-bit one, forged."""

    def change(data: bytes) -> bytes:
        forged = bytearray(data)
        struct.pack_into(form, forged, data.rfind(record) + offset, value)
        return bytes(forged)

    return _changed(change)


def _two_lists(path: Path, state: State) -> None:
    """The list that torch would look at, and behind it another one for Python."""
    saved(path, state)
    data = path.read_bytes()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}.")
    harmless = file.getvalue()
    start = harmless.find(ENTRY)
    path.write_bytes(data[:-22] + harmless[start:])


def _torch_script(path: Path, _state: State) -> None:
    torch.jit.trace(torch.nn.Linear(20, 20), torch.zeros(1, 20)).save(path)


def _zip_in_zip(path: Path, state: State) -> None:
    saved(path, state)
    inner = path.read_bytes()
    write_zip(path, [("weights/model.pth", inner)])


def _many(path: Path, _state: State) -> None:
    write_zip(path, [*good_members().items(), *((f"archive/data/x{index}", b"") for index in range(2_001))])


def _sizes_that_add_up(path: Path, state: State) -> None:
    """Every member claims most of the file."""
    saved(path, state)
    data = bytearray(path.read_bytes())
    at = data.find(ENTRY, len(data) - 30_000)
    while at >= 0:
        struct.pack_into("<LL", data, at + PACKED_SIZE, len(data) // 2, len(data) // 2)
        at = data.find(ENTRY, at + 4)
    path.write_bytes(data)


def _bad_name(path: Path) -> None:
    write_zip(path, [*good_members().items(), ("archive/é", b"")])
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xff"))


def _short_numbers(path: Path) -> None:
    members = good_members()
    write_zip(path, (members | {DATA: members[DATA][:10]}).items())


KINDS = [
    kind("zip-all-compressed", PACKED, _compressed(*good_members())),
    kind("zip-one-member-compressed", PACKED, _compressed("archive/data.pkl")),
    kind("zip-two-thousand-members", TOO_MANY, _many),
    kind("zip-a-name-twice", BAD_NAMES, _renamed(lambda name: DATA if name == "archive/data/1" else name)),
    kind("zip-data-pkl-twice", BAD_NAMES, _renamed(lambda n: "archive/data.pkl" if n == "archive/version" else n)),
    kind("zip-a-name-in-capitals-too", BAD_NAMES, _with(("archive/DATA.PKL", b"\x80\x02}."))),
    kind("zip-two-roots", BAD_NAMES, _with(("other/data/0", b"0"))),
    kind("zip-parent-folder", BAD_NAMES, _with(("archive/../../evil", b"0"))),
    kind("zip-absolute-name", BAD_NAMES, _with(("/etc/evil", b"0"))),
    kind("zip-backslash", BAD_NAMES, _with(("archive\\..\\evil", b"0"))),
    kind("zip-drive-letter", BAD_NAMES, _with(("C:evil", b"0"))),
    kind("zip-control-character", BAD_NAMES, _with(("archive/\n\u202eevil", b"0"))),
    kind("zip-a-nought-in-a-name", BAD_NAMES, _changed(lambda data: data.replace(b"/version", b"/v\0rsion"))),
    kind("zip-torch-script", PROGRAM, _torch_script),
    kind("zip-code", PROGRAM, _with(("archive/code/__torch__.py", b"import os"))),
    kind("zip-code-in-capitals", PROGRAM, _with(("archive/Code/__torch__.py", b"import os"))),
    kind("zip-constants", PROGRAM, _with(("archive/constants.pkl", b"\x80\x02)."))),
    kind("zip-code-first", PROGRAM, _first(("archive/code/a.py", b"import os"))),
    kind(
        "zip-pickle-over-four-megabytes",
        TOO_COMPLEX,
        lambda p, _s: with_pickle(p, b"\x80\x02" + b"N" * (4 << 20) + b"."),
    ),
    kind(
        "zip-pickle-over-one-megabyte", TOO_COMPLEX, lambda p, _s: with_pickle(p, b"\x80\x02" + b"N" * (1 << 20) + b".")
    ),
    kind("zip-without-data-pkl", PACKED, _renamed(lambda name: name.replace("data.pkl", "data.txt"))),
    kind("zip-data-pkl-outside-of-a-folder", PACKED, _renamed(lambda name: name.removeprefix("archive/"))),
    kind("zip-in-zip", PACKED, _zip_in_zip),
    kind("zip-encrypted", PACKED, _entry(FLAGS, "<H", 1)),
    kind("zip-unknown-method", PACKED, _entry(METHOD, "<H", 99)),
    kind("zip-bomb-by-the-list", CUT_OFF, _entry(SIZE, "<L", 0xFFFF_0000)),
    kind("zip-sum-of-sizes", CUT_OFF, _sizes_that_add_up),
    kind("zip-members-counted-short", CUT_OFF, _end(24, "<Q", 3, b"PK\x06\x06")),
    kind("zip64-forged-count", TOO_MANY, _end(32, "<Q", 1 << 60, b"PK\x06\x06")),
    kind("zip64-forged-length", CUT_OFF, _end(40, "<Q", 1 << 62, b"PK\x06\x06")),
    kind("zip64-forged-start", CUT_OFF, _end(48, "<Q", 1 << 62, b"PK\x06\x06")),
    kind("zip64-record-elsewhere", CUT_OFF, _end(8, "<Q", 100, b"PK\x06\x07")),
    kind("zip64-record-beyond-the-file", CUT_OFF, _end(8, "<Q", 1 << 63, b"PK\x06\x07")),
    kind("zip-entry-forged", CUT_OFF, _changed(lambda data: data.replace(ENTRY, b"PK\x01\x03"))),
    kind("zip-start-of-a-member-forged", CUT_OFF, _entry(42, "<L", 0x7FFF_FFFF)),
    kind(
        "zip-head-of-a-member-forged",
        CUT_OFF,
        _changed(lambda data: data.replace(b"PK\x03\x04", b"PK\x03\x05").replace(b"PK\x03\x05", b"PK\x03\x04", 1)),
    ),
    kind("zip-name-not-utf-8", CUT_OFF, lambda path, _state: _bad_name(path)),
    kind("zip-comment", CUT_OFF, _changed(lambda data: data[:-2] + b"\5\0hello")),
    kind("zip-bytes-behind", CUT_OFF, _changed(lambda data: data + bytes(100))),
    kind("zip-bytes-in-front", NOT_WEIGHTS, _changed(lambda data: b"MZ" + bytes(100) + data)),
    kind("zip-a-zip-in-front", CUT_OFF, _changed(lambda data: data[:1_000] + data)),
    kind("zip-two-lists", CUT_OFF, _two_lists),
    kind("zip-without-its-end", CUT_OFF, _changed(lambda data: data[:-22])),
    kind("zip-only-its-magic", CUT_OFF, lambda path, _state: path.write_bytes(b"PK\x03\x04" + bytes(5_000))),
    kind("zip-a-member-missing", CUT_OFF, _renamed(lambda name: name.replace("archive/data/7", "archive/data/x7"))),
    kind("zip-numbers-shorter-than-said", CUT_OFF, lambda path, _state: _short_numbers(path)),
    kind(
        "zip-byte-order-unknown",
        CUT_OFF,
        lambda p, _s: write_zip(p, (good_members() | {"archive/byteorder": b"middle"}).items()),
    ),
]
