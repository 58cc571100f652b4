"""prepare_model: weights to the OpenVINO form with three outputs, checked against torch before it gets its name."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import CHECKING, CONVERTING, READING_WEIGHTS, Event, ModelReady, Progress
from resnet_desktop.core.files import publish_folder
from resnet_desktop.core.openvino_runtime import import_openvino
from resnet_desktop.core.prepared import is_prepared
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.networks import Answering
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.save_form import Numbers, Reference, write_form

OUTPUTS = ("logits", "embedding", "feature_map")
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
        model = _convert(network, spec.preprocess.crop)
        inbox.cancel.check()
        yield Progress(2, STEPS, CHECKING)
        write_form(model, _reference(network), network.network.head.weight.detach().numpy(), spec, temporary, folder)
        if folder.exists() and not is_prepared(folder):
            # A disk cleaner took some of its files; it would stand in the way for good.
            shutil.rmtree(folder, ignore_errors=True)
        publish_folder(temporary, folder)
    yield ModelReady(spec, folder)


def _convert(network: Answering, crop: int) -> Any:
    """The network as an openvino.Model."""
    openvino = import_openvino()
    shape = (1, crop, crop, 3)
    with warnings.catch_warnings():
        # OpenVINO traces with torch.jit.trace, whose deprecation is OpenVINO's to answer.
        warnings.simplefilter("ignore")
        model = openvino.convert_model(
            network, example_input=torch.zeros(shape, dtype=torch.uint8), input=[list(shape)]
        )
    for output, name in zip(model.outputs, OUTPUTS, strict=True):
        output.get_tensor().set_names({name})
    return model


def _reference(network: Answering) -> Reference:
    def answer(pixels: NDArray[np.uint8]) -> Numbers:
        with torch.inference_mode():
            logits: Numbers = network(torch.from_numpy(pixels))[0].numpy()
        return logits

    return answer
