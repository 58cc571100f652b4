"""Hostile pickles: programs in every form and place, and pickles that lie about the numbers beside them."""

from __future__ import annotations

import builtins
import ctypes
import functools
import importlib
import os
import pickle
import runpy
import struct
import subprocess
from collections import Counter, OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from resnet_desktop.engine.container import CUT_OFF, NOT_WEIGHTS, TOO_COMPLEX
from resnet_desktop.engine.refusals import CODE, HOLLOW, NO_MEMORY, NO_RESNET, NOT_A_STATE_DICT, NOT_FINITE, ODD_TENSOR
from tests.engine.hostile_weights import LEGACY_HEAD, Kind, Maker, State, kind, saved, saved_legacy, with_pickle

PROTOCOLS = range(6)
ONES = struct.pack("<4f", 1, 1, 1, 1)


class Call:
    """Unpickling it calls a function."""

    def __init__(self, function: Callable[..., object], *arguments: object, state: object = None) -> None:
        self._call = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self) -> tuple[object, ...]:
        return self._call


def sung(path: Path) -> str:
    """The folder that a hostile file makes where its program is run."""
    return str(path.parent / "sung")


def _code(path: Path) -> str:
    return f"__import__('os').mkdir({sung(path)!r})"


PROGRAMS: dict[str, Callable[[Path], Call]] = {
    "os-mkdir": lambda path: Call(os.mkdir, sung(path)),
    "os-system": lambda path: Call(os.system, f"mkdir {sung(path)}"),
    "os-execv": lambda path: Call(os.execv, "/bin/mkdir", ["mkdir", sung(path)]),
    "subprocess-popen": lambda path: Call(subprocess.Popen, ["mkdir", sung(path)]),
    "eval": lambda path: Call(builtins.eval, _code(path)),
    "exec": lambda path: Call(builtins.exec, _code(path)),
    "import": lambda _path: Call(importlib.import_module, "antigravity"),
    "getattr": lambda _path: Call(getattr, "text", "format"),
    "partial": lambda path: Call(functools.partial, os.mkdir, sung(path)),
    "runpy": lambda path: Call(runpy.run_path, str(path)),
    "library": lambda path: Call(ctypes.CDLL, str(path)),
    "pickle-loads": lambda path: Call(pickle.loads, pickle.dumps(Call(os.mkdir, sung(path)))),
    "numpy-load": lambda path: Call(np.load, str(path)),
    "torch-load": lambda path: Call(torch.load, str(path), "cpu", None),
    "torch-jit-load": lambda path: Call(torch.jit.load, str(path)),
    "torch-hub-load": lambda _path: Call(torch.hub.load, "a/b", "c"),
    "torch-import-by-name": lambda _path: Call(torch._utils._import_dotted_name, "os.mkdir"),
    "torch-storage-from-file": lambda path: Call(
        torch.storage._load_from_bytes, pickle.dumps(Call(os.mkdir, sung(path)))
    ),
    "safe-globals": lambda _path: Call(torch.serialization.add_safe_globals, [os.mkdir]),
    "numpy-array": lambda _path: Call(np.core.multiarray._reconstruct, np.ndarray, (0,), b"b"),
    "whole-network": lambda _path: torch.nn.Linear(2, 2),  # type: ignore[dict-item,return-value]
}


def _beside_the_good(program: Callable[[Path], Call], save: Callable[[Path, object], None]) -> Maker:
    return lambda path, state: save(path, {**state, "note": program(path)})


def _protocol(protocol: int, form: str) -> Maker:
    def make(path: Path, _state: State) -> None:
        data = pickle.dumps({"fc.bias": Call(os.mkdir, sung(path))}, protocol)
        if form == "zip":
            with_pickle(path, data)
        else:
            path.write_bytes(((LEGACY_HEAD if form == "legacy" else b"") + data).ljust(4_000, b"\0"))

    return make


def _says_of_protocol(protocol: int, form: str) -> str:
    """Torch reads protocol 2; of the others it may not come as far as the program."""
    if form == "bare":
        return NOT_WEIGHTS
    return CODE if protocol in (1, 2, 3) else TOO_COMPLEX


def _metadata(path: Path, state: State) -> None:
    """Where torch keeps the versions of layers, which most readers never look at."""
    content = OrderedDict(state)
    content._metadata = OrderedDict(note=Call(os.mkdir, sung(path)))  # type: ignore[attr-defined]
    saved(path, content)


class _Key(Call):
    __hash__ = object.__hash__


def _hooks(path: Path, state: State) -> None:
    """A tensor that brings a function to be called with its gradient."""
    arguments = state["fc.bias"].__reduce_ex__(2)[1]
    tensor = Call(torch._utils._rebuild_tensor_v2, *arguments[2][:5], OrderedDict({0: Call(os.mkdir, sung(path))}))
    saved(path, {**state, "fc.bias": tensor})


def _wrapper_sibling(path: Path, state: State) -> None:
    saved(path, {"state_dict": dict(state), "arguments": [(1, {"deep": Call(os.mkdir, sung(path))})]})


def _storage_type(path: Path, _state: State) -> None:
    """A program where torch expects the type of the numbers."""
    with_pickle(path, b"\x80\x02}X\1\0\0\0a(X\7\0\0\0storagecos\nmkdir\nX\1\0\0\00X\3\0\0\0cpuK\4tQs.")


def _storage_id(path: Path, _state: State) -> None:
    """Text in place of the tuple that names numbers."""
    with_pickle(path, b"\x80\x02}X\1\0\0\0aX\x04\0\0\0evilQs.")


# Objects that torch makes without asking, used against the reader


def _attributes(path: Path, state: State) -> None:
    """A broken tensor whose methods are hidden by attributes that the file gives it."""
    names = ("detach", "numel", "contiguous", "is_conj", "is_neg", "untyped_storage", "element_size", "dim")
    arguments = state["fc.bias"].clone().fill_(float("nan")).__reduce_ex__(2)[1]
    rebuild, hiding = torch._utils._rebuild_tensor_v2, dict.fromkeys(names, set)
    hidden = Call(torch._tensor._rebuild_from_type_v2, rebuild, torch.Tensor, arguments, hiding)
    saved(path, {**state, "fc.bias": hidden})


def _attributes_of_the_dictionary(path: Path, state: State) -> None:
    hiding = dict.fromkeys(("items", "get", "keys", "values"), set)
    saved(path, Call(OrderedDict, list(state.items())[:5], state=hiding))


def _raw(data: bytes) -> Maker:
    return lambda path, _state: with_pickle(path, data)


def _expanded(path: Path, state: State) -> None:
    """Four bytes that torch itself makes sixteen gigabytes of while it reads."""
    wide = torch.zeros(1).expand(1 << 31)
    saved(
        path,
        {**state, "more": Call(torch._utils._rebuild_device_tensor_from_cpu_tensor, wide, torch.float64, "cpu", False)},
    )


# The old format, written by hand


class Numbers:
    """Numbers that a pickle names."""

    def __init__(self, key: str, count: int) -> None:
        self.key, self.count = key, count


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> Any:
        if isinstance(value, Numbers):
            return ("storage", torch.FloatStorage, value.key, "cpu", value.count, None)
        return None


def _legacy(numbers: Numbers, size: tuple[int, ...], keys: list[str], *blobs: bytes) -> Maker:
    """One tensor of ``size`` over ``numbers``; the keys of the numbers that follow, and these."""

    def make(path: Path, _state: State) -> None:
        strides = tuple([1] * len(size))
        tensor = Call(torch._utils._rebuild_tensor_v2, numbers, 0, size, strides, False, OrderedDict())
        with path.open("wb") as file:
            file.write(LEGACY_HEAD)
            _Pickler(file, 2).dump({"fc.bias": tensor})
            file.write(pickle.dumps(keys, 2))
            file.write(b"".join(blobs).ljust(4_000, b"\0"))

    return make


def _nothing_brought(path: Path, state: State) -> None:
    """Good weights without their numbers: torch would leave what was in the memory before."""
    saved_legacy(path, state)
    data = path.read_bytes()
    at = data.index(b".", data.rindex(b"num_batches_tracked")) + 1
    start = data.index(b"\x80\x02]", at - 1)
    path.write_bytes(data[:start] + pickle.dumps([], 2) + data[start:])


def _endless(path: Path, _state: State) -> None:
    path.write_bytes(LEGACY_HEAD + b"\x80\x02" + b"]" * (20 << 20) + b".")


def _blob(count: int, data: bytes) -> bytes:
    return struct.pack("<q", count) + data


KINDS: list[Kind] = [
    *(kind(f"zip-with-{name}", CODE, _beside_the_good(program, saved)) for name, program in PROGRAMS.items()),
    *(kind(f"legacy-with-{name}", CODE, _beside_the_good(program, saved_legacy)) for name, program in PROGRAMS.items()),
    *(
        kind(f"{form}-of-protocol-{protocol}", _says_of_protocol(protocol, form), _protocol(protocol, form))
        for form in ("zip", "legacy", "bare")
        for protocol in PROTOCOLS
    ),
    kind("program-in-metadata", CODE, _metadata),
    kind("program-as-key", CODE, lambda path, state: saved(path, {**state, _Key(os.mkdir, sung(path)): 1})),
    kind("program-in-hooks", CODE, _hooks),
    kind("program-beside-the-wrapper", CODE, _wrapper_sibling),
    kind("program-as-type-of-numbers", CODE, _storage_type),
    kind("text-as-numbers", CUT_OFF, _storage_id),
    kind("tensor-with-methods-of-its-own", NOT_FINITE, _attributes),
    kind("dictionary-with-methods-of-its-own", NO_RESNET, _attributes_of_the_dictionary),
    kind(
        "bytes-by-the-terabyte", NO_MEMORY, lambda path, state: saved(path, {**state, "more": Call(bytearray, 1 << 40)})
    ),
    kind(
        "bytes-by-the-gigabyte", NO_MEMORY, lambda path, state: saved(path, {**state, "more": Call(bytearray, 3 << 29)})
    ),
    kind(
        "tensor-by-the-terabyte",
        NO_MEMORY,
        lambda path, state: saved(path, {**state, "more": Call(torch.FloatTensor, 1 << 40)}),
    ),
    kind("tensor-widened-while-read", NO_MEMORY, _expanded),
    kind("counter-dictionary", NOT_A_STATE_DICT, lambda path, _state: saved(path, Counter("abc"))),
    kind("pickle-of-nothing", NOT_A_STATE_DICT, _raw(b"\x80\x02N.")),
    kind("pickle-without-end", CUT_OFF, _raw(b"\x80\x02}")),
    kind("pickle-with-an-empty-stack", CUT_OFF, _raw(b"\x80\x02.")),
    kind("pickle-with-a-wild-memo", CUT_OFF, _raw(b"\x80\x02j\xff\xff\xff\xff.")),
    kind("pickle-with-a-string-of-gigabytes", CUT_OFF, _raw(b"\x80\x02X\xff\xff\xff\xff.")),
    kind("pickle-with-an-unhashable-key", CUT_OFF, _raw(b"\x80\x02}]Ns.")),
    kind("pickle-that-sets-items-of-a-list", CUT_OFF, _raw(b"\x80\x02]NNs.")),
    kind("pickle-that-appends-to-a-number", CUT_OFF, _raw(b"\x80\x02K\1Na.")),
    kind("pickle-of-a-million-lists", NOT_A_STATE_DICT, _raw(b"\x80\x02" + b"]" * ((1 << 20) - 3) + b".")),
    kind("pickle-nested-a-million-deep", NOT_A_STATE_DICT, _raw(b"\x80\x02N" + b"\x85" * ((1 << 20) - 4) + b".")),
    kind("legacy-endless", TOO_COMPLEX, _endless),
    kind("legacy-only-its-magic", TOO_COMPLEX, lambda path, _state: path.write_bytes(LEGACY_HEAD.ljust(3_000, b"\0"))),
    kind(
        "legacy-magic-then-junk",
        (CUT_OFF, TOO_COMPLEX),
        lambda path, _state: path.write_bytes(LEGACY_HEAD[:13] + bytes(range(256)) * 20),
    ),
    kind("legacy-terabytes", NO_MEMORY, _legacy(Numbers("0", 1 << 40), (4,), ["0"], _blob(4, ONES))),
    kind("legacy-more-bytes-than-a-number-has", CUT_OFF, _legacy(Numbers("0", 1 << 63), (4,), ["0"], _blob(4, ONES))),
    kind("legacy-negative-count", CUT_OFF, _legacy(Numbers("0", -4), (4,), ["0"], _blob(4, ONES))),
    kind("legacy-numbers-larger-than-named", CUT_OFF, _legacy(Numbers("0", 4), (4,), ["0"], _blob(1_000, ONES))),
    kind("legacy-numbers-smaller-than-named", CUT_OFF, _legacy(Numbers("0", 1_000), (4,), ["0"], _blob(4, ONES))),
    kind("legacy-tensor-beyond-its-numbers", CUT_OFF, _legacy(Numbers("0", 4), (1_000,), ["0"], _blob(4, ONES))),
    kind("legacy-unknown-key", CUT_OFF, _legacy(Numbers("0", 4), (4,), ["0", "1"], _blob(4, ONES))),
    kind("legacy-two-hundred-dimensions", ODD_TENSOR, _legacy(Numbers("0", 4), (1,) * 200, ["0"], _blob(4, ONES))),
    kind("legacy-numbers-that-do-not-follow", HOLLOW, _legacy(Numbers("0", 100), (100,), [])),
    kind("legacy-good-but-for-the-numbers", HOLLOW, _nothing_brought),
]
