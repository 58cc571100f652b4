"""The gate: the only way by which numbers out of a file reach a network.

A weights file is read as data and nothing else (``weights_only``), and what comes out must be, name by name and shape
by shape, one of the networks that this program builds. Every refusal is one sentence.
"""

from __future__ import annotations

import contextlib
import pickle
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from resnet_desktop.core.errors import ModelError
from resnet_desktop.engine.container import CUT_OFF, TOO_COMPLEX, Container, open_container
from resnet_desktop.engine.layout import COUNTER
from resnet_desktop.engine.legacy_file import LegacyFile, TooManyReads
from resnet_desktop.engine.recognise import recognise
from resnet_desktop.engine.refusals import (
    CODE,
    HOLLOW,
    NEGATIVE,
    NO_MEMORY,
    NOT_A_STATE_DICT,
    NOT_FINITE,
    ODD_TENSOR,
    ODD_TYPE,
    shown,
)

FLOATS = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
WRAPPERS = ("state_dict", "model")
PREFIX = "module."  # of training on several GPUs
MAX_DIMENSIONS = 4
# In torch's messages about what is neither number nor name, whether it knows the thing or not.
CODE_WORDS = ("GLOBAL", "call reduce", "create new object", "must be imported")
MEMORY_WORDS = ("allocate memory", "bad_alloc")


@dataclass(frozen=True)
class Weights:
    """What passed the gate."""

    architecture: str
    classes: int
    state: dict[str, Tensor]  # float32 of its own memory; counters int64; the names of torchvision's network

    @property
    def parameters(self) -> int:
        """Numbers that are no counters."""
        return sum(value.numel() for value in self.state.values() if value.is_floating_point())

    def save(self, target: Path) -> None:
        """As a safetensors file; OSError or SafetensorError."""
        save_file(self.state, target)


def read_weights(path: Path) -> Weights:
    """The weights in a file; ModelError says what is wrong with it. To be called in the engine's child."""
    try:
        with _calm():
            state = _read_state(path)
            architecture, classes = recognise(path, {name: tuple(value.shape) for name, value in state.items()})
            return Weights(architecture, classes, {name: _own(path, name, value) for name, value in state.items()})
    except (MemoryError, RuntimeError) as error:  # torch's own word for too little memory is a RuntimeError
        raise ModelError(_sentence(error), file=str(path)) from error


@contextlib.contextmanager
def _calm() -> Iterator[None]:
    """Without warnings and in one thread: those of a machine with many cores would use up the limit of memory."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch remarks on odd tensors, which are refused
            yield
    finally:
        torch.set_num_threads(threads)


def _read_state(path: Path) -> dict[str, Tensor]:
    """Dense tensors by name, that claim no more than the file holds."""
    with open_container(path) as (file, container):
        size = file.seek(0, 2)
        file.seek(0)
        legacy = LegacyFile(file) if container == "legacy" else None
        state = _named_tensors(path, _read(path, container, legacy or file))
    for name, value in state.items():
        _check_tensor(path, name, value)
        if legacy is not None and not legacy.brought(value):
            raise ModelError(HOLLOW, name=shown(name), file=str(path))
    if sum(value.numel() * value.element_size() for value in state.values()) > size:
        largest = max(state, key=lambda name: state[name].numel())
        raise ModelError(HOLLOW, name=shown(largest), file=str(path))
    return state


def _read(path: Path, container: Container, file: BinaryIO | LegacyFile) -> Any:
    """What is in the file. Torch gets it open: by a path it would go by the extension."""
    try:
        if container == "safetensors":
            return load_file(path)
        return torch.load(file, map_location="cpu", weights_only=True, mmap=False)  # type: ignore[arg-type]
    except Exception as error:  # whatever the readers raise on damaged or hostile bytes
        raise ModelError(_sentence(error), file=str(path)) from error


def _sentence(error: Exception) -> str:
    """What is said of a reader's failure."""
    text = str(error)
    if isinstance(error, MemoryError) or any(words in text for words in MEMORY_WORDS):
        return NO_MEMORY
    if isinstance(error, pickle.UnpicklingError) and any(words in text for words in CODE_WORDS):
        return CODE
    # An operand that torch never writes: another pickle than its own.
    if isinstance(error, SafetensorError | TooManyReads) or "Unsupported operand" in text:
        return TOO_COMPLEX
    return CUT_OFF


def _named_tensors(path: Path, content: Any) -> dict[str, Tensor]:
    """The flat dictionary in the file, out of at most one wrapper.

    A file may give its objects attributes that hide their methods; hence the methods of their types.
    """
    if isinstance(content, dict):
        for wrapper in WRAPPERS:
            inner = dict.get(content, wrapper)
            if isinstance(inner, dict):
                content = inner
                break
    items = list(dict.items(content)) if isinstance(content, dict) else []
    # Parameters are tensors with a flag; every other subclass has code of its own.
    if not items or not all(isinstance(name, str) and type(value) in (Tensor, nn.Parameter) for name, value in items):
        raise ModelError(NOT_A_STATE_DICT, file=str(path))
    prefix = PREFIX if all(name.startswith(PREFIX) for name, _value in items) else ""
    return {name.removeprefix(prefix): _plain(path, name, value) for name, value in items}


def _plain(path: Path, name: str, value: Tensor) -> Tensor:
    """A dense tensor without attributes out of the file."""
    dense = value.layout is torch.strided and value.device.type == "cpu" and not (value.is_quantized or value.is_nested)
    if not dense or len(value.shape) > MAX_DIMENSIONS:
        raise ModelError(ODD_TENSOR, name=shown(name), file=str(path))
    return Tensor.detach(value)


def _check_tensor(path: Path, name: str, value: Tensor) -> None:
    if value.is_conj() or value.is_neg():
        raise ModelError(ODD_TENSOR, name=shown(name), file=str(path))
    right = value.dtype is torch.int64 if name.endswith(COUNTER) else value.dtype in FLOATS
    if not right:
        raise ModelError(ODD_TYPE, name=shown(name), file=str(path), type=str(value.dtype).removeprefix("torch."))
    if value.numel() * value.element_size() > value.untyped_storage().nbytes():
        raise ModelError(HOLLOW, name=shown(name), file=str(path))


def _own(path: Path, name: str, value: Tensor) -> Tensor:
    """The values as float32 in memory of their own, checked: no kernel but this copy sees the file's strides."""
    if name.endswith(COUNTER):
        return value.clone(memory_format=torch.contiguous_format)
    copy = value.contiguous().to(torch.float32, copy=True)
    if not bool(torch.isfinite(copy).all()):
        raise ModelError(NOT_FINITE, name=name, file=str(path))
    if name.endswith("running_var") and bool((copy < 0).any()):
        raise ModelError(NEGATIVE, name=name, file=str(path))
    return copy
