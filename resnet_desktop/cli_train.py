"""The command ``train``: a classifier of one's own out of a folder, told as JSON lines or in words."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.keep_awake import KeepAwake
from resnet_desktop.core.run_store import find_run, record_of
from resnet_desktop.core.settings import DEVICES
from resnet_desktop.core.training import (
    IMAGE_SIZES,
    PRESETS,
    EpochDone,
    RunDone,
    RunStarted,
    TrainingConfig,
    TrainingNote,
    TrainingRests,
)

OK = 0
MOST_SEED = 2**32 - 1  # what every generator of random numbers takes
NEEDS_FOLDER = "Name the folder whose subfolders are the classes, or a run to go on with: --resume RUN."
NEEDS_NAME = "Name the model that comes out: --name NAME."


def add_train_parser(commands: Any) -> None:
    """The arguments of ``train``."""
    train = commands.add_parser("train", help="make a classifier of your own out of a folder of folders")
    train.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    train.add_argument("--name", default="", help="of the model that comes out")
    train.add_argument("--model", default="built-in", metavar="KEY", help="to start from; see: resnet-desktop models")
    train.add_argument("--preset", choices=PRESETS, default="quick")
    train.add_argument("--epochs", type=_positive, metavar="N")
    train.add_argument("--batch-size", type=_positive, metavar="N")
    train.add_argument("--learning-rate", type=_rate, metavar="X")
    train.add_argument("--image-size", type=_edge, metavar="N", help="edge in pixels, 128 to 512 in steps of 32")
    train.add_argument("--class-weights", action="store_true", help="rare classes count as much as frequent ones")
    train.add_argument("--validation-fraction", type=_fraction, default=0.2, metavar="X")
    train.add_argument("--seed", type=_seed, default=0, metavar="N")
    train.add_argument("--device", choices=DEVICES, default="auto")
    train.add_argument("--resume", default="", metavar="RUN", help="go on with a run that stopped")
    train.add_argument("--json", action="store_true", help="one JSON object a line")
    train.set_defaults(command=_train)


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _seed(text: str) -> int:
    number = _whole(text)
    if not 0 <= number <= MOST_SEED:
        raise argparse.ArgumentTypeError(f"must be between 0 and {MOST_SEED}")
    return number


def _edge(text: str) -> int:
    number = _whole(text)
    if number not in IMAGE_SIZES:
        raise argparse.ArgumentTypeError("must be 128 to 512 in steps of 32")
    return number


def _rate(text: str) -> float:
    number = _number(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _fraction(text: str) -> float:
    number = _number(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None


def _train(options: argparse.Namespace) -> int:
    from resnet_desktop.engine.train import resume, train

    token = CancelToken()
    # Ctrl+C asks: the engine writes nothing half, and what was reached stays.
    signal.signal(signal.SIGINT, lambda _number, _frame: token.cancel())
    events = resume(find_run(options.resume), token) if options.resume else train(_config(options), token)
    awake = KeepAwake()
    awake.keep(True)
    try:
        _tell(events, options)
    finally:
        awake.keep(False)
    return OK


def _config(options: argparse.Namespace) -> TrainingConfig:
    if options.folder is None:
        raise AppError(NEEDS_FOLDER)
    if not options.name.strip():
        raise AppError(NEEDS_NAME)
    return TrainingConfig(
        name=options.name,
        model=options.model,
        preset=options.preset,
        dataset=str(options.folder.absolute()),
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        validation_fraction=options.validation_fraction,
        seed=options.seed,
        device=options.device,
        image_size=options.image_size,
        class_weights=options.class_weights,
    )


def _tell(events: Iterator[Event], options: argparse.Namespace) -> None:
    """Records or words on stdout, progress on stderr."""
    stage = ""
    for event in events:
        if isinstance(event, Progress):
            if event.stage != stage:
                stage = event.stage
                print(stage, file=sys.stderr)
            continue
        if options.json:
            record = record_of(event)
            if record is not None:
                print(json.dumps(record), flush=True)
        elif line := _line(event):
            print(line, flush=True)


def _line(event: Event) -> str:
    if isinstance(event, RunStarted):
        counts = f"{event.train_count} pictures to learn from, {event.validation_count} to check on"
        return f"run {event.run}: {len(event.classes)} classes, {counts}"
    if isinstance(event, EpochDone):
        losses = f"loss {event.train_loss:.4f}, on the others {event.validation_loss:.4f}"
        return f"{event.epoch}: {losses}, right {event.validation_accuracy:.1%}{' *' if event.best else ''}"
    if isinstance(event, RunDone):
        worth = event.validation
        return f"{event.model}: right {worth.accuracy:.1%} ({worth.low:.1%} to {worth.high:.1%}) of {worth.count}"
    return str(event.error) if isinstance(event, TrainingNote | TrainingRests) else ""
