"""The menu behind the three dots: opening, help, quitting."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from resnet_desktop.core import paths
from resnet_desktop.ui.about import AboutDialog, copy_diagnostics
from resnet_desktop.ui.file_manager import open_own_folder
from resnet_desktop.ui.intake import Intake
from resnet_desktop.ui.session import Session


class MainMenu(QMenu):
    """What stands behind a tab is shown as the key; the keys themselves belong to the window."""

    said = Signal(str)  # a sentence for the banner

    def __init__(self, session: Session, intake: Intake, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.addAction(self.tr("Open pictures…") + "\tCtrl+O", intake.open_files)
        self.addAction(self.tr("Open folder…") + "\tCtrl+Shift+O", intake.open_folder)
        self.addAction(self.tr("Paste") + "\tCtrl+V", intake.paste)
        self.addSeparator()
        self.addAction(self.tr("Copy diagnostics"), self._copy_diagnostics)
        self.addAction(self.tr("Open the folder of the log file"), self._open_log_folder)
        self.addAction(self.tr("About and licences") + "\tF1", self.show_about)
        self.addSeparator()
        self.addAction(self.tr("Quit") + "\tCtrl+Q", window.close)

    @Slot()
    def show_about(self) -> None:
        AboutDialog(self._window).exec()

    @Slot()
    def _open_log_folder(self) -> None:
        folder = paths.log_dir()
        if not open_own_folder(folder):
            self.said.emit(self.tr("The folder could not be opened: {folder}").format(folder=folder))

    @Slot()
    def _copy_diagnostics(self) -> None:
        copy_diagnostics(self._session)
        self.said.emit(self.tr("Diagnostics are on the clipboard. They name this computer's system and no picture."))
