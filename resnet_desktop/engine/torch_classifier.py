"""The second implementation of Classifier: torch in the engine, for CUDA and MPS; on "cpu" it is the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import Outputs
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event
from resnet_desktop.core.openvino_runtime import NO_DEVICE
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.remote_classifier import RemoteOutputs, RemoteReady

if TYPE_CHECKING:
    from numpy.typing import NDArray


_DEVICES = {"cuda": "NVIDIA GPU", "mps": "Apple GPU", "cpu": "CPU"}


class TorchClassifier:
    """A network with its weights on a torch device, exact float32 arithmetic (no TF32)."""

    def __init__(self, spec: ModelSpec, weights: Path, device: str) -> None:
        self.spec = spec
        self.device = device
        _require(device)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        self._network = load_answering(spec, weights).to(device)

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:
        with torch.inference_mode():
            outputs = self._network(torch.from_numpy(np.array(pixels[None])).to(self.device))
        logits, embedding, feature_map = (output[0].cpu().numpy() for output in outputs)
        return Outputs(logits, embedding, feature_map)

    def class_weights(self) -> NDArray[np.float32]:
        weights: NDArray[np.float32] = self._network.network.head.weight.detach().cpu().numpy()
        return weights

    def close(self) -> None:
        del self._network
        if self.device == "cuda":
            torch.cuda.empty_cache()


def _require(device: str) -> None:
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not present[device]:
        raise ModelError(NO_DEVICE, device=_DEVICES[device])


def serve(spec: ModelSpec, weights: Path, device: str, inbox: Inbox) -> Iterator[Event]:
    """The child's job behind a RemoteClassifier: one RemoteOutputs for each array of pixels, in order."""
    classifier = TorchClassifier(spec, weights, device)
    yield RemoteReady(classifier.class_weights())
    for number, pixels in inbox.requests():
        yield RemoteOutputs(number, classifier.run(pixels))
