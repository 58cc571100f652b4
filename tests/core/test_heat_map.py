"""The class activation map, against the definition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import answer_picture
from resnet_desktop.core.heat_map import class_activation, heat_of
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.engine.open_classifier import open_classifier


def test_activation_is_the_weighted_sum_of_the_features() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(5, 3, 4)).astype(np.float32)
    weights = random.normal(size=5).astype(np.float32)
    activation = class_activation(features, weights)
    assert activation.shape == (3, 4)
    assert activation.dtype == np.float32
    for row in range(3):
        for column in range(4):
            expected = sum(float(weights[f]) * float(features[f, row, column]) for f in range(5))
            assert activation[row, column] == pytest.approx(expected, abs=1e-5)


def test_heat_keeps_what_speaks_for_the_class() -> None:
    heat = heat_of(np.array([[-4, 0], [2, 8]], np.float32))
    assert heat.tolist() == [[0, 0], [0.25, 1]]
    assert heat.dtype == np.float32


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_where_nothing_speaks_for_the_class_there_is_no_heat(value: float) -> None:
    assert heat_of(np.full((2, 2), value, np.float32)).tolist() == [[0, 0], [0, 0]]


def test_the_heat_of_a_tripod_is_where_the_tripod_is(built_in: ModelSpec, photos: Path) -> None:
    """In camera.png the man fills the left and the camera on its tripod stands right of the middle."""
    classifier = open_classifier(built_in)
    _answer, outputs = answer_picture(classifier, open_picture(photos / "camera.png"))
    tripod = int(outputs.logits.argmax())
    heat = heat_of(class_activation(outputs.feature_map, classifier.class_weights()[tripod]))
    classifier.close()
    assert heat.max() == 1.0
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    assert column >= 3
    assert heat[:, 4:].sum() > heat[:, :3].sum()
    assert 2 <= row <= 6
