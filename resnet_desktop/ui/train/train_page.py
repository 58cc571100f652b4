"""Point at a folder, watch it learn, keep your own classifier."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from resnet_desktop.core import frozen
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.run_store import Run
from resnet_desktop.core.training import TrainingConfig
from resnet_desktop.ui import words
from resnet_desktop.ui.classify.drop import Dropped, Meaning
from resnet_desktop.ui.drop_target import DropTarget
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.train.advanced import AdvancedDrawer
from resnet_desktop.ui.train.dataset_card import DatasetCard
from resnet_desktop.ui.train.plots import Curves
from resnet_desktop.ui.train.preset_card import PresetCard
from resnet_desktop.ui.train.result.result_view import ResultView
from resnet_desktop.ui.train.run_card import RunCard
from resnet_desktop.ui.train.runs_list import RunsList
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.ui.train.waiting_card import WaitingCard
from resnet_desktop.ui.widgets.basics import push_button, scrolling, text_label

SIDE, RUN = 264, 300


class TrainPage(DropTarget):
    """A view of the trainer."""

    use = Signal(str)  # key of the model to answer with
    back_to_runs = Signal()  # from a result that was opened there

    def __init__(self, session: Session, trainer: Trainer) -> None:
        super().__init__()
        self._session, self._trainer = session, trainer
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.presets = PresetCard(session, trainer)
        self.presets.start.connect(self._on_start)
        self.run_card = RunCard(trainer)
        self.run_card.use.connect(self.use)
        self.run_card.again.connect(self._on_again)
        self.run_card.wrong.connect(self._on_wrong)
        self.result = ResultView(session)
        self.result.back.connect(self._leave_result)
        self.result.open_picture.connect(self._on_open_picture)
        self._again = False
        self.advanced = AdvancedDrawer(session, trainer)
        self._curves = Curves(trainer)
        self._middle = QStackedWidget()
        self._middle.addWidget(self._curves)
        self._middle.addWidget(self.advanced)
        self._waiting = WaitingCard(trainer)
        self._middle.addWidget(self._waiting)
        self._form = scrolling(self.presets)
        self._right = QStackedWidget()
        self._right.setFixedWidth(RUN)
        self._right.addWidget(self._form)
        self._right.addWidget(self.run_card)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty())
        self._stack.addWidget(self._work())
        self._stack.addWidget(self.result)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        trainer.changed.connect(self.refresh)
        trainer.choices.changed.connect(self.refresh)
        self.dropped.connect(self._on_dropped)
        self.refresh()
        if trainer.reviewed is not None:  # by a window in another language or other looks
            self.show_result(trainer.reviewed, from_runs=trainer.reviewed_from_runs)

    def drop_sentence(self) -> str:
        return self.tr("Drop a folder whose subfolders are the classes")

    def _empty(self) -> QWidget:
        title = text_label(self.tr("Drop a folder whose subfolders are the classes"), "large", wrap=True)
        hint = text_label(
            self.tr("For example a folder “fruit” with the folders “apples”, “pears” and “plums” full of pictures."),
            "quiet",
            wrap=True,
        )
        edition = text_label(words.sentence_of(EngineError(frozen.NEEDS_FULL)), "careful", wrap=True)
        edition.setVisible(not frozen.can_train())
        for label in (title, hint, edition):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reason = text_label("", "bad", wrap=True)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choose = push_button(self.tr("Choose a folder…"), "folder", primary=True)
        choose.clicked.connect(self.choose_folder)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(choose)
        row.addStretch(1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addStretch(2)
        for label in (title, hint, edition, self._reason):
            column.addWidget(label)
        column.addSpacing(SPACE)
        column.addLayout(row)
        column.addStretch(1)
        column.addWidget(RunsList(self._trainer))
        column.addStretch(1)
        return page

    def _work(self) -> QWidget:
        dataset = DatasetCard(self._trainer)
        dataset.setFixedWidth(SIDE)
        dataset.another.connect(self._trainer.leave)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(dataset)
        row.addWidget(self._middle, 1)
        row.addWidget(self._right)
        return page

    def shown(self) -> None:
        """The person has come to this page."""
        self.setFocus()
        self._trainer.look()

    @Slot()
    def refresh(self) -> None:
        trainer = self._trainer
        at_work = trainer.stage is not Stage.EMPTY
        if trainer.reviewed is None:
            if self._stack.currentWidget() is self.result:
                self.result.leave()
            self._stack.setCurrentIndex(1 if at_work else 0)
        self._reason.setText(_sentence(trainer))
        self._reason.setVisible(bool(self._reason.text()))
        if trainer.stage is Stage.TRAINING:
            self._again = False
        has_run = self.run_card.has_run and not self._again
        self._right.setCurrentWidget(self.run_card if has_run else self._form)
        if trainer.choices.drawer_open and not has_run:
            self._middle.setCurrentWidget(self.advanced)
        else:
            waits = self._waiting.is_wanted and (has_run or trainer.stage is Stage.INSPECTING)
            self._middle.setCurrentWidget(self._waiting if waits else self._curves)

    @Slot()
    def choose_folder(self) -> None:
        start = self._session.settings.last_folder
        name = QFileDialog.getExistingDirectory(self, self.tr("A folder whose subfolders are the classes"), start)
        if name:
            self.choose(Path(name))

    def choose(self, folder: Path) -> None:
        self._session.remember(last_folder=str(folder))
        self._trainer.choose(folder)

    @Slot(object)
    def _on_dropped(self, dropped: Dropped) -> None:
        if dropped.meaning is Meaning.PATHS:
            self.choose(dropped.paths[0])

    @Slot(object)
    def _on_start(self, config: TrainingConfig) -> None:
        self._trainer.start(config)
        self.setFocus()  # the form has gone; without this the focus would jump into the header
        self.run_card.take_focus()

    @Slot()
    def _on_again(self) -> None:
        self._again = True
        self.refresh()
        self.presets.take_focus()

    def show_result(self, run: Run, *, from_runs: bool = False) -> None:
        """What the model of this run gets wrong."""
        self._trainer.reviewed, self._trainer.reviewed_from_runs = run, from_runs
        self.result.show_run(run)
        self._stack.setCurrentWidget(self.result)

    @Slot()
    def _leave_result(self) -> None:
        self._trainer.reviewed = None
        self.refresh()
        if self._trainer.reviewed_from_runs:
            self.back_to_runs.emit()

    @Slot(str)
    def _on_wrong(self, run_id: str) -> None:
        for run, *_ in self._trainer.runs:
            if run.id == run_id:
                self.show_result(run)

    @Slot(Path)
    def _on_open_picture(self, path: Path) -> None:
        """On the table, answered by the model that got it wrong where that is still here."""
        models, run = self._session.models, self._trainer.reviewed
        here = run is not None and any(spec.key == run.model for spec in models.models)
        self.use.emit(run.model if run is not None and here else models.spec.key)
        self._session.add((path,))


def _sentence(trainer: Trainer) -> str:
    return words.sentence_of(trainer.error) if trainer.error is not None and trainer.stage is Stage.EMPTY else ""
