"""The six networks as plain data: which convolutions follow each other, under which names. No torch.

Source: K. He et al., Deep Residual Learning (CVPR 2016), with the stride in the 3 x 3 convolution as torchvision has
it, and EfficientNet-Lite0 as in ``efficientnet_lite``. A test holds names and shapes against torch's own modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LITE = "efficientnet_lite0"
# Blocks a stage, and whether they are bottlenecks.
RESNETS = {
    "resnet18": ((2, 2, 2, 2), False),
    "resnet34": ((3, 4, 6, 3), False),
    "resnet50": ((3, 4, 6, 3), True),
    "resnet101": ((3, 4, 23, 3), True),
    "resnet152": ((3, 8, 36, 3), True),
}
ARCHITECTURES = (*RESNETS, LITE)
# Repeats, kernel, stride of the first block, expansion, output channels.
LITE_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
COUNTER = "num_batches_tracked"  # of BatchNorm; files from before PyTorch 0.4.1 have none


@dataclass(frozen=True)
class Conv:
    """A convolution without bias and the BatchNorm behind it."""

    name: str
    norm: str
    inputs: int
    outputs: int
    kernel: int
    stride: int = 1
    depthwise: bool = False

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return self.outputs, 1 if self.depthwise else self.inputs, self.kernel, self.kernel


@dataclass(frozen=True)
class Block:
    """Convolutions one after the other, and what is added to the last one: the block's input, as it is or convolved."""

    convs: tuple[Conv, ...]
    shortcut: Conv | None = None
    adds_input: bool = True


@dataclass(frozen=True)
class Layout:
    """A whole network. ``same``: TensorFlow's padding, ReLU6, and none after a block; else torch's padding and ReLU."""

    stem: Conv
    blocks: tuple[Block, ...]
    last: Conv | None
    head: str
    features: int
    epsilon: float
    same: bool

    def convs(self) -> Iterator[Conv]:
        yield self.stem
        for block in self.blocks:
            yield from block.convs
            if block.shortcut is not None:
                yield block.shortcut
        if self.last is not None:
            yield self.last

    def shapes(self, classes: int) -> dict[str, tuple[int, ...]]:
        """Every name in a state dict of this network, with its shape."""
        found: dict[str, tuple[int, ...]] = {}
        for conv in self.convs():
            found[f"{conv.name}.weight"] = conv.shape
            for part in ("weight", "bias", "running_mean", "running_var"):
                found[f"{conv.norm}.{part}"] = (conv.outputs,)
            found[f"{conv.norm}.{COUNTER}"] = ()
        found[f"{self.head}.weight"], found[f"{self.head}.bias"] = (classes, self.features), (classes,)
        return found


def layout_of(architecture: str) -> Layout:
    """KeyError for an architecture that is none of ours."""
    return _lite() if architecture == LITE else _resnet(*RESNETS[architecture])


def _resnet(stages: tuple[int, ...], bottleneck: bool) -> Layout:
    blocks, inputs = [], 64
    for stage, count in enumerate(stages):
        width = 64 << stage
        outputs = 4 * width if bottleneck else width
        for number in range(count):
            stride = 2 if stage and not number else 1
            name = f"layer{stage + 1}.{number}"
            steps = [(1, width, 1), (3, width, stride), (1, outputs, 1)] if bottleneck else None
            convs = _chain(name, inputs, steps or [(3, width, stride), (3, outputs, 1)])
            shortcut = None
            if stride > 1 or inputs != outputs:
                shortcut = Conv(f"{name}.downsample.0", f"{name}.downsample.1", inputs, outputs, 1, stride)
            blocks.append(Block(convs, shortcut))
            inputs = outputs
    return Layout(Conv("conv1", "bn1", 3, 64, 7, 2), tuple(blocks), None, "fc", inputs, 1e-5, same=False)


def _chain(name: str, inputs: int, steps: list[tuple[int, int, int]]) -> tuple[Conv, ...]:
    """Kernel, outputs and stride of convolutions that follow each other."""
    convs = []
    for number, (kernel, outputs, stride) in enumerate(steps, start=1):
        convs.append(Conv(f"{name}.conv{number}", f"{name}.bn{number}", inputs, outputs, kernel, stride))
        inputs = outputs
    return tuple(convs)


def _lite() -> Layout:
    blocks: list[Block] = []
    inputs = 32
    for repeats, kernel, first, expansion, outputs in LITE_STAGES:
        for repeat in range(repeats):
            stride, wide, name = 1 if repeat else first, inputs * expansion, f"_blocks.{len(blocks)}"
            expand = [Conv(f"{name}._expand_conv", f"{name}._bn0", inputs, wide, 1)] if expansion > 1 else []
            depthwise = Conv(f"{name}._depthwise_conv", f"{name}._bn1", wide, wide, kernel, stride, depthwise=True)
            project = Conv(f"{name}._project_conv", f"{name}._bn2", wide, outputs, 1)
            adds = stride == 1 and inputs == outputs
            blocks.append(Block((*expand, depthwise, project), adds_input=adds))
            inputs = outputs
    stem = Conv("_conv_stem", "_bn0", 3, 32, 3, 2)
    return Layout(stem, tuple(blocks), Conv("_conv_head", "_bn1", inputs, 1280, 1), "_fc", 1280, 1e-3, same=True)
