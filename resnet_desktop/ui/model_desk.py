"""Which model is chosen, what state it is in, and getting it ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, all_models, official_models
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event, ModelReady, Progress
from resnet_desktop.core.weights import ModelState, model_state
from resnet_desktop.engine.open_classifier import needs_preparing
from resnet_desktop.ui.answer_desk import AnswerDesk
from resnet_desktop.workers.answer_worker import ModelOpened, Refused
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost

BUILT_IN = "built-in"
MakeReady = Callable[[ModelSpec, CancelToken], Iterator[Event]]


class Phase(Enum):
    """Where the chosen model is on its way to answering."""

    PREPARING = "preparing"
    READY = "ready"
    UNUSABLE = "unusable"  # missing, damaged or failed: ``error`` says which


@dataclass(frozen=True)
class Surveyed(Event):
    """Every model there is and its state."""

    models: tuple[tuple[ModelSpec, ModelState], ...]


def survey(token: CancelToken) -> Iterator[Event]:
    """Look at every model's weights; a first look at large files takes seconds, for their content is checked."""
    found = []
    for spec in all_models():
        token.check()
        found.append((spec, model_state(spec)))
    yield Surveyed(tuple(found))


class ModelDesk(QObject):
    """Lives in the main thread."""

    changed = Signal()  # phase, progress or error of the chosen model
    surveyed = Signal()  # the list of models
    opened = Signal(str)  # the chosen model answers now; the device it runs on

    def __init__(self, host: ThreadHost, desk: AnswerDesk, ready: MakeReady) -> None:
        super().__init__()
        self.spec: ModelSpec = official_models()[0]
        self.phase = Phase.PREPARING
        self.progress: Progress | None = None
        self.error: AppError | None = None
        self.states: dict[str, ModelState] = {}
        self.models: tuple[ModelSpec, ...] = official_models()
        self._host, self._desk, self._ready = host, desk, ready
        self._device = "auto"
        self.folder: Path | None = None  # the prepared form of the model that answers
        self._wanted = BUILT_IN
        self._has_surveyed = self._again = False
        self._job: Job | None = None
        self._survey: Job | None = None
        desk.opened.connect(self._on_opened)
        desk.refused.connect(self._on_refused)

    def refresh(self) -> None:
        """Look again which models are here."""
        self._again = self._survey is not None  # what has changed since it began, it may have missed
        if self._survey is None:
            self._survey = Job(survey, self._host, "survey")
            self._survey.events.connect(self._on_survey)
            self._survey.finished.connect(self._on_surveyed)
            self._survey.start()

    def choose(self, key: str, device: str) -> None:
        """Make a model the chosen one and get it ready. A key that is gone falls back to the built-in model,
        visibly: the selector shows what is chosen."""
        known = {spec.key: spec for spec in self.models}
        self._wanted, self._device = key, device
        self.spec = known.get(key, self.models[0])
        self.phase, self.error, self.progress = Phase.PREPARING, None, None
        self._desk.close_model()
        if self._job is not None:
            self._job.abandon()
            self._job = None
        if key in known or self._has_surveyed:
            self._get_ready(self.spec)
        else:
            self.refresh()  # one of yours, perhaps: nothing answers before it is clear
        self.changed.emit()

    def _get_ready(self, spec: ModelSpec) -> None:
        self._job = job = Job(partial(self._make_ready, spec, self._device), self._host, "prepare")
        job.events.connect(self._on_events)
        job.failed.connect(self.fail)
        job.finished.connect(self._on_prepared)
        job.start()

    def learn(self, spec: ModelSpec) -> None:
        """A model that has just come: it can be chosen at once, before the next survey finds it."""
        others = tuple(each for each in self.models if each.key != spec.key)
        known = tuple(spec if each.key == spec.key else each for each in self.models)
        self.models = known if len(others) < len(self.models) else (*self.models, spec)
        self.states[spec.key] = ModelState.READY
        self.surveyed.emit()

    def release(self) -> None:
        """Close the files of the chosen model; it answers again when it is chosen again."""
        self.folder = None
        self._desk.close_model()

    def shut_down(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._desk.stop()

    def _make_ready(self, spec: ModelSpec, device: str, token: CancelToken) -> Iterator[Event]:
        """Runs in the pump's thread."""
        if needs_preparing(device):
            return self._ready(spec, token)
        return iter([ModelReady(spec, Path())])

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, Progress):
                self.progress = event
                self.changed.emit()
            elif isinstance(event, ModelReady):
                self.folder = event.folder
                self._desk.open_model(event.spec, self._device)

    @Slot()
    def _on_prepared(self) -> None:
        if self.sender() is self._job:
            self._job = None

    @Slot(object)
    def _on_opened(self, opened: ModelOpened) -> None:
        self.phase, self.error, self.progress = Phase.READY, None, None
        self.states[self.spec.key] = ModelState.READY
        self.changed.emit()
        self.opened.emit(opened.device)

    @Slot(object)
    def _on_refused(self, refused: Refused) -> None:
        if refused.path is None:
            self.fail(refused.error)

    @Slot(object)
    def fail(self, error: AppError) -> None:
        """The chosen model cannot answer, or not any more."""
        self._desk.close_model()
        self.phase, self.error, self.progress = Phase.UNUSABLE, error, None
        self.changed.emit()

    @Slot(object)
    def _on_survey(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, Surveyed) and not self._again:
                self.models = tuple(spec for spec, _state in event.models)
                self.states = {spec.key: state for spec, state in event.models}
                self.surveyed.emit()

    @Slot()
    def _on_surveyed(self) -> None:
        self._survey, self._has_surveyed = None, True
        if self._again:
            self.refresh()
            return
        if self._wanted != self.spec.key and self._job is None:
            self.choose(self._wanted, self._device)
