"""When an answer gets a warning, and that the figures behind it are true."""

from __future__ import annotations

import pytest

from resnet_desktop.core.answers import Answer, Prediction
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.certainty import CLOSE, SURE, Doubt, doubt_of
from resnet_desktop.core.classifier import answer_file
from resnet_desktop.core.labels import labels_of
from resnet_desktop.engine.open_classifier import open_classifier
from tests.conftest import SHARED


def answer(*probabilities: float) -> Answer:
    return Answer("any", tuple(Prediction(index, value) for index, value in enumerate(probabilities)), 1.0)


@pytest.mark.parametrize(
    ("probabilities", "doubt"),
    [
        ((1.0,), Doubt.NONE),
        ((0.95, 0.02), Doubt.NONE),
        ((SURE, 0.1), Doubt.NONE),
        ((0.4, 0.29), Doubt.NONE),
        ((0.4, 0.31), Doubt.BETWEEN),
        ((0.39, 0.36), Doubt.BETWEEN),
        ((0.51, 0.49), Doubt.BETWEEN),
        ((0.6, 0.4), Doubt.NONE),
        ((0.2, 0.19), Doubt.BETWEEN),
        ((0.29, 0.1), Doubt.UNFAMILIAR),
        ((0.1, 0.09), Doubt.UNFAMILIAR),
        ((0.1,), Doubt.UNFAMILIAR),
    ],
)
def test_doubt(probabilities: tuple[float, ...], doubt: Doubt) -> None:
    assert doubt_of(answer(*probabilities)) is doubt


@pytest.mark.shared
def test_the_figures_in_the_comment(built_in: ModelSpec) -> None:
    """At or above SURE 86 of 93 are right, below 3 of 7; of 5 close ones 3. A tie or two may fall the other way."""
    classifier = open_classifier(built_in, mode="many")
    sure, unsure, close = [], [], []
    for path in sorted((SHARED / "imagenet-samples").iterdir()):
        best, second = answer_file(classifier, path)[0].predictions[:2]
        right = normal(labels_of(built_in)[best.index]) == normal(path.stem.split("_", 1)[1])
        (sure if best.probability >= SURE else unsure).append(right)
        if second.probability >= CLOSE * best.probability and best.probability + second.probability >= SURE:
            close.append(right)
    classifier.close()
    assert len(sure) == pytest.approx(93, abs=1)
    assert sum(sure) == pytest.approx(86, abs=1)
    assert sum(unsure) < len(unsure) / 2, "below SURE an answer must be wrong more often than right"
    assert len(close) == pytest.approx(5, abs=1)
    assert sum(close) == pytest.approx(3, abs=1)


def normal(name: str) -> str:
    return "".join(filter(str.isalpha, name.lower()))
