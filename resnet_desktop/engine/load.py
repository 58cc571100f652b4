"""Weights from disk into a network: safetensors, or torch's format read as data and nothing else."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.engine.networks import Answering, build_network

DTYPES = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64})
UNREADABLE = QT_TRANSLATE_NOOP("Sentences", "The weights of {title} could not be read. Replace the file {file}.")
DIFFERENT = QT_TRANSLATE_NOOP("Sentences", "The file {file} holds the weights of another network than {title}.")


def load_answering(spec: ModelSpec, weights: Path) -> Answering:
    """The network of ``spec`` with these weights, in evaluation mode on the processor; raises ModelError."""
    network = build_network(spec)
    try:
        state = _read(weights)
    except Exception as error:  # whatever the two readers raise on damaged or hostile bytes
        raise ModelError(UNREADABLE, title=spec.title, file=str(weights)) from error
    try:
        network.load(state)
    except RuntimeError as error:  # torch: keys or shapes differ
        raise ModelError(DIFFERENT, title=spec.title, file=str(weights)) from error
    # Only now, with known shapes: a stride of 0 makes gigabytes of four bytes.
    if not all(bool(torch.isfinite(value).all()) for value in network.state_dict().values()):
        raise ModelError(UNREADABLE, title=spec.title, file=str(weights))
    return Answering(network, spec).eval()


def _read(weights: Path) -> dict[str, Tensor]:
    if weights.suffix == ".safetensors":
        state = dict(load_file(weights))
    else:
        state = torch.load(weights, map_location="cpu", weights_only=True)
    if not isinstance(state, dict) or not all(_is_weight(value) for value in state.values()):
        raise ValueError("not a flat dictionary of plain tensors")
    return state


def _is_weight(value: object) -> bool:
    """A dense tensor of a type that weights and counters have: the rest is left to nobody's kernels."""
    return isinstance(value, Tensor) and value.layout is torch.strided and value.dtype in DTYPES
