"""The Models page in narrow windows, and where its focus is while a card is at work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import Event
from resnet_desktop.ui.classify.model_selector import ModelRow
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.models import library_jobs
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.models.model_tile import ModelTile
from resnet_desktop.ui.models.models_page import ModelsPage
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.widgets.wrapped_text import WrappedLabel
from tests.ui.test_models_page import jobs, page, press, stored, tile_of
from tests.ui.test_narrow import SIZES, controls_in, overlapping, place_in, resize

__all__ = ["jobs", "page"]


@pytest.mark.parametrize("size", [*SIZES, (1024, 700)], ids=str)
@pytest.mark.parametrize("code", ["en", "he"])
def test_nothing_of_the_models_page_is_cut_off(
    code: str, size: tuple[int, int], qtbot: QtBot, qapp: QApplication, window: MainWindow, language: Language
) -> None:
    stored(qtbot, window._session)
    language.apply(qapp, code)
    window.show_models()
    page = window.models()
    resize(qtbot, window, size)
    areas = page.findChildren(QScrollArea)
    assert len(areas) == 2
    for area in areas:
        content, viewport = area.widget(), area.viewport()
        assert content.width() == viewport.width(), "there is nothing beside what can be seen"
        controls = controls_in(content)
        assert len(controls) > 8
        for each in controls:
            assert content.rect().contains(place_in(each, content)), (each, each.accessibleName())
            whole = isinstance(each, QPushButton)
            assert not whole or each.width() >= each.minimumSizeHint().width(), each.accessibleName()
        assert overlapping(controls, content) == []
    hats = tile_of(page, "hats")
    assert len([each for each in hats.findChildren(QPushButton) if each.isVisible()]) >= 4
    assert hats._state.width() >= hats._state.sizeHint().width()


def test_cards_keep_away_from_the_scroll_bar(qtbot: QtBot, window: MainWindow, page: ModelsPage) -> None:
    resize(qtbot, window, SIZES[0])
    for area in page.findChildren(QScrollArea):
        bar, content = area.verticalScrollBar(), area.widget()
        assert bar.isVisible()
        for card in content.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            assert place_in(card, page).right() < place_in(bar, page).left()


def test_there_is_room_for_two_cards_beside_each_other(qtbot: QtBot, window: MainWindow, page: ModelsPage) -> None:
    resize(qtbot, window, SIZES[0])
    first, second = (tile_of(page, key) for key in ("built-in", "resnet18"))
    assert first.y() == second.y()
    assert abs(first.width() - second.width()) <= 1


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[CancelToken]:
    """Verifying waits until it is set."""
    held = CancelToken()

    def verify(_spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        while not held.wait(0.01):
            token.check()
        yield from ()

    monkeypatch.setattr(library_jobs, "verify_job", verify)
    yield held
    held.cancel()


def test_the_focus_stays_on_the_card_that_is_at_work(
    qtbot: QtBot, window: MainWindow, page: ModelsPage, library: ModelLibrary, session: Session, held: CancelToken
) -> None:
    stored(qtbot, session)
    tile = tile_of(page, "hats")
    resize(qtbot, window, SIZES[0])
    area = next(each for each in page.findChildren(QScrollArea) if each.isAncestorOf(tile))
    area.ensureWidgetVisible(tile)
    tile._verify.setFocus()
    before = area.verticalScrollBar().value()
    assert before > 0
    press(tile, "Verify")
    assert "hats" in library.tasks
    assert window.focusWidget() is tile
    held.cancel()
    qtbot.waitUntil(lambda: "hats" not in library.tasks)
    assert window.focusWidget() is tile._verify
    assert area.verticalScrollBar().value() == before


def test_a_focus_that_went_elsewhere_is_left_there(
    qtbot: QtBot, window: MainWindow, page: ModelsPage, library: ModelLibrary, session: Session, held: CancelToken
) -> None:
    stored(qtbot, session)
    tile, other = tile_of(page, "hats"), tile_of(page, "built-in")
    tile._verify.setFocus()
    press(tile, "Verify")
    other._use.setFocus()
    held.cancel()
    qtbot.waitUntil(lambda: "hats" not in library.tasks)
    assert window.focusWidget() is other._use


def test_the_first_button_has_it_where_its_own_does_not_come_back(
    qtbot: QtBot, window: MainWindow, page: ModelsPage, session: Session
) -> None:
    tile = tile_of(page, "built-in")
    tile._prepare.show()
    tile._prepare.setFocus()
    tile.refresh()
    assert window.focusWidget() is tile._use
    assert isinstance(tile, ModelTile)


def chosen_row(window: MainWindow) -> ModelRow:
    return next(row for row in window.page.selector._rows if row.isChecked())


def test_the_row_of_the_model_to_use_has_the_focus(
    qtbot: QtBot, window: MainWindow, page: ModelsPage, session: Session
) -> None:
    stored(qtbot, session)
    press(tile_of(page, "hats"), "Use")
    qtbot.waitUntil(lambda: chosen_row(window).spec.key == "hats")
    assert window.focusWidget() is chosen_row(window)


def test_the_focus_outlives_a_new_list(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    stored(qtbot, session)
    window._use_model("hats")
    before = window.focusWidget()
    with qtbot.waitSignal(session.models_changed):
        session.models.refresh()
    assert window.focusWidget() is chosen_row(window)
    assert window.focusWidget() is not before


def test_a_model_that_the_list_does_not_know_yet_has_it_as_soon_as_it_does(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.page.selector.focus_on("hats")
    window.page.selector._rows[0].setFocus()
    stored(qtbot, session)
    assert window.focusWidget().spec.key == "hats"


def test_the_endings_of_files_read_from_the_left_in_hebrew(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, language: Language
) -> None:
    """Each dot stands before its letters, and nothing touches it that belongs to the sentence."""
    language.apply(qapp, "he")
    hint = next(each.text() for each in window.models().findChildren(WrappedLabel) if ".resnetmodel" in each.text())
    layout = QTextLayout(hint)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    place = {}
    for ending in (".resnetmodel", ".safetensors", ".pth", ".pt", ".bin"):
        at = hint.index(f"\u2066{ending}\u2069") + 1
        dot, letter = (line.glyphRuns(each, 1)[0].boundingRect().left() for each in (at, at + 1))
        assert dot < letter, ending
        assert hint[at + len(ending) + 1 :][:1] in {"", " "}
        place[ending] = dot
    assert sorted(place, key=place.__getitem__) == list(reversed(place)), "the first one at the right"
