"""Ways through the guide: back and forward, and finding a word on a page, by mouse and by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from resnet_desktop.core import guide
from resnet_desktop.core.guide import PAGES
from resnet_desktop.ui.help import find_bar as bar_module
from resnet_desktop.ui.help.help_window import HelpWindow
from resnet_desktop.ui.help.trail import Trail, Visit
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.theme import colour
from tests.ui.test_help import help_of

Key, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, language: Language) -> HelpWindow:
    window = help_of(qtbot)
    qtbot.waitUntil(window.contents.hasFocus)
    qtbot.waitUntil(lambda: window.view._text_width() == window.view._drawn_width)
    return window


def find(qtbot: QtBot, window: HelpWindow, text: str) -> None:
    qtbot.keyClick(window, Key.Key_F, CTRL)
    qtbot.waitUntil(window.find_bar.field.hasFocus)
    qtbot.keyClicks(window.find_bar.field, text)


def chosen(window: HelpWindow) -> str:
    return window.view.textCursor().selectedText()


def where(window: HelpWindow) -> int:
    return window.view.textCursor().selectionStart()


# Back and forward


def test_back_and_forward_go_along_the_pages_that_were_seen(qtbot: QtBot, window: HelpWindow) -> None:
    assert not window.back_button.isEnabled()
    assert not window.forward_button.isEnabled()
    window.view.anchorClicked.emit(QUrl("models.md"))
    window.contents.setCurrentRow(PAGES.index("runs"))
    qtbot.mouseClick(window.back_button, Qt.MouseButton.LeftButton)
    assert window.page == "models"
    assert window.contents.currentRow() == PAGES.index("models")
    qtbot.mouseClick(window.back_button, Qt.MouseButton.LeftButton)
    assert window.page == PAGES[0]
    assert not window.back_button.isEnabled()
    qtbot.mouseClick(window.forward_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.forward_button, Qt.MouseButton.LeftButton)
    assert window.page == "runs"
    assert not window.forward_button.isEnabled()


def test_a_new_page_takes_the_place_of_those_ahead(window: HelpWindow) -> None:
    for name in ("models", "runs"):
        window.show_page(name)
    window.go_back()
    window.show_page("privacy")
    assert not window.forward_button.isEnabled()
    window.go_back()
    assert window.page == "models"


def test_the_page_before_is_as_far_down_as_it_was_left(window: HelpWindow) -> None:
    window.show_page("train")
    bar = window.view.verticalScrollBar()
    assert bar.maximum() > 300
    bar.setValue(300)
    window.show_page("models")
    assert bar.value() == 0
    window.go_back()
    assert bar.value() == 300
    window.go_forward()
    assert bar.value() == 0


@pytest.mark.parametrize("code", ["en", "he"])
@pytest.mark.parametrize("focus", ["contents", "view", "field"])
def test_the_keys_work_wherever_the_focus_is(
    focus: str, code: str, qtbot: QtBot, qapp: QApplication, language: Language
) -> None:
    language.apply(qapp, code)
    back, forward = (Key.Key_Left, Key.Key_Right) if code == "en" else (Key.Key_Right, Key.Key_Left)
    window = help_of(qtbot, code)
    window.show_page("models")
    window.find_bar.open_bar()
    target = {"contents": window.contents, "view": window.view, "field": window.find_bar.field}[focus]
    target.setFocus()
    qtbot.waitUntil(target.hasFocus)
    qtbot.keyClick(target, back, ALT)
    assert window.page == PAGES[0]
    qtbot.keyClick(target, back, ALT)
    assert window.page == PAGES[0]
    qtbot.keyClick(target, forward, ALT)
    assert window.page == "models"
    assert target.hasFocus()


def lean(button: QToolButton) -> int:
    """Below zero where the arrow has its head on the left."""
    image = button.icon().pixmap(18, 18).toImage()
    middle = (image.width() - 1) / 2
    ink = ((x - middle) * image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))
    return round(sum(ink))


def test_the_arrows_point_the_other_way_in_hebrew(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    for code, side in (("en", -1), ("he", 1)):
        language.apply(qapp, code)
        window = help_of(qtbot, code)
        assert side * lean(window.back_button) > 0
        assert side * lean(window.forward_button) < 0


def test_a_trail_has_ends() -> None:
    trail = Trail()
    trail.leave(0.5)  # nothing is shown yet
    trail.go("a")
    trail.go("a")
    assert (trail.can_go_back, trail.can_go_forward) == (False, False)
    for step in (trail.back, trail.forward):
        with pytest.raises(IndexError):
            step()
    trail.leave(0.25)
    trail.go("b")
    assert trail.back() == Visit("a", 0.25)
    assert trail.forward() == Visit("b")


# Finding


def test_typing_finds_and_enter_goes_on_and_round(qtbot: QtBot, window: HelpWindow) -> None:
    text = window.view.toPlainText().lower()
    count = text.count("picture")
    assert count > 3
    find(qtbot, window, "PICTURE")
    assert window.find_bar.said.text() == f"1 of {count}"
    places = []
    for number in range(count):
        assert chosen(window).lower() == "picture"
        places.append(where(window))
        assert window.find_bar.said.text() == f"{number + 1} of {count}"
        qtbot.keyClick(window.find_bar.field, Key.Key_Return)
    assert places == sorted(set(places))
    assert where(window) == places[0]
    qtbot.keyClick(window.find_bar.field, Key.Key_Return, SHIFT)
    assert where(window) == places[-1]
    assert window.find_bar.field.hasFocus()
    assert window.isVisible(), "Enter presses no button of the dialog"


def test_what_is_found_comes_into_view_and_all_places_are_marked(qtbot: QtBot, window: HelpWindow) -> None:
    window.show_page("trouble")
    assert window.view.verticalScrollBar().maximum() > 0
    find(qtbot, window, "Ctrl+Q")
    assert chosen(window) == "Ctrl+Q"
    assert window.view.viewport().rect().contains(window.view.cursorRect())
    assert window.view.verticalScrollBar().value() > 0
    qtbot.keyClick(window.find_bar.field, Key.Key_A, CTRL)
    qtbot.keyClicks(window.find_bar.field, "Ctrl")
    marks = window.view.extraSelections()
    assert len(marks) == window.view.toPlainText().count("Ctrl")
    assert {mark.cursor.selectedText() for mark in marks} == {"Ctrl"}
    assert {mark.format.background().color().name() for mark in marks} == {colour("accent_soft").name()}
    assert all(mark.format.fontUnderline() for mark in marks), "not by a colour alone"


def test_longer_text_is_found_from_where_the_shorter_one_was(qtbot: QtBot, window: HelpWindow) -> None:
    find(qtbot, window, "t")
    first = where(window)
    qtbot.keyClicks(window.find_bar.field, "he")
    assert chosen(window).lower() == "the"
    assert where(window) >= first
    for _ in "the":
        qtbot.keyClick(window.find_bar.field, Key.Key_Backspace)
    assert chosen(window) == ""
    assert window.find_bar.said.text() == ""
    assert window.view.extraSelections() == []


@pytest.mark.parametrize("text", ["zzz", "\\", "(", "a" * 500, "%", "\u202e"])
def test_what_is_not_there_is_said(text: str, qtbot: QtBot, window: HelpWindow) -> None:
    find(qtbot, window, "picture")
    window.find_bar.field.setText(text)
    if text not in window.view.toPlainText():
        assert window.find_bar.said.text() == "Not on this page"
        assert not window.find_bar.next.isEnabled()
        assert chosen(window) == ""
        qtbot.keyClick(window.find_bar.field, Key.Key_Return)
    assert len(window.find_bar.field.text()) <= 200


def test_escape_closes_the_field_and_then_the_window(qtbot: QtBot, window: HelpWindow) -> None:
    assert window.find_bar.isHidden()
    find(qtbot, window, "picture")
    place = where(window)
    qtbot.keyClick(window.find_bar.field, Key.Key_Escape)
    assert window.find_bar.isHidden()
    assert window.isVisible()
    assert window.view.hasFocus()
    assert (chosen(window), where(window)) == ("picture", place), "it can be copied"
    assert window.view.extraSelections() == []
    qtbot.keyClick(window.view, Key.Key_Escape)
    assert not window.isVisible()


def test_escape_in_the_text_closes_the_field_too(qtbot: QtBot, window: HelpWindow) -> None:
    find(qtbot, window, "picture")
    window.view.setFocus()
    qtbot.keyClick(window.view, Key.Key_Escape)
    assert window.find_bar.isHidden()
    assert window.isVisible()


def test_it_opens_with_what_was_found_before_to_be_typed_over(qtbot: QtBot, window: HelpWindow) -> None:
    find(qtbot, window, "picture")
    qtbot.keyClick(window.find_bar.field, Key.Key_Escape)
    qtbot.mouseClick(window.find_button, Qt.MouseButton.LeftButton)
    assert window.find_bar.field.selectedText() == "picture"
    assert chosen(window) == "picture"
    assert window.find_bar.said.text().startswith("1 of ")
    qtbot.keyClick(window.find_bar.field, Key.Key_F, CTRL)
    qtbot.keyClicks(window.find_bar.field, "model")
    assert window.find_bar.field.text() == "model"


def test_another_page_is_marked_but_not_moved(qtbot: QtBot, window: HelpWindow) -> None:
    find(qtbot, window, "model")
    window.show_page("models")
    count = window.view.toPlainText().lower().count("model")
    assert window.find_bar.said.text() == f"0 of {count}"
    assert len(window.view.extraSelections()) == count
    assert window.view.verticalScrollBar().value() == 0
    qtbot.keyClick(window.find_bar.field, Key.Key_Return)
    assert window.find_bar.said.text() == f"1 of {count}"
    window.show_page("runs")
    qtbot.keyClick(window.find_bar.field, Key.Key_Return, SHIFT)
    last = window.view.toPlainText().lower().count("model")
    assert window.find_bar.said.text() == f"{last} of {last}"


def test_the_chosen_place_stays_when_the_window_changes_its_width(qtbot: QtBot, window: HelpWindow) -> None:
    find(qtbot, window, "picture")
    qtbot.keyClick(window.find_bar.field, Key.Key_Return)
    said = window.find_bar.said.text()
    assert said.startswith("2 of ")
    marks = len(window.view.extraSelections())
    window.resize(800, 600)
    qtbot.waitUntil(lambda: window.view._text_width() == window.view._drawn_width)
    assert window.find_bar.said.text() == said
    assert len(window.view.extraSelections()) == marks
    qtbot.keyClick(window.find_bar.field, Key.Key_Return)
    assert window.find_bar.said.text().startswith("3 of ")


def test_hebrew_is_found_too(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    language.apply(qapp, "he")
    window = help_of(qtbot, "he")
    window.find_bar.open_bar()
    window.find_bar.field.setText("תמונה")
    assert chosen(window) == "תמונה"
    assert "מתוך" in window.find_bar.said.text()
    window.show_page("command-line")
    window.find_bar.field.setText("resnet-desktop classify")
    assert chosen(window) == "resnet-desktop classify"


# Keyboard and screen reader


def test_every_button_is_named_and_reached_by_tab(qtbot: QtBot, window: HelpWindow) -> None:
    window.show_page("models")
    window.show_page("runs")
    window.go_back()
    find(qtbot, window, "model")
    buttons = [each for each in window.findChildren(QToolButton) if each.isVisible()]
    assert len(buttons) == 6
    for button in buttons:
        assert button.accessibleName()
        assert button.toolTip().startswith(button.accessibleName())
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "Alt+Left" in window.back_button.toolTip()
    assert window.find_bar.field.accessibleName() == "Find on this page"
    reached = []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert {*buttons, window.find_bar.field, window.contents, window.view} <= set(reached)


def test_how_many_were_found_is_said_aloud(qtbot: QtBot, window: HelpWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(bar_module, "announce", lambda _widget, text: said.append(text))
    find(qtbot, window, "zzz")
    assert said[-1] == "Not on this page"
    window.find_bar.field.setText("picture")
    qtbot.keyClick(window.find_bar.field, Key.Key_Return)
    assert said[-1] == window.find_bar.said.text()
    assert said[-1].startswith("2 of ")


def test_without_a_guide_there_is_nowhere_to_go(
    qtbot: QtBot, language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guide, "resource_path", tmp_path.joinpath)
    window = help_of(qtbot)
    for button in (window.back_button, window.forward_button, window.find_button):
        assert not button.isEnabled()
    window.go_back()
    window.go_forward()
    assert "missing from this installation" in window.view.toPlainText()
