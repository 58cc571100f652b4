"""The same jobs without a window. Results go to stdout, everything else to stderr; DESIGN of both is a contract."""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from resnet_desktop import __version__
from resnet_desktop.cli_evaluate import add_evaluate_parser
from resnet_desktop.cli_inspect import add_inspect_parser
from resnet_desktop.cli_models import add_models_parser
from resnet_desktop.cli_train import add_train_parser
from resnet_desktop.core.answers import DEFAULT_TOP, Answer
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.classifier import Classifier
from resnet_desktop.core.errors import AppError, Cancelled, EngineError
from resnet_desktop.core.events import PictureAnswered, PictureDone, PictureFailed, Progress
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.picture_formats import HEAD_BYTES, picture_format
from resnet_desktop.core.plain_text import csv_cell, one_line
from resnet_desktop.core.settings import DEVICES
from resnet_desktop.engine.open_classifier import needs_preparing, open_classifier
from resnet_desktop.engine.ready import make_ready

OK, SOME_FAILED, USAGE, CANCELLED = 0, 1, 2, 130


def run(arguments: Sequence[str]) -> int:
    """Parse and carry out one command; the exit code says how it went."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal cannot show must not end a run of thousands.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int = options.command(options)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (KeyboardInterrupt, Cancelled):
        return CANCELLED
    except AppError as error:
        print(error, file=sys.stderr)
        return SOME_FAILED if isinstance(error, EngineError) else USAGE
    except BrokenPipeError:
        # The reader of our output (head, say) has seen enough.
        _forget_output()
        return OK
    except OSError as error:
        _forget_output()
        print(f"The answers cannot be written: {error.strerror}.", file=sys.stderr)
        return SOME_FAILED
    return code


def _forget_output() -> None:
    """Python would complain again at exit about what it could not write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="resnet-desktop", description="Classify pictures, with or without a window.")
    parser.add_argument("--version", action="version", version=f"ResNet Desktop {__version__}")
    commands = parser.add_subparsers(required=True, metavar="classify | models | inspect | train | evaluate")

    classify = commands.add_parser("classify", help="answer pictures and folders of pictures")
    classify.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    classify.add_argument("--model", default="built-in", metavar="KEY", help="see: resnet-desktop models")
    classify.add_argument("--top", type=_positive, default=DEFAULT_TOP, metavar="N", help="classes to list (5)")
    classify.add_argument("--recursive", action="store_true", help="look into the folders of a folder")
    classify.add_argument("--device", choices=DEVICES, default="auto")
    classify.add_argument("--fast", action="store_true", help="bf16 for many pictures, where the processor has it")
    classify.add_argument("--json", action="store_true", help="one JSON object a line")
    classify.add_argument("--csv", type=Path, metavar="FILE", help="also write a table")
    classify.set_defaults(command=_classify)

    add_models_parser(commands)
    add_inspect_parser(commands)
    add_train_parser(commands)
    add_evaluate_parser(commands)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _classify(options: argparse.Namespace) -> int:
    spec = find_model(options.model)
    token = CancelToken()
    classifier = _open(spec, options, token)
    labels = labels_of(spec)
    failed, count = False, 0
    try:
        with _table(options.csv) as write:
            for event in _answers(classifier, options, token):
                failed |= isinstance(event, PictureFailed)
                count += 1
                record = _record(event, labels)
                print(json.dumps(record) if options.json else _text(record), flush=True)
                write(record)
    finally:
        token.cancel()
        classifier.close()
    if not count:
        print("There are no pictures in there.", file=sys.stderr)
    return SOME_FAILED if failed else OK


def _open(spec: ModelSpec, options: argparse.Namespace, token: CancelToken) -> Classifier:
    if needs_preparing(options.device):
        for event in make_ready(spec, token):
            if isinstance(event, Progress):
                print(f"{event.stage} of {spec.title} ({event.done}/{event.total})", file=sys.stderr)
    # Unlike Path.is_dir, this one takes names that no disk can hold; they fail as pictures, with a sentence.
    many = len(options.paths) > 1 or os.path.isdir(options.paths[0])  # noqa: PTH112
    return open_classifier(spec, options.device, ("fast" if options.fast else "many") if many else "one")


def _answers(classifier: Classifier, options: argparse.Namespace, token: CancelToken) -> Iterator[PictureDone]:
    from resnet_desktop.core.folder_run import classify_many

    for event in classify_many(classifier, options.paths, token, recursive=options.recursive, top=options.top):
        if isinstance(event, PictureAnswered | PictureFailed):
            yield event


def _record(event: PictureDone, labels: Sequence[str]) -> dict[str, Any]:
    """The JSON object of one picture."""
    if isinstance(event, PictureFailed):
        return {"path": _printable(event.path), "ok": False, "error": str(event.error)}
    return {
        "path": _printable(event.path),
        "ok": True,
        "model": event.answer.model,
        "predictions": _predictions(event.answer, labels),
        "ms": round(event.answer.milliseconds, 1),
    }


def _predictions(answer: Answer, labels: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"label": labels[item.index], "index": item.index, "probability": round(item.probability, 6)}
        for item in answer.predictions
    ]


def _printable(path: Path) -> str:
    """The path as text that any stream can take; bytes that are no UTF-8 become \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _text(record: dict[str, Any]) -> str:
    name = one_line(record["path"])
    if not record["ok"]:
        return f"{name}: {record['error']}"
    best = ", ".join(f"{item['label']} {item['probability']:.1%}" for item in record["predictions"])
    return f"{name}: {best}"


@contextlib.contextmanager
def _table(path: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """What writes a record into the table of --csv, or nowhere."""
    if path is None:
        yield lambda _record: None
        return
    if path.is_file() and _is_picture(path):
        # "--csv *.png" would name the first picture.
        raise AppError("{path} is a picture. Choose another name for the table.", path=path)
    with _writing(path):
        # By lines, so that a full disk is noticed where it happens.
        file = path.open("w", buffering=1, encoding="utf-8-sig", errors="backslashreplace", newline="")
    table = csv.writer(file)

    def write(record: dict[str, Any]) -> None:
        with _writing(path):
            _write_rows(table, record)

    try:
        with _writing(path):
            table.writerow(["path", "rank", "label", "probability", "error"])
        yield write
    finally:
        with contextlib.suppress(OSError):
            file.close()


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AppError("The table {path} cannot be written: {reason}.", path=path, reason=error.strerror) from error


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        return picture_format(file.read(HEAD_BYTES)) is not None


def _write_rows(table: Any, record: dict[str, Any]) -> None:
    name = csv_cell(record["path"])
    if not record["ok"]:
        table.writerow([name, "", "", "", csv_cell(record["error"])])
        return
    for rank, item in enumerate(record["predictions"], 1):
        table.writerow([name, rank, csv_cell(item["label"]), item["probability"], ""])
