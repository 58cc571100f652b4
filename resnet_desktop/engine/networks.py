"""build_network: the architectures that the catalog names, as torch modules with random weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torchvision.models import resnet

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.labels import labels_of
from resnet_desktop.engine import layout
from resnet_desktop.engine.efficientnet_lite import EfficientNetLite0

UNKNOWN = QT_TRANSLATE_NOOP("Sentences", "This program does not know the architecture “{architecture}”.")
RESNETS = tuple(layout.RESNETS)


class ResNet(nn.Module):
    """A torchvision ResNet that hands out its feature map, under the names of the official weights."""

    def __init__(self, architecture: str, classes: int) -> None:
        super().__init__()
        self.network: resnet.ResNet = getattr(resnet, architecture)(num_classes=classes)

    def features(self, pictures: Tensor) -> Tensor:
        """Normalised pictures [n, 3, h, w] to the last feature map [n, features, h / 32, w / 32]."""
        net = self.network
        stem = net.maxpool(net.relu(net.bn1(net.conv1(pictures))))
        feature_map: Tensor = net.layer4(net.layer3(net.layer2(net.layer1(stem))))
        return feature_map

    @property
    def layers(self) -> nn.Module:
        """What has the names of the weights file."""
        layers: nn.Module = self.network
        return layers

    @property
    def head(self) -> nn.Linear:
        head: nn.Linear = self.network.fc
        return head

    def load(self, state: dict[str, Tensor]) -> None:
        self.network.load_state_dict(state, strict=True)


class Answering(nn.Module):
    """A network as the program uses it: uint8 pictures in, logits, embedding and feature map out.

    Normalisation is inside, so OpenVINO and torch cannot differ in it.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, network: ResNet | EfficientNetLite0, spec: ModelSpec) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(spec.preprocess.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(spec.preprocess.std).view(1, 3, 1, 1))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``pixels`` uint8 [n, crop, crop, 3] to ([n, classes], [n, features], [n, features, rows, columns])."""
        pictures = (pixels.permute(0, 3, 1, 2).float() / 255 - self.mean) / self.std
        feature_map = self.network.features(pictures)
        embedding = feature_map.mean(dim=(2, 3))
        return self.network.head(embedding), embedding, feature_map


def build_network(spec: ModelSpec) -> ResNet | EfficientNetLite0:
    """The architecture of ``spec`` with as many outputs as it has classes; ModelError for an unknown one."""
    classes = len(labels_of(spec))
    if spec.architecture in RESNETS:
        return ResNet(spec.architecture, classes)
    if spec.architecture == "efficientnet_lite0":
        return EfficientNetLite0(classes)
    raise ModelError(UNKNOWN, architecture=spec.architecture)


def build_layers(architecture: str, classes: int) -> nn.Module:
    """The bare layers of a known architecture, whose state dict has the names that weights files have."""
    if architecture in RESNETS:
        layers: nn.Module = getattr(resnet, architecture)(num_classes=classes)
        return layers
    return EfficientNetLite0(classes)
