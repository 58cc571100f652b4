"""The command ``models``: list, add, export, download, verify, remove."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, all_models, find_model
from resnet_desktop.core.class_names import read_names
from resnet_desktop.core.errors import AppError, ModelError
from resnet_desktop.core.events import Event, Progress, WeightsExamined, WeightsRefused
from resnet_desktop.core.labels import imagenet_labels, labels_of
from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.settings import load_settings
from resnet_desktop.core.weights import model_state

OK, SOME_FAILED, USAGE = 0, 1, 2
IMAGENET = "imagenet"
STEP = 5  # percent between two lines of progress

NEEDS_NAMES = "This network has {count} classes and no names for them. Give a file with one name a line: --names FILE."
ALREADY_HERE = "“{title}” is on this computer already: the same weights and the same description. Nothing was added."
NOT_TO_DOWNLOAD = "{key} is not one of the models that can be downloaded."


def add_models_parser(commands: Any) -> None:
    """The arguments of ``models``."""
    models = commands.add_parser("models", help="the models there are: list, add, export, download, verify, remove")
    models.set_defaults(command=_list, json=False)
    models.add_argument("--json", action="store_true", help="one JSON object a line")
    actions = models.add_subparsers(metavar="list | add | export | download | verify | remove")
    _action(actions, "list", _list, "every model and its state")
    add = _action(actions, "add", _add, "take weights from a file, whatever its name")
    add.add_argument("file", type=Path, metavar="FILE")
    add.add_argument("--title", default="", help="what to call the model")
    add.add_argument("--names", metavar="FILE", help="class names, one a line or a JSON list; or: imagenet")
    export = _action(actions, "export", _export, "write one of your models into one file, for another computer")
    export.add_argument("key", metavar="KEY")
    export.add_argument("--output", type=Path, required=True, metavar="FILE", help="such as hats.resnetmodel")
    download = _action(actions, "download", _download, "fetch official weights over the network")
    download.add_argument("key", metavar="KEY")
    download.add_argument("--mirror", default="", metavar="URL", help="fetch from this folder instead")
    download.add_argument("--proxy", default="", metavar="URL", help="through this proxy instead of the system's")
    verify = _action(actions, "verify", _verify, "read the files of one or all models through again")
    verify.add_argument("keys", nargs="*", metavar="KEY")
    remove = _action(actions, "remove", _remove, "move a model's files to the trash")
    remove.add_argument("key", metavar="KEY")


def _action(actions: Any, name: str, run: Callable[[argparse.Namespace], int], text: str) -> Any:
    parser = actions.add_parser(name, help=text)
    # SUPPRESS: else the default of "models list" would undo the flag of "models --json list".
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one JSON object a line")
    parser.set_defaults(command=run)
    return parser


def _list(options: argparse.Namespace) -> int:
    for spec in all_models():
        _say(spec, model_state(spec).value, options)
    return OK


def _say(spec: ModelSpec, state: str, options: argparse.Namespace, **more: str) -> None:
    """One line about a model."""
    if options.json:
        print(json.dumps(_record(spec, state) | more), flush=True)
        return
    size = f"{spec.size / 2**20:.0f} MB"
    accuracy = f"{spec.acc1:.1f} %" if spec.acc1 else ""
    print(f"{one_line(spec.key):16}  {state:15} {size:>8} {accuracy:>8}  {one_line(spec.title)}", flush=True)


def _add(options: argparse.Namespace) -> int:
    from resnet_desktop.engine.add_model import already_here, discard, examine, keep

    token = CancelToken()
    examined: WeightsExamined | None = None
    for event in _with_progress(examine(options.file, token)):
        if isinstance(event, WeightsRefused):
            return _failed(event.error)
        if isinstance(event, WeightsExamined):
            examined = event
    if examined is None:
        raise AssertionError("an examination ends with a verdict")
    try:
        names = () if examined.official else _names(examined, options)
    except AppError:
        discard(examined)
        raise
    spec = already_here(examined, options.title, names)
    if spec is not None:
        discard(examined)
        print(ALREADY_HERE.format(title=one_line(spec.title)), file=sys.stderr)
    else:
        spec = keep(examined, options.title, names)
    _say(spec, model_state(spec).value, options)
    return OK


def _failed(error: AppError) -> int:
    """The command was right; what it was given, or the network, was not."""
    print(error, file=sys.stderr)
    return SOME_FAILED


def _names(examined: WeightsExamined, options: argparse.Namespace) -> tuple[str, ...]:
    if options.names == IMAGENET and examined.classes == len(imagenet_labels("en")):
        return imagenet_labels("en")
    if options.names:
        return read_names(Path(options.names), examined.classes)
    if examined.described is not None:
        return ()
    if not examined.names:
        raise ModelError(NEEDS_NAMES, count=examined.classes)
    return examined.names


def _export(options: argparse.Namespace) -> int:
    from resnet_desktop.core.model_file import NOT_YOURS, export_model

    spec = find_model(options.key)
    if spec.kind != "yours":
        raise ModelError(NOT_YOURS, title=spec.title)
    try:
        for _event in _with_progress(export_model(spec, options.output)):
            pass
    except ModelError as error:
        return _failed(error)
    _say(spec, model_state(spec).value, options, output=os.fsencode(options.output).decode("utf-8", "backslashreplace"))
    return OK


def _download(options: argparse.Namespace) -> int:
    from resnet_desktop.core.download import download_weights
    from resnet_desktop.core.download_errors import DownloadError

    spec = find_model(options.key)
    if not spec.url:
        raise ModelError(NOT_TO_DOWNLOAD, key=spec.key)
    if model_state(spec).value != "ready":
        settings, _damaged = load_settings()
        mirror, proxy = options.mirror or settings.mirror, options.proxy or settings.proxy
        try:
            for _event in _with_progress(download_weights(spec, CancelToken(), mirror=mirror, proxy=proxy)):
                pass
        except DownloadError as error:
            return _failed(error)
    _say(spec, model_state(spec).value, options)
    return OK


def _verify(options: argparse.Namespace) -> int:
    from resnet_desktop.core.storage import verify

    code = OK
    chosen = [find_model(key) for key in options.keys]
    for spec in chosen or [spec for spec in all_models() if model_state(spec).value != "not-downloaded"]:
        try:
            verify(spec)
        except ModelError as error:
            print(error, file=sys.stderr)
            code = SOME_FAILED
        _say(spec, model_state(spec).value, options)
    return code


def _remove(options: argparse.Namespace) -> int:
    from resnet_desktop.core.storage import remove
    from resnet_desktop.workers.trash import move_to_trash

    spec = find_model(options.key)
    remove(spec, move_to_trash)
    state = "removed" if spec.kind == "yours" else model_state(spec).value
    _say(spec, state, options)
    return OK


def _with_progress(events: Iterator[Event]) -> Iterator[Event]:
    """The events; their progress on stderr, a line for every few percent."""
    last: tuple[str, int] | None = None
    for event in events:
        if isinstance(event, Progress) and event.stage:
            percent = 100 * event.done // event.total if event.total else 0
            now = (event.stage, percent // STEP)
            if now != last:
                last = now
                print(f"{event.stage} ({percent} %)" if event.total else event.stage, file=sys.stderr)
        yield event


def _record(spec: ModelSpec, state: str) -> dict[str, Any]:
    return {
        "key": spec.key,
        "title": spec.title,
        "state": state,
        "kind": spec.kind,
        "architecture": spec.architecture,
        "classes": len(labels_of(spec)),
        "parameters": spec.parameters,
        "gflops": spec.gflops,
        "acc1": spec.acc1,
        "acc5": spec.acc5,
        "file": spec.weights,
        "size": spec.size,
        "sha256": spec.sha256,
        "url": spec.url,
    }
