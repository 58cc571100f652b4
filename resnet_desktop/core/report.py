"""How well a model does on pictures whose classes are known. The figures are checked against scikit-learn in tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BINS = 15  # of the calibration error, as in Guo et al. 2017, https://arxiv.org/abs/1706.04599
CONFIDENT_95 = 1.959963984540054  # standard deviations either side that hold 95 % of a normal distribution


@dataclass(frozen=True)
class ClassScore:
    """One class; a figure that would divide by nothing is 0, as with scikit-learn's ``zero_division=0``."""

    label: str
    precision: float  # of the pictures answered with this class, the share that are of it
    recall: float  # of the pictures of this class, the share answered with it
    f1: float
    count: int  # pictures of this class


@dataclass(frozen=True)
class Verdict:
    """One picture and what the model made of it."""

    path: Path
    truth: int  # index of the class
    prediction: int
    probability: float  # of the prediction
    truth_probability: float | None = None  # None where a stored report does not tell


@dataclass(frozen=True, kw_only=True)
class Report:
    accuracy: float  # 0..1
    low: float  # the 95 % interval of the accuracy
    high: float
    count: int  # pictures
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]  # rows are the truth, columns the prediction
    per_class: tuple[ClassScore, ...]
    macro_f1: float  # the mean over the classes that occur as truth or prediction
    calibration_error: float  # mean distance of probability and accuracy, 0..1
    wrong: tuple[Verdict, ...]  # worst first: the most probable wrong answer


def make_report(
    classes: Sequence[str], truths: Sequence[int], probabilities: NDArray[np.floating[Any]], paths: Sequence[Path]
) -> Report:
    """The report of ``probabilities`` [pictures, classes]; the most probable class of each row is the prediction.

    ``truths`` and ``paths`` have one entry a picture. Raises ValueError where lengths differ, there is nothing, a truth
    is no class, or a probability is not finite.
    """
    import numpy as np

    scores = np.asarray(probabilities, np.float64)
    actual = np.asarray(truths, np.int64)
    _check(classes, actual, scores, paths)
    predicted = scores.argmax(axis=1)
    confidence = scores.max(axis=1)
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (actual, predicted), 1)
    right = int(confusion.trace())
    low, high = wilson(right, len(paths))
    per_class = _class_scores(classes, confusion)
    occurring = (confusion.sum(axis=0) + confusion.sum(axis=1)) > 0
    return Report(
        accuracy=right / len(paths),
        low=low,
        high=high,
        count=len(paths),
        classes=tuple(classes),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        per_class=per_class,
        macro_f1=float(np.mean([score.f1 for score in per_class], where=occurring)),
        calibration_error=_calibration_error(confidence, actual == predicted),
        wrong=_wrong(actual, predicted, scores, paths),
    )


def wilson(successes: int, count: int, z: float = CONFIDENT_95) -> tuple[float, float]:
    """Wilson's score interval of a share (1927): true to its name for small counts and shares near 0 or 1 too."""
    if not 0 <= successes <= count or count == 0:
        raise ValueError(f"{successes} of {count}")
    share, square = successes / count, z * z
    middle = share + square / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    scale = 1 + square / count
    low = (middle - half) / scale if successes else 0.0
    high = (middle + half) / scale if successes < count else 1.0
    return low, high


def report_json(report: Report) -> dict[str, Any]:
    """What the command line prints."""
    return {
        "accuracy": report.accuracy,
        "low": report.low,
        "high": report.high,
        "count": report.count,
        "classes": list(report.classes),
        "confusion": [list(row) for row in report.confusion],
        "per_class": [
            {
                "label": score.label,
                "precision": score.precision,
                "recall": score.recall,
                "f1": score.f1,
                "count": score.count,
            }
            for score in report.per_class
        ],
        "macro_f1": report.macro_f1,
        "calibration_error": report.calibration_error,
    }


def _check(
    classes: Sequence[str], truths: NDArray[np.int64], probabilities: NDArray[np.float64], paths: Sequence[Path]
) -> None:
    import numpy as np

    count = len(paths)
    if not count or not classes:
        raise ValueError("there is nothing to report")
    if truths.shape != (count,) or probabilities.shape != (count, len(classes)):
        raise ValueError(
            f"{count} pictures of {len(classes)} classes, truths {truths.shape}, probabilities {probabilities.shape}"
        )
    if truths.min() < 0 or truths.max() >= len(classes):
        raise ValueError("a truth is not one of the classes")
    if not np.isfinite(probabilities).all():
        raise ValueError("a probability is not a number")


def _class_scores(classes: Sequence[str], confusion: NDArray[np.int64]) -> tuple[ClassScore, ...]:
    counts, answers = confusion.sum(axis=1).tolist(), confusion.sum(axis=0).tolist()
    hits = confusion.diagonal().tolist()
    return tuple(
        ClassScore(label, _share(hit, answered), _share(hit, count), _share(2 * hit, answered + count), count)
        for label, hit, answered, count in zip(classes, hits, answers, counts, strict=True)
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Over bins (0, 1/15], (1/15, 2/15], ...: the gap between mean probability and accuracy, weighted by pictures."""
    import numpy as np

    inner_edges = np.linspace(0, 1, BINS + 1)[1:-1]
    bins = np.digitize(confidence, inner_edges, right=True)
    # Both means of a bin are over the same pictures, so the weighted gap is that of the sums.
    gaps = np.bincount(bins, weights=confidence - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def _wrong(
    actual: NDArray[np.int64], predicted: NDArray[np.int64], scores: NDArray[np.float64], paths: Sequence[Path]
) -> tuple[Verdict, ...]:
    verdicts = [
        Verdict(paths[row], int(truth), int(guess), float(scores[row, guess]), float(scores[row, truth]))
        for row, (truth, guess) in enumerate(zip(actual, predicted, strict=True))
        if truth != guess
    ]
    return tuple(sorted(verdicts, key=lambda verdict: -verdict.probability))
