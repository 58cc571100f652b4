"""What a hostile weights file is, the parts that all of them are made of, and the files that are no weights at all."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import tarfile
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor

from resnet_desktop.engine.container import NOT_A_FILE, NOT_WEIGHTS, PACKED, TOO_COMPLEX, TOO_LARGE, TOO_SMALL
from resnet_desktop.engine.networks import build_layers

State = dict[str, Tensor]
Maker = Callable[[Path, State], object]

CLASSES = 3
LEGACY_HEAD = b"".join(
    pickle.dumps(value, 2)
    for value in (
        torch.serialization.MAGIC_NUMBER,
        torch.serialization.PROTOCOL_VERSION,
        {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}},
    )
)


class Kind(NamedTuple):
    """A file by name, with the sentences that may answer it."""

    name: str
    says: frozenset[str]
    make: Maker


def kind(name: str, says: str | tuple[str, ...], make: Maker) -> Kind:
    return Kind(name, frozenset((says,) if isinstance(says, str) else says), make)


@cache
def good_state(architecture: str = "resnet18") -> State:
    """Weights of a network with three classes: half as large as fp16, and no number of them odd."""
    torch.manual_seed(1)
    state = build_layers(architecture, CLASSES).state_dict()
    return {name: value.half() if value.is_floating_point() else value for name, value in state.items()}


def saved(path: Path, content: object) -> None:
    torch.save(content, path)


def saved_legacy(path: Path, content: object) -> None:
    torch.save(content, path, _use_new_zipfile_serialization=False)


@cache
def good_members() -> dict[str, bytes]:
    """The members of the zip file that torch makes of the good weights."""
    file = io.BytesIO()
    torch.save(OrderedDict(good_state()), file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_zip(path: Path, members: Iterable[tuple[str, bytes]], compressed: Iterable[str] = ()) -> None:
    deflated = set(compressed)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members:
            method = zipfile.ZIP_DEFLATED if name in deflated else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), data, method)


def with_pickle(path: Path, data: bytes) -> None:
    """The good zip file with another data.pkl."""
    write_zip(path, (good_members() | {"archive/data.pkl": data}).items())


# Files that are no weights


def _bytes(data: bytes) -> Maker:
    return lambda path, _state: path.write_bytes(data)


def _picture(path: Path, _state: State) -> None:
    Image.effect_noise((64, 64), 50).save(path, "PNG")


def _tar(path: Path, _state: State) -> None:
    with tarfile.open(path, "w") as archive:
        entry = tarfile.TarInfo("storages")
        entry.size = 2_000
        archive.addfile(entry, io.BytesIO(bytes(2_000)))


def _tar_in_disguise(path: Path, _state: State) -> None:
    """A tar archive whose first name begins as torch's old files do: torch would unpack it."""
    header = bytearray(512)
    header[:10] = LEGACY_HEAD[:10]
    header[100:108], header[124:136], header[136:148], header[156:157] = (
        b"0000644\0",
        b"%011o\0" % 64,
        b"0" * 11 + b"\0",
        b"0",
    )
    header[257:265] = b"ustar\00000"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    path.write_bytes(bytes(header) + bytes(10_000))


def _document(path: Path, _state: State) -> None:
    """Such as a .docx or a .jar."""
    write_zip(path, [("[Content_Types].xml", b"<xml/>" * 300), ("word/document.xml", b"<xml/>")], ["word/document.xml"])


def _huge(path: Path, _state: State) -> None:
    with path.open("wb") as file:
        file.write(LEGACY_HEAD)
        file.truncate((1 << 30) + 1)


def _link_to_itself(path: Path, _state: State) -> None:
    path.symlink_to(path)


def _text(path: Path, _state: State) -> None:
    path.write_text(json.dumps({"a": {"conv1.weight": [0.5] * 500}}), encoding="utf-8")


NO_WEIGHTS = [
    kind("a-web-page", NOT_WEIGHTS, _bytes(b"<!doctype html><title>Sign in</title>" * 40)),
    kind("a-short-web-page", TOO_SMALL, _bytes(b"<!doctype html><title>Sign in</title>")),
    kind("a-picture", NOT_WEIGHTS, _picture),
    kind("json", NOT_WEIGHTS, _text),
    kind("json-with-a-brace-in-ninth-place", NOT_WEIGHTS, _bytes(b'{"abcd": {"e": [1]}}' + b" " * 2_000)),
    kind("an-empty-file", TOO_SMALL, _bytes(b"")),
    kind("one-byte-too-small", TOO_SMALL, _bytes(LEGACY_HEAD.ljust(1023))),
    kind("a-megabyte-of-zeros", NOT_WEIGHTS, _bytes(bytes(1 << 20))),
    kind("random-bytes", NOT_WEIGHTS, _bytes(random.Random(3).randbytes(1 << 20))),  # noqa: S311
    kind("a-tar-archive", NOT_WEIGHTS, _tar),
    kind("a-tar-archive-with-the-magic-as-name", TOO_COMPLEX, _tar_in_disguise),
    kind("an-office-document", PACKED, _document),
    kind("gzip", NOT_WEIGHTS, _bytes(b"\x1f\x8b\x08\0" + bytes(2_000))),
    kind("hdf5", NOT_WEIGHTS, _bytes(b"\x89HDF\r\n\x1a\n" + bytes(2_000))),
    kind("a-pickle-of-python", NOT_WEIGHTS, _bytes(pickle.dumps({"fc.bias": [0.5] * 1_000}, 2))),
    kind("a-folder", NOT_A_FILE, lambda path, _state: path.mkdir()),
    kind("a-pipe", NOT_A_FILE, lambda path, _state: os.mkfifo(path)),
    kind("a-link-to-itself", NOT_A_FILE, _link_to_itself),
    kind("nothing", NOT_A_FILE, lambda _path, _state: None),
    kind("a-link-to-a-device", NOT_A_FILE, lambda path, _state: path.symlink_to("/dev/zero")),
    kind("a-byte-more-than-a-gigabyte", TOO_LARGE, _huge),
]
