"""The pictures of the user guide: the real window in the guide's two languages."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from resnet_desktop.app import Application

LANGUAGES = ("en", "he")
SIZE = (1366, 768)  # smaller windows hide words of some pages
COLOURS = 256
REST_MILLISECONDS = 1200  # thumbnails and examples of a new window are drawn by then


class GuidePictures:
    """Takes each picture once a language, and leaves the window English and light."""

    def __init__(self, program: Application, look: Callable[..., None], folder: Path) -> None:
        self._program, self._look, self._folder = program, look, folder

    def window(self, name: str) -> None:
        """The whole window as it is now."""
        for language in LANGUAGES:
            self._look(theme="light", language=language)
            self._program.window.resize(*SIZE)
            rest()
            self._keep(self._program.window.grab(), language, name)
        self._look(theme="light", language="en")

    def dialog(self, make: Callable[[], QDialog], name: str) -> None:
        for language in LANGUAGES:
            self._look(theme="light", language=language)
            dialog = make()
            dialog.show()
            rest()
            self._keep(dialog.grab(), language, name)
            dialog.close()
        self._look(theme="light", language="en")

    def _keep(self, shot: QPixmap, language: str, name: str) -> None:
        """With few colours: a third of the bytes, and nobody sees it."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        shot.save(buffer, "PNG")
        target = self._folder / language / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(buffer.data().data())) as whole:
            whole.convert("RGB").quantize(COLOURS).save(target, optimize=True)


def rest() -> None:
    """Let the window draw what comes late."""
    loop = QEventLoop()
    QTimer.singleShot(REST_MILLISECONDS, loop.quit)
    loop.exec()
    QApplication.processEvents()
