"""The figures of a report, against scikit-learn, published values and the plain definition."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from resnet_desktop.core.report import BINS, make_report, report_json, wilson

Scores = NDArray[np.float64]


def paths(count: int) -> list[Path]:
    return [Path(f"{number}.png") for number in range(count)]


def names(count: int) -> list[str]:
    return [f"class {number}" for number in range(count)]


@st.composite
def evaluations(draw: st.DrawFn) -> tuple[list[int], Scores]:
    """Truths and probabilities; with few pictures and up to 8 classes, many classes never occur."""
    classes, count = draw(st.integers(2, 8)), draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    known = random.choice(classes, size=draw(st.integers(1, classes)), replace=False)
    truths = random.choice(known, size=count)
    scores = random.dirichlet(np.full(classes, draw(st.sampled_from([0.1, 1.0, 10.0]))), size=count)
    return [int(truth) for truth in truths], scores


@given(evaluations())
def test_the_figures_are_those_of_scikit_learn(evaluation: tuple[list[int], Scores]) -> None:
    truths, scores = evaluation
    classes = names(scores.shape[1])
    report = make_report(classes, truths, scores, paths(len(truths)))
    predicted = scores.argmax(axis=1)
    labels = range(len(classes))
    assert report.count == len(truths)
    assert report.accuracy == pytest.approx(accuracy_score(truths, predicted))
    assert report.low <= report.accuracy <= report.high
    assert np.array_equal(report.confusion, confusion_matrix(truths, predicted, labels=labels))
    oracle = precision_recall_fscore_support(truths, predicted, labels=labels, zero_division=0)
    told = [(score.precision, score.recall, score.f1, score.count) for score in report.per_class]
    np.testing.assert_allclose(told, np.transpose(oracle))
    assert [score.label for score in report.per_class] == classes
    assert report.macro_f1 == pytest.approx(f1_score(truths, predicted, average="macro", zero_division=0))


@given(evaluations())
def test_calibration_error_is_its_definition(evaluation: tuple[list[int], Scores]) -> None:
    truths, scores = evaluation
    report = make_report(names(scores.shape[1]), truths, scores, paths(len(truths)))
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for truth, row in zip(truths, scores, strict=True):
        place = next(place for place in range(BINS) if row.max() <= (place + 1) / BINS or place == BINS - 1)
        bins[place].append((float(row.max()), bool(row.argmax() == truth)))
    error = 0.0
    for content in filter(None, bins):
        confidence = sum(probability for probability, _right in content) / len(content)
        accuracy = sum(right for _probability, right in content) / len(content)
        error += len(content) / len(truths) * abs(confidence - accuracy)
    assert report.calibration_error == pytest.approx(error)


def test_calibration_of_the_sure_and_of_the_unsure() -> None:
    sure = np.array([[1.0, 0.0]] * 10)
    assert make_report(names(2), [0] * 10, sure, paths(10)).calibration_error == 0.0
    assert make_report(names(2), [1] * 10, sure, paths(10)).calibration_error == 1.0
    assert make_report(names(2), [0] * 5 + [1] * 5, sure, paths(10)).calibration_error == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [  # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 1 - 0.1611, 1.0),
    ],
)
def test_wilson(successes: int, count: int, low: float, high: float) -> None:
    assert wilson(successes, count) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 10**9).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_wilson_stays_around_the_share(of: tuple[int, int]) -> None:
    successes, count = of
    low, high = wilson(successes, count)
    assert 0 <= low <= successes / count <= high <= 1
    assert low < high
    assert wilson(count - successes, count) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("successes", "count"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_of_what_cannot_be(successes: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"{successes} of {count}"):
        wilson(successes, count)


def test_the_worst_picture_is_first() -> None:
    scores = np.array([[0.6, 0.4, 0.0], [0.1, 0.9, 0.0], [0.2, 0.1, 0.7], [0.7, 0.2, 0.1]])
    report = make_report(names(3), [1, 0, 2, 1], scores, paths(4))
    told = [(item.path.name, item.truth, item.prediction) for item in report.wrong]
    assert told == [("1.png", 0, 1), ("3.png", 1, 0), ("0.png", 1, 0)]
    assert [(item.probability, item.truth_probability) for item in report.wrong] == [(0.9, 0.1), (0.7, 0.2), (0.6, 0.4)]


def test_single_precision_and_a_tie() -> None:
    """The first of equals is the prediction, as in the ranking of an answer."""
    report = make_report(names(2), [0, 1], np.full((2, 2), 0.5, np.float32), paths(2))
    assert report.confusion == ((1, 0), (1, 0))


def test_json_is_the_contract() -> None:
    report = make_report(names(2), [0, 1, 1], np.array([[0.8, 0.2], [0.6, 0.4], [0.1, 0.9]]), paths(3))
    told: dict[str, Any] = json.loads(json.dumps(report_json(report)))
    assert list(told) == [
        *("accuracy", "low", "high", "count", "classes", "confusion", "per_class", "macro_f1", "calibration_error"),
    ]
    assert (told["count"], told["classes"]) == (3, names(2))
    assert told["accuracy"] == pytest.approx(2 / 3)
    assert told["confusion"] == [[1, 0], [1, 1]]
    assert [list(score) for score in told["per_class"]] == [["label", "precision", "recall", "f1", "count"]] * 2
    assert told["per_class"][1] == {
        "label": "class 1",
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "count": 2,
    }


TWO = np.array([[0.9, 0.1], [0.2, 0.8]])


@pytest.mark.parametrize(
    ("classes", "truths", "scores", "count", "complaint"),
    [
        (2, [0], TWO, 2, "truths"),
        (2, [0, 1], TWO, 3, "3 pictures"),
        (3, [0, 1], TWO, 2, "3 classes"),
        (2, [0, 1], TWO[0], 2, "probabilities"),
        (2, [0, 2], TWO, 2, "not one of the classes"),
        (2, [0, -1], TWO, 2, "not one of the classes"),
        (2, [0, 1], TWO * math.nan, 2, "not a number"),
        (2, [], TWO[:0], 0, "nothing"),
        (0, [0, 1], TWO[:, :0], 2, "nothing"),
    ],
)
def test_what_does_not_fit_together(
    classes: int, truths: list[int], scores: Scores, count: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        make_report(names(classes), truths, scores, paths(count))
