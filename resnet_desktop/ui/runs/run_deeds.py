"""What a person is asked before a run is renamed or deleted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from resnet_desktop.core.model_store import MAX_NAME
from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.run_store import Run


class RunDeeds(QObject):
    """Dialogs over a page."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page

    def may_delete(self, run: Run) -> bool:
        name = one_line(run.label)
        box = QMessageBox(self._page)
        box.setWindowTitle(self.tr("Delete a run"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("Delete the run “{name}”?").format(name=name))
        stays = self.tr("Its curves and its report are deleted. The model that came out of it stays.")
        lost = self.tr("Its curves are deleted, and it cannot go on any more. No model has come out of it yet.")
        box.setInformativeText(stays if run.model else lost)
        yes = box.addButton(self.tr("Delete the run"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        return box.clickedButton() is yes

    def new_title(self, run: Run) -> str | None:
        """What it is to be called; None if it keeps its name."""
        dialog = QInputDialog(self._page)
        dialog.setWindowTitle(self.tr("Rename a run"))
        dialog.setLabelText(self.tr("Name of the run. The model keeps its own."))
        dialog.setTextValue(one_line(run.label))
        dialog.setOkButtonText(self.tr("Rename"))
        dialog.setCancelButtonText(self.tr("Cancel"))
        if not dialog.exec():
            return None
        title = dialog.textValue().strip()[:MAX_NAME]
        return title if title != run.label else None
