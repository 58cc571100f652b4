"""How long each preset would take, measured in the background as soon as there is a dataset and the machine is idle."""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core import frozen
from resnet_desktop.core.dataset import Dataset
from resnet_desktop.core.devices import Device
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training_time import TimesMeasured
from resnet_desktop.engine.probe import probe
from resnet_desktop.ui.session import Session
from resnet_desktop.workers.one_job import OneJob
from resnet_desktop.workers.thread_host import ThreadHost

log = logging.getLogger(__name__)


class Prober(QObject):
    """Lives in the main thread. What cannot be measured is not told: the presets then have no times."""

    changed = Signal()

    def __init__(self, session: Session, host: ThreadHost) -> None:
        super().__init__()
        self._session = session
        self.times: TimesMeasured | None = None
        self.devices: tuple[Device, ...] = ()  # that torch can train on, as far as known
        self._known: dict[tuple[str, str, str], TimesMeasured] = {}
        self._wanted: tuple[Dataset, str, str] | None = None
        self._tried = False  # for what is wanted now
        self._resting = False
        self._job = OneJob(host, "probe", self)
        self._job.happened.connect(self._on_event)
        self._job.failed.connect(self._on_failed)
        self._job.finished.connect(self.changed)
        session.run_changed.connect(self._start)

    @property
    def measuring(self) -> bool:
        return self._job.busy

    def want(self, dataset: Dataset, model: str, device: str) -> None:
        """Measure this, unless it is what is being measured or has been."""
        if not frozen.can_train():
            return
        wanted = self._wanted
        if wanted is not None and wanted[0] is dataset and wanted[1:] == (model, device):
            self._start()
            return
        self._job.stop()
        self._wanted, self._tried, self.times = (dataset, model, device), False, None
        self._start()
        self.changed.emit()

    def rest(self) -> None:
        """Something else needs the machine now."""
        self._resting = True
        if self._job.busy:
            self._job.stop()
            self._tried = False
            self.changed.emit()

    def go_on(self) -> None:
        """The machine is idle again."""
        self._resting = False
        self._start()

    def forget(self) -> None:
        """There is no dataset any more."""
        self._job.stop()
        self._wanted, self.times, self._resting = None, None, False
        self.changed.emit()

    @Slot()
    def _start(self) -> None:
        busy = self._job.busy or self._resting or self._session.many.running
        if busy or self._tried or self._wanted is None:
            return
        dataset, model, device = self._wanted
        self._tried = True
        self._job.start(partial(probe, dataset, model, device, dict(self._known)))

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, TimesMeasured):
            self.times, self.devices = event, event.devices
            if event.whole:
                self._known[event.key] = event
            self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        log.warning("times cannot be measured: %s", error)
