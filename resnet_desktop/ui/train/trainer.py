"""The state behind the Train page: the dataset, the run and what it has told so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.curve_data import CurveData
from resnet_desktop.core.dataset import Dataset, DatasetInspected, inspect_dataset
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.keep_awake import KeepAwake
from resnet_desktop.core.preprocess import Preprocess, resized
from resnet_desktop.core.run_store import Run, delete_run, rename
from resnet_desktop.core.training import (
    RunDone,
    RunStarted,
    StepDone,
    TrainingConfig,
    TrainingNote,
    TrainingPaused,
    TrainingRests,
)
from resnet_desktop.engine.process import Wish
from resnet_desktop.engine.train import TrainingControl, train
from resnet_desktop.engine.usage import Usage
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.train.choices import Choices
from resnet_desktop.ui.train.prober import Prober
from resnet_desktop.ui.train.rate_finder import RateFinder
from resnet_desktop.ui.train.run_at_hand import CurvesRead, RunAtHand, go_on
from resnet_desktop.ui.train.run_shelf import RunShelf
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost


class Stage(Enum):
    """Where the page is."""

    EMPTY = "empty"  # no folder chosen
    INSPECTING = "inspecting"
    READY = "ready"  # a dataset, no run
    TRAINING = "training"
    DONE = "done"


class Trainer(QObject):
    """Lives in the main thread, as long as the program."""

    changed = Signal()  # stage, progress, notes, error, runs
    told = Signal()  # a step or an epoch: the curves have grown
    succeeded = Signal(str)  # key of the model that came out

    def __init__(self, session: Session, host: ThreadHost) -> None:
        super().__init__()
        self._session, self._host = session, host
        self.choices, self.prober = Choices(), Prober(session, host)
        self.finder = RateFinder(host, self.prober)
        self.stage = Stage.EMPTY
        self.folder: Path | None = None
        self.dataset: Dataset | None = None
        self.error: AppError | None = None
        self.progress: Progress | None = None
        self.started: RunStarted | None = None
        self.last_step: StepDone | None = None
        self.curves = CurveData()  # all that the run has told, also before it stopped
        self.notes: list[TrainingNote] = []
        self.result: RunDone | None = None
        self.usage: Usage | None = None  # of memory, by the engine
        self.rests: AppError | None = None  # what a person has to do before the run goes on
        self.shelf = RunShelf(host)
        self.shelf.changed.connect(self._on_looked)
        self.reviewed: Run | None = None  # whose result is looked at
        self.reviewed_from_runs = False  # the way back leads to the Runs page
        self.at_hand = RunAtHand()
        self.paused = self.finishing = self.stopping = False  # as wished, though it may take a moment
        self.pausing = False  # it has not come to rest yet
        self._control = TrainingControl()
        self._job: Job | None = None
        self._awake = KeepAwake()
        self.changed.connect(self._stay_awake)

    @property
    def busy(self) -> bool:
        return self.stage is Stage.TRAINING

    @property
    def beginning(self) -> ModelSpec:
        """The model that is chosen to start from."""
        models = self._session.models.models
        return next((spec for spec in models if spec.key == self.choices.config.model), models[0])

    @property
    def seen(self) -> Preprocess:
        """How large the next run sees its pictures."""
        size = self.choices.config.image_size
        return resized(self.beginning.preprocess, size) if size else self.beginning.preprocess

    @property
    def device(self) -> str:
        """Where it learns: what was chosen for it, else the graphics that answers come from, else what there is."""
        chosen, answering = self.choices.config.device, self._session.settings.device
        return answering if chosen == "auto" and answering in ("cuda", "mps") else chosen

    @property
    def runs(self) -> tuple[tuple[Run, bool], ...]:
        """Every run on this computer, the newest first, and which of them can go on."""
        return self.shelf.runs

    @property
    def has_looked(self) -> bool:
        return self.shelf.has_looked

    def look(self) -> None:
        """Which runs there are."""
        self.shelf.look()

    def choose(self, folder: Path) -> None:
        """Inspect a folder; nothing happens while a run goes on."""
        if self.busy:
            return
        self._abandon()
        self._forget_dataset()
        self.stage, self.folder = Stage.INSPECTING, folder
        self._forget_run()
        self._start(Job(partial(inspect_dataset, folder), self._host, "inspect"))

    def leave(self) -> None:
        """Back to the beginning, for another folder."""
        if not self.busy:
            self._abandon()
            self._forget_dataset()
            self.stage = Stage.EMPTY
            self._forget_run()
            self.changed.emit()

    def start(self, config: TrainingConfig) -> None:
        self._begin(partial(train, config), RunAtHand(config, since=time.time()))

    def resume(self, run: Run) -> None:
        """Go on with a run that stopped."""
        if not self.busy:
            self.folder = Path(run.config.dataset)
            self._begin(partial(go_on, run), RunAtHand(run.config, run.id))

    def is_at_work_on(self, run: Run) -> bool:
        """Whether this run is going on here, as far as is known; run_store knows of other processes, too."""
        return (self.busy or not self.at_hand.settled) and self.at_hand.is_this(run)

    @property
    def unfinished(self) -> Run | None:
        """The run that has just ended without a model, if it can go on."""
        if self.busy or not (self.at_hand.end and self.at_hand.settled):
            return None
        return next((run for run, can_go_on in self.runs if can_go_on and self.at_hand.is_this(run)), None)

    def delete(self, run: Run) -> None:
        """Delete what is stored of a run; raises RunError."""
        try:
            delete_run(run)
        finally:
            self.look()

    def rename(self, run: Run, title: str) -> None:
        """Call a run something else; raises RunError."""
        rename(run, title)
        self.look()

    def wish(self, wish: Wish) -> None:
        """Pause, continue, or finish with the best so far."""
        self.paused = self.pausing = wish == "pause"
        self.finishing = self.finishing or wish == "finish"
        self._control.wish(wish)
        self.changed.emit()

    def stop(self) -> None:
        """End the run now; it can go on later from its last checkpoint."""
        if self._job is not None:
            self._job.ask_to_stop()
            self.stopping = self.busy
            self.changed.emit()

    def shut_down(self) -> None:
        self.finder.forget()
        self.prober.forget()
        self.stop()
        self._awake.keep(False)

    def _begin(self, make: Callable[..., Iterator[Event]], at_hand: RunAtHand) -> None:
        if self.busy:
            return
        self._abandon()
        self._forget_run()
        self.finder.stop()
        self.prober.rest()
        self.stage, self._control, self.at_hand = Stage.TRAINING, TrainingControl(), at_hand
        self._start(Job(partial(make, control=self._control), self._host, "train"))

    def _start(self, job: Job) -> None:
        self._job = job
        job.events.connect(self._on_events)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        job.finished.connect(self._on_finished)
        job.start()
        self.changed.emit()

    def _abandon(self) -> None:
        if self._job is not None:
            self._job.abandon()
            self._job = None

    def _forget_dataset(self) -> None:
        self.folder = self.dataset = None
        self.finder.forget()
        self.prober.forget()

    def _forget_run(self) -> None:
        self.error = self.progress = self.started = self.result = self.rests = self.reviewed = self.usage = None
        self.last_step, self.curves, self.notes = None, CurveData(), []
        self.paused = self.pausing = self.finishing = self.stopping = False
        self.at_hand = RunAtHand()

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        grew = False
        for event in batch.events:
            grew |= self.curves.take(event)
            self.rests = event.error if isinstance(event, TrainingRests) else None
            self.pausing &= not isinstance(event, TrainingPaused)
            self._take(event)
        self.changed.emit()
        if grew:
            self.told.emit()

    def _take(self, event: Event) -> None:
        if isinstance(event, StepDone):
            self.last_step = event
        elif isinstance(event, Progress):
            self.progress = event
        elif isinstance(event, DatasetInspected):
            self.dataset = event.dataset
            if self.stage is Stage.INSPECTING:
                self.stage = Stage.READY
        elif isinstance(event, RunStarted):
            self.started, self.at_hand.id = event, event.run
            self.look()
        elif isinstance(event, CurvesRead):
            self.curves = event.curves
        elif isinstance(event, Usage):
            self.usage = event
        elif isinstance(event, TrainingNote):
            self.notes.append(event)
        elif isinstance(event, RunDone):
            self.result = event

    @Slot()
    def _stay_awake(self) -> None:
        self._awake.keep(self.busy and not self.paused)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.error, self.at_hand.end = error, "failed" if self.busy else ""
        self._settle()

    @Slot()
    def _on_cancelled(self) -> None:
        self.at_hand.end = "stopped" if self.busy else ""
        self._settle()

    def _settle(self) -> None:
        """Back to the dataset that was inspected last, also where a run of another folder did not get that far."""
        self.stage = Stage.READY if self.dataset is not None else Stage.EMPTY
        if self.dataset is not None:
            self.folder = self.dataset.root

    @Slot()
    def _on_finished(self) -> None:
        self._job, self.progress = None, None
        self.paused = self.pausing = self.finishing = self.stopping = False
        self.prober.go_on()
        if self.result is not None:
            self.stage = Stage.DONE
            self._session.models.refresh()
            self.succeeded.emit(self.result.model)
        self.at_hand.settled = self.at_hand.config is None
        self.look()
        self.changed.emit()

    @Slot()
    def _on_looked(self) -> None:
        self.at_hand.settled = True
        self.changed.emit()
