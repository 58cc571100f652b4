"""The guide in the program: F1, pages, pictures, links, both directions, and what happens without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextBlock, QTextDocument, QTextTable
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_desktop.core import guide
from resnet_desktop.core.guide import PAGES
from resnet_desktop.ui import file_manager
from resnet_desktop.ui.help.guide_view import GuideView
from resnet_desktop.ui.help.help_window import HelpWindow
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.theme import BODY, LARGE, apply_theme, tokens


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the system's browser."""
    urls: list[str] = []

    def remember(url: QUrl) -> bool:
        urls.append(url.toString())
        return True

    monkeypatch.setattr(file_manager.QDesktopServices, "openUrl", remember)
    return urls


def help_of(qtbot: QtBot, language: str = "en") -> HelpWindow:
    window = HelpWindow(language, None)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def blocks(view: GuideView) -> list[QTextBlock]:
    found, block = [], view.document().begin()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def pictures(view: GuideView) -> list[QImage]:
    """Those of the page that is shown, as they are drawn."""
    kind = QTextDocument.ResourceType.ImageResource
    names = [form.toImageFormat().name() for form in view.document().allFormats() if form.isImageFormat()]
    return [view.document().resource(kind.value, QUrl(name)) for name in dict.fromkeys(names)]


def test_f1_opens_the_guide_beside_the_window_and_again_the_same_one(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    (opened,) = window.findChildren(HelpWindow)
    assert opened.isVisible()
    assert not opened.isModal()
    assert opened.page == PAGES[0]
    opened.show_page("runs")
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.isVisible()
    assert window.menu.show_help() is opened
    assert opened.page == "runs"


def test_it_closes_with_the_window(window: MainWindow) -> None:
    opened = window.menu.show_help()
    window.close()
    assert not opened.isVisible()


def test_it_goes_on_in_the_window_of_another_language(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, language: Language
) -> None:
    window.menu.show_help().show_page("models")
    language.apply(qapp, "he")
    window._session.set_language("he")
    other = MainWindow(window._session, window._library, window._trainer, window.intake._pasted)
    qtbot.addWidget(other)
    other.take_place_of(window)
    (opened,) = other.findChildren(HelpWindow)
    assert opened.isVisible()
    assert opened.isRightToLeft()
    assert opened.page == "models"
    assert opened.view.toPlainText().startswith("מודלים")


def test_the_way_back_goes_on_in_the_window_of_another_language(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, language: Language
) -> None:
    first = window.menu.show_help()
    first.show_page("train")
    first.view.go_to(0.5)
    first.show_page("models")
    language.apply(qapp, "he")
    window._session.set_language("he")
    other = MainWindow(window._session, window._library, window._trainer, window.intake._pasted)
    qtbot.addWidget(other)
    other.take_place_of(window)
    (opened,) = other.findChildren(HelpWindow)
    assert opened.page == "models"
    assert not opened.forward_button.isEnabled()
    opened.go_back()
    assert opened.page == "train"
    assert opened.view.place == pytest.approx(0.5, abs=0.05)


def test_arrow_keys_turn_the_pages_and_tab_leads_to_the_text(qtbot: QtBot, language: Language) -> None:
    window = help_of(qtbot)
    qtbot.waitUntil(window.contents.hasFocus)
    for name in PAGES[1:]:
        qtbot.keyClick(window.contents, Qt.Key.Key_Down)
        assert window.page == name
        assert window.view.verticalScrollBar().value() == 0
    qtbot.keyClick(window.contents, Qt.Key.Key_Tab)
    assert window.view.hasFocus()


def test_links_between_pages_stay_in_the_window(qtbot: QtBot, language: Language, opened: list[str]) -> None:
    window = help_of(qtbot)
    window.view.anchorClicked.emit(QUrl("many-pictures.md"))
    assert window.page == "many-pictures"
    assert window.contents.currentRow() == 1
    window.view.anchorClicked.emit(QUrl("nowhere.md"))
    assert window.page == "many-pictures"
    assert opened == []


def test_a_link_is_followed_by_keyboard_alone(qtbot: QtBot, language: Language) -> None:
    window = help_of(qtbot)
    window.view.setFocus()
    qtbot.keyClick(window.view, Qt.Key.Key_Tab)
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    assert window.page == "train"  # the first link of the first page


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        ("https://image-net.org/", True),
        ("http://127.0.0.1/", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("https:", False),
        ("picture.png", False),
    ],
)
def test_only_the_web_goes_to_the_browser_and_only_on_a_click(
    address: str, goes: bool, qtbot: QtBot, language: Language, opened: list[str]
) -> None:
    window = help_of(qtbot)
    for name in PAGES:
        window.show_page(name)
    assert opened == []
    window.view.anchorClicked.emit(QUrl(address))
    assert opened == ([address] if goes else [])


@pytest.mark.parametrize("code", ["en", "he"])
def test_every_page_fits_with_its_pictures(code: str, qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    language.apply(qapp, code)
    window = help_of(qtbot, code)
    seen = 0
    for width in (1400, 760):
        window.resize(width, 600)
        qtbot.waitUntil(lambda: window.view._text_width() == window.view._drawn_width)
        for name in PAGES:
            window.show_page(name)
            assert window.view.horizontalScrollBar().maximum() == 0, (name, width)
            for picture in pictures(window.view):
                assert not picture.isNull()
                assert picture.width() <= window.view.viewport().width()
                seen += 1
    assert seen == 2 * 11


@pytest.mark.parametrize("code", ["en", "he"])
def test_text_runs_in_the_direction_of_its_language_and_commands_never_turn(
    code: str, qtbot: QtBot, qapp: QApplication, language: Language
) -> None:
    language.apply(qapp, code)
    window = help_of(qtbot, code)
    window.show_page("command-line")
    right, left = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight
    commands = [block for block in blocks(window.view) if block.text().startswith("resnet-desktop")]
    assert len(commands) > 8
    assert {block.textDirection() for block in commands} == {left}
    words = [block for block in blocks(window.view) if block.text() and block not in commands]
    assert {block.textDirection() for block in words} == {right if code == "he" else left}
    assert (
        window.contents.mapToGlobal(window.contents.rect().center()).x()
        < window.view.mapToGlobal(window.view.rect().center()).x()
        or code == "he"
    )


def test_tables_are_read_from_the_side_of_the_language(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    for code, first in (("en", 0), ("he", 1)):
        language.apply(qapp, code)
        window = help_of(qtbot, code)
        window.show_page("trouble")
        (table,) = window.view.document().rootFrame().childFrames()
        assert isinstance(table, QTextTable)
        assert table.columns() == 2
        rows = [table.cellAt(row, first).firstCursorPosition().block().text() for row in range(1, table.rows())]
        assert rows[0] == "F1"
        assert "Delete" in rows


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_the_looks_of_the_theme(theme: str, qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    apply_theme(qapp, theme)
    window = help_of(qtbot)
    title, text, *_ = blocks(window.view)
    assert title.begin().fragment().charFormat().font().pixelSize() == LARGE
    assert text.begin().fragment().charFormat().font().pixelSize() in (-1, BODY)
    links = [form for form in window.view.document().allFormats() if form.toCharFormat().isAnchor()]
    assert {form.toCharFormat().foreground().color().name().upper() for form in links} == {tokens().accent}
    assert window.grab().toImage().pixelColor(4, 4).name().upper() == tokens().window
    apply_theme(qapp, "light")


def test_without_a_guide_it_says_so(
    qtbot: QtBot, language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guide, "resource_path", tmp_path.joinpath)
    window = help_of(qtbot)
    assert "missing from this installation" in window.view.toPlainText()
    assert window.page == ""
    window.show_page("train")
    window.resize(800, 500)


def test_a_page_names_no_file_outside_the_guide(qtbot: QtBot, language: Language, tmp_path: Path) -> None:
    """Its pictures are taken by name alone, out of the guide's own folder."""
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.save(str(tmp_path / "secret.png"))
    window = help_of(qtbot)
    view = window.view
    kind = QTextDocument.ResourceType.ImageResource.value
    assert view.loadResource(kind, QUrl.fromLocalFile(str(tmp_path / "secret.png"))).isNull()
    assert view.loadResource(kind, QUrl("../en/answered.png")).isNull() is False
    assert view.loadResource(QTextDocument.ResourceType.HtmlResource.value, QUrl("train.md")) is None
