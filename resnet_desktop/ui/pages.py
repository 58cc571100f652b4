"""The pages of the window. All but the first are made, and imported, when they are first wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from resnet_desktop.core.run_store import Run
from resnet_desktop.ui.classify.classify_page import ClassifyPage
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.models.models_page import ModelsPage
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.train.trainer import Trainer

if TYPE_CHECKING:
    from resnet_desktop.ui.runs.runs_page import RunsPage
    from resnet_desktop.ui.train.train_page import TrainPage

CLASSIFY, TRAIN, RUNS, MODELS = 0, 1, 2, 3


class Pages(QStackedWidget):
    """Which page is shown, and what they say to the window."""

    changed = Signal(int)  # number of the page that is shown now
    use = Signal(str)  # key of the model to answer with
    get = Signal(object)  # ModelSpec to download
    choose_file = Signal()  # of weights
    weights_dropped = Signal(object)  # Dropped
    said = Signal(object)  # Saying, for the banner

    def __init__(self, session: Session, library: ModelLibrary, trainer: Trainer) -> None:
        super().__init__()
        self._session, self._library, self._trainer = session, library, trainer
        self.classify = ClassifyPage(session, library)
        self.models_page: ModelsPage | None = None
        self.train_page: TrainPage | None = None
        self.runs_page: RunsPage | None = None
        self.addWidget(self.classify)

    @property
    def number(self) -> int:
        """Of the page that is shown."""
        page = self.currentWidget()
        numbers = {id(self.train_page): TRAIN, id(self.runs_page): RUNS, id(self.models_page): MODELS}
        return CLASSIFY if page is self.classify else numbers[id(page)]

    @Slot(int)
    def show_page(self, number: int) -> None:
        self.changed.emit(number)
        if number == CLASSIFY:
            self.setCurrentWidget(self.classify)
            return
        make: dict[int, Callable[[], TrainPage | RunsPage | ModelsPage]]
        make = {TRAIN: self.train, RUNS: self.runs, MODELS: self.models}
        page = make[number]()
        self.setCurrentWidget(page)
        page.shown()

    def models(self) -> ModelsPage:
        if self.models_page is None:
            self.models_page = page = ModelsPage(self._session, self._library)
            self.addWidget(page)
            page.dropped.connect(self.weights_dropped)
            page.use.connect(self.use)
            page.get.connect(self.get)
            page.choose_file.connect(self.choose_file)
            page.said.connect(self.said)
        return self.models_page

    def train(self) -> TrainPage:
        if self.train_page is None:
            from resnet_desktop.ui.train.train_page import TrainPage

            self.train_page = page = TrainPage(self._session, self._trainer)
            self.addWidget(page)
            page.use.connect(self.use)
            page.back_to_runs.connect(self._show_runs)
        return self.train_page

    def runs(self) -> RunsPage:
        if self.runs_page is None:
            from resnet_desktop.ui.runs.runs_page import RunsPage

            self.runs_page = page = RunsPage(self._trainer, self._session.host)
            self.addWidget(page)
            page.train_wanted.connect(self._show_train)
            page.result_wanted.connect(self._show_result)
            page.said.connect(self.said)
        return self.runs_page

    @Slot()
    def _show_train(self) -> None:
        self.show_page(TRAIN)

    @Slot()
    def _show_runs(self) -> None:
        self.show_page(RUNS)

    @Slot(object)
    def _show_result(self, run: Run) -> None:
        self.show_page(TRAIN)
        self.train().show_result(run, from_runs=True)
