"""OpenVINO, torch, and torch in the child must give one and the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_desktop.core import paths
from resnet_desktop.core.answers import rank
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.classifier import Classifier, OpenVinoClassifier, Outputs
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.openvino_runtime import openvino_core
from resnet_desktop.core.prepared import prepared_folder, workspace
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.convert import prepare_model
from resnet_desktop.engine.open_classifier import open_classifier
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.remote_classifier import RemoteClassifier
from resnet_desktop.engine.torch_classifier import TorchClassifier
from tests.engine.stored import crops_of, store_model

TOLERANCE = 0.01  # between probabilities
PHOTOS = (
    *("astronaut.png", "camera.png", "chelsea.png", "coffee.png", "coins.png", "grass.png", "ihc.png"),
    *("hubble_deep_field.jpg", "motorcycle_left.png", "retina.jpg", "rocket.jpg"),
)
LARGE, FEW = ("resnet101", "resnet152"), 6
RESNETS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
FEATURES = {"resnet18": 512, "resnet34": 512, "efficientnet_lite0": 1280}
# Starting torch in a child takes seconds, so the child is asked for these only.
REMOTE = ("built-in", "resnet18-3", "resnet50-1000")


@dataclass(frozen=True)
class Ready:
    """One model, and what it is asked."""

    spec: ModelSpec
    weights: Path
    pixels: NDArray[np.uint8]
    openvino: Classifier
    torch: TorchClassifier
    ours: list[Outputs]  # OpenVINO's
    theirs: list[Outputs]  # torch's


@pytest.fixture(scope="module", params=["built-in", *(f"{name}-{count}" for name in RESNETS for count in (3, 1000))])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Iterator[Ready]:
    """A prepared model open in both implementations."""
    key: str = request.param
    files = [photos / name for name in PHOTOS][: FEW if key.startswith(LARGE) else None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("parity")))
        openvino_core.cache_clear()
        spec = find_model("built-in")
        if key != "built-in":
            architecture, count = key.split("-")
            pixels = crops_of(find_model(architecture), files)
            spec = store_model(key, architecture, int(count), pixels)
        weights = find_weights(spec)
        folder = prepared_folder(spec, weights.sha256)
        with workspace(spec, folder) as temporary:
            list(prepare_model(spec, weights.path, folder, temporary, Inbox()))
        openvino = OpenVinoClassifier(spec, folder)
        torch = TorchClassifier(spec, weights.path, "cpu")
        crops = crops_of(spec, files)
        ours, theirs = ([classifier.run(pixels) for pixels in crops] for classifier in (openvino, torch))
        yield Ready(spec, weights.path, crops, openvino, torch, ours, theirs)
        openvino.close()
        torch.close()


def probabilities(outputs: Outputs) -> NDArray[np.float64]:
    by_index = sorted(rank(outputs.logits, len(outputs.logits)), key=lambda item: item.index)
    return np.array([item.probability for item in by_index])


def assert_agree(ours: list[Outputs], theirs: list[Outputs]) -> None:
    winners = set()
    for one, other in zip(ours, theirs, strict=True):
        assert np.abs(probabilities(one) - probabilities(other)).max() <= TOLERANCE
        assert one.logits.argmax() == other.logits.argmax()
        winners.add(int(one.logits.argmax()))
        assert np.abs(one.embedding - other.embedding).max() <= 0.02 * np.abs(other.embedding).max()
        assert np.abs(one.feature_map - other.feature_map).max() <= 0.05 * np.abs(other.feature_map).max()
    assert len(winners) > 1, "the pictures must differ for the network, or nothing is compared"


def test_openvino_and_torch_agree_on_every_photograph(ready: Ready) -> None:
    assert max(probabilities(outputs).max() for outputs in ready.theirs) > 0.4
    assert_agree(ready.ours, ready.theirs)


@pytest.mark.parametrize("ready", REMOTE, indirect=True)
def test_torch_in_the_child_agrees(ready: Ready) -> None:
    remote = RemoteClassifier(ready.spec, ready.weights, "cpu")
    try:
        answers = [remote.run(pixels) for pixels in ready.pixels]
        for answer, theirs in zip(answers, ready.theirs, strict=True):
            assert np.allclose(answer.logits, theirs.logits, rtol=1e-4, atol=1e-4)
        assert_agree(ready.ours, answers)
        assert np.array_equal(remote.class_weights(), ready.torch.class_weights())
    finally:
        remote.close()


@pytest.mark.gpu
def test_cuda_agrees(ready: Ready) -> None:
    classifier = open_classifier(ready.spec, "cuda")
    try:
        assert classifier.device == "cuda"
        assert_agree(ready.ours, [classifier.run(pixels) for pixels in ready.pixels])
    finally:
        classifier.close()


def test_shapes_and_types(ready: Ready) -> None:
    classes = len(labels_of(ready.spec))
    features = FEATURES.get(ready.spec.architecture, 2048)
    for classifier in (ready.openvino, ready.torch):
        outputs = classifier.run(ready.pixels[0])
        assert outputs.logits.shape == (classes,)
        assert outputs.embedding.shape == (features,)
        assert outputs.feature_map.shape == (features, 7, 7)
        assert classifier.class_weights().shape == (classes, features)
        for array in (outputs.logits, outputs.embedding, outputs.feature_map, classifier.class_weights()):
            assert array.dtype == np.float32
            assert np.isfinite(array).all()


def test_one_pass_gives_logits_embedding_and_heat_map(ready: Ready) -> None:
    """The embedding is the mean of the feature map; a class's activation map averages to its logit less the bias."""
    bias = ready.torch._network.network.head.bias.detach().numpy()
    for classifier, answers in ((ready.openvino, ready.ours), (ready.torch, ready.theirs)):
        weights = classifier.class_weights()
        for outputs in answers:
            assert np.allclose(outputs.embedding, outputs.feature_map.mean(axis=(1, 2)), rtol=1e-3, atol=1e-4)
            activation = np.tensordot(weights, outputs.feature_map, axes=1)
            scale = max(1.0, float(np.abs(outputs.logits).max()))
            assert np.abs(activation.mean(axis=(1, 2)) + bias - outputs.logits).max() <= 0.01 * scale


def test_outputs_stay_what_they_were(ready: Ready) -> None:
    """The next picture must not write into the memory of the last one's outputs."""
    for classifier in (ready.openvino, ready.torch):
        first = classifier.run(ready.pixels[0])
        kept = first.logits.copy(), first.embedding.copy(), first.feature_map.copy()
        classifier.run(ready.pixels[1])
        for was, now in zip(kept, (first.logits, first.embedding, first.feature_map), strict=True):
            assert np.array_equal(was, now)


def test_a_device_that_is_not_there_is_one_sentence(home: Path) -> None:
    spec = find_model("built-in")
    import torch

    if torch.backends.mps.is_available():
        pytest.skip("this machine has the device")
    with pytest.raises(ModelError) as caught:
        TorchClassifier(spec, find_weights(spec).path, "mps")
    assert str(caught.value) == "This computer has no Apple GPU that can be used. Choose the processor."
