"""A window with fake answers, so that what is tested is the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import Classifier, Mode
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import CONVERTING, Event, ModelReady, Progress
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.core.settings import Settings
from resnet_desktop.core.weights import NOT_HERE
from resnet_desktop.ui.classify.drop import PastedPictures
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.session import Session, make_session
from resnet_desktop.ui.theme import apply_theme
from resnet_desktop.ui.train import prober as prober_module
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.workers.thread_host import ThreadHost


@dataclass
class Fakes:
    """What stands in for the engine; tests turn its knobs before they choose a model."""

    missing: set[str] = field(default_factory=set)
    hold: CancelToken = field(default_factory=CancelToken)  # preparing waits until it is set
    made: list[FakeClassifier] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.hold.cancel()

    def ready(self, spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        if spec.key in self.missing:
            raise ModelError(NOT_HERE, title=spec.title, file=spec.weights, folder="weights")
        yield Progress(1, 3, CONVERTING)
        while not self.hold.wait(0.01):
            token.check()
        yield ModelReady(spec, Path())

    def open(self, spec: ModelSpec, _device: str, _mode: Mode) -> Classifier:
        self.made.append(FakeClassifier(spec, self.seconds))
        return self.made[-1]


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


@pytest.fixture(autouse=True)
def _no_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are measured by the tests that are about them."""

    def probe(*_arguments: object) -> Iterator[Event]:
        yield from ()

    monkeypatch.setattr(prober_module, "probe", probe)


@pytest.fixture
def host(qapp: QApplication) -> Iterator[ThreadHost]:
    keeper = ThreadHost()
    yield keeper
    assert keeper.shut_down(), "a thread did not end"


@pytest.fixture
def idle_session(qapp: QApplication, host: ThreadHost, fakes: Fakes) -> Iterator[Session]:
    """A session whose model nobody has chosen yet."""
    session = make_session(Settings(), host, fakes.open, fakes.ready)
    yield session
    session.many.cancel()
    session.models.shut_down()


@pytest.fixture
def session(qtbot: QtBot, idle_session: Session) -> Session:
    """A session with the built-in model ready."""
    idle_session.models.choose("built-in", "auto")
    qtbot.waitUntil(lambda: idle_session.models.phase is Phase.READY)
    return idle_session


@pytest.fixture
def language(qapp: QApplication) -> Iterator[Language]:
    """English, whatever the system speaks; a test may switch."""
    language = Language()
    language.apply(qapp, "en")
    yield language
    language.apply(qapp, "en")


@pytest.fixture
def pasted() -> Iterator[PastedPictures]:
    kept = PastedPictures()
    yield kept
    kept.discard()


@pytest.fixture
def library(session: Session, host: ThreadHost) -> Iterator[ModelLibrary]:
    """What can be done with models, with the real jobs."""
    library = ModelLibrary(session, host)
    yield library
    library.shut_down()


@pytest.fixture
def window(
    qtbot: QtBot,
    qapp: QApplication,
    session: Session,
    library: ModelLibrary,
    language: Language,
    pasted: PastedPictures,
) -> MainWindow:
    """The whole window on a ready session."""
    apply_theme(qapp, "light")
    window = MainWindow(session, library, Trainer(session, session.host), pasted)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def drop(target: QWidget, mime: QMimeData) -> bool:
    """A real drag enter and drop event on a widget; whether the drag was accepted."""
    point = target.rect().center()
    copy = Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(point), copy, mime, left, none)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(target, QDropEvent(QPointF(point), copy, mime, left, none))
    return True


def files_mime(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


@pytest.fixture(autouse=True)
def _collected(collected_in_main_thread: None) -> None:
    """For every test here."""
