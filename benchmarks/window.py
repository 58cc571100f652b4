"""The real window in this process, driven as a person would: drops, and waiting for what is seen."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QMimeData, QObject, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from benchmarks.workshop import CannotRunError
from resnet_desktop.app import SWITCH_SECONDS, Application, make_application
from resnet_desktop.core.settings import Settings, save_settings
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase

LIMIT_MILLISECONDS = 600_000
LOOK_MILLISECONDS = 20


@contextlib.contextmanager
def program_with(model: str) -> Iterator[Application]:
    """The program as ``run_window`` starts it, with this model open and ready."""
    save_settings(Settings(model=model, language="en", theme="light"))
    multiprocessing.set_start_method("spawn", force=True)
    sys.setswitchinterval(SWITCH_SECONDS)
    program = Application(QApplication.instance() or make_application([]))
    program.open(())
    models = program.session.models
    run_until(lambda: models.phase is Phase.READY and models.spec.key == model)
    try:
        yield program
    finally:
        window_of(program).close()


def window_of(program: Application) -> MainWindow:
    if program.window is None:
        raise CannotRunError("the window did not open")
    return program.window


def run_until(done: Callable[[], bool], look_every: int = LOOK_MILLISECONDS) -> None:
    """Run the event loop until ``done``."""
    loop = QEventLoop()
    look, limit = QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if done() else None)
    limit.timeout.connect(loop.quit)
    look.start(look_every)
    limit.start(LIMIT_MILLISECONDS)
    loop.exec()
    if not done():
        raise CannotRunError("the window did not get there in ten minutes")


def drop(program: Application, given: Sequence[Path]) -> None:
    """What Qt delivers when files are dropped on the page."""
    page = window_of(program).page
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in given])
    middle = page.rect().center()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QDragEnterEvent(middle, Qt.DropAction.CopyAction, mime, left, none))
    QApplication.sendEvent(page, QDropEvent(QPointF(middle), Qt.DropAction.CopyAction, mime, left, none))


def answered(program: Application) -> int:
    """How many pictures of the list have an answer or an error."""
    pictures = program.session.pictures
    entries = (pictures.entry(row) for row in range(pictures.rowCount()))
    return sum(entry.answer is not None or entry.error is not None for entry in entries)


class Ticks(QObject):
    """A timer of one millisecond in the main thread; what lies between two of its calls is a gap of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.times = [time.perf_counter()]
        self._timer.start(1)

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        self.times.append(time.perf_counter())

    def gaps(self) -> list[float]:
        """In milliseconds."""
        return [1000 * (later - earlier) for earlier, later in zip(self.times, self.times[1:], strict=False)]


def worst_gaps(ticks: Ticks, count: int = 5) -> str:
    """The longest gaps with the seconds since the start."""
    found = sorted(zip(ticks.gaps(), ticks.times, strict=False), reverse=True)[:count]
    return ", ".join(f"{at - ticks.times[0]:.1f} s ({gap:.0f} ms)" for gap, at in found)


class Painted(QObject):
    """Notes when a widget was painted, once ``ready`` is true."""

    def __init__(self, widget: QObject, ready: Callable[[], bool]) -> None:
        super().__init__()
        self.at: float | None = None
        self._widget, self._ready = widget, ready
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if self.at is None and event.type() == QEvent.Type.Paint and self._ready():
            self._widget.removeEventFilter(self)
            # The filter comes before the painting; the event loop comes round again when it is on the screen.
            QTimer.singleShot(0, self._note)
        return False

    @Slot()
    def _note(self) -> None:
        self.at = time.perf_counter()
