"""The program with somebody at its buttons, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QAbstractButton

from resnet_desktop import app
from tests.e2e.outside import ROOT

LOOKS_EACH_MILLISECONDS = 50


class Person(app.Application):
    """Chooses the folder on the Train page, if there is one, and presses."""

    wanted: list[str]
    folder: Path | None

    def open(self, given: Sequence[Path]) -> None:
        super().open(given)
        self._looks = QTimer(self)
        self._looks.setInterval(LOOKS_EACH_MILLISECONDS)
        self._looks.timeout.connect(self._look)
        self._looks.start()

    @Slot()
    def _look(self) -> None:
        if self.window is None:
            return
        if self.folder is not None:
            self.window.show_train()
            self.window.train().choose(self.folder)
            self.folder = None
        for button in self.window.findChildren(QAbstractButton):
            name = button.accessibleName() or button.text()
            if self.wanted and name == self.wanted[0] and button.isVisible() and button.isEnabled():
                del self.wanted[0]
                button.click()
                return


def main() -> None:
    folder, *wanted = sys.argv[1:]
    Person.wanted, Person.folder = wanted, Path(folder) if folder else None
    app.Application = Person  # type: ignore[misc]
    sys.exit(app.run_window(()))


def open_window(folder: Path | None, *buttons: str) -> subprocess.Popen[bytes]:
    """A window of its own. Each button is pressed, by its name, once it can be."""
    # Not as a module to run: every engine child would import that, and Qt with it.
    program = "from tests.e2e.person import main; main()"
    command = [sys.executable, "-c", program, str(folder) if folder else "", *buttons]
    return subprocess.Popen(command, cwd=ROOT)
