"""Layout and wiring only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QVBoxLayout, QWidget

from resnet_desktop.core import paths
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.picture_formats import PICTURE_SUFFIXES
from resnet_desktop.ui import icons, words
from resnet_desktop.ui.about import AboutDialog, copy_diagnostics
from resnet_desktop.ui.classify.classify_page import ClassifyPage
from resnet_desktop.ui.classify.drop import Dropped, Meaning, PastedPictures, meaning_of
from resnet_desktop.ui.file_manager import open_own_folder, show_in_folder
from resnet_desktop.ui.header import Header
from resnet_desktop.ui.model_desk import BUILT_IN
from resnet_desktop.ui.notices import NoticeWords
from resnet_desktop.ui.session import Notice, Session
from resnet_desktop.ui.status_line import StatusLine
from resnet_desktop.ui.theme import SPACE
from resnet_desktop.ui.widgets.banner import Banner

START_SIZE = (1280, 720)
SMALLEST = (1024, 600)


class MainWindow(QMainWindow):
    """A view of the session; a new one is built when the language or the looks change."""

    closing = Signal()
    language_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, session: Session, pasted: PastedPictures) -> None:
        super().__init__()
        self._session, self._pasted = session, pasted
        self.setWindowTitle("ResNet Desktop")
        self.setWindowIcon(icons.icon("app", 64))
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.header = Header(session.settings)
        self.banner = Banner()
        self.page = ClassifyPage(session)
        self.status = StatusLine(session)
        self._lay_out()
        self._fill_menu()
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
        inner.addWidget(self.page, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)

    def _fill_menu(self) -> None:
        menu = QMenu(self)
        # What stands behind a tab is shown as the key; the keys themselves are in _add_shortcuts.
        menu.addAction(self.tr("Open pictures…") + "\tCtrl+O", self.open_files)
        menu.addAction(self.tr("Open folder…") + "\tCtrl+Shift+O", self.open_folder)
        menu.addAction(self.tr("Paste") + "\tCtrl+V", self.paste)
        menu.addSeparator()
        menu.addAction(self.tr("Copy diagnostics"), self._copy_diagnostics)
        menu.addAction(self.tr("Open the folder of the log file"), self._open_log_folder)
        menu.addAction(self.tr("About and licences") + "\tF1", self.show_about)
        menu.addSeparator()
        menu.addAction(self.tr("Quit") + "\tCtrl+Q", self.close)
        self.header.more.setMenu(menu)

    def _connect(self) -> None:
        session, page = self._session, self.page
        self.header.language_chosen.connect(self.language_chosen)
        self.header.theme_chosen.connect(self.theme_chosen)
        page.dropped.connect(self.take)
        page.drop_area.open_files.connect(self.open_files)
        page.drop_area.open_folder.connect(self.open_folder)
        page.drop_area.paste.connect(self.paste)
        page.bar.add_pictures.connect(self.open_files)
        page.bar.copy_answer.connect(self._copy_answer)
        page.bar.show_in_folder.connect(self._show_in_folder)
        page.model_card.use_built_in.connect(self._use_built_in)
        page.model_card.check_again.connect(self._check_again)
        page.model_card.open_weights_folder.connect(self._open_weights_folder)
        session.notice.connect(self._on_notice)
        session.problem.connect(self._on_problem)

    def _add_shortcuts(self) -> None:
        # Literal keys beside the standard ones: some of those are empty on X11.
        pairs = (
            ((QKeySequence.StandardKey.Open, "Ctrl+O"), self.open_files),
            (("Ctrl+Shift+O",), self.open_folder),
            ((QKeySequence.StandardKey.Paste, "Ctrl+V"), self.paste),
            ((QKeySequence.StandardKey.Copy, "Ctrl+C"), self.page.copy_answer),
            ((QKeySequence.StandardKey.Quit, "Ctrl+Q"), self.close),
            ((QKeySequence.StandardKey.Delete, "Del"), self._session.remove_current),
            (("H",), self.page.bar.toggle_heat),
            (("F1",), self.show_about),
        )
        for keys, action in pairs:
            for text in {QKeySequence(key).toString() for key in keys} - {""}:
                QShortcut(QKeySequence(text), self, action)

    def take(self, dropped: Dropped) -> None:
        """Answer what was dropped or pasted, or say in one sentence why not."""
        self.banner.hide()
        if dropped.meaning is Meaning.PATHS:
            self._session.add(dropped.paths)
        elif dropped.meaning is Meaning.PICTURE:
            self._take_data(dropped.data)
        else:
            self._on_notice(Notice.LINK if dropped.meaning is Meaning.LINK else Notice.NOTHING, 0)

    def _take_data(self, data: bytes) -> None:
        try:
            path = self._pasted.keep(data)
        except AppError as error:
            self._on_problem(error)
        else:
            self._session.add((path,), {path: self.tr("Pasted picture {n}").format(n=self._pasted.count)})

    @Slot()
    def paste(self) -> None:
        self.take(meaning_of(QGuiApplication.clipboard().mimeData()))

    @Slot()
    def open_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
        names, _filter = QFileDialog.getOpenFileNames(
            self,
            self.tr("Open pictures"),
            self._session.settings.last_folder,
            f"{self.tr('Pictures')} ({patterns});;{self.tr('All files')} (*)",
        )
        if names:
            self.take(Dropped(Meaning.PATHS, paths=tuple(Path(name) for name in names)))

    @Slot()
    def open_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Open folder"), self._session.settings.last_folder)
        if name:
            self.take(Dropped(Meaning.PATHS, paths=(Path(name),)))

    @Slot()
    def show_about(self) -> None:
        AboutDialog(self).exec()

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
        if old.banner.sentence and old.isRightToLeft() == self.isRightToLeft():
            self.banner.say(old.banner.sentence)

    def store(self) -> None:
        """Put geometry and splitter into the settings."""
        self._session.remember(
            geometry=self.saveGeometry().toBase64().toStdString(),
            splitter=self.page.splitter.saveState().toBase64().toStdString(),
        )

    def closeEvent(self, event: QCloseEvent) -> None:
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
        self.banner.say(NoticeWords().sentence(notice, count))

    @Slot(object)
    def _on_problem(self, error: AppError) -> None:
        self.banner.say(words.sentence_of(error))

    @Slot()
    def _use_built_in(self) -> None:
        self._session.choose_model(BUILT_IN)

    @Slot()
    def _check_again(self) -> None:
        self._session.models.refresh()
        self._session.choose_model(self._session.models.spec.key)

    @Slot()
    def _show_in_folder(self) -> None:
        if self._session.current is not None and not show_in_folder(self._session.current):
            self.banner.say(self.tr("This folder cannot be opened. It may have been moved, or its drive taken out."))

    @Slot()
    def _open_weights_folder(self) -> None:
        self._open_own_folder(paths.weights_dir())

    @Slot()
    def _open_log_folder(self) -> None:
        self._open_own_folder(paths.log_dir())

    def _open_own_folder(self, folder: Path) -> None:
        if not open_own_folder(folder):
            self.banner.say(self.tr("The folder could not be opened: {folder}").format(folder=folder))

    @Slot()
    def _copy_diagnostics(self) -> None:
        copy_diagnostics(self._session)
        self.banner.say(self.tr("Diagnostics are on the clipboard. They name this computer's system and no picture."))

    @Slot()
    def _copy_answer(self) -> None:
        self.page.copy_answer()
        self.banner.say(self.tr("The answer is on the clipboard."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk along the pictures, unless the control with the focus has a use for them."""
        if event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
            return
        forward = (event.key() == Qt.Key.Key_Right) != self.isRightToLeft()
        row = self._session.pictures.row_of(self._session.current) if self._session.current else None
        if row is not None:
            self._session.select_row(row + (1 if forward else -1))

    # The whole window takes drops, not just the page under its header.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.page.dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.page.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.page.dropEvent(event)
