"""prepare_model: weights to the OpenVINO form with three outputs, checked against torch before it gets its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import Event
from resnet_desktop.engine.layout import COUNTER
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.networks import Answering
from resnet_desktop.engine.plain_network import State
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.save_form import Numbers, Reference, prepare


def prepare_model(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """Write the prepared form of ``weights`` into ``folder``; yields Progress, then ModelReady.

    ``temporary`` is an empty folder beside it, from ``core.prepared.workspace``.
    """
    yield from prepare(spec, lambda: _read(spec, weights), folder, temporary, inbox)


def _read(spec: ModelSpec, weights: Path) -> tuple[State, Reference]:
    network = load_answering(spec, weights)
    return _state_of(network), _reference(network)


def _state_of(network: Answering) -> State:
    """Weights by the names of their file. Built from them, a model is there in a tenth of the time a trace takes."""
    state = network.network.layers.state_dict()
    return {name: value.numpy() for name, value in state.items() if not name.endswith(COUNTER)}


def _reference(network: Answering) -> Reference:
    def answer(pixels: NDArray[np.uint8]) -> Numbers:
        with torch.inference_mode():
            logits: Numbers = network(torch.from_numpy(pixels))[0].numpy()
        return logits

    return answer
