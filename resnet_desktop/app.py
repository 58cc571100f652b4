"""Composition root of the window: settings, looks, language, workers, event loop."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, QObject, QThread, QTimer, Signal, Slot
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from resnet_desktop import __version__
from resnet_desktop.core.settings import load_settings, save_settings
from resnet_desktop.ui.classify.drop import Dropped, Meaning, PastedPictures
from resnet_desktop.ui.garbage import GarbageCollector
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.log import start_log
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.session import Notice, make_session
from resnet_desktop.ui.single_instance import SingleInstance
from resnet_desktop.ui.theme import apply_theme
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.workers.thread_host import ThreadHost

log = logging.getLogger(__name__)

PATIENCE_MILLISECONDS, RETRY_MILLISECONDS = 15_000, 50
SAVE_MILLISECONDS, MODAL_MILLISECONDS = 1000, 300
SWITCH_SECONDS = 0.001  # how long a Python thread may keep the interpreter from the window


class Application(QObject):
    """Everything that lives as long as the program."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        settings, self._damaged = load_settings()
        self.host = ThreadHost()
        self.session = make_session(settings, self.host)
        self.library = ModelLibrary(self.session, self.host)
        self.trainer = Trainer(self.session, self.host)
        self.pasted = PastedPictures()
        self.language = Language()
        self.window: MainWindow | None = None
        self._given: tuple[Path, ...] = ()
        self._closed = False
        self.ended_well = True
        self._collector: GarbageCollector | None = None
        self._save_soon = QTimer(self)
        self._save_soon.setSingleShot(True)
        self._save_soon.setInterval(SAVE_MILLISECONDS)
        self._save_soon.timeout.connect(self._save)
        self.session.settings_changed.connect(self._save_soon.start)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_looks)

    def open(self, given: Sequence[Path]) -> None:
        """Show the window first, then get the model ready."""
        self._given = tuple(given)
        self.build_window()
        self._collector = GarbageCollector(self._is_busy)
        QTimer.singleShot(0, self._begin)

    @Slot()
    def _begin(self) -> None:
        if self._closed:
            return
        self.session.models.choose(self.session.settings.model, self.session.settings.device)
        self.session.models.refresh()
        if self.session.settings.look_for_updates:
            self.session.updates.look(self.session.settings.proxy)
        if self._damaged:
            self.session.notice.emit(Notice.SETTINGS_DAMAGED, 0)
        if self._given and self.window is not None:
            self.window.intake.take(Dropped(Meaning.PATHS, paths=self._given))
        if self.window is not None:
            self.window.offer.begin()

    @Slot(object)
    def take_over(self, given: tuple[Path, ...]) -> None:
        """A second start: come to the front and answer its paths."""
        if self.window is not None:
            self.window.raise_up()
        if given and self.window is not None:
            self.window.intake.take(Dropped(Meaning.PATHS, paths=given))

    @Slot()
    def build_window(self) -> None:
        """A window in the present language and looks; an old one is replaced at the same place."""
        if self._closed:
            return
        if QApplication.activeModalWidget() is not None:
            QTimer.singleShot(MODAL_MILLISECONDS, self.build_window)  # not under an open dialog
            return
        old, self.window = self.window, None
        if old is not None:
            old.store()
        settings = self.session.settings
        self.language.apply(self._application, settings.language)
        apply_theme(self._application, settings.theme)
        self.session.set_language(self.language.code)
        self.window = MainWindow(self.session, self.library, self.trainer, self.pasted)
        self.window.closing.connect(self._on_closing)
        self.window.language_chosen.connect(self._on_language)
        self.window.theme_chosen.connect(self._on_theme)
        if old is None:
            self.window.show()
        else:
            self.window.take_place_of(old)
            old.closing.disconnect(self._on_closing)
            old.replaced = True
            old.close()
            old.deleteLater()

    @Slot(str)
    def _on_language(self, choice: str) -> None:
        self.session.remember(language=choice)
        QTimer.singleShot(0, self.build_window)

    @Slot(str)
    def _on_theme(self, choice: str) -> None:
        self.session.remember(theme=choice)
        QTimer.singleShot(0, self.build_window)

    @Slot()
    def _on_system_looks(self) -> None:
        if self.session.settings.theme == "system" and self.window is not None:
            QTimer.singleShot(0, self.build_window)

    @Slot()
    def _on_closing(self) -> None:
        self.shut_down()

    def shut_down(self) -> None:
        """Stop what runs, write the settings, take the pasted pictures away."""
        if self._closed:
            return
        self._closed = True
        if self._collector is not None:
            self._collector.stop()
        self._save_soon.stop()
        save_settings(self.session.settings)
        self.pasted.discard()
        self.session.many.cancel()
        self.trainer.shut_down()
        self.library.shut_down()
        self.session.updates.shut_down()
        self.session.models.shut_down()
        self.ended_well = self.host.shut_down()

    def _is_busy(self) -> bool:
        return self.session.many.running

    @Slot()
    def _save(self) -> None:
        save_settings(self.session.settings)


class DesktopApplication(QApplication):
    """Hears of files that macOS hands to a running program; every other system gives them as arguments."""

    files_given = Signal(object)  # tuple of Path

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.files_given.emit((Path(event.file()),))
            return True
        return super().event(event)


def make_application(arguments: Sequence[str]) -> DesktopApplication:
    application = DesktopApplication([sys.argv[0], *arguments])
    application.setApplicationName("ResNet Desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("org.resnetdesktop.ResNetDesktop")
    return application


def be_the_first(instance: SingleInstance, given: tuple[Path, ...]) -> bool:
    """True for the window to open, False once another one has the paths. The first window may still be on its way up,
    so both are tried for a while; one that hangs for that long does not lock the person out."""
    deadline = QDeadlineTimer(PATIENCE_MILLISECONDS)
    while not instance.claim():
        if instance.hand_over(given):
            return False
        if deadline.hasExpired():
            log.error("the first window does not answer; opening another one")
            break
        QThread.msleep(RETRY_MILLISECONDS)
    return True


def run_window(arguments: Sequence[str]) -> int:
    """The whole life of the window."""
    multiprocessing.set_start_method("spawn", force=True)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal ends the window, too
    sys.setswitchinterval(SWITCH_SECONDS)
    application = make_application([])
    reporter = start_log()
    given = tuple(Path(name).absolute() for name in arguments)
    instance = SingleInstance()
    if not be_the_first(instance, given):
        return 0
    program = Application(application)
    instance.received.connect(program.take_over)
    application.files_given.connect(program.take_over)
    reporter.happened.connect(program.session.problem)
    program.open(given)
    try:
        code = application.exec()
    finally:
        instance.release()
    if not program.ended_well:
        # A thread hangs in a driver or on a dead drive. Everything is saved; Qt would abort over it.
        logging.shutdown()
        os._exit(code)
    return code
