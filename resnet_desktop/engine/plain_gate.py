"""The gate of the edition without PyTorch: safetensors files only, by the same rules and with the same sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.engine.container import TOO_COMPLEX, open_container
from resnet_desktop.engine.layout import COUNTER
from resnet_desktop.engine.recognise import recognise
from resnet_desktop.engine.refusals import (
    NEGATIVE,
    NO_MEMORY,
    NOT_A_STATE_DICT,
    NOT_FINITE,
    ODD_TYPE,
    shown,
)

FLOATS = frozenset({np.dtype(kind) for kind in (np.float16, np.float32, np.float64)})

NEEDS_FULL_TO_READ = QT_TRANSLATE_NOOP(
    "Sentences",
    "{file} can be read by the full edition of ResNet Desktop only. Ask for a .safetensors or .resnetmodel file.",
)

Array = NDArray[np.float32] | NDArray[np.int64]


@dataclass(frozen=True)
class Weights:
    """What passed the gate: float32 by the names of torchvision's network, counters int64."""

    architecture: str
    classes: int
    state: dict[str, Array]

    @property
    def parameters(self) -> int:
        """Numbers that are no counters."""
        return sum(value.size for name, value in self.state.items() if not name.endswith(COUNTER))

    def save(self, target: Path) -> None:
        """As a safetensors file; OSError or SafetensorError."""
        save_file(dict(self.state), target)


def read_weights(path: Path) -> Weights:
    """The weights in a file; ModelError says what is wrong with it. To be called in the engine's child."""
    with open_container(path) as (_file, container):
        if container != "safetensors":
            raise ModelError(NEEDS_FULL_TO_READ, file=str(path))
    try:
        state = load_file(path)
        _check_types(path, state)
        architecture, classes = recognise(path, {name: value.shape for name, value in state.items()})
        return Weights(architecture, classes, {name: _own(path, name, value) for name, value in state.items()})
    except (KeyError, TypeError, AttributeError) as error:  # a type that NumPy has no name for, such as bf16
        raise ModelError(NEEDS_FULL_TO_READ, file=str(path)) from error
    except MemoryError as error:
        raise ModelError(NO_MEMORY, file=str(path)) from error
    except (SafetensorError, ValueError) as error:
        raise ModelError(TOO_COMPLEX, file=str(path)) from error


def _check_types(path: Path, state: dict[str, NDArray[np.generic]]) -> None:
    if not state:
        raise ModelError(NOT_A_STATE_DICT, file=str(path))
    for name, value in state.items():
        if not (value.dtype == np.int64 if name.endswith(COUNTER) else value.dtype in FLOATS):
            raise ModelError(ODD_TYPE, name=shown(name), file=str(path), type=str(value.dtype))


def _own(path: Path, name: str, value: NDArray[np.generic]) -> Array:
    if name.endswith(COUNTER):
        return np.array(value, np.int64)
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite, and is refused
        copy = np.array(value, np.float32, order="C")
    if not bool(np.isfinite(copy).all()):
        raise ModelError(NOT_FINITE, name=name, file=str(path))
    if name.endswith("running_var") and bool((copy < 0).any()):
        raise ModelError(NEGATIVE, name=name, file=str(path))
    return copy
