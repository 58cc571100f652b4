"""The last layer alone, against scikit-learn's logistic regression."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch.nn import functional

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.engine.linear_head import Examples, Fit, fit_heads
from resnet_desktop.engine.presets import STRENGTHS

FEATURES = 12
# Both minimise the same convex function, each to its own idea of "near enough".
PROBABILITY, LOSS = 5e-3, 1e-3


def examples(count: int, classes: int, seed: int = 0) -> Examples:
    """Clouds that overlap, so that even the weakest regularisation has a finite solution near by."""
    dice = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    centres = np.random.default_rng(99).normal(0, 1, (classes, FEATURES))
    rows = centres[labels] + dice.normal(0, 2.5, (count, FEATURES))
    scales = np.geomspace(0.05, 20, FEATURES)  # as uneven as embeddings are
    return Examples(torch.from_numpy((rows * scales + 3).astype(np.float32)), torch.from_numpy(labels))


def fits_of(train: Examples, validation: Examples, classes: int) -> list[Fit]:
    return list(fit_heads(train, validation, classes, CancelToken()))


@pytest.mark.parametrize("classes", [2, 3])
def test_the_same_solution_as_scikit_learn(classes: int) -> None:
    """Ours: mean cross-entropy + strength / 2 |W|^2. Theirs: C * summed cross-entropy + |W|^2 / 2, so C is
    1 / (n * strength); of two classes they have one row w where we have w / 2 and -w / 2, whose squares are half."""
    train, validation = examples(240, classes), examples(60, classes, seed=1)
    scaler = StandardScaler().fit(train.embeddings.double().numpy())
    scaler.scale_ = np.maximum(scaler.scale_, scaler.scale_.mean())  # what hardly varies is not blown up
    rows = scaler.transform(train.embeddings.double().numpy())
    seen = torch.from_numpy(scaler.transform(validation.embeddings.double().numpy()))
    for fit in fits_of(train, validation, classes):
        c = (2 if classes == 2 else 1) / (240 * fit.strength)
        theirs = LogisticRegression(C=c, tol=1e-9, max_iter=10_000).fit(rows, train.labels.numpy())
        probabilities = torch.from_numpy(theirs.predict_proba(seen.numpy()))
        assert torch.allclose(fit.logits.double().softmax(1), probabilities, atol=PROBABILITY)
        loss = functional.nll_loss(probabilities.log(), validation.labels)
        assert fit.validation_loss == pytest.approx(float(loss), abs=LOSS)
        train_loss = functional.nll_loss(torch.from_numpy(theirs.predict_log_proba(rows)), train.labels)
        assert fit.train_loss == pytest.approx(float(train_loss), abs=LOSS)
        right = (probabilities.argmax(1) == validation.labels).double().mean()
        assert fit.validation_accuracy == pytest.approx(float(right), abs=0.02)


def test_weaker_strengths_come_closer_until_they_only_make_it_worse() -> None:
    fits = fits_of(examples(90, 3), examples(30, 3, seed=1), 3)
    assert tuple(fit.strength for fit in fits) == STRENGTHS[: len(fits)]
    seen = [fit.validation_loss for fit in fits]
    rises = [later > earlier for earlier, later in itertools.pairwise(seen)]
    assert not any(all(rises[at : at + 2]) for at in range(len(rises) - 2)), "it went on after two rises in a row"
    assert len(fits) == len(STRENGTHS) or rises[-2:] == [True, True]
    losses = [fit.train_loss for fit in fits]
    assert losses == sorted(losses, reverse=True)
    assert len({fit.head.weight.data_ptr() for fit in fits}) == len(fits), "each keeps a head of its own"


def test_every_strength_is_tried_while_that_helps() -> None:
    """The validation pictures are those it learns from: less regularisation is always better."""
    train = examples(90, 3)
    assert tuple(fit.strength for fit in fits_of(train, train, 3)) == STRENGTHS


def test_the_head_takes_embeddings_as_the_network_gives_them() -> None:
    validation = examples(30, 3, seed=1)
    for fit in fits_of(examples(90, 3), validation, 3):
        assert (fit.head.weight.shape, fit.head.bias.shape) == ((3, FEATURES), (3,))
        logits = functional.linear(validation.embeddings, fit.head.weight, fit.head.bias)
        assert torch.equal(logits, fit.logits)


def test_features_that_never_change_say_nothing() -> None:
    """A dead channel: the same fit as without it, and no number that is none."""
    train, validation = examples(90, 3), examples(30, 3, seed=1)

    def with_constants(these: Examples) -> Examples:
        constants = torch.tensor([0.0, 7.5, -1e4]).expand(len(these.labels), 3)
        return Examples(torch.cat([these.embeddings, constants], 1), these.labels)

    with_them = fits_of(with_constants(train), with_constants(validation), 3)
    for fit, plain in zip(with_them, fits_of(train, validation, 3), strict=True):
        assert torch.isfinite(fit.head.weight).all()
        assert torch.allclose(fit.logits.softmax(1), plain.logits.softmax(1), atol=PROBABILITY)


def test_a_constant_feature_that_is_another_on_validation_changes_little() -> None:
    train, validation = examples(90, 3), examples(30, 3, seed=1)
    constant = Examples(torch.cat([train.embeddings, torch.zeros(90, 1)], 1), train.labels)
    other = Examples(torch.cat([validation.embeddings, torch.full((30, 1), 0.01)], 1), validation.labels)
    for fit, plain in zip(fits_of(constant, other, 3), fits_of(train, validation, 3), strict=True):
        assert torch.allclose(fit.logits.softmax(1), plain.logits.softmax(1), atol=PROBABILITY)


def test_a_class_without_a_picture_to_learn_from() -> None:
    """May be after pictures were lost: it is never the answer, and nothing breaks."""
    for fit in fits_of(examples(90, 2), examples(30, 2, seed=1), 3):
        assert torch.isfinite(fit.logits).all()
        assert 2 not in fit.logits.argmax(1).tolist()


def test_cancel_stops_between_two_strengths() -> None:
    token = CancelToken()
    fits = fit_heads(examples(90, 3), examples(30, 3), 3, token)
    next(fits)
    token.cancel()
    with pytest.raises(Cancelled):
        next(fits)
