"""Layout and wiring only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from resnet_desktop.core.errors import AppError
from resnet_desktop.ui import icons, words
from resnet_desktop.ui.classify.drop import PastedPictures
from resnet_desktop.ui.compare.compare_dialog import CompareDialog
from resnet_desktop.ui.drop_target import DropTarget
from resnet_desktop.ui.file_manager import show_in_folder
from resnet_desktop.ui.header import Header
from resnet_desktop.ui.intake import Intake
from resnet_desktop.ui.main_menu import MainMenu
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.models.model_flow import ModelFlow
from resnet_desktop.ui.notices import NoticeWords
from resnet_desktop.ui.pages import CLASSIFY, MODELS, RUNS, TRAIN, Pages
from resnet_desktop.ui.session import Notice, Session
from resnet_desktop.ui.status_line import StatusLine
from resnet_desktop.ui.theme import SPACE
from resnet_desktop.ui.train.close_question import CloseQuestion
from resnet_desktop.ui.train.run_offer import RunOffer
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.banner import Banner, GoodNews

if TYPE_CHECKING:
    from resnet_desktop.ui.models.models_page import ModelsPage
    from resnet_desktop.ui.runs.runs_page import RunsPage
    from resnet_desktop.ui.train.train_page import TrainPage

START_SIZE = (1280, 720)
SMALLEST = (1024, 600)


class MainWindow(QMainWindow):
    """A view of the session; a new one is built when the language or the looks change."""

    closing = Signal()
    language_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, session: Session, library: ModelLibrary, trainer: Trainer, pasted: PastedPictures) -> None:
        super().__init__()
        self._session, self._library, self._trainer = session, library, trainer
        self.setWindowTitle("ResNet Desktop")
        self.setWindowIcon(icons.icon("app", 64))
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.header = Header(session.settings)
        self.banner = Banner()
        self.pages = Pages(session, library, trainer)
        self.page = self.pages.classify
        self.replaced = False  # by another window, in another language or other looks
        self.status = StatusLine(session)
        self.flow = ModelFlow(session, library, self)
        self.offer = RunOffer(trainer, self.banner)
        self.intake = Intake(session, pasted, self)
        self._lay_out()
        self.menu = MainMenu(session, self.intake, self)
        self.header.more.setMenu(self.menu)
        self._connect()
        self._add_shortcuts()
        self._restore()
        # Else the first button of the header would start with the focus ring.
        self.page.setFocus()

    def _lay_out(self) -> None:
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        inner.setSpacing(SPACE)
        inner.addWidget(self.banner)
        inner.addWidget(self.pages, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        session, page = self._session, self.page
        self.header.page_chosen.connect(self.show_page)
        self.pages.changed.connect(self.header.show_page)
        self.pages.weights_dropped.connect(self.intake.take_weights)
        self.pages.use.connect(self._use_model)
        self.pages.get.connect(self.flow.download)
        self.pages.choose_file.connect(self.flow.choose_file)
        self.pages.said.connect(self.banner.say)
        self.intake.took.connect(self.banner.hide)
        self.intake.answering.connect(self.show_classify)
        self.intake.weights.connect(self.flow.bring)
        self.flow.started.connect(self.show_models)
        self.offer.taken.connect(self.show_train)
        self.flow.said.connect(self.banner.say)
        self.menu.said.connect(self.banner.say)
        self._library.failed.connect(self._on_task_failed)
        self.header.language_chosen.connect(self.language_chosen)
        self.header.theme_chosen.connect(self.theme_chosen)
        page.dropped.connect(self.intake.take)
        page.drop_area.open_files.connect(self.intake.open_files)
        page.drop_area.open_folder.connect(self.intake.open_folder)
        page.drop_area.paste.connect(self.intake.paste)
        page.bar.add_pictures.connect(self.intake.open_files)
        page.bar.copy_answer.connect(self._copy_answer)
        page.bar.show_in_folder.connect(self._show_in_folder)
        page.bar.compare.connect(self.compare)
        page.model_card.download.connect(self.flow.download_chosen)
        page.model_card.bring_file.connect(self.flow.choose_file)
        page.model_card.use_built_in.connect(self.flow.use_built_in)
        page.model_card.check_again.connect(self.flow.check_again)
        session.notice.connect(self._on_notice)
        session.problem.connect(self._on_problem)

    def _add_shortcuts(self) -> None:
        # Literal keys beside the standard ones: some of those are empty on X11. A shortcut of a page is deaf while that
        # page is not shown.
        page, standard = self.page, QKeySequence.StandardKey
        shortcuts: tuple[tuple[QWidget, tuple[str | QKeySequence.StandardKey, ...], Callable[[], object]], ...] = (
            (self, (standard.Open, "Ctrl+O"), self.intake.open_files),
            (self, ("Ctrl+Shift+O",), self.intake.open_folder),
            (self, (standard.Paste, "Ctrl+V"), self.intake.paste),
            (page, (standard.Copy, "Ctrl+C"), page.copy_answer),
            (self, (standard.Quit, "Ctrl+Q"), self.close),
            (page, (standard.Delete, "Del"), self._session.remove_current),
            (page, ("H",), page.bar.toggle_heat),
            (self, ("Ctrl+1",), self.show_classify),
            (self, ("Ctrl+2",), self.show_train),
            (self, ("Ctrl+3",), self.show_runs),
            (self, ("Ctrl+4",), self.show_models),
        )
        for parent, keys, action in shortcuts:
            for text in {QKeySequence(key).toString() for key in keys} - {""}:
                QShortcut(QKeySequence(text), parent, action)

    # Pages

    def models(self) -> ModelsPage:
        return self.pages.models()

    def train(self) -> TrainPage:
        return self.pages.train()

    def runs(self) -> RunsPage:
        return self.pages.runs()

    @Slot(int)
    def show_page(self, number: int) -> None:
        self.pages.show_page(number)

    @Slot()
    def show_runs(self) -> None:
        self.show_page(RUNS)

    @Slot()
    def show_train(self) -> None:
        self.show_page(TRAIN)

    @Slot()
    def show_classify(self) -> None:
        self.show_page(CLASSIFY)

    @Slot()
    def show_models(self) -> None:
        self.show_page(MODELS)

    @Slot(str)
    def _use_model(self, key: str) -> None:
        if key != self._session.models.spec.key:
            self._session.choose_model(key)
        self.show_classify()
        self.page.selector.focus_on(key)

    @Slot()
    def compare(self) -> None:
        """The picture on the table, through all models."""
        if self._session.current is not None:
            CompareDialog(self._session.current, self._session, self).open()

    def raise_up(self) -> None:
        """Come to the front, for a second start that handed its paths over."""
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def take_place_of(self, old: MainWindow) -> None:
        """Appear as the other window is: minimised or not, and in front only if that was."""
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not old.isActiveWindow())
        self.setWindowState(old.windowState())
        self.show()
        old.flow.retire()
        self.menu.take_help_of(old.menu)
        if old.pages.number != CLASSIFY:
            self.show_page(old.pages.number)
        self.banner.say_again_from(old.banner)
        self.offer.take_place_of(old.offer)

    def store(self) -> None:
        """Put geometry and splitter into the settings."""
        self._session.remember(
            geometry=self.saveGeometry().toBase64().toStdString(),
            splitter=self.page.splitter.saveState().toBase64().toStdString(),
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._trainer.busy and not self.replaced and not CloseQuestion(self).may_close():
            event.ignore()
            return
        self.store()
        self.hide()  # what still has to end may take a moment, and nobody should watch a frozen window
        self.closing.emit()
        super().closeEvent(event)

    def _restore(self) -> None:
        settings = self._session.settings
        self.resize(*START_SIZE)
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode("ascii", "ignore")))
        if settings.splitter:
            self.page.splitter.restoreState(QByteArray.fromBase64(settings.splitter.encode("ascii", "ignore")))
        screen = self.screen().availableGeometry()
        if not screen.intersects(self.frameGeometry()):
            self.move(screen.topLeft())

    @Slot(object, int)
    def _on_notice(self, notice: Notice, count: int) -> None:
        self.banner.say(lambda: NoticeWords().sentence(notice, count))

    @Slot(object)
    def _on_problem(self, error: AppError) -> None:
        self.banner.say(lambda: words.sentence_of(error))

    @Slot(object)
    def _on_task_failed(self, error: AppError) -> None:
        """The Models page shows it on the card; elsewhere it is said."""
        if self._classifying:
            self._on_problem(error)

    @Slot()
    def _show_in_folder(self) -> None:
        if self._session.current is not None and not show_in_folder(self._session.current):
            self.banner.say(lambda: NoticeWords().no_such_folder())

    @property
    def _classifying(self) -> bool:
        return self.pages.currentWidget() is self.page

    @Slot()
    def _copy_answer(self) -> None:
        self.page.copy_answer()
        self.banner.say(GoodNews(lambda: NoticeWords().copied()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk along the pictures, unless the control with the focus has a use for them."""
        if not (self._classifying and self.page.walk(event.key())):
            super().keyPressEvent(event)

    # The whole window takes drops, not just the page under its header.

    @property
    def _target(self) -> DropTarget:
        page = self.pages.currentWidget()
        return page if isinstance(page, DropTarget) else self.page

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._target.dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._target.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._target.dropEvent(event)
