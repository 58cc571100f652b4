"""The sentence above the page is said again in the language of the window that takes the place of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import AppError, ModelError
from resnet_desktop.core.run_store import GOING_ON, Run, RunError
from resnet_desktop.core.weights import NOT_HERE
from resnet_desktop.ui import icons, words
from resnet_desktop.ui.file_manager import QDesktopServices
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.models.library_jobs import ModelExported
from resnet_desktop.ui.session import Notice
from resnet_desktop.ui.theme import colour
from resnet_desktop.ui.train.trainer import Trainer
from tests.ui.test_runs_page import Make, come, make

__all__ = ["make"]

Say = Callable[[MainWindow], object]


class Windows:
    """Replaces its window as the program does: the old one is gone for good afterwards."""

    def __init__(self, first: MainWindow, qtbot: QtBot, qapp: QApplication, language: Language) -> None:
        self._parts = (first._session, first._library, first._trainer, first.intake._pasted)
        self._qtbot, self._qapp, self._language = qtbot, qapp, language
        self.now = MainWindow(*self._parts)
        self.now.show()

    def turn(self, code: str) -> MainWindow:
        """The next window, in this language."""
        self._language.apply(self._qapp, code)
        self._parts[0].set_language(code)
        old, self.now = self.now, MainWindow(*self._parts)
        self.now.take_place_of(old)
        self._remove(old)
        return self.now

    def close(self) -> None:
        self._remove(self.now)

    def _remove(self, window: MainWindow) -> None:
        window.replaced = True
        window.close()
        window.deleteLater()
        self._qtbot.waitUntil(lambda: not isValid(window))


@pytest.fixture
def windows(window: MainWindow, qtbot: QtBot, qapp: QApplication, language: Language) -> Iterator[Windows]:
    windows = Windows(window, qtbot, qapp, language)
    window.hide()
    yield windows
    windows.close()


def in_hebrew(text: str) -> bool:
    return any("א" <= letter <= "ת" for letter in text)


def official() -> ModelSpec:
    return find_model("resnet50")


def refuse(error: AppError) -> Say:
    return lambda window: window._session.problem.emit(error)


SAYINGS: dict[str, Say] = {
    "a link": lambda window: window._session.notice.emit(Notice.LINK, 0),
    "one file": lambda window: window._session.notice.emit(Notice.SKIPPED, 1),
    "files": lambda window: window._session.notice.emit(Notice.SKIPPED, 12),
    "settings": lambda window: window._session.notice.emit(Notice.SETTINGS_DAMAGED, 0),
    "an error": refuse(ModelError(NOT_HERE, title="ResNet-50", file="a.pth", folder="/weights")),
    "copied": lambda window: window._copy_answer(),
    "diagnostics": lambda window: window.menu._copy_diagnostics(),
    "arrived": lambda window: window.flow._on_arrived(official()),
    "repeated": lambda window: window.flow._on_repeated(official()),
    "verified": lambda window: window.models()._on_verified(find_model("built-in")),
    "freed": lambda window: window.models()._on_freed(3 * 2**20),
    "exported": lambda window: window.models()._on_exported(ModelExported(official(), Path("/a/b.resnetmodel"))),
    "not exported": lambda window: window.models()._on_not_exported(
        ModelError(NOT_HERE, title="ResNet-50", file="a.pth", folder="/weights")
    ),
    "a run": lambda window: window.runs()._refuse(RunError(GOING_ON, run="Fruit")),
}


GOOD = {"copied", "diagnostics", "arrived", "repeated", "verified", "freed", "exported"}


@pytest.mark.parametrize("name", SAYINGS)
def test_good_news_looks_like_good_news_also_in_the_next_window(name: str, windows: Windows) -> None:
    for code in ("en", "he"):
        if code == "en":
            SAYINGS[name](windows.now)
        else:
            windows.turn(code)
        banner = windows.now.banner
        assert banner.is_good == (name in GOOD)
        wanted = icons.pixmap("check", 18, "good") if name in GOOD else icons.pixmap("warning", 18, "careful")
        assert banner._mark.pixmap().toImage() == wanted.toImage()
        frame = banner.grab().toImage().pixelColor(banner.width() // 2, 0)
        assert frame == colour("line" if name in GOOD else "careful")


def test_a_warning_after_good_news_looks_like_one(windows: Windows) -> None:
    SAYINGS["freed"](windows.now)
    SAYINGS["a link"](windows.now)
    assert not windows.now.banner.is_good


@pytest.mark.parametrize("code", ["en", "he"])
def test_a_sentence_reads_as_the_window_does_whatever_it_begins_with(code: str, windows: Windows) -> None:
    banner = windows.turn(code).banner
    for sentence in ("\u206649 MB\u2069 פנויים שוב.", "49 MB are free again.", "ResNet-50 כאן", "חולצות is here"):
        banner.say(lambda sentence=sentence: sentence)
        assert QTextDocument(banner._text.text()).firstBlock().textDirection() is windows.now.layoutDirection()
        assert banner.sentence == banner.accessibleName() == sentence


@pytest.mark.parametrize("say", SAYINGS.values(), ids=SAYINGS)
def test_it_follows_the_language_and_outlives_its_window(say: Say, windows: Windows) -> None:
    say(windows.now)
    english = windows.now.banner.sentence
    assert english
    assert not in_hebrew(english)
    said = windows.turn("he").banner.sentence
    assert in_hebrew(said)
    assert windows.now.banner.accessibleName() == said
    assert windows.turn("en").banner.sentence == english


def test_the_folder_that_could_not_be_opened_is_named_in_both(
    qtbot: QtBot, windows: Windows, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    run = make("Fruit")
    come(qtbot, windows.now, 1)._on_open_folder()
    said = windows.turn("he").banner.sentence
    assert in_hebrew(said)
    assert words.left_to_right(str(run.folder)) in said


def test_nothing_is_said_again_that_was_closed(windows: Windows) -> None:
    windows.now._session.notice.emit(Notice.LINK, 0)
    windows.now.banner.hide()
    assert windows.turn("he").banner.sentence == ""


def test_an_offer_stays_one_with_its_button(
    qtbot: QtBot, windows: Windows, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make("Fruit", "stopped", checkpoint=True)
    windows.now.offer.begin()
    qtbot.waitUntil(lambda: windows.now.banner.offering)
    banner = windows.turn("he").banner
    assert banner.offering
    assert "Fruit" in banner.sentence
    assert in_hebrew(banner.sentence)
    resumed: list[Run] = []
    monkeypatch.setattr(Trainer, "resume", lambda _self, each: resumed.append(each))
    (button,) = [each for each in banner.findChildren(QPushButton) if each.isVisible() and in_hebrew(each.text())]
    button.click()
    assert [each.id for each in resumed] == [run.id]
    assert banner.sentence == ""


def test_an_offer_that_gave_way_does_not_come_back(qtbot: QtBot, windows: Windows, make: Make) -> None:
    make("Fruit", "stopped", checkpoint=True)
    windows.now.offer.begin()
    qtbot.waitUntil(lambda: windows.now.banner.offering)
    windows.now._session.notice.emit(Notice.LINK, 0)
    banner = windows.turn("he").banner
    assert not banner.offering
    assert "Fruit" not in banner.sentence
