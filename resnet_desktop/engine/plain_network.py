"""A network out of its weights without torch, operation by operation, as an openvino.Model with three outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.openvino_runtime import import_openvino
from resnet_desktop.engine.layout import Block, Conv, Layout, layout_of

State = dict[str, NDArray[np.float32]]
OUTPUTS = ("logits", "embedding", "feature_map")


def build_model(spec: ModelSpec, state: State) -> Any:
    """uint8 pictures [1, crop, crop, 3] to logits [1, classes], embedding and feature map, normalised inside.

    ``state`` has exactly the names and shapes of the architecture, float32.
    """
    return _Builder(layout_of(spec.architecture), state).model(spec)


class _Builder:
    def __init__(self, layout: Layout, state: State) -> None:
        self._openvino = import_openvino()
        self._ops, self._layout, self._state = self._openvino.opset13, layout, state

    def model(self, spec: ModelSpec) -> Any:
        ops, crop = self._ops, spec.preprocess.crop
        pixels = ops.parameter([1, crop, crop, 3], np.uint8, "pixels")
        feature_map = self._features(self._normalised(pixels, spec))
        embedding = ops.reduce_mean(feature_map, np.array([2, 3]), keep_dims=False)
        head = self._layout.head
        product = ops.matmul(embedding, self._state[f"{head}.weight"], transpose_a=False, transpose_b=True)
        logits = ops.add(product, self._state[f"{head}.bias"][None])
        model = self._openvino.Model([logits, embedding, feature_map], [pixels], spec.architecture)
        for output, name in zip(model.outputs, OUTPUTS, strict=True):
            output.get_tensor().set_names({name})
        return model

    def _normalised(self, pixels: Any, spec: ModelSpec) -> Any:
        ops = self._ops
        pictures = ops.convert(ops.transpose(pixels, np.array([0, 3, 1, 2])), np.float32)
        mean, std = (
            np.array(each, np.float32).reshape(1, 3, 1, 1) for each in (spec.preprocess.mean, spec.preprocess.std)
        )
        return ops.divide(ops.subtract(ops.divide(pictures, np.float32(255)), mean), std)

    def _features(self, pictures: Any) -> Any:
        layout = self._layout
        found = self._active(self._conv(pictures, layout.stem))
        if not layout.same:
            found = self._ops.max_pool(found, [2, 2], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)
        for block in layout.blocks:
            found = self._block(found, block)
        return found if layout.last is None else self._active(self._conv(found, layout.last))

    def _block(self, inputs: Any, block: Block) -> Any:
        found = inputs
        for conv in block.convs[:-1]:
            found = self._active(self._conv(found, conv))
        found = self._conv(found, block.convs[-1])
        if block.adds_input:
            found = self._ops.add(found, inputs if block.shortcut is None else self._conv(inputs, block.shortcut))
        return found if self._layout.same else self._active(found)

    def _conv(self, inputs: Any, conv: Conv) -> Any:
        """The convolution with its BatchNorm inside: scaled weights, and one addition."""
        ops, state, norm = self._ops, self._state, conv.norm
        scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + np.float32(self._layout.epsilon))
        weights = state[f"{conv.name}.weight"] * scale[:, None, None, None]
        bias = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale
        strides, pads = [conv.stride] * 2, [0 if self._layout.same else conv.kernel // 2] * 2
        padding = "same_upper" if self._layout.same else "explicit"
        if conv.depthwise:
            found = ops.group_convolution(inputs, weights[:, None], strides, pads, pads, [1, 1], padding)
        else:
            found = ops.convolution(inputs, weights, strides, pads, pads, [1, 1], padding)
        return ops.add(found, bias.reshape(1, -1, 1, 1))

    def _active(self, inputs: Any) -> Any:
        return self._ops.clamp(inputs, 0.0, 6.0) if self._layout.same else self._ops.relu(inputs)
