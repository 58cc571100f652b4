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
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError, ModelError
from resnet_desktop.core.events import CHECKING, CONVERTING, READING_WEIGHTS, Event, ModelReady, Progress
from resnet_desktop.core.files import publish_folder
from resnet_desktop.core.openvino_runtime import import_openvino
from resnet_desktop.core.prepared import CANNOT_WRITE, CLASS_WEIGHTS, NETWORK, is_prepared
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.networks import Answering
from resnet_desktop.engine.process import Inbox

OUTPUTS = ("logits", "embedding", "feature_map")
# Weights are stored as fp16 and used as fp32; the largest difference seen between probabilities was 0.005. A network
# that was hardly trained can make much more of the rounding, and is then stored as fp32.
MAX_DIFFERENCE = 0.01
PROBE_BLOCKS = (1, 8, 32)  # pixels: to a network all fine noise is alike
PROBE_SPREAD = 2.0  # of the logits: probes drive some networks so far into certainty that no difference would show
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
        model = _convert(network, spec.preprocess.crop)
        inbox.cancel.check()
        yield Progress(2, STEPS, CHECKING)
        try:
            np.save(temporary / CLASS_WEIGHTS, network.network.head.weight.detach().numpy().astype(np.float32))
            _save(model, network, spec, temporary)
        except (OSError, RuntimeError) as error:  # OpenVINO says "iostream error" when the disk is full
            reason = getattr(error, "strerror", None) or _free_space(temporary)
            raise ModelError(CANNOT_WRITE, title=spec.title, folder=str(folder.parent), reason=reason) from error
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


def _free_space(folder: Path) -> str:
    return f"{shutil.disk_usage(folder).free // 2**20} MB free"


def _save(model: Any, network: Answering, spec: ModelSpec, folder: Path) -> None:
    """Write the model, as fp16 where it then still gives torch's probabilities."""
    difference = float("nan")
    for compressed in (True, False):
        import_openvino().save_model(model, str(folder / NETWORK), compress_to_fp16=compressed)
        difference = _difference(network, spec.preprocess.crop, folder)
        if difference <= MAX_DIFFERENCE:  # false for nan
            return
    raise EngineError(NOT_EQUAL, title=spec.title, difference=f"{difference:.3f}")


def _difference(network: Answering, crop: int, folder: Path) -> float:
    """The largest difference between the probabilities of both forms; nan where one of them has no answer."""
    compiled = import_openvino().Core().compile_model(str(folder / NETWORK), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    differences = []
    for pixels in _probes(crop):
        ours = torch.from_numpy(compiled([pixels])[0].copy())
        with torch.inference_mode():
            theirs = network(torch.from_numpy(pixels))[0]
        scale = max(float(theirs.std()) / PROBE_SPREAD, 1.0)
        differences.append(((ours / scale).softmax(1) - (theirs / scale).softmax(1)).abs().max())
    return float(torch.stack(differences).max())


def _probes(crop: int) -> Iterator[NDArray[np.uint8]]:
    """Random blocks of several sizes, uint8 [1, crop, crop, 3]."""
    random = np.random.default_rng(0)
    for block in PROBE_BLOCKS:
        edge = -(-crop // block)
        blocks = random.integers(0, 256, (1, edge, edge, 3), dtype=np.uint8)
        yield np.ascontiguousarray(blocks.repeat(block, 1).repeat(block, 2)[:, :crop, :crop])
