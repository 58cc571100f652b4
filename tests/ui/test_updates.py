"""Looking for a newer version: off until it is wanted, quiet when it fails, plain text whatever comes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from resnet_desktop.core import updates
from resnet_desktop.core.settings import Settings
from resnet_desktop.ui import file_manager
from resnet_desktop.ui.about import LICENCES, AboutDialog
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.update_card import UpdateCard
from tests.core.download_server import Server, Turn, hurry, serving

PAGE = "https://releases.example/all"


def turn(tag: object) -> Turn:
    return Turn(body=json.dumps({"tag_name": tag}).encode(), content_type="application/json")


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    hurry(monkeypatch)
    monkeypatch.setattr(updates, "RELEASES", running.address("/latest"))
    monkeypatch.setattr(updates, "RELEASES_PAGE", PAGE)
    running.play(turn("v99.1"))
    return running


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def remember(url: QUrl) -> bool:
        urls.append(url.toString())
        return True

    monkeypatch.setattr(file_manager.QDesktopServices, "openUrl", remember)
    return urls


@pytest.fixture
def about(qtbot: QtBot, session: Session, language: Language, server: Server) -> AboutDialog:
    dialog = AboutDialog(session, None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def card_of(about: AboutDialog) -> UpdateCard:
    card = about.findChild(UpdateCard)
    assert isinstance(card, UpdateCard)
    return card


def look(qtbot: QtBot, card: UpdateCard, session: Session) -> None:
    qtbot.mouseClick(card.look, Qt.MouseButton.LeftButton)
    assert not card.look.isEnabled()
    qtbot.waitUntil(lambda: not session.updates.looking, timeout=10_000)


def test_it_is_off_until_it_is_wanted() -> None:
    assert Settings().look_for_updates is False


def test_opening_and_closing_about_asks_nothing(about: AboutDialog, server: Server) -> None:
    card = card_of(about)
    assert not card.at_start.isChecked()
    about.close()
    assert server.script.requests == []


def test_the_box_is_kept_and_asks_nothing_by_itself(about: AboutDialog, session: Session, server: Server) -> None:
    card = card_of(about)
    card.at_start.click()
    assert session.settings.look_for_updates
    card.at_start.click()
    assert not session.settings.look_for_updates
    assert server.script.requests == []


def test_the_button_asks_once_and_offers_the_page_of_the_project(
    qtbot: QtBot, about: AboutDialog, session: Session, server: Server, opened: list[str]
) -> None:
    card = card_of(about)
    look(qtbot, card, session)
    assert card.said.text() == "Version 99.1 is out"
    assert len(server.script.requests) == 1
    assert opened == []
    qtbot.mouseClick(card.open, Qt.MouseButton.LeftButton)
    assert opened == [PAGE]


def test_the_newest_version_is_told_as_such(qtbot: QtBot, about: AboutDialog, session: Session, server: Server) -> None:
    server.play(turn("0.0.1"))
    card = card_of(about)
    look(qtbot, card, session)
    assert card.said.text() == "This is the newest version."
    assert not card.open.isVisible()


@pytest.mark.parametrize("answer", [turn("<img src=x>99.0"), turn(["99.0"]), Turn(body=b"<html>"), Turn(status=500)])
def test_what_fails_on_the_button_is_a_sentence_in_plain_text(
    answer: Turn, qtbot: QtBot, about: AboutDialog, session: Session, server: Server
) -> None:
    server.play(answer)
    card = card_of(about)
    look(qtbot, card, session)
    assert "Look again later." in card.said.text() or "look again" in card.said.text()
    assert "<" not in card.said.text()
    assert card.said.textFormat() is Qt.TextFormat.PlainText
    assert not card.open.isVisible()
    assert card.look.isEnabled()


def test_what_fails_at_the_start_is_silent(qtbot: QtBot, window: MainWindow, session: Session, server: Server) -> None:
    server.play(Turn(status=503))
    session.updates.look("")
    qtbot.waitUntil(lambda: session.updates.error is not None and not session.updates.looking, timeout=10_000)
    assert window.banner.sentence == ""
    assert not window.status.newer.isVisible()
    dialog = AboutDialog(session, window)
    qtbot.addWidget(dialog)
    assert "nothing about you" in card_of(dialog).said.text()


def test_a_newer_version_is_one_quiet_line(
    qtbot: QtBot, window: MainWindow, session: Session, server: Server, opened: list[str]
) -> None:
    assert not window.status.newer.isVisible()
    session.updates.look("")
    qtbot.waitUntil(window.status.newer.isVisible, timeout=10_000)
    assert window.status.newer.text() == "Version 99.1 is out"
    assert window.banner.sentence == ""
    qtbot.mouseClick(window.status.newer, Qt.MouseButton.LeftButton)
    assert opened == [PAGE]


def test_two_looks_at_once_are_one(qtbot: QtBot, session: Session, server: Server) -> None:
    session.updates.look("")
    session.updates.look("")
    qtbot.waitUntil(lambda: not session.updates.looking, timeout=10_000)
    assert len(server.script.requests) == 1


def test_the_program_ends_while_it_looks(session: Session, server: Server) -> None:
    server.play(Turn(silent=True))
    session.updates.look("")
    session.updates.shut_down()
    assert not session.updates.looking


def test_a_build_without_an_address_cannot_look(
    qtbot: QtBot, session: Session, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "RELEASES", "")
    dialog = AboutDialog(session, None)
    qtbot.addWidget(dialog)
    card = card_of(dialog)
    assert not card.look.isEnabled()
    assert not card.at_start.isEnabled()
    assert "without an address" in card.said.text()


def test_about_shows_versions_and_the_terms_of_everything(about: AboutDialog) -> None:
    said = " ".join(label.text() for label in about.findChildren(QLabel))
    for words in ("Version ", "Qt 6.", "PySide6 6.", "LGPL-3.0", "exchange"):
        assert words in said
    text = about.findChild(QPlainTextEdit).toPlainText()
    for words in (
        "LGPL-3.0", "exchange", "download.qt.io", "libheif", "OpenVINO", "PyTorch", "Pillow", "EfficientNet-Lite0",
        "Apache License 2.0", "ImageNet", "research and education", "MIT licence",
    ):  # fmt: skip
        assert words in text


def test_the_full_text_of_each_licence_can_be_read(about: AboutDialog, qapp: QApplication) -> None:
    choice, text = about.findChild(QComboBox), about.findChild(QPlainTextEdit)
    assert choice.count() == len(LICENCES) + 1
    first_words = {
        "MIT": "Permission is hereby granted, free of charge",
        "LGPL-3.0": "GNU LESSER GENERAL PUBLIC LICENSE",
        "GPL-3.0": "GNU GENERAL PUBLIC LICENSE",
        "Apache-2.0": "Apache License",
    }
    for name in LICENCES:
        choice.setCurrentText(name)
        assert first_words[name] in text.toPlainText()
        assert len(text.toPlainText()) > 1000
