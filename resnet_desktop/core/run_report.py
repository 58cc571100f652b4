"""The report of a run on disk: written by the engine at the end of a run, read by the window and the command line."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP
from resnet_desktop.core.report import ClassScore, Report, Verdict, report_json
from resnet_desktop.core.run_store import RunError

REPORT = "report.json"  # in the run's folder
LARGEST = 64 * 2**20  # bytes; a report of 1,000 classes and 100,000 wrong pictures has some 20 MB
DIGITS = 6  # of probabilities

NO_REPORT = QT_TRANSLATE_NOOP("Sentences", "This run has no result: it has not come to its end.")
CANNOT_READ = QT_TRANSLATE_NOOP("Sentences", "The result of this run cannot be read: {reason}.")
DAMAGED = QT_TRANSLATE_NOOP("Sentences", "The result of this run is damaged. Its model is not: it answers as before.")

T = TypeVar("T")


def report_bytes(report: Report) -> bytes:
    """The content of the file. A path that is no valid text comes back as it was."""
    wrong = [
        {
            "path": str(verdict.path),
            "truth": verdict.truth,
            "prediction": verdict.prediction,
            "probability": round(verdict.probability, DIGITS),
            "truth_probability": None
            if verdict.truth_probability is None
            else round(verdict.truth_probability, DIGITS),
        }
        for verdict in report.wrong
    ]
    text = json.dumps(report_json(report) | {"wrong": wrong}, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def read_report(folder: Path) -> Report:
    """The report in a run's folder; raises RunError, and nothing else, whatever stands there."""
    try:
        with (folder / REPORT).open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise RunError(NO_REPORT) from error
    except OSError as error:
        raise RunError(CANNOT_READ, reason=error.strerror or str(error)) from error
    try:
        if len(content) > LARGEST:
            raise ValueError("too large")
        return _report(json.loads(content))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError) as error:
        raise RunError(DAMAGED) from error


def _report(record: Any) -> Report:
    """Raises ValueError, TypeError or KeyError where the record is none, or does not agree with itself."""
    classes = _each(record["classes"], _text)
    confusion = _each(record["confusion"], lambda row: _each(row, _whole))
    if not classes or len(confusion) != len(classes) or any(len(row) != len(classes) for row in confusion):
        raise ValueError("the matrix has another size")
    count = _whole(record["count"])
    if count == 0 or count != sum(map(sum, confusion)):
        raise ValueError("the matrix has another number of pictures")
    accuracy, low, high = (_share(record[name]) for name in ("accuracy", "low", "high"))
    right = sum(confusion[index][index] for index in range(len(classes)))
    if not low <= accuracy <= high or not math.isclose(accuracy, right / count, abs_tol=1e-6):
        raise ValueError("the accuracy is another")
    per_class = _each(record["per_class"], _score)
    if tuple(score.label for score in per_class) != classes:
        raise ValueError("the classes are others")
    wrong = _each(record.get("wrong", []), lambda each: _verdict(each, len(classes)))
    return Report(
        accuracy=accuracy,
        low=low,
        high=high,
        count=count,
        classes=classes,
        confusion=confusion,
        per_class=per_class,
        macro_f1=_share(record["macro_f1"]),
        calibration_error=_share(record["calibration_error"]),
        wrong=tuple(sorted(wrong, key=lambda verdict: -verdict.probability)),
    )


def _score(record: Any) -> ClassScore:
    precision, recall, f1 = (_share(record[name]) for name in ("precision", "recall", "f1"))
    return ClassScore(_text(record["label"]), precision, recall, f1, _whole(record["count"]))


def _verdict(record: Any, classes: int) -> Verdict:
    path = _text(record["path"])
    truth, prediction = _whole(record["truth"]), _whole(record["prediction"])
    if not path or "\0" in path or max(truth, prediction) >= classes or truth == prediction:
        raise ValueError("not a wrong picture")
    beside = record.get("truth_probability")  # runs of the first version did not tell
    return Verdict(
        Path(path), truth, prediction, _share(record["probability"]), None if beside is None else _share(beside)
    )


def _each(value: Any, read: Callable[[Any], T]) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(map(read, value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:  # True is an int, too
        raise ValueError("not a count")
    return value


def _share(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:  # not NaN either
        raise ValueError("not a share")
    return float(value)
