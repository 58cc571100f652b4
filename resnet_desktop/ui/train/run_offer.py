"""At the start of the program: the newest run, if it was interrupted, can go on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.run_store import Run
from resnet_desktop.ui.notices import NoticeWords
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.banner import Banner


class RunOffer(QObject):
    """Looks once, says it above the page, and takes the run up when the person wants that."""

    taken = Signal()

    def __init__(self, trainer: Trainer, banner: Banner) -> None:
        super().__init__()
        self._trainer, self._banner = trainer, banner
        self._run: Run | None = None

    def begin(self) -> None:
        self._trainer.changed.connect(self._on_looked)
        self._trainer.look()

    @Slot()
    def _on_looked(self) -> None:
        if not self._trainer.has_looked:
            return
        self._trainer.changed.disconnect(self._on_looked)
        newest = self._trainer.runs[:1]
        if self._trainer.busy or not newest or not newest[0][1] or self._banner.sentence:
            return
        self._offer(newest[0][0])

    def take_place_of(self, old: RunOffer) -> None:
        """Offer in this window what the other one offers."""
        if old._run is not None and old._banner.offering:
            self._offer(old._run)

    def _offer(self, run: Run) -> None:
        self._run = run
        name = one_line(run.label)
        self._banner.accepted.connect(self._on_accepted)
        self._banner.offer(lambda: NoticeWords().unfinished(name), self.tr("Continue"))

    @Slot()
    def _on_accepted(self) -> None:
        self._banner.accepted.disconnect(self._on_accepted)
        if self._run is not None and not self._trainer.busy:
            self._trainer.resume(self._run)
            self.taken.emit()
