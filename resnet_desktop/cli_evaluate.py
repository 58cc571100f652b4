"""The command ``evaluate``: how well a model does on a folder whose subfolders are the classes."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resnet_desktop.core.answers import Answer
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.classifier import Classifier
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError, ModelError
from resnet_desktop.core.events import Event, PictureAnswered, PictureFailed, Progress
from resnet_desktop.core.labels import imagenet_labels, labels_of
from resnet_desktop.core.picture_formats import HEAD_BYTES, picture_format
from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.settings import DEVICES
from resnet_desktop.engine.open_classifier import needs_preparing, open_classifier
from resnet_desktop.engine.ready import make_ready

if TYPE_CHECKING:
    from resnet_desktop.core.dataset import Dataset, DatasetPicture
    from resnet_desktop.core.report import Report

OK, SOME_FAILED = 0, 1
OTHER = "other"  # the column of answers that are none of the folder's classes
NAMED = 3  # unknown classes in the sentence
NOT_READ = frozenset({"unreadable", "closed-folder"})  # kinds of issues
INSPECTING, ANSWERING = "Looking through the folder", "Answering the pictures"
STEP = 10  # percent between two lines of progress

UNKNOWN = QT_TRANSLATE_NOOP("Sentences", "{title} has no classes of these names: {names}.")
UNKNOWN_AND_MORE = QT_TRANSLATE_NOOP("Sentences", "{title} has no classes of these names: {names}, and {more} more.")
NOTHING_READ = QT_TRANSLATE_NOOP("Sentences", "None of the pictures in {folder} could be read.")
IS_PICTURE = QT_TRANSLATE_NOOP("Sentences", "{path} is a picture. Choose another name for the report.")
NOT_WRITTEN = QT_TRANSLATE_NOOP("Sentences", "The report {path} cannot be written: {reason}.")


def add_evaluate_parser(commands: Any) -> None:
    """The arguments of ``evaluate``."""
    evaluate = commands.add_parser("evaluate", help="count how often a model is right about a folder of classes")
    evaluate.add_argument("folder", type=Path, metavar="FOLDER", help="its subfolders are the classes")
    evaluate.add_argument("--model", required=True, metavar="KEY", help="see: resnet-desktop models")
    evaluate.add_argument("--device", choices=DEVICES, default="auto")
    evaluate.add_argument("--json", action="store_true", help="one JSON object")
    evaluate.add_argument("--html", type=Path, metavar="FILE", help="also write the report as a page")
    evaluate.set_defaults(command=_evaluate)


@dataclass(frozen=True)
class _Columns:
    """The classes of a report, and which of the model's classes they are."""

    names: tuple[str, ...]
    indices: tuple[int, ...]  # of the model's classes; one less than names where the last is OTHER
    truths: tuple[int, ...]  # column of each class of the folder

    def row(self, answer: Answer) -> list[float]:
        """Probabilities by column. OTHER gets that of the best class among the others, not their sum: the largest of
        the row is then the model's answer, whichever it is."""
        left = {item.index: item.probability for item in answer.predictions}
        row = [left.pop(index) for index in self.indices]
        return row if len(row) == len(self.names) else [*row, max(left.values())]


def _evaluate(options: argparse.Namespace) -> int:
    spec = find_model(options.model)
    if options.html is not None and _is_picture(options.html):
        raise AppError(IS_PICTURE, path=options.html)
    token = CancelToken()
    try:
        dataset = _inspect(options.folder, token)
        columns = _columns(spec, dataset.classes)
        with closing(_open(spec, options, token)) as classifier:
            report, failed = _report(classifier, dataset, columns, token)
    finally:
        token.cancel()
    for event in failed:
        print(f"{one_line(str(event.path))}: {event.error}", file=sys.stderr)
    if report is None:
        print(NOTHING_READ.format(folder=options.folder), file=sys.stderr)
        return SOME_FAILED
    _show(report, options)
    return SOME_FAILED if failed else OK


def _inspect(folder: Path, token: CancelToken) -> Dataset:
    from resnet_desktop.core.dataset import DatasetInspected, inspect_dataset

    for event in _with_progress(inspect_dataset(folder, token), INSPECTING):
        if isinstance(event, DatasetInspected):
            return event.dataset
    raise AssertionError("an inspection ends with a dataset")


def _part(dataset: Dataset) -> tuple[DatasetPicture, ...]:
    """The pictures that say most: those of the test part, else of the validation part, else all there are."""
    return tuple(dataset.test or dataset.validation or dataset.pictures)


def _left_out(dataset: Dataset) -> list[Path]:
    """What the inspection could not read of the evaluated part. It is tried again, to be told with its reason."""
    depth = len(dataset.root.parts)
    folders = {picture.path.parts[depth] for picture in _part(dataset)}
    paths = [path for issue in dataset.issues if issue.kind in NOT_READ for path in issue.paths]
    if not (dataset.test or dataset.validation):
        return paths
    return [path for path in paths if path.parts[depth] in folders]


def _columns(spec: ModelSpec, folders: Sequence[str]) -> _Columns:
    """All classes of your model; of the 1,000 ImageNet classes only the folder's, and one column for the rest."""
    labels = labels_of(spec)
    indices = _indices(spec, labels, folders)
    if labels != imagenet_labels("en"):
        return _Columns(labels, tuple(range(len(labels))), tuple(indices))
    kept = tuple(dict.fromkeys(indices))
    rest = (OTHER,) if len(kept) < len(labels) else ()
    column = {index: position for position, index in enumerate(kept)}
    names = tuple(labels[index] for index in kept)
    return _Columns(names + rest, kept, tuple(column[index] for index in indices))


def _indices(spec: ModelSpec, labels: Sequence[str], folders: Sequence[str]) -> list[int]:
    """The model's class of each folder: of the very same name, else of one that differs in case only."""
    alike = {_folded(label): index for index, label in reversed(list(enumerate(labels)))}
    same = {label: index for index, label in reversed(list(enumerate(labels)))}
    found = [same.get(name, alike.get(_folded(name))) for name in folders]
    unknown = [name for name, index in zip(folders, found, strict=True) if index is None]
    if unknown:
        names = ", ".join(f"“{one_line(name)}”" for name in unknown[:NAMED])
        more = len(unknown) - NAMED
        raise ModelError(UNKNOWN_AND_MORE if more > 0 else UNKNOWN, title=spec.title, names=names, more=more)
    return [index for index in found if index is not None]


def _folded(name: str) -> str:
    """macOS hands out names in decomposed form, and your models keep no unprintable characters in theirs."""
    from resnet_desktop.core.model_store import plain_name

    return unicodedata.normalize("NFC", plain_name(name)).casefold()


def _open(spec: ModelSpec, options: argparse.Namespace, token: CancelToken) -> Classifier:
    if needs_preparing(options.device):
        for event in make_ready(spec, token):
            if isinstance(event, Progress):
                print(f"{event.stage} of {spec.title} ({event.done}/{event.total})", file=sys.stderr)
    return open_classifier(spec, options.device, "many")


def _report(
    classifier: Classifier, dataset: Dataset, columns: _Columns, token: CancelToken
) -> tuple[Report | None, list[PictureFailed]]:
    """The report of the pictures that can be read, if there are any, and the others."""
    import numpy as np

    from resnet_desktop.core.folder_run import classify_many
    from resnet_desktop.core.report import make_report

    labels = {picture.path: picture.label for picture in _part(dataset)}
    sources = [*labels, *_left_out(dataset)]
    answers = classify_many(classifier, sources, token, top=len(labels_of(classifier.spec)))
    rows, truths, paths, failed = [], [], [], []
    for event in _with_progress(answers, ANSWERING, len(sources)):
        if isinstance(event, PictureFailed):
            failed.append(event)
        elif isinstance(event, PictureAnswered) and event.path in labels:
            rows.append(np.array(columns.row(event.answer)))
            truths.append(columns.truths[labels[event.path]])
            paths.append(event.path)
    return make_report(columns.names, truths, np.array(rows), paths) if paths else None, failed


def _with_progress(events: Iterator[Event], stage: str, total: int = 0) -> Iterator[Event]:
    """The events; a line on stderr for every few percent of ``total``, or of what they say themselves."""
    told = 0
    for event in events:
        if isinstance(event, Progress) and (whole := total or event.total):
            percent = 100 * event.done // whole
            if percent >= told + STEP:
                told = percent
                print(f"{stage} ({percent} %)", file=sys.stderr)
        yield event


def _show(report: Report, options: argparse.Namespace) -> None:
    """The figures first: they must not be lost because the page cannot be written."""
    from resnet_desktop.core.report import report_json

    print(json.dumps(report_json(report)) if options.json else _text(report), flush=True)
    if options.html is not None:
        _write_page(report, options.html, f"{options.model}: {options.folder}")


def _write_page(report: Report, path: Path, title: str) -> None:
    from resnet_desktop.core.files import write_file
    from resnet_desktop.core.report_html import report_html

    try:
        write_file(path, report_html(report, title).encode(), for_others=True)
    except OSError as error:
        raise AppError(NOT_WRITTEN, path=path, reason=error.strerror) from error


def _text(report: Report) -> str:
    lines = [
        f"{report.accuracy:.1%} right of {report.count} ({report.low:.1%} to {report.high:.1%})",
        "precision  recall     f1  pictures  class",
    ]
    lines += [
        f"{score.precision:9.1%} {score.recall:7.1%} {score.f1:6.3f} {score.count:9}  {one_line(score.label)}"
        for score in report.per_class
    ]
    return "\n".join(lines)


def _is_picture(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return picture_format(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False
