"""Why a classifier fails: its figures, what it mixes up, and the pictures themselves."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.events import Event
from resnet_desktop.core.model_store import slug_of
from resnet_desktop.core.report import Report
from resnet_desktop.core.run_store import Run
from resnet_desktop.ui import words
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.result.classes_table import ClassesTable
from resnet_desktop.ui.train.result.matrix import Matrix
from resnet_desktop.ui.train.result.mistakes_card import MistakesCard
from resnet_desktop.ui.train.result.mix_ups import MixUps
from resnet_desktop.ui.train.result.pair import ALL, Pair
from resnet_desktop.ui.train.result.result_header import ResultHeader
from resnet_desktop.ui.train.result.result_jobs import PageWritten, ReportRead, read, write_page
from resnet_desktop.ui.widgets.basics import announce, text_label
from resnet_desktop.workers.one_job import OneJob

LEFT, RIGHT = 11, 13  # shares of the width


class ResultView(QWidget):
    """One run at a time."""

    back = Signal()
    open_picture = Signal(Path)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.run: Run | None = None
        self.report: Report | None = None
        self.pair = ALL
        self._job = OneJob(session.host, "result", self)
        self._job.happened.connect(self._on_event)
        self._job.failed.connect(self._on_failed)
        self.header = ResultHeader(session)
        self.matrix = Matrix()
        self.mix_ups = MixUps()
        self.table = ClassesTable()
        self.mistakes = MistakesCard(session.host)
        self._message = text_label("", "quiet", wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body = QStackedWidget()
        self._body.addWidget(self._in_card(self._message))
        self._body.addWidget(self._parts())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.header)
        column.addWidget(self._body, 1)
        self.header.back.connect(self.back)
        self.header.save.connect(self.save)
        self.matrix.chosen.connect(self.choose)
        self.mix_ups.chosen.connect(self.choose)
        self.table.chosen.connect(self.choose)
        self.mistakes.everything.connect(self._on_everything)
        self.mistakes.opened.connect(self.open_picture)

    @staticmethod
    def _in_card(widget: QWidget) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addWidget(widget)
        return card

    def _parts(self) -> QWidget:
        parts = QWidget()
        row = QHBoxLayout(parts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._figures(), LEFT)
        row.addWidget(self.mistakes, RIGHT)
        return parts

    def _figures(self) -> QFrame:
        """The matrix and the table share a place: who looks at one does not need the other."""
        card, pages = QFrame(), QStackedWidget()
        self._tabs = QButtonGroup(self)
        card.setProperty("role", "card")
        tabs = QHBoxLayout()
        tabs.setSpacing(GAP)
        for number, name in enumerate((self.tr("What was taken for what"), self.tr("Class by class"))):
            tab = QToolButton()
            tab.setProperty("role", "tab")
            tab.setText(name)
            tab.setAccessibleName(name)
            tab.setMinimumWidth(_bold_width(tab))
            tab.setCheckable(True)
            tab.setChecked(number == 0)
            self._tabs.addButton(tab, number)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        self._tabs.idClicked.connect(pages.setCurrentIndex)
        pages.addWidget(self._matrix_page())
        pages.addWidget(self.table)
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE, GAP, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addLayout(tabs)
        column.addWidget(pages, 1)
        return card

    def _matrix_page(self) -> QWidget:
        legend = self.tr(
            "Rows: what the pictures show. Columns: what the model said. Click a cell to see its mistakes."
        )
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(text_label(legend, "small", wrap=True))
        column.addWidget(self.matrix, 1)
        column.addWidget(self.mix_ups)
        return page

    def show_run(self, run: Run) -> None:
        """Read the report of a run, off the main thread, and show it."""
        self._abandon()
        self.run, self.report = run, None
        self.header.show_run(run)
        self._say(self.tr("Reading the result…"))
        self._job.start(partial(read, run))

    def leave(self) -> None:
        """Do no more for a result that nobody looks at."""
        self._abandon()
        self.run = self.report = None

    @Slot(object)
    def choose(self, pair: Pair) -> None:
        """Show the mistakes of one kind."""
        if self.report is None:
            return
        self.pair = pair
        self.mistakes.show_pair(self.report, pair)
        self.matrix.mark(pair)
        self.mix_ups.mark(pair)
        self.table.mark(pair)

    @Slot()
    def _on_everything(self) -> None:
        self.choose(ALL)

    @Slot()
    def save(self) -> None:
        """Ask for a file, and write the report into it as a page for any browser."""
        if self.run is None or self.report is None:
            return
        suggested = Path(self._session.settings.last_folder or Path.home()) / f"{slug_of(self.run.config.name)}.html"
        kinds = self.tr("Web pages (*.html)")
        name, _kind = QFileDialog.getSaveFileName(self, self.tr("Save as web page…"), str(suggested), kinds)
        if name:
            self.write(Path(name))

    def write(self, path: Path) -> None:
        """Write the page; its title says what was evaluated."""
        if self.run is None or self.report is None:
            return
        title = f"{self.run.config.name}: {self.run.config.dataset}"
        self._job.start(partial(write_page, self.report, title, path.with_suffix(path.suffix or ".html")))

    def _abandon(self) -> None:
        self.mistakes.mistakes.stop()
        self._job.stop()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, ReportRead):
            self._show(event.report)
        elif isinstance(event, PageWritten):
            self.header.say(self.tr("Saved."))
            announce(self, self.tr("Saved."))

    def _show(self, report: Report) -> None:
        self.report = report
        self.header.show_report(report)
        self.matrix.show_report(report)
        self.mix_ups.show_report(report)
        self.table.show_report(report)
        self.choose(ALL)
        self._body.setCurrentIndex(1)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if self.report is None:
            self._say(words.sentence_of(error))
        else:
            self.header.say(words.sentence_of(error), "bad")

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._body.setCurrentIndex(0)


def _bold_width(tab: QToolButton) -> int:
    """Room for its text when it is the chosen one: the style measures it as it is now."""
    font = QFont(tab.font())
    font.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(font).horizontalAdvance(tab.text()) + 2 * SPACE
