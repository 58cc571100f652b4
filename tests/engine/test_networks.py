"""The architectures: every figure of the catalog that a network can be asked for."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torchvision.models import resnet

from resnet_desktop.core.catalog import ModelSpec, find_model, official_models
from resnet_desktop.core.errors import ModelError
from resnet_desktop.engine.networks import Answering, build_network

OFFICIAL = [spec for spec in official_models() if spec.kind == "official"]


@pytest.mark.parametrize("spec", official_models(), ids=lambda spec: spec.key)
def test_parameter_counts_are_those_of_the_catalog(spec: ModelSpec) -> None:
    with torch.device("meta"):
        network = build_network(spec)
    assert sum(parameter.numel() for parameter in network.parameters()) == spec.parameters


@pytest.mark.parametrize("spec", OFFICIAL, ids=lambda spec: spec.key)
def test_resnets_are_torchvisions_own(spec: ModelSpec) -> None:
    """The official files fit, key by key."""
    with torch.device("meta"):
        ours = build_network(spec)
        theirs = getattr(resnet, spec.architecture)()
    assert {name: value.shape for name, value in ours.network.state_dict().items()} == {
        name: value.shape for name, value in theirs.state_dict().items()
    }


@pytest.mark.parametrize("classes", [2, 7])
@pytest.mark.parametrize("key", ["built-in", "resnet18", "resnet50"])
def test_a_network_has_as_many_outputs_as_the_model_has_classes(key: str, classes: int) -> None:
    spec = dataclasses.replace(find_model(key), classes=tuple(f"class {index}" for index in range(classes)))
    with torch.device("meta"):
        network = Answering(build_network(spec), spec)
        logits, embedding, feature_map = network(torch.zeros(2, 96, 64, 3, dtype=torch.uint8))
    features = network.network.head.in_features
    assert logits.shape == (2, classes)
    assert embedding.shape == (2, features)
    assert feature_map.shape == (2, features, 3, 2)


def test_answers_are_torchvisions_on_the_same_pixels() -> None:
    """Normalisation inside, feature map handed out, and still the logits of the original forward."""
    spec = find_model("resnet18")
    torch.manual_seed(0)
    network = Answering(build_network(spec), spec).eval()
    pixels = torch.randint(0, 256, (2, 224, 224, 3), dtype=torch.uint8)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (spec.preprocess.mean, spec.preprocess.std))
    with torch.inference_mode():
        expected = network.network.network((pixels.permute(0, 3, 1, 2) / 255 - mean) / std)  # type: ignore[union-attr]
        assert torch.allclose(network(pixels)[0], expected, atol=1e-5)


def test_an_unknown_architecture_is_a_sentence() -> None:
    with pytest.raises(ModelError, match="does not know the architecture “alexnet”"):
        build_network(dataclasses.replace(find_model("resnet18"), architecture="alexnet"))
