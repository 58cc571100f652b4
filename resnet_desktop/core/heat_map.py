"""What the network looked at: the exact class activation map.

These networks end in average pooling and one linear layer, so the contribution of every place to a class's logit
is the feature map times the class's weights; its mean plus the bias is the logit itself.
Source: B. Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def class_activation(feature_map: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Contribution of each place to a class: [features, rows, columns] and [features] give [rows, columns]."""
    activation: NDArray[np.float32] = np.tensordot(weights, feature_map, axes=1).astype(np.float32)
    return activation


def heat_of(activation: NDArray[np.float32]) -> NDArray[np.float32]:
    """What speaks for the class, scaled to 0..1; all zeros where nothing does."""
    positive = np.maximum(activation, np.float32(0))
    peak = float(positive.max())
    return np.asarray(positive / peak if peak > 0 else positive, np.float32)
