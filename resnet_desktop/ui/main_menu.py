"""The menu behind the three dots: opening, help, quitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from resnet_desktop.core import paths
from resnet_desktop.ui.about import AboutDialog, copy_diagnostics
from resnet_desktop.ui.file_manager import open_own_folder
from resnet_desktop.ui.intake import Intake
from resnet_desktop.ui.notices import NoticeWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.widgets.banner import GoodNews

if TYPE_CHECKING:
    from resnet_desktop.ui.help.help_window import HelpWindow
    from resnet_desktop.ui.main_window import MainWindow


class MainMenu(QMenu):
    """What stands behind a tab is shown as the key; all keys but that of Help are made by the window."""

    said = Signal(object)  # Saying, for the banner

    def __init__(self, session: Session, intake: Intake, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._help: HelpWindow | None = None
        self.addAction(self.tr("Open pictures…") + "\tCtrl+O", intake.open_files)
        self.addAction(self.tr("Open folder…") + "\tCtrl+Shift+O", intake.open_folder)
        self.addAction(self.tr("Paste") + "\tCtrl+V", intake.paste)
        self.addSeparator()
        self.addAction(self.tr("Help") + "\tF1", self.show_help)
        self.addAction(self.tr("Copy diagnostics"), self._copy_diagnostics)
        self.addAction(self.tr("Open the folder of the log file"), self._open_log_folder)
        self.addAction(self.tr("About and licences"), self.show_about)
        self.addSeparator()
        self.addAction(self.tr("Quit") + "\tCtrl+Q", window.close)
        QShortcut(QKeySequence("F1"), window, self.show_help)
        window.closing.connect(self._close_help)

    @Slot()
    def show_help(self) -> HelpWindow:
        """The guide, at the page where it was left."""
        if self._help is None:
            from resnet_desktop.ui.help.help_window import HelpWindow

            self._help = HelpWindow(self._session.language, self._window)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()
        return self._help

    def take_help_of(self, old: MainMenu) -> None:
        """Go on with what is open there, in the language and looks of now."""
        if old._help is not None and old._help.isVisible():
            opened = self.show_help()
            opened.setGeometry(old._help.geometry())
            opened.go_on_from(old._help)

    @Slot()
    def show_about(self) -> None:
        AboutDialog(self._session, self._window).exec()

    @Slot()
    def _close_help(self) -> None:
        if self._help is not None:
            self._help.close()

    @Slot()
    def _open_log_folder(self) -> None:
        folder = paths.log_dir()
        if not open_own_folder(folder):
            self.said.emit(lambda: NoticeWords().folder_not_opened(folder))

    @Slot()
    def _copy_diagnostics(self) -> None:
        copy_diagnostics(self._session)
        self.said.emit(GoodNews(lambda: NoticeWords().diagnostics_copied()))
