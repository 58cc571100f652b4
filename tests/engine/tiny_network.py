"""A network of the built-in model's shape with a hundredth of its weights: learns and is kept in no time."""

from __future__ import annotations

import pytest

from resnet_desktop.core.training import TrainingJob
from resnet_desktop.engine import efficientnet_lite, learner
from resnet_desktop.engine.efficientnet_lite import EfficientNetLite0

CHANNELS, HEAD = 8, 32


def tiny_network(job: TrainingJob) -> EfficientNetLite0:
    """Stands for engine.finish.start_network: random weights, which follow from the seed alone."""
    stages = tuple((*stage[:4], CHANNELS) for stage in efficientnet_lite.STAGES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(efficientnet_lite, "STAGES", stages)
        patch.setattr(efficientnet_lite, "STEM", CHANNELS)
        patch.setattr(efficientnet_lite, "HEAD", HEAD)
        return EfficientNetLite0(len(job.classes))


def use_tiny_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Learner from now on has one."""
    monkeypatch.setattr(learner, "start_network", tiny_network)
