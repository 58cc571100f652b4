"""Where a run is, and how that goes into a checkpoint and comes out of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import torch
from torch import Tensor

from resnet_desktop.engine.checkpoint import Checkpoint
from resnet_desktop.engine.learner import Judged, Learner, with_prefix


@dataclass
class Place:
    """How far a run is, and what it has seen."""

    epoch: int = 1
    batch: int = 0  # done in this epoch
    step: int = 0  # done in all
    loss_sum: float = 0.0  # over the pictures of this epoch
    seen: int = 0  # pictures of this epoch
    best_loss: float | None = None
    best_accuracy: float = 0.0
    lowest_loss: float | None = None  # of the epochs alone: patience is with the learning, not with its start
    lowest_epoch: int = 0
    retries: int = 0
    rate: float = 1.0  # what every learning rate is multiplied with
    part: int = 0  # pictures at once where memory does not suffice for a whole batch


@dataclass(frozen=True)
class Best:
    """The epoch that did best on the validation pictures so far."""

    state: dict[str, Tensor]  # under the names that weights files have
    judged: Judged


@dataclass
class Clock:
    """How fast it goes since this process took up the epoch."""

    began: float = field(default_factory=time.monotonic)
    seen: int = 0
    told: float = 0.0

    def speed(self) -> float:
        return self.seen / max(1e-9, time.monotonic() - self.began)


def packed(learner: Learner, place: Place, best: Best | None) -> Checkpoint:
    """Raises Diverged where there is nothing worth keeping."""
    place.part = learner.part
    tensors = learner.tensors()
    if best is not None:
        tensors |= {f"best.{name}": value for name, value in best.state.items()}
        tensors["judged.logits"] = best.judged.logits
        tensors["judged.indices"] = torch.tensor(best.judged.indices)
    tensors["rng"] = torch.get_rng_state()
    return Checkpoint(tensors, dict(vars(place)))


def unpacked(checkpoint: Checkpoint, learner: Learner) -> tuple[Place, Best | None]:
    """The learner as it was, and where."""
    tensors, place = checkpoint.tensors, Place(**checkpoint.state)
    learner.restore(tensors)
    learner.part = place.part
    torch.set_rng_state(tensors["rng"])
    if place.best_loss is None:
        return place, None
    indices = tuple(tensors["judged.indices"].tolist())
    judged = Judged(tensors["judged.logits"], indices, (), place.best_loss, place.best_accuracy)
    return place, Best(with_prefix(tensors, "best."), judged)
