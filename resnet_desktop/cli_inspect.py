"""The command ``inspect``: what a folder of pictures sorted into classes holds, and what is wrong with it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset import Dataset, DatasetInspected, inspect_dataset
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.plain_text import one_line

OK, SOME_FAILED = 0, 1
STEP = 5  # percent between two lines of progress
SHOWN = 10  # paths of one issue; --json has them all


def add_inspect_parser(commands: Any) -> None:
    """The arguments of ``inspect``."""
    inspect = commands.add_parser("inspect", help="look through a folder whose subfolders are classes of pictures")
    inspect.add_argument("folder", type=Path, metavar="FOLDER")
    inspect.add_argument("--json", action="store_true", help="one JSON object")
    inspect.set_defaults(command=_inspect)


def _inspect(options: argparse.Namespace) -> int:
    dataset = _dataset(options.folder)
    record = _record(dataset, options.folder)
    if options.json:
        print(json.dumps(record), flush=True)
    else:
        for line in _lines(record):
            print(line)
    return SOME_FAILED if any(issue.kind == "unreadable" for issue in dataset.issues) else OK


def _dataset(folder: Path) -> Dataset:
    """The inspected folder; progress goes to stderr, a line for every few percent."""
    last: tuple[str, int] | None = None
    for event in _events(folder):
        if isinstance(event, DatasetInspected):
            return event.dataset
        if isinstance(event, Progress):
            percent = 100 * event.done // event.total if event.total else 0
            if last != (event.stage, percent // STEP):
                last = (event.stage, percent // STEP)
                print(f"{event.stage} ({percent} %)" if event.total else event.stage, file=sys.stderr)
    raise AssertionError("an inspection ends with a dataset or an error")


def _events(folder: Path) -> Iterator[Event]:
    token = CancelToken()
    try:
        yield from inspect_dataset(folder, token)
    finally:
        token.cancel()


def _record(dataset: Dataset, folder: Path) -> dict[str, Any]:
    """The JSON object; paths are below the folder as it was named."""
    counts = Counter(picture.label for picture in dataset.pictures)
    record: dict[str, Any] = {
        "classes": {name: counts[label] for label, name in enumerate(dataset.classes)},
        "pictures": len(dataset.pictures),
    }
    for name, part in (("validation", dataset.validation), ("test", dataset.test)):
        if part:
            record[name] = len(part)
    record["issues"] = [
        {
            "kind": issue.kind,
            "paths": [_printable(folder / path.relative_to(dataset.root)) for path in issue.paths],
            "sentence": str(issue.error),
        }
        for issue in dataset.issues
    ]
    return record


def _printable(path: Path) -> str:
    """The path as text that any stream can take; bytes that are no UTF-8 become \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _lines(record: dict[str, Any]) -> Iterator[str]:
    """The same to read."""
    parts = [f"{record[name]} for {name}" for name in ("validation", "test") if name in record]
    also = f" (and {', '.join(parts)})" if parts else ""
    yield f"{record['pictures']} pictures in {len(record['classes'])} classes{also}"
    for name, count in record["classes"].items():
        yield f"{count:8}  {one_line(name)}"
    for issue in record["issues"]:
        yield ""
        yield issue["sentence"]
        for path in issue["paths"][:SHOWN]:
            yield f"    {one_line(path)}"
        if len(issue["paths"]) > SHOWN:
            yield f"    and {len(issue['paths']) - SHOWN} more"
