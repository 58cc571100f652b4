"""The stages of a network, from the last layer down, and which of them learn."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from resnet_desktop.engine.efficientnet_lite import EfficientNetLite0
from resnet_desktop.engine.networks import ResNet
from resnet_desktop.engine.presets import Part

LAST_BLOCKS = 5  # of EfficientNet-Lite0: its last two stages


def all_stages(network: nn.Module) -> list[list[nn.Module]]:
    """The last layer first, then what lies below it, stage by stage."""
    if isinstance(network, ResNet):
        net = network.network
        return [[net.fc], [net.layer4], [net.layer3], [net.layer2], [net.layer1, net.conv1, net.bn1]]
    if isinstance(network, EfficientNetLite0):
        blocks = list(network._blocks)  # noqa: SLF001 - the key names of its published weights
        upper, middle, lower = blocks[-LAST_BLOCKS:], blocks[5:-LAST_BLOCKS], blocks[:5]
        top: list[nn.Module] = [network._conv_head, network._bn1, *upper]  # noqa: SLF001
        bottom: list[nn.Module] = [network._conv_stem, network._bn0, *lower]  # noqa: SLF001
        return [[network.head], top, list(middle), bottom]
    raise TypeError(type(network).__name__)


def stages_of(network: nn.Module, part: Part) -> list[list[nn.Module]]:
    """The stages that learn; all others are frozen."""
    stages = all_stages(network)
    chosen = stages[:2] if part == "last-stage" else stages
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for stage in chosen:
        for module in stage:
            module.requires_grad_(True)
    return chosen


def train_mode(network: nn.Module, *, fixed_statistics: bool) -> None:
    """Training mode; with ``fixed_statistics`` every BatchNorm goes on with the means and variances that it has.

    A last layer that was fitted to embeddings made with these knows no others: with those of a batch, the loss of the
    first step was 20 times that of the start.
    """
    network.train()
    if fixed_statistics:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


def groups_of(stage: list[nn.Module]) -> Iterator[tuple[list[nn.Parameter], bool]]:
    """The parameters of a stage, and whether they are drawn to zero: offsets and scales are not."""
    parameters = [parameter for module in stage for parameter in module.parameters()]
    yield [parameter for parameter in parameters if parameter.ndim > 1], True
    if flat := [parameter for parameter in parameters if parameter.ndim <= 1]:
        yield flat, False
