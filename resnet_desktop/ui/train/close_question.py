"""Closing the window ends a run; what it has learned stays, but the person should know."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class CloseQuestion(QMessageBox):
    """Stop and keep progress, or go on learning."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A run is going on"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(self.tr("Stop the run and close the window?"))
        self.setInformativeText(self.tr("What it has learned is kept. It can go on at the next start."))
        self._stop = self.addButton(self.tr("Stop and keep progress"), QMessageBox.ButtonRole.AcceptRole)
        stay = self.addButton(self.tr("Go on learning"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self._stop)
        self.setEscapeButton(stay)

    def may_close(self) -> bool:
        """Ask."""
        self.exec()
        return self.clickedButton() is self._stop
