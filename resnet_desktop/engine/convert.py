"""prepare_model: weights to the OpenVINO form with three outputs, checked against torch before it gets its name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import CHECKING, CONVERTING, READING_WEIGHTS, Event, ModelReady, Progress
from resnet_desktop.core.files import publish_folder
from resnet_desktop.core.prepared import is_prepared
from resnet_desktop.engine.layout import COUNTER
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.networks import Answering
from resnet_desktop.engine.plain_network import State, build_model
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.save_form import Numbers, Reference, write_form

STEPS = 3


def prepare_model(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """Write the prepared form of ``weights`` into ``folder``; yields Progress, then ModelReady.

    ``temporary`` is an empty folder beside it, from ``core.prepared.workspace``.
    """
    if not is_prepared(folder):
        yield Progress(0, STEPS, READING_WEIGHTS)
        network = load_answering(spec, weights)
        inbox.cancel.check()
        yield Progress(1, STEPS, CONVERTING)
        model = build_model(spec, _state_of(network))
        inbox.cancel.check()
        yield Progress(2, STEPS, CHECKING)
        write_form(model, _reference(network), network.network.head.weight.detach().numpy(), spec, temporary, folder)
        if folder.exists() and not is_prepared(folder):
            # A disk cleaner took some of its files; it would stand in the way for good.
            shutil.rmtree(folder, ignore_errors=True)
        publish_folder(temporary, folder)
    yield ModelReady(spec, folder)


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
