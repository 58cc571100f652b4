"""Weights from disk into a network: safetensors, or torch's format read as data and nothing else."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.engine.networks import Answering, build_network

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
    return Answering(network, spec).eval()


def _read(weights: Path) -> dict[str, Tensor]:
    if weights.suffix == ".safetensors":
        return dict(load_file(weights))
    state = torch.load(weights, map_location="cpu", weights_only=True)
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError("not a flat dictionary of tensors")
    return state
