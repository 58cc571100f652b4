"""One training from the folder to the model. Parent side: torch works in the child."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

from resnet_desktop.core import frozen
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.dataset import (
    Dataset,
    DatasetError,
    DatasetInspected,
    fingerprint,
    inspect_dataset,
    split_dataset,
)
from resnet_desktop.core.dataset_split import Split
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError, Cancelled, EngineError
from resnet_desktop.core.events import Event, ModelReady
from resnet_desktop.core.preprocess import resized
from resnet_desktop.core.run_pictures import store_split, stored_split
from resnet_desktop.core.run_store import (
    Run,
    RunError,
    at_work_on,
    begun,
    failed,
    new_run,
    note,
    store_run,
)
from resnet_desktop.core.training import EpochDone, RunDone, TrainingConfig, TrainingJob, TrainingNote
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.memory import keep_freed_memory
from resnet_desktop.engine.priority import give_way
from resnet_desktop.engine.process import Engine, EngineLostError, Inbox, Wish
from resnet_desktop.engine.ready import make_ready

OTHER_CLASSES = QT_TRANSLATE_NOOP(
    "Sentences", "The folder has other classes now than when this run began ({before}; now {now}). Start a new run."
)
OTHER_PICTURES = QT_TRANSLATE_NOOP(
    "Sentences", "The pictures in the folder are others now than when this run began. Start a new run."
)
ALL_THE_SAME = QT_TRANSLATE_NOOP(
    "Sentences",
    "Too many pictures are identical: none would be left to learn from, or none to check on. Add different ones.",
)

GRACE_SECONDS = 60.0  # for the step at hand, which a slow machine takes long for, and for keeping it
MOST_DEATHS = 3  # of the engine, without an epoch in between
GOES_ON = QT_TRANSLATE_NOOP(
    "Sentences", "The engine was ended from outside, or had too little memory. The run goes on from where it was kept."
)


class TrainingControl:
    """What a person says to a run while it goes on; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._wishes: list[Wish] = []

    def wish(self, wish: Wish) -> None:
        with self._lock:
            self._wishes.append(wish)
            if self._engine is not None:
                self._engine.wish(wish)

    def attach(self, engine: Engine | None) -> None:
        """The engine that hears the wishes, also those of before."""
        with self._lock:
            self._engine = engine
            for wish in self._wishes if engine is not None else ():
                engine.wish(wish)  # type: ignore[union-attr]


def train(config: TrainingConfig, token: CancelToken, control: TrainingControl | None = None) -> Iterator[Event]:
    """A new run: progress of the inspection, then RunStarted and what follows, RunDone last."""
    frozen.check_can_train()
    dataset = yield from _inspected(Path(config.dataset), token)
    split = new_split(config, dataset)  # a run that cannot be is not begun
    prepared = yield from prepared_start(config, token)
    run = new_run(config, dataset.classes, fingerprint(dataset))
    with at_work_on(run):
        store_split(run.folder, dataset.root, split)
        yield from _carry_out(run, dataset, split, prepared, token, control or TrainingControl())


def resume(run: Run, token: CancelToken, control: TrainingControl | None = None) -> Iterator[Event]:
    """Go on with a run from its last checkpoint."""
    frozen.check_can_train()
    dataset = yield from _inspected(Path(run.config.dataset), token)
    if dataset.classes != run.classes:
        raise RunError(OTHER_CLASSES, before=", ".join(run.classes[:3]), now=", ".join(dataset.classes[:3]))
    prepared = yield from prepared_start(run.config, token)
    with at_work_on(run):
        split = _split_of(run, dataset)
        yield from _carry_out(run, dataset, split, prepared, token, control or TrainingControl())


def _inspected(folder: Path, token: CancelToken) -> Generator[Event, None, Dataset]:
    found: Dataset | None = None
    for event in inspect_dataset(folder, token):
        if isinstance(event, DatasetInspected):
            found = event.dataset
        yield event
    if found is None:
        raise AssertionError("an inspection ends with a dataset or an error")
    return found


def start_model(config: TrainingConfig) -> ModelSpec:
    """The model to start from, seeing its pictures as large as is asked for; ModelError where there is none."""
    spec = find_model(config.model)
    if config.image_size is None:
        return spec
    return dataclasses.replace(spec, preprocess=resized(spec.preprocess, config.image_size))


def prepared_start(config: TrainingConfig, token: CancelToken) -> Generator[Event, None, Path]:
    folder = Path()
    for event in make_ready(start_model(config), token):
        if isinstance(event, ModelReady):
            folder = event.folder
        else:
            yield event
    return folder


def job_for(
    config: TrainingConfig, dataset: Dataset, split: Split, prepared: Path, run: Run | None = None
) -> TrainingJob:
    """What the engine needs; without a run for what only tries how one would go."""
    start = start_model(config)
    return TrainingJob(
        run=run.id if run else "",
        folder=run.folder if run else Path(),
        config=config,
        start=start,
        weights=find_weights(start).path,
        prepared=prepared,
        classes=dataset.classes,
        train=split.train,
        validation=split.validation,
        fingerprint=run.fingerprint if run else fingerprint(dataset),
    )


def new_split(config: TrainingConfig, dataset: Dataset) -> Split:
    """Raises DatasetError where one side would be empty."""
    split = split_dataset(dataset, fraction=config.validation_fraction, seed=config.seed)
    if not split.train or not split.validation:
        raise DatasetError(ALL_THE_SAME)
    return split


def _split_of(run: Run, dataset: Dataset) -> Split:
    """The pictures that the run began with. Those that are gone are missed in time; new ones are for new runs."""
    split = stored_split(run.folder, dataset.root)
    if split is not None:
        return split
    if run.fingerprint != fingerprint(dataset):
        raise RunError(OTHER_PICTURES)
    split = new_split(run.config, dataset)
    store_split(run.folder, dataset.root, split)
    return split


def _carry_out(
    run: Run, dataset: Dataset, split: Split, prepared: Path, token: CancelToken, control: TrainingControl
) -> Iterator[Event]:
    run = begun(run)
    store_run(run)
    try:
        job = job_for(run.config, dataset, split, prepared, run)
        for event in _told(job, token, control):
            note(run, event)
            if isinstance(event, RunDone):
                worth = dataclasses.asdict(event.validation)
                run = dataclasses.replace(run, state="done", model=event.model, validation=worth)
                store_run(run)
            yield event
    except Cancelled:
        with contextlib.suppress(RunError):  # on a full disk it stays one that was interrupted, and can go on as well
            store_run(dataclasses.replace(run, state="stopped"))
        raise
    except AppError as error:
        with contextlib.suppress(RunError):
            store_run(failed(run, error))
        raise


def _told(job: TrainingJob, token: CancelToken, control: TrainingControl) -> Iterator[Event]:
    """What the engine tells. Where it dies, another one goes on from what was kept, and that is told, too."""
    deaths = 0
    while True:
        engine = Engine(_train, job)
        control.attach(engine)
        try:
            for event in engine.events(token, GRACE_SECONDS):
                if isinstance(event, EpochDone) and event.epoch:
                    deaths = 0  # it does get on
                yield event
            return
        except EngineLostError:
            deaths += 1
            if deaths > MOST_DEATHS:
                raise
            yield TrainingNote(EngineError(GOES_ON))
        finally:
            control.attach(None)
            engine.close()


def _train(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """Runs in the child: the import of torch happens here."""
    give_way()
    if job.config.preset == "quick":
        from resnet_desktop.engine.quick import quick

        yield from quick(job, inbox)
    else:
        keep_freed_memory()
        from resnet_desktop.engine.fine_tune import fine_tune

        yield from fine_tune(job, inbox)
