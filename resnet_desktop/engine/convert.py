"""prepare_model: weights to the OpenVINO form with three outputs, checked against torch before it gets its name."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError
from resnet_desktop.core.events import CHECKING, CONVERTING, READING_WEIGHTS, Event, ModelReady, Progress
from resnet_desktop.core.files import publish_folder
from resnet_desktop.core.openvino_runtime import import_openvino
from resnet_desktop.core.prepared import CLASS_WEIGHTS, NETWORK, is_prepared
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.networks import Answering
from resnet_desktop.engine.process import Inbox

OUTPUTS = ("logits", "embedding", "feature_map")
# Weights are stored as fp16 and used as fp32; the largest difference seen between probabilities was 0.005.
MAX_DIFFERENCE = 0.01
STEPS = 3
NOT_EQUAL = QT_TRANSLATE_NOOP(
    "Sentences", "{title} does not answer the same after preparing it (difference {difference}). It was not kept."
)


def prepare_model(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """Write the prepared form of ``weights`` into ``folder``; yields Progress, then ModelReady.

    ``temporary`` is an empty folder beside it, from ``core.prepared.workspace``.
    """
    if not is_prepared(folder):
        yield Progress(0, STEPS, READING_WEIGHTS)
        network = load_answering(spec, weights)
        inbox.cancel.check()
        yield Progress(1, STEPS, CONVERTING)
        _convert(network, spec.preprocess.crop, temporary)
        inbox.cancel.check()
        yield Progress(2, STEPS, CHECKING)
        _check(network, spec, temporary)
        if folder.exists() and not is_prepared(folder):
            # A disk cleaner took some of its files; it would stand in the way for good.
            shutil.rmtree(folder, ignore_errors=True)
        publish_folder(temporary, folder)
    yield ModelReady(spec, folder)


def _convert(network: Answering, crop: int, folder: Path) -> None:
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
    openvino.save_model(model, str(folder / NETWORK), compress_to_fp16=True)
    np.save(folder / CLASS_WEIGHTS, network.network.head.weight.detach().numpy().astype(np.float32))


def _check(network: Answering, spec: ModelSpec, folder: Path) -> None:
    """Both forms must give the same probabilities on noise that reaches every class."""
    crop = spec.preprocess.crop
    pixels = np.random.default_rng(0).integers(0, 256, (1, crop, crop, 3), dtype=np.uint8)
    compiled = import_openvino().Core().compile_model(str(folder / NETWORK), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    ours = torch.from_numpy(compiled([pixels])[0].copy()).softmax(1)
    with torch.inference_mode():
        theirs = network(torch.from_numpy(pixels))[0].softmax(1)
    difference = float((ours - theirs).abs().max())
    if not difference <= MAX_DIFFERENCE:  # also true for nan
        raise EngineError(NOT_EQUAL, title=spec.title, difference=f"{difference:.3f}")
