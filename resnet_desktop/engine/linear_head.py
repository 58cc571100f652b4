"""The last layer alone: a regularised softmax regression on embeddings, its strength chosen on the validation pictures.

The problem is convex, so L-BFGS finds its one solution; nothing is left to chance or to a learning rate.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.engine.presets import STRENGTHS

ITERATIONS = 100
SMALLEST_SPREAD = 1e-6  # of a feature that is the same for all pictures
RISES = 2  # in a row, of the loss on validation: what comes after them need not be tried


@dataclass(frozen=True)
class Head:
    """A last layer for embeddings as the network gives them."""

    weight: Tensor  # float32 [classes, features]
    bias: Tensor  # float32 [classes]


@dataclass(frozen=True)
class Fit:
    """One strength tried."""

    head: Head
    strength: float
    train_loss: float
    validation_loss: float
    validation_accuracy: float
    logits: Tensor  # float32 [validation pictures, classes]


@dataclass(frozen=True)
class Examples:
    """Embeddings float32 [n, features] and their classes int64 [n]."""

    embeddings: Tensor
    labels: Tensor


def fit_heads(
    train: Examples, validation: Examples, classes: int, token: CancelToken, balance: Tensor | None = None
) -> Iterator[Fit]:
    """A Fit for one strength after the other, until less only makes it worse. ``balance`` is what each class counts,
    float32 [classes]."""
    mean = train.embeddings.mean(0)
    spread = train.embeddings.std(0, correction=0)
    varying = spread[spread > SMALLEST_SPREAD]
    # A feature that hardly varies is not blown up: its huge weight would turn the smallest change of the layers below,
    # by learning on or by half the digits, into another answer. On the clothing pictures that cost a point.
    spread = spread.clamp_min(float(varying.mean()) if len(varying) else SMALLEST_SPREAD)
    features = (train.embeddings - mean) / spread
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    losses: list[float] = []
    for strength in STRENGTHS:
        if _only_worse(losses):
            return
        token.check()
        loss = _solve(features, train.labels, weight, bias, strength, balance)
        # Back to embeddings as they are, so that the network needs no scaling of its own.
        scaled = (weight / spread).detach()
        head = Head(scaled.clone(), (bias - scaled @ mean).detach().clone())
        logits = functional.linear(validation.embeddings, head.weight, head.bias)
        losses.append(float(functional.cross_entropy(logits, validation.labels, balance)))
        yield Fit(
            head,
            strength,
            loss,
            losses[-1],
            float((logits.argmax(1) == validation.labels).float().mean()),
            logits,
        )


def _only_worse(losses: list[float]) -> bool:
    """Whether the loss on validation has risen twice in a row: with ever less regularisation it goes on rising."""
    return len(losses) > RISES and all(earlier < later for earlier, later in itertools.pairwise(losses[-RISES - 1 :]))


def _solve(
    features: Tensor, labels: Tensor, weight: Tensor, bias: Tensor, strength: float, balance: Tensor | None
) -> float:
    """Minimise in place; returns the mean cross-entropy, without the penalty."""
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = functional.cross_entropy(functional.linear(features, weight, bias), labels, balance)
        total = loss + strength / 2 * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        return float(functional.cross_entropy(functional.linear(features, weight, bias), labels, balance))
