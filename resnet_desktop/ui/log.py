"""The log file, and the hooks that lead every unexpected error into it."""

from __future__ import annotations

import faulthandler
import logging
import re
import sys
import threading
import types
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from resnet_desktop.core import paths
from resnet_desktop.core.errors import AppError
from resnet_desktop.workers.event_pump import UNEXPECTED

log = logging.getLogger("resnet_desktop")
NAME = "resnet-desktop.log"
MAX_BYTES, BACKUPS, TAIL_LINES = 1 << 20, 2, 60
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class ErrorReporter(QObject):
    """Carries unexpected errors from whichever thread they happened in to the main thread."""

    happened = Signal(object)  # AppError


_reporter: list[ErrorReporter] = []


def start_log() -> ErrorReporter:
    """Log to a file in the person's log folder; where that cannot be written, to stderr only.

    From now on every unexpected error is logged, and reported through the object that is returned.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        paths.log_dir().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            paths.log_dir() / NAME, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", errors="backslashreplace"
        )
        crash_file = (paths.log_dir() / "crash.log").open("a", encoding="utf-8")
        faulthandler.enable(crash_file)
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    sys.excepthook = _on_exception
    threading.excepthook = _on_thread_exception
    qInstallMessageHandler(_on_qt_message)
    _reporter[:] = [ErrorReporter()]
    return _reporter[0]


def log_tail() -> str:
    """The last lines of the log."""
    try:
        lines = (paths.log_dir() / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return _without_home("\n".join(lines[-TAIL_LINES:]))


def _without_home(text: str) -> str:
    """Paths below the home folder name people and what they keep."""
    home = str(Path.home())
    return re.sub(re.escape(home) + r"[^\s'\",:]*", "~", text) if len(home) > 1 else text


def _on_exception(kind: type[BaseException], error: BaseException, trace: types.TracebackType | None) -> None:
    log.critical("unexpected error", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)
    for reporter in _reporter:
        reporter.happened.emit(AppError(UNEXPECTED, reason=f"{kind.__name__}: {error}"))


def _on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.INFO), "%s", message)
