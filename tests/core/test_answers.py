"""From logits to ranked probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax

from resnet_desktop.core.answers import Answer, Prediction, rank


@given(arrays(np.float32, st.integers(2, 1000), elements=st.floats(-1e4, 1e4, width=32)), st.integers(1, 1200))
def test_rank_is_softmax_in_order(logits: np.ndarray, top: int) -> None:
    ranked = rank(logits, top)
    assert len(ranked) == min(top, len(logits))
    expected = softmax(logits.astype(np.float64))
    for item in ranked:
        assert item.probability == pytest.approx(expected[item.index], abs=1e-9)
    probabilities = [item.probability for item in ranked]
    assert probabilities == sorted(probabilities, reverse=True)
    assert probabilities[0] == pytest.approx(expected.max())
    assert len({item.index for item in ranked}) == len(ranked)


def test_equal_classes_come_in_their_own_order() -> None:
    assert [item.index for item in rank(np.array([1, 3, 3, 3], np.float32), 3)] == [1, 2, 3]


def test_the_numbers_are_pythons_own() -> None:
    """They go through JSON and across the pipe."""
    (item,) = rank(np.array([1, 2], np.float32), 1)
    assert (type(item.index), type(item.probability)) == (int, float)


def test_huge_logits_do_not_overflow() -> None:
    assert rank(np.array([3e38, -3e38], np.float32), 2) == (Prediction(0, 1.0), Prediction(1, 0.0))


def test_best_is_the_first() -> None:
    predictions = (Prediction(3, 0.6), Prediction(1, 0.4))
    assert Answer("any", predictions, 1.0).best == Prediction(3, 0.6)
