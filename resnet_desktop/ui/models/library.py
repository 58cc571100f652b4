"""What can be done with models: get, bring, prepare, verify, export, remove. The state behind the Models page."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.devices import Device, DevicesFound
from resnet_desktop.core.download import discard_part
from resnet_desktop.core.errors import AppError, ModelError
from resnet_desktop.core.events import Event, WeightsExamined
from resnet_desktop.engine.add_model import discard, examine
from resnet_desktop.engine.find_devices import find_devices
from resnet_desktop.engine.ready import make_ready
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models import library_jobs
from resnet_desktop.ui.models.library_jobs import ModelKept, SpaceFreed
from resnet_desktop.ui.models.model_facts import CacheSize, ModelFacts, look_closer
from resnet_desktop.ui.models.task import Doing, Task
from resnet_desktop.ui.session import Session
from resnet_desktop.workers.job import EventBatch, Job
from resnet_desktop.workers.thread_host import ThreadHost

IMPORT = "import"  # the key of tasks that belong to no model yet
CACHES = "caches"


class ModelLibrary(QObject):
    """Lives in the main thread. One task a model at a time."""

    changed = Signal()  # tasks, errors, facts or devices
    examined = Signal(object)  # WeightsExamined whose class names have to be asked for
    arrived = Signal(object)  # ModelSpec: downloaded or brought just now
    verified = Signal(object)  # ModelSpec: its file is good
    repeated = Signal(object)  # ModelSpec: what was brought is this model, which was here before
    exported = Signal(object)  # ModelExported
    not_exported = Signal(object)  # AppError
    freed = Signal(int)  # bytes
    failed = Signal(object)  # AppError of any task

    def __init__(self, session: Session, host: ThreadHost) -> None:
        super().__init__()
        self._session, self._host = session, host
        session.model_changed.connect(self._on_model_changed)
        self.tasks: dict[str, Task] = {}
        self.errors: dict[str, AppError] = {}
        self.paused: set[str] = set()
        self.facts: dict[str, ModelFacts] = {}
        self.devices: tuple[Device, ...] = ()
        self.has_fast = self.devices_known = False
        self.cache_size = 0
        self._asked: WeightsExamined | None = None
        self._waiting: deque[Path] = deque()
        self._look: Job | None = None
        self._look_again = False
        self._search: Job | None = None

    # Looking

    def look(self) -> None:
        """Measure and weigh everything, after whatever look is on its way."""
        if self._look is not None:
            self._look_again = True
            return
        self._look_again = False
        # A speed measured beside other work would be wrong for good.
        idle = not self.tasks and not self._session.many.running
        look = partial(look_closer, self._session.settings.device, idle, self._session.models.folder)
        self._look = Job(look, self._host, "look")
        self._look.events.connect(self._on_facts)
        self._look.finished.connect(self._on_looked)
        self._look.start()

    def find_devices(self) -> None:
        """Ask once for what models can run on."""
        if self._search is None and not self.devices_known:
            self._search = Job(find_devices, self._host, "devices")
            self._search.events.connect(self._on_devices)
            self._search.succeeded.connect(self._on_devices_known)
            self._search.finished.connect(self._on_searched)
            self._search.start()

    # Doing

    def download(self, spec: ModelSpec) -> None:
        settings = self._session.settings
        self.paused.discard(spec.key)
        make = partial(library_jobs.download_job, spec, settings.mirror, settings.proxy)
        self._start(Task(spec.key, Doing.DOWNLOADING, make, self._host))

    def pause(self, spec: ModelSpec) -> None:
        """Stop a download; what has come stays for the next time."""
        if spec.key in self.tasks:
            self.paused.add(spec.key)
            self.tasks[spec.key].cancel()
            self.changed.emit()

    def give_up(self, spec: ModelSpec) -> None:
        """Stop a download and forget what has come."""
        self.paused.discard(spec.key)
        if spec.key in self.tasks:
            self.tasks[spec.key].cancel()
        else:
            self._discard_part(spec)
            self.look()
        self.changed.emit()

    def _discard_part(self, spec: ModelSpec) -> None:
        try:
            discard_part(spec)
        except ModelError as error:  # another process is at it
            self.errors[spec.key] = error

    def prepare(self, spec: ModelSpec) -> None:
        self._start(Task(spec.key, Doing.PREPARING, partial(make_ready, spec), self._host))

    def verify(self, spec: ModelSpec) -> None:
        self._start(Task(spec.key, Doing.VERIFYING, partial(library_jobs.verify_job, spec), self._host))

    def remove(self, spec: ModelSpec) -> None:
        if self._session.models.spec.key == spec.key:
            self._session.models.release()  # Windows removes no file that is in use
        self._start(Task(spec.key, Doing.REMOVING, partial(library_jobs.remove_job, spec), self._host))

    def export(self, spec: ModelSpec, file: Path) -> None:
        self._start(Task(spec.key, Doing.EXPORTING, partial(library_jobs.export_job, spec, file), self._host))

    def bring(self, files: Sequence[Path]) -> None:
        """Look into foreign files, one after another; what each is decides what happens next."""
        self._waiting.extend(files)
        self._bring_next()

    @Slot()
    def _bring_next(self) -> None:
        if self._waiting and IMPORT not in self.tasks:
            file = self._waiting.popleft()
            self._start(Task(IMPORT, Doing.EXAMINING, partial(examine, file), self._host))

    def keep(self, examined: WeightsExamined, title: str = "", names: tuple[str, ...] = ()) -> None:
        self._start(Task(IMPORT, Doing.KEEPING, partial(library_jobs.keep_job, examined, title, names), self._host))

    def forget(self, examined: WeightsExamined) -> None:
        """The person does not want it after all."""
        discard(examined)
        self._bring_next()

    def free_caches(self) -> None:
        """Everything but the prepared form of the model that is answering."""
        self._start(
            Task(CACHES, Doing.FREEING, partial(library_jobs.free_job, self._session.models.folder), self._host)
        )

    def cancel(self, key: str) -> None:
        if key in self.tasks:
            self.tasks[key].cancel()

    def shut_down(self) -> None:
        self._waiting.clear()
        for task in self.tasks.values():
            task.cancel()

    def _start(self, task: Task) -> None:
        if task.key in self.tasks:
            return
        self.errors.pop(task.key, None)
        self.tasks[task.key] = task
        task.changed.connect(self.changed)
        task.ended.connect(self._on_ended)
        task.start()
        self.changed.emit()

    # What came of it

    @Slot(object)
    def _on_ended(self, task: Task) -> None:
        del self.tasks[task.key]
        spec = self._spec(task.key)
        if task.error is not None and task.doing is Doing.EXPORTING:
            self.not_exported.emit(task.error)  # nothing is wrong with the model: no word for its card
        elif task.error is not None:
            self.errors[task.key] = task.error
            self._after_error(task, spec, task.error)
        elif task.unwanted and isinstance(task.last, WeightsExamined):
            discard(task.last)
        elif task.cancelled:
            if spec is not None and task.doing is Doing.DOWNLOADING and task.key not in self.paused:
                self._discard_part(spec)
        else:
            self._go_on(task, spec)
        if task.doing not in (Doing.EXAMINING, Doing.EXPORTING, Doing.FREEING):
            self._session.models.refresh()
        self.look()
        self.changed.emit()
        QTimer.singleShot(0, self._bring_next)

    def _after_error(self, task: Task, spec: ModelSpec | None, error: AppError) -> None:
        chosen = spec is not None and self._session.models.spec.key == spec.key
        if chosen and task.doing is Doing.REMOVING:
            self._session.choose_model(task.key)  # it is still here
        elif chosen and task.doing is Doing.VERIFYING:
            self._session.models.fail(error)
        self.failed.emit(error)

    def _go_on(self, task: Task, spec: ModelSpec | None) -> None:
        """The next step after a task that succeeded."""
        next_step: dict[Doing, Callable[[], None]] = {
            Doing.EXAMINING: lambda: self._on_examined(task.last),
            Doing.KEEPING: lambda: self._on_kept(task.last),
            Doing.EXPORTING: lambda: self.exported.emit(task.last),
            Doing.FREEING: lambda: self.freed.emit(task.last.size if isinstance(task.last, SpaceFreed) else 0),
        }
        if task.doing in next_step:
            next_step[task.doing]()
        elif spec is not None and task.doing is Doing.DOWNLOADING:
            self._arrive(spec)
        elif spec is not None and task.doing is Doing.VERIFYING:
            self.verified.emit(spec)
        elif spec is not None and task.doing is Doing.REMOVING and self._session.models.spec.key == spec.key:
            self._session.choose_model(spec.key)

    def _on_examined(self, event: Event | None) -> None:
        if isinstance(event, WeightsExamined):
            if event.official or event.described is not None:
                self.keep(event)
            else:
                # In a turn of its own: the question that follows has an event loop, and the page behind must not wait.
                self._asked = event
                QTimer.singleShot(0, self._ask)

    @Slot()
    def _ask(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            self.examined.emit(asked)

    def _on_kept(self, event: Event | None) -> None:
        if isinstance(event, ModelKept) and event.already:
            self.repeated.emit(event.spec)
        elif isinstance(event, ModelKept):
            self._arrive(event.spec)

    def _arrive(self, spec: ModelSpec) -> None:
        """A model that is new here is prepared at once, so that the first picture need not wait for it."""
        self.paused.discard(spec.key)
        self._session.models.learn(spec)
        if self._session.models.spec.key == spec.key:
            self._session.choose_model(spec.key)
        else:
            self.prepare(spec)
        self.arrived.emit(spec)

    def _spec(self, key: str) -> ModelSpec | None:
        return next((spec for spec in self._session.models.models if spec.key == key), None)

    @Slot()
    def _on_model_changed(self) -> None:
        """The chosen model is prepared by itself; a second preparation beside it would only slow both."""
        models = self._session.models
        task = self.tasks.get(models.spec.key)
        if models.phase is Phase.PREPARING and task is not None and task.doing is Doing.PREPARING:
            task.cancel()

    @Slot(object)
    def _on_facts(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, ModelFacts):
                self.facts[event.key] = event
            elif isinstance(event, CacheSize):
                self.cache_size = event.size
        self.changed.emit()

    @Slot()
    def _on_looked(self) -> None:
        self._look = None
        if self._look_again:
            self.look()

    @Slot(object)
    def _on_devices(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, DevicesFound):
                self.devices, self.has_fast = event.devices, event.fast
        self.changed.emit()

    @Slot()
    def _on_searched(self) -> None:
        self._search = None

    @Slot()
    def _on_devices_known(self) -> None:
        self.devices_known = True
        self.changed.emit()
