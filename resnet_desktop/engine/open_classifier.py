"""Which implementation answers on which device. Parent side: nothing here imports torch."""

from __future__ import annotations

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import Classifier, Mode, OpenVinoClassifier
from resnet_desktop.core.prepared import prepared_folder
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.remote_classifier import RemoteClassifier

TORCH_DEVICES = frozenset({"cuda", "mps"})


def needs_preparing(device: str) -> bool:
    """Torch's devices read the weights themselves."""
    return device not in TORCH_DEVICES


def open_classifier(spec: ModelSpec, device: str = "auto", mode: Mode = "one") -> Classifier:
    """The classifier of a ready model; raises ModelError for missing weights or a device that is not there."""
    weights = find_weights(spec)
    if device in TORCH_DEVICES:
        return RemoteClassifier(spec, weights.path, device)
    return OpenVinoClassifier(spec, prepared_folder(spec, weights.sha256), device, mode)
