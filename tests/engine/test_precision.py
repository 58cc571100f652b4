"""Exact and fast against torch, on a hundred photographs of a hundred classes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import Mode
from resnet_desktop.core.devices import has_fast_arithmetic
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.open_classifier import open_classifier
from resnet_desktop.engine.torch_classifier import TorchClassifier
from tests.conftest import SHARED
from tests.engine.stored import crops_of

pytestmark = pytest.mark.shared


@pytest.fixture
def crops(built_in: ModelSpec) -> NDArray[np.uint8]:
    paths = sorted((SHARED / "imagenet-samples").iterdir())
    assert len(paths) == 100
    return crops_of(built_in, paths)


# Fast: 98 on a processor with AMX, 95 on one that has bf16 in AVX-512 only.
@pytest.mark.parametrize(("mode", "least"), [("one", 100), ("many", 100), ("fast", 94)])
def test_the_best_class_is_torchs(mode: Mode, least: int, built_in: ModelSpec, crops: NDArray[np.uint8]) -> None:
    if mode == "fast" and not has_fast_arithmetic():
        pytest.skip("this processor has no bf16 arithmetic")
    torch = TorchClassifier(built_in, find_weights(built_in).path, "cpu")
    ours = open_classifier(built_in, "cpu", mode)
    same = [torch.run(pixels).logits.argmax() == ours.run(pixels).logits.argmax() for pixels in crops]
    ours.close()
    torch.close()
    assert sum(same) >= least
