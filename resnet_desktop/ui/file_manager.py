"""The desktop's own file manager."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

log = logging.getLogger(__name__)


def show_in_folder(path: Path) -> None:
    """Open the folder of a file, with the file selected where the system can do that."""
    try:
        if sys.platform == "win32":
            subprocess.Popen(["explorer", "/select,", str(path)])
            return
        if sys.platform == "darwin":
            subprocess.Popen(["open", "-R", str(path)])
            return
    except OSError as error:
        log.warning("no file manager: %s", error)
    open_folder(path.parent)


def open_folder(folder: Path) -> None:
    """Open a folder, made first where it is not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("cannot make %s: %s", folder, error)
    original = os.environ.get("LD_LIBRARY_PATH_ORIG")
    if original is not None:  # a frozen build's own libraries are not for other programs
        os.environ["LD_LIBRARY_PATH"] = original
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
