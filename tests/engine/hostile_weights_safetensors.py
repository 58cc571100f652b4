"""Hostile safetensors files: headers that lie about what follows them, and numbers that no network has."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save, save_file

from resnet_desktop.engine.container import CUT_OFF, NOT_WEIGHTS, TOO_COMPLEX, TOO_MANY
from resnet_desktop.engine.refusals import NO_RESNET, NOT_A_STATE_DICT, NOT_FINITE, ODD_TYPE, WRONG_CLASSES, WRONG_NAMES
from tests.engine.hostile_weights import Maker, State, kind

Header = dict[str, Any]
ENTRY = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


def write(path: Path, header: bytes, data: bytes, length: int | None = None) -> None:
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + data)


def _text(text: str, data: bytes = bytes(4)) -> Maker:
    """A header by hand; spaces behind it make the file as long as a file must be."""
    return lambda path, _state: write(path, text.encode().ljust(2_000), data)


def _header(change: Callable[[Header], object]) -> Maker:
    """The good file with another header; the numbers stay."""

    def make(path: Path, state: State) -> None:
        data = save(state)
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        change(header)
        write(path, json.dumps(header).encode(), data[8 + length :])

    return make


def _of(name: str, key: str, value: Any) -> Maker:
    return _header(lambda header: header[name].update({key: value}))


def _offsets(change: Callable[[int, int], list[int]]) -> Maker:
    return _header(lambda header: header["fc.bias"].update(data_offsets=change(*header["fc.bias"]["data_offsets"])))


def _with(change: Callable[[State], object]) -> Maker:
    """Good weights, changed, in a file that is in order."""

    def make(path: Path, state: State) -> None:
        changed = dict(state)
        change(changed)
        save_file(changed, path)

    return make


def _changed(change: Callable[[bytes], bytes]) -> Maker:
    return lambda path, state: path.write_bytes(change(save(state)))


def _many(path: Path, _state: State) -> None:
    entries = {f"{index:x}": ENTRY | {"data_offsets": [index, index]} for index in range(100_000)}
    write(path, json.dumps(entries).encode(), bytes(4))


def _some_thousand(path: Path, _state: State) -> None:
    entries = {f"{index:x}": ENTRY | {"data_offsets": [4 * index, 4 * index + 4]} for index in range(2_001)}
    write(path, json.dumps(entries).encode(), bytes(4 * 2_001))


def _deep_metadata(header: Header) -> None:
    deep: object = "end"
    for _ in range(500):
        deep = {"a": deep}
    header["__metadata__"] = deep


def _twice(data: bytes) -> bytes:
    """Another name replaced by one that is there already, of the same length."""
    return data.replace(b'"layer1.0.bn1.bias"', b'"layer1.0.bn2.bias"', 1)


KINDS = [
    kind(
        "safetensors-header-of-a-hundred-megabytes",
        CUT_OFF,
        lambda path, _s: write(path, b"{}" + b" " * 2_000, b"", 100 << 20),
    ),
    kind(
        "safetensors-header-of-exabytes", NOT_WEIGHTS, lambda path, _s: write(path, b"{}" + b" " * 2_000, b"", 1 << 63)
    ),
    kind(
        "safetensors-header-over-two-megabytes", TOO_MANY, lambda path, _s: write(path, b"{}" + b" " * (2 << 20), b"")
    ),
    kind("safetensors-hundred-thousand-entries", TOO_MANY, _many),
    kind("safetensors-two-thousand-entries", TOO_MANY, _some_thousand),
    kind("safetensors-deep", TOO_COMPLEX, _text('{"a":' * 100_000)),
    kind("safetensors-deep-and-closed", TOO_COMPLEX, _text('{"a":' * 50_000 + "0" + "}" * 50_000)),
    kind("safetensors-deep-metadata", TOO_COMPLEX, _header(_deep_metadata)),
    kind("safetensors-metadata-of-numbers", TOO_COMPLEX, _header(lambda header: header.update(__metadata__={"a": 1}))),
    kind("safetensors-overlapping", TOO_COMPLEX, _offsets(lambda first, last: [first - 2, last - 2])),
    kind("safetensors-twice-the-same-bytes", TOO_COMPLEX, _of("fc.bias", "data_offsets", [0, 6])),
    kind("safetensors-gap", TOO_COMPLEX, _offsets(lambda first, last: [first + 2, last])),
    kind(
        "safetensors-beyond-the-file", (TOO_COMPLEX, CUT_OFF), _offsets(lambda first, last: [first, last + (1 << 40)])
    ),
    kind("safetensors-negative-offsets", TOO_COMPLEX, _offsets(lambda _first, _last: [-6, 0])),
    kind("safetensors-offsets-backwards", TOO_COMPLEX, _offsets(lambda first, last: [last, first])),
    kind("safetensors-offsets-of-text", TOO_COMPLEX, _of("fc.bias", "data_offsets", "06")),
    kind("safetensors-one-offset", TOO_COMPLEX, _of("fc.bias", "data_offsets", [0])),
    kind("safetensors-endless-offset", TOO_COMPLEX, _of("fc.bias", "data_offsets", [0, float("inf")])),
    kind("safetensors-offset-that-is-no-number", TOO_COMPLEX, _of("fc.bias", "data_offsets", [float("nan"), 4])),
    kind("safetensors-bytes-behind", CUT_OFF, _changed(lambda data: data + b"\0")),
    kind("safetensors-a-byte-short", CUT_OFF, _changed(lambda data: data[:-1])),
    kind("safetensors-a-name-twice", TOO_COMPLEX, _changed(_twice)),
    kind(
        "safetensors-a-key-of-an-entry-twice",
        TOO_COMPLEX,
        _text('{"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}'),
    ),
    kind("safetensors-unknown-type", TOO_COMPLEX, _of("fc.bias", "dtype", "F99")),
    kind("safetensors-type-of-another-size", TOO_COMPLEX, _of("fc.bias", "dtype", "F64")),
    kind("safetensors-type-that-is-a-number", TOO_COMPLEX, _of("fc.bias", "dtype", 16)),
    kind("safetensors-huge-shape", TOO_COMPLEX, _of("fc.bias", "shape", [1 << 40])),
    kind("safetensors-shape-that-overflows", TOO_COMPLEX, _of("fc.bias", "shape", [1 << 32, 1 << 32, 3])),
    kind("safetensors-negative-shape", TOO_COMPLEX, _of("fc.bias", "shape", [-3])),
    kind("safetensors-no-shape", TOO_COMPLEX, _header(lambda header: header["fc.bias"].pop("shape"))),
    kind("safetensors-an-entry-that-is-a-list", TOO_COMPLEX, _header(lambda header: header.update({"fc.bias": [1]}))),
    kind(
        "safetensors-nan-in-the-header", TOO_COMPLEX, _text('{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}')
    ),
    kind(
        "safetensors-infinity-in-the-header",
        TOO_COMPLEX,
        _text('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"b":-Infinity}}'),
    ),
    kind(
        "safetensors-number-of-a-million-digits",
        TOO_COMPLEX,
        _text('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,' + "4" * 1_000_000 + "]}}"),
    ),
    kind(
        "safetensors-not-utf-8",
        TOO_COMPLEX,
        lambda path, _state: write(path, b'{"\xff\xfe":' + json.dumps(ENTRY).encode().ljust(2_000) + b"}", bytes(4)),
    ),
    kind(
        "safetensors-utf-16",
        NOT_WEIGHTS,
        lambda path, _state: write(path, json.dumps({"a": ENTRY}).encode("utf-16").ljust(2_000), bytes(4)),
    ),
    kind("safetensors-cut-json", TOO_COMPLEX, _text('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}')),
    kind(
        "safetensors-text-behind-the-json",
        TOO_COMPLEX,
        _text('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} more'),
    ),
    kind("safetensors-empty-header", CUT_OFF, _text("{}", b"0" * 100)),
    kind("safetensors-nothing-at-all", NOT_A_STATE_DICT, _text("{}", b"")),
    kind("safetensors-one-number", NO_RESNET, _text(json.dumps({"a": ENTRY}))),
    kind(
        "safetensors-eight-bit-floats",
        ODD_TYPE,
        _with(lambda s: s.update({"fc.weight": s["fc.weight"].to(torch.float8_e4m3fn)})),
    ),
    kind("safetensors-integers", ODD_TYPE, _with(lambda s: s.update({"fc.weight": s["fc.weight"].to(torch.int8)}))),
    kind("safetensors-truth", ODD_TYPE, _with(lambda s: s.update({"fc.weight": s["fc.weight"] > 0}))),
    kind("safetensors-not-a-number", NOT_FINITE, _with(lambda s: s.update({"fc.bias": s["fc.bias"] * float("nan")}))),
    kind(
        "safetensors-infinite",
        NOT_FINITE,
        _with(lambda s: s.update({"conv1.weight": s["conv1.weight"] + float("inf")})),
    ),
    kind("safetensors-one-class", WRONG_CLASSES, _with(lambda s: s.update({"fc.bias": s["fc.bias"][:1].clone()}))),
    kind("safetensors-a-name-too-few", WRONG_NAMES, _with(lambda s: s.pop("bn1.weight"))),
]
