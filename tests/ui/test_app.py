"""The program as a whole, in one process: start, language, looks, settings, second start, end."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_desktop.app import Application, DesktopApplication
from resnet_desktop.core import paths, updates
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.settings import Settings, load_settings, save_settings, settings_file
from resnet_desktop.ui import log as log_module
from resnet_desktop.ui.about import diagnostics
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.single_instance import SingleInstance
from tests.core.download_server import Turn, hurry, serving

Start = Callable[[], Application]


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[Start]:
    """Starts programs in this test's home and sees to their end."""
    started: list[Application] = []

    def start_one() -> Application:
        started.append(Application(qapp))
        return started[-1]

    yield start_one
    for program in started:
        program.shut_down()
        assert not program.host.busy


@pytest.fixture
def program(start: Start, built_in: ModelSpec) -> Application:
    """The real program with the real built-in model, prepared."""
    return start()


def test_the_real_program_answers_the_picture_it_was_started_with(
    qtbot: QtBot, program: Application, coffee: Path
) -> None:
    program.open((coffee,))
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=30_000)
    answer = program.session.answer
    assert answer is not None
    assert program.session.labels[answer.best.index] == "espresso"


def test_a_file_that_the_system_hands_over_later_is_answered(
    qtbot: QtBot, program: Application, qapp: DesktopApplication, coffee: Path
) -> None:
    """As from Finder on macOS."""
    qapp.files_given.connect(program.take_over)
    program.open(())
    assert QApplication.sendEvent(qapp, QFileOpenEvent(str(coffee)))
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=30_000)
    assert program.session.pictures.entry(0).path == coffee
    qapp.files_given.disconnect(program.take_over)


def test_the_first_start_prepares_the_model_and_answers_then(qtbot: QtBot, start: Start, coffee: Path) -> None:
    program = start()
    program.open((coffee,))
    qtbot.waitUntil(lambda: program.session.preview is not None, timeout=30_000)
    qtbot.waitUntil(lambda: program.session.models.progress is not None, timeout=60_000)
    assert program.window is not None
    assert program.window.page.model_card.isVisible()
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=120_000)
    assert not program.window.page.model_card.isVisible()


def test_language_and_looks_change_under_the_same_pictures(qtbot: QtBot, program: Application, coffee: Path) -> None:
    program.open((coffee,))
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=30_000)
    before = program.window
    assert before is not None
    before.language_chosen.emit("he")
    qtbot.waitUntil(lambda: program.window is not before)
    hebrew = program.window
    assert hebrew is not None
    assert hebrew.isRightToLeft()
    assert any("אספרסו" in text for text in card_texts(hebrew))
    hebrew.theme_chosen.emit("dark")
    qtbot.waitUntil(lambda: program.window is not hebrew)
    assert program.window is not None
    program.window.language_chosen.emit("en")
    qtbot.waitUntil(lambda: program.window is not None and not program.window.isRightToLeft())
    assert program.session.answer is not None


def card_texts(window: object) -> list[str]:
    from resnet_desktop.ui.classify.answer_card import ClassBar
    from resnet_desktop.ui.main_window import MainWindow

    assert isinstance(window, MainWindow)
    return [bar.text() for bar in window.page.answer_card.findChildren(ClassBar) if bar.isVisible()]


def test_closing_writes_the_settings_and_the_next_start_has_them(
    qtbot: QtBot, start: Start, program: Application, coffee: Path
) -> None:
    program.open((coffee,))
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=30_000)
    assert program.window is not None
    program.window.resize(1040, 640)
    program.session.remember(heat_map=True)
    program.window.close()
    settings, damaged = load_settings()
    assert not damaged
    assert settings.heat_map
    assert settings.last_folder == str(coffee.parent)
    again = start()
    again.open(())
    assert again.window is not None
    assert again.window.height() == 640  # the offscreen screen is narrower than the window


def test_damaged_settings_are_set_aside_with_one_sentence(qtbot: QtBot, start: Start, built_in: ModelSpec) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text('{"language": "he", "geo')
    program = start()
    program.open(())
    qtbot.waitUntil(lambda: bool(program.window is not None and program.window.banner.sentence))
    assert program.window is not None
    assert "set aside" in program.window.banner.sentence
    assert settings_file().with_name("settings.damaged.json").exists()


@pytest.mark.parametrize("text", ['{"geometry": "AAAA", "splitter": "!!", "model": "gone", "device": "quantum"}', "[]"])
def test_odd_settings_never_keep_the_window_from_opening(
    qtbot: QtBot, start: Start, built_in: ModelSpec, text: str
) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(text)
    program = start()
    program.open(())
    assert program.window is not None
    assert program.window.isVisible()
    qtbot.waitUntil(lambda: program.session.models.phase is not Phase.PREPARING, timeout=30_000)


def test_a_second_start_hands_its_paths_to_the_first(qtbot: QtBot, home: Path, coffee: Path) -> None:
    first, second = SingleInstance(), SingleInstance()
    assert first.claim()
    assert not second.claim()
    received: list[tuple[Path, ...]] = []
    first.received.connect(received.append)
    strange = Path("pictures") / "\udcff\u202e\n.jpg"
    # Both ends live in one process here, so the message is read while the sender waits for its end.
    from PySide6.QtCore import QTimer

    answers: list[bool] = []
    QTimer.singleShot(0, lambda: answers.append(second.hand_over((coffee, strange))))
    qtbot.waitUntil(lambda: bool(answers))
    qtbot.waitUntil(lambda: bool(received))
    assert received == [(coffee, strange)]
    first.release()
    assert second.claim()
    second.release()


def test_diagnostics_name_versions_and_no_picture(qtbot: QtBot, program: Application, coffee: Path) -> None:
    program.open((coffee,))
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=30_000)
    text = diagnostics(program.session)
    assert "openvino" in text
    assert "built-in" in text
    assert "coffee" not in text


@pytest.mark.parametrize("wanted", [False, True])
def test_a_newer_version_is_asked_for_only_where_that_is_wanted(
    wanted: bool, qtbot: QtBot, start: Start, built_in: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(Settings(look_for_updates=wanted))
    with serving() as server:
        hurry(monkeypatch)
        monkeypatch.setattr(updates, "RELEASES", server.address("/latest"))
        script = server.play(Turn(body=b'{"tag_name": "v99.0"}', content_type="application/json"))
        program = start()
        program.open(())
        qtbot.waitUntil(lambda: program.session.models.phase is Phase.READY, timeout=30_000)
        qtbot.waitUntil(lambda: not program.session.updates.looking, timeout=10_000)
        assert len(script.requests) == int(wanted)
        assert program.window is not None
        assert program.window.status.newer.isVisible() == wanted
        program.shut_down()


def test_unexpected_errors_reach_the_log_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    handlers, hook = list(root.handlers), sys.excepthook
    # Closes the file at once: a real crash log stays open for the process's life.
    monkeypatch.setattr(log_module.faulthandler, "enable", lambda file: file.close())
    monkeypatch.setattr(log_module, "qInstallMessageHandler", lambda _handler: None)
    try:
        reported: list[AppError] = []
        log_module.start_log().happened.connect(reported.append)
        logging.getLogger("resnet_desktop").error("name with \udcff byte")
        log_module._on_exception(ValueError, ValueError("oops"), None)
    finally:
        sys.excepthook = hook
        log_module._reporter.clear()
        for handler in [each for each in root.handlers if each not in handlers]:
            root.removeHandler(handler)
            handler.close()
    text = (paths.log_dir() / log_module.NAME).read_text(encoding="utf-8")
    assert "oops" in text
    assert "\\udcff" in text
    assert "oops" in log_module.log_tail()
    assert "ValueError: oops" in str(reported[0])


def test_settings_are_plain_json(qtbot: QtBot, program: Application) -> None:
    program.open(())
    assert program.window is not None
    program.window.close()
    assert json.loads(settings_file().read_text())["model"] == "built-in"
