"""What a class counts in the loss, where rare ones are to count as much as frequent ones."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from resnet_desktop.core.training import TrainingJob


def balance_of(job: TrainingJob) -> Tensor | None:
    """Float32 [classes] for the ``weight`` of a cross-entropy; None where every picture counts the same."""
    labels = [picture.label for picture in job.train]
    return weights_of(labels, len(job.classes)) if job.config.class_weights else None


def weights_of(labels: Sequence[int], classes: int) -> Tensor:
    """The inverse of each class's share, 1 for all where they are as many; a class without a picture has none."""
    counts = torch.bincount(torch.tensor(labels, dtype=torch.int64), minlength=classes).float()
    return torch.where(counts > 0, len(labels) / (classes * counts.clamp(min=1)), torch.zeros(()))


def share_of(part: Tensor, whole: Tensor, weights: Tensor | None) -> float:
    """What a part of a batch has in its mean loss: labels int64 [n] of both."""
    if weights is None:
        return len(part) / len(whole)
    return float(weights[part].sum() / weights[whole].sum())
