"""EfficientNet-Lite0, the built-in model's network, under the key names of its published weights.

Source: M. Tan, Q. Le, EfficientNet (ICML 2019), and the Lite variants of the TensorFlow TPU models: no
squeeze-and-excitation, ReLU6, TensorFlow's "same" padding, BatchNorm epsilon 1e-3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from resnet_desktop.engine.layout import LITE_STAGES as STAGES

STEM, HEAD, EPSILON = 32, 1280, 1e-3


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow does: the odd pixel goes to the right and below."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, pictures: Tensor) -> Tensor:
        pads = []
        for length, kernel, stride in zip(
            pictures.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1], strict=True
        ):
            total = max((-(-int(length) // stride) - 1) * stride + kernel - int(length), 0)
            pads += [total // 2, total - total // 2]
        padded = functional.pad(pictures, pads)
        if self.groups > 1 and padded.device.type == "cpu" and torch.is_autocast_enabled("cpu"):
            # Torch has no fast depthwise gradient in bf16: a step of the whole network takes a fifth longer with it.
            with torch.autocast("cpu", enabled=False):
                return super().forward(padded.float())
        return super().forward(padded)


def norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=EPSILON)


class Block(nn.Module):
    """Inverted residual: expand, convolve depthwise, project; plus the input where the shapes agree."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expands = expansion > 1
        if self.expands:
            self._expand_conv, self._bn0 = SameConv(inputs, wide, 1), norm(wide)
        self._depthwise_conv, self._bn1 = SameConv(wide, wide, kernel, stride, groups=wide), norm(wide)
        self._project_conv, self._bn2 = SameConv(wide, outputs, 1), norm(outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, pictures: Tensor) -> Tensor:
        inner = functional.relu6(self._bn0(self._expand_conv(pictures))) if self.expands else pictures
        inner = functional.relu6(self._bn1(self._depthwise_conv(inner)))
        projected: Tensor = self._bn2(self._project_conv(inner))
        return projected + pictures if self.residual else projected


class EfficientNetLite0(nn.Module):
    """About 4.65 million parameters, 0.4 GFLOPs at 224 x 224."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self._conv_stem, self._bn0 = SameConv(3, STEM, 3, 2), norm(STEM)
        blocks, channels = [], STEM
        for repeats, kernel, stride, expansion, outputs in STAGES:
            for repeat in range(repeats):
                blocks.append(Block(channels, outputs, kernel, 1 if repeat else stride, expansion))
                channels = outputs
        self._blocks = nn.ModuleList(blocks)
        self._conv_head, self._bn1 = SameConv(channels, HEAD, 1), norm(HEAD)
        self._fc = nn.Linear(HEAD, classes)

    def features(self, pictures: Tensor) -> Tensor:
        """Normalised pictures [n, 3, h, w] to the last feature map [n, 1280, h / 32, w / 32]."""
        inner = functional.relu6(self._bn0(self._conv_stem(pictures)))
        for block in self._blocks:
            inner = block(inner)
        return functional.relu6(self._bn1(self._conv_head(inner)))

    @property
    def layers(self) -> nn.Module:
        """What has the names of the weights file."""
        return self

    @property
    def head(self) -> nn.Linear:
        return self._fc

    def load(self, state: dict[str, Tensor]) -> None:
        self.load_state_dict(state, strict=True)
