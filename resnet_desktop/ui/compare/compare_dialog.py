"""One picture, all ready models side by side: their answers and what they take."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui import words
from resnet_desktop.ui.classify.answer_card import ClassBar
from resnet_desktop.ui.compare.compare_job import Compared, compare
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.widgets.basics import push_button, text_label
from resnet_desktop.workers.job import EventBatch, Job

SIZE = (900, 560)
COLUMNS, TOP = 3, 3


class ModelColumn(QFrame):
    """One model's card."""

    def __init__(self, spec: ModelSpec, language: str) -> None:
        super().__init__()
        self._spec, self._language = spec, language
        self.setProperty("role", "card")
        self.setMinimumWidth(240)
        self._waiting = text_label(self.tr("Looking…"), "quiet", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._column.setSpacing(0)
        self._column.addWidget(text_label(ModelWords().title(spec), "heading"))
        self._column.addWidget(self._waiting)
        self._column.addStretch(1)

    def give_up(self) -> None:
        """There is nothing to look at."""
        self._waiting.setText("")

    def show_result(self, compared: Compared) -> None:
        if compared.answer is None:
            self._waiting.setText(words.sentence_of(compared.error) if compared.error else "")
            return
        number = QLocale().toString(compared.answer.milliseconds, "f", 1)
        self._waiting.setText(self.tr("{number} ms").format(number=number))
        labels = labels_of(self._spec, self._language)
        for rank, prediction in enumerate(compared.answer.predictions[:TOP]):
            bar = ClassBar()
            bar.setCheckable(False)
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._column.insertWidget(2 + rank, bar)
            bar.show_prediction(labels[prediction.index], prediction)


class CompareDialog(QDialog):
    """Works through the models while it is open; closing it stops the work."""

    def __init__(self, path: Path, session: Session, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("All models"))
        self.resize(*SIZE)
        models = session.models
        specs = [spec for spec in models.models if models.states.get(spec.key) is ModelState.READY]
        self._columns = {spec.key: ModelColumn(spec, session.language) for spec in specs}
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setRange(0, len(specs))
        self._progress.setAccessibleName(self.tr("Models that have answered"))
        self._note = text_label("", "bad", wrap=True)
        self._lay_out(path)
        work = partial(compare, path, specs, session.opener, session.ready, session.settings.device)
        self._job: Job | None = Job(work, session.host, "compare")
        self._job.events.connect(self._on_events)
        self._job.failed.connect(self._on_failed)
        self._job.finished.connect(self._on_finished)
        self._job.start()

    def _lay_out(self, path: Path) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACE)
        for number, card in enumerate(self._columns.values()):
            grid.addWidget(card, number // COLUMNS, number % COLUMNS)
        for number in range(COLUMNS):
            grid.setColumnStretch(number, 1)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(grid)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        hint = self.tr("Models that are not on this computer are left out; the Models page brings them.")
        close = push_button(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(text_label(hint, "small", wrap=True), 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addWidget(text_label(words.left_to_right(path.name), "title"))
        column.addWidget(self._progress)
        column.addWidget(self._note)
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        self._note.hide()

    @property
    def running(self) -> bool:
        """Whether there are models still to answer."""
        return self._job is not None

    @Slot(object)
    def _on_events(self, batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, Compared):
                self._columns[event.spec.key].show_result(event)
                self._progress.setValue(self._progress.value() + 1)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._note.setText(words.sentence_of(error))
        self._note.show()
        for card in self._columns.values():
            card.give_up()

    @Slot()
    def _on_finished(self) -> None:
        self._job = None
        self._progress.hide()

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.abandon()
            self._job = None
        super().done(result)
