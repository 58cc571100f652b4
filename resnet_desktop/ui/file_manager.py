"""What other programs of the desktop open: folders in its file manager, pages in its browser."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

log = logging.getLogger(__name__)


def show_in_folder(path: Path) -> bool:
    """Open the folder of a file, with the file selected where the system can do that; False if it cannot be opened."""
    if not path.parent.is_dir():
        return False
    try:
        if sys.platform == "win32":
            subprocess.Popen(["explorer", "/select,", str(path)])
            return True
        if sys.platform == "darwin":
            subprocess.Popen(["open", "-R", str(path)])
            return True
    except OSError as error:
        log.warning("no file manager: %s", error.strerror)
    return _open(path.parent)


def open_own_folder(folder: Path) -> bool:
    """Open a folder of the program's own, made first where it is not there yet; False if it cannot be opened."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("a folder cannot be made: %s", error.strerror)
        return False
    return _open(folder)


def open_web_page(url: QUrl) -> bool:
    """Hand an address of the web to the browser, after a click; anything else is not opened, and the answer False."""
    if url.scheme() not in ("http", "https") or not url.host():
        return False
    with _libraries_of_the_system():
        return QDesktopServices.openUrl(url)


def _open(folder: Path) -> bool:
    with _libraries_of_the_system():
        return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


@contextlib.contextmanager
def _libraries_of_the_system() -> Iterator[None]:
    """A frozen build's own libraries are not for other programs."""
    ours, original = os.environ.get("LD_LIBRARY_PATH"), os.environ.get("LD_LIBRARY_PATH_ORIG")
    if ours is None or original is None:
        yield
        return
    os.environ["LD_LIBRARY_PATH"] = original
    try:
        yield
    finally:
        os.environ["LD_LIBRARY_PATH"] = ours
