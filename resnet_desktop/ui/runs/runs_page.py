"""Every run with its curves, its settings and its result; several on one plot."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from resnet_desktop.core.run_store import RunError
from resnet_desktop.ui import words
from resnet_desktop.ui.file_manager import open_own_folder
from resnet_desktop.ui.notices import NoticeWords
from resnet_desktop.ui.runs.compare_plots import CompareCard, ComparePlots
from resnet_desktop.ui.runs.run_deeds import RunDeeds
from resnet_desktop.ui.runs.run_details import RunDetails
from resnet_desktop.ui.runs.run_list import RunEntry, RunList
from resnet_desktop.ui.runs.run_reader import RunRead, RunReader
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.train.run_plots import RunPlots
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import push_button, scrolling, text_label
from resnet_desktop.workers.thread_host import ThreadHost

SIDE, DETAILS = 280, 300
REDRAW_MILLISECONDS = 250  # of a run that is going on


class RunsPage(QWidget):
    """A view of the trainer's runs."""

    result_wanted = Signal(object)  # Run: what it got wrong
    train_wanted = Signal()  # to the Train page
    said = Signal(object)  # Saying, for the banner

    def __init__(self, trainer: Trainer, host: ThreadHost) -> None:
        super().__init__()
        self._trainer = trainer
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._shown: object = None
        self._filling = False
        self._single: RunEntry | None = None
        self._read: RunRead | None = None
        self._deeds = RunDeeds(self)
        self._reader = RunReader(host)
        self._reader.read.connect(self._on_read)
        self.list = RunList()
        self.details = RunDetails()
        self.plots = RunPlots()
        self.compare = ComparePlots()
        self.compare_card = CompareCard()
        self._nothing = text_label("", "quiet", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._middle, self._right, self._stack = QStackedWidget(), QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REDRAW_MILLISECONDS)
        self._soon.timeout.connect(self._grow)
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        self._middle.addWidget(_card(self._nothing))
        self._middle.addWidget(self.plots)
        self._middle.addWidget(self.compare)
        self._right.addWidget(self.details)
        self._right.addWidget(self.compare_card)
        scroll = scrolling(self._right)
        scroll.setFixedWidth(DETAILS)
        work = QWidget()
        row = QHBoxLayout(work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._side())
        row.addWidget(self._middle, 1)
        row.addWidget(scroll)
        for widget in (QWidget(), self._empty(), work):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _side(self) -> QFrame:
        side = QFrame()
        side.setProperty("role", "card")
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(GAP, SPACE, GAP, SPACE)
        column.setSpacing(GAP)
        hint = self.tr("Hold Ctrl or Shift to choose several runs and compare them.")
        for label in (text_label(self.tr("RUNS"), "section"), text_label(hint, "small", wrap=True)):
            label.setContentsMargins(GAP, 0, GAP, 0)
            column.addWidget(label)
        column.insertWidget(1, self.list, 1)
        return side

    def _empty(self) -> QWidget:
        title = text_label(self.tr("No runs yet"), "large", wrap=True)
        hint = text_label(
            self.tr(
                "Every training is kept here with its curves and its result. The first one starts on the Train page."
            ),
            "quiet",
            wrap=True,
        )
        button = push_button(self.tr("Train a model"), primary=True)
        button.clicked.connect(self.train_wanted)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button)
        row.addStretch(1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addStretch(2)
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(SPACE)
        column.addLayout(row)
        column.addStretch(3)
        return page

    def _connect(self) -> None:
        self._trainer.changed.connect(self.refresh)
        self._trainer.told.connect(self._on_told)
        self.list.selectionModel().selectionChanged.connect(self._on_chosen)
        self.details.go_on.connect(self._on_continue)
        self.details.result.connect(self._on_result)
        self.details.open_folder.connect(self._on_open_folder)
        self.details.rename.connect(self._on_rename)
        self.details.delete.connect(self._on_delete)

    def shown(self) -> None:
        """The person has come to this page."""
        self.setFocus()
        self._focus_list()
        self._trainer.look()

    def _focus_list(self) -> None:
        """The arrow keys walk along the runs at once, but the focus is not taken from anything else."""
        if self.hasFocus() and self.list.isVisible():
            self.list.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Take over the trainer's runs; nothing where they are those of before."""
        trainer = self._trainer
        entries = tuple(RunEntry(run, go, trainer.is_at_work_on(run)) for run, go in trainer.runs)
        state = (trainer.has_looked, entries, trainer.busy)
        if not self.isVisible() or state == self._shown:
            return
        self._shown = state
        self._stack.setCurrentIndex((2 if trainer.runs else 1) if trainer.has_looked else 0)
        self._focus_list()
        self._filling = True
        self.list.show_entries(entries)
        self._filling = False
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        if self._filling:
            return
        chosen = self.list.chosen()
        if len(chosen) > 1:
            self._compare(chosen)
        elif chosen:
            self._show(chosen[0])
        else:
            self._reader.stop()
            self._single = self._read = None
            self._say(self.tr("Choose a run on the side."))
            self._right.hide()

    def _compare(self, entries: tuple[RunEntry, ...]) -> None:
        self._single = self._read = None
        self.compare.show_runs(entries)
        self.compare_card.show_runs(entries)
        self._middle.setCurrentWidget(self.compare)
        self._right.setCurrentWidget(self.compare_card)
        self._right.show()
        self._reader.want(tuple(entry.run for entry in entries))

    def _show(self, entry: RunEntry) -> None:
        another = self._single is None or self._single.run.id != entry.run.id
        self._single = entry
        self._read = None if another else self._read
        self._right.setCurrentWidget(self.details)
        self._right.show()
        self._tell()
        if another:
            self._say("")
        self._reader.want((entry.run,))

    def _tell(self) -> None:
        if self._single is not None:
            facts, report = (self._read.facts, self._read.has_report) if self._read else (None, False)
            self.details.show_run(self._single, facts, has_report=report, busy=self._trainer.busy)

    def _say(self, sentence: str) -> None:
        self._nothing.setText(sentence)
        self._middle.setCurrentIndex(0)

    @Slot(object)
    def _on_read(self, read: RunRead) -> None:
        if self._single is None:
            self.compare.take(read)
        elif self._single.run.id == read.run.id:
            self._read = read
            self._tell()
            live = self._single.at_work and bool(self._trainer.curves)
            curves = self._trainer.curves if live else read.curves
            if curves:
                self.plots.show_curves(curves, read.run.label)
                self._middle.setCurrentWidget(self.plots)
            else:
                self._say(self._nothing_to_draw())

    def _nothing_to_draw(self) -> str:
        if self._single is not None and self._single.at_work:
            return self.tr("The curves grow here as soon as there are numbers.")
        return self.tr("It ended before there was anything to draw.")

    @Slot()
    def _on_told(self) -> None:
        if self.isVisible() and self._single is not None and self._single.at_work and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _grow(self) -> None:
        """The curves of the run that is going on."""
        if self._single is not None and self._middle.currentWidget() is self.plots:
            self.plots.redraw()
        elif self._single is not None and self._trainer.curves:
            self._reader.want((self._single.run,))

    # What the buttons do

    @Slot()
    def _on_continue(self) -> None:
        if self._single is not None and not self._trainer.busy:
            self._trainer.resume(self._single.run)
            self.train_wanted.emit()

    @Slot()
    def _on_result(self) -> None:
        if self._single is not None:
            self.result_wanted.emit(self._single.run)

    @Slot()
    def _on_open_folder(self) -> None:
        if self._single is not None:
            folder = self._single.run.folder
            if not (folder.is_dir() and open_own_folder(folder)):
                self.said.emit(lambda: NoticeWords().folder_not_opened(folder))

    @Slot()
    def _on_rename(self) -> None:
        run = self._single.run if self._single is not None else None
        title = self._deeds.new_title(run) if run is not None else None
        if run is not None and title is not None:
            try:
                self._trainer.rename(run, title)
            except RunError as error:
                self._refuse(error)

    @Slot()
    def _on_delete(self) -> None:
        run = self._single.run if self._single is not None else None
        if run is not None and self._deeds.may_delete(run):
            self._reader.stop()
            try:
                self._trainer.delete(run)
            except RunError as error:
                self._refuse(error)

    def _refuse(self, error: RunError) -> None:
        self.said.emit(lambda: words.sentence_of(error))


def _card(widget: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(GAP, GAP, GAP, GAP)
    column.addWidget(widget)
    return card
