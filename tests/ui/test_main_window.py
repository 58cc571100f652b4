"""The window as a person uses it: drops, keys, buttons."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core.picture_formats import foreign_kind
from resnet_desktop.ui.classify.answer_card import ClassBar
from resnet_desktop.ui.classify.drop import PastedPictures
from resnet_desktop.ui.classify.model_selector import ModelRow
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.train.trainer import Trainer
from tests.ui.conftest import Fakes, drop, files_mime


def wait_for_answer(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.answer is not None, timeout=10_000)


def shown_texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def row_of(window: MainWindow, key: str) -> ModelRow:
    return next(row for row in window.page.selector.findChildren(ModelRow) if row.spec.key == key)


def test_an_empty_window_says_what_to_do_and_has_the_built_in_model_chosen(window: MainWindow) -> None:
    assert "Drop pictures or a folder" in shown_texts(window)
    assert row_of(window, "built-in").isChecked()


def test_a_dropped_picture_is_answered_with_bars(
    qtbot: QtBot, window: MainWindow, session: Session, coffee: Path
) -> None:
    assert drop(window.page, files_mime(coffee))
    wait_for_answer(qtbot, session)
    bars = window.page.answer_card.findChildren(ClassBar)
    assert len(bars) == 5
    assert bars[0].isChecked()
    assert bars[0].probability == max(bar.probability for bar in bars)
    assert any("coffee.png" in text for text in shown_texts(window))
    assert "ms" in window.status.model.text()
    assert "1" in window.status.count.text()


def test_a_dropped_link_gets_a_friendly_sentence(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    assert drop(window.page, mime)
    assert "link to the internet" in window.banner.sentence


def test_dropped_text_gets_a_sentence_and_the_next_good_drop_takes_it_away(window: MainWindow, coffee: Path) -> None:
    mime = QMimeData()
    mime.setText("hello")
    assert drop(window.page, mime)
    assert "no picture in that" in window.banner.sentence
    drop(window.page, files_mime(coffee))
    assert window.banner.sentence == ""


def test_a_picture_can_be_pasted(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#c0392b"))
    QGuiApplication.clipboard().setImage(image)
    window.intake.paste()
    wait_for_answer(qtbot, session)
    assert session.pictures.entry(0).title == "Pasted picture 1"
    assert session.look is not None
    assert (session.look.width, session.look.height) == (64, 48)


def test_a_pasted_path_opens_the_file(qtbot: QtBot, window: MainWindow, session: Session, coffee: Path) -> None:
    QGuiApplication.clipboard().setText(str(coffee))
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    wait_for_answer(qtbot, session)
    assert session.current == coffee


def test_the_answer_is_copied_as_text(qtbot: QtBot, window: MainWindow, session: Session, coffee: Path) -> None:
    drop(window.page, files_mime(coffee))
    wait_for_answer(qtbot, session)
    window.page.copy_answer()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 5
    assert session.answer is not None
    assert lines[0].endswith(session.labels[session.answer.best.index])


def test_the_heat_map_is_laid_over_the_picture_for_the_chosen_class(
    qtbot: QtBot, window: MainWindow, session: Session, coffee: Path
) -> None:
    drop(window.page, files_mime(coffee))
    wait_for_answer(qtbot, session)
    plain = window.page.view.grab().toImage()
    window.page.bar.toggle_heat()
    overlaid = window.page.view.grab().toImage()
    assert overlaid != plain
    assert session.settings.heat_map
    window.page.answer_card.findChildren(ClassBar)[2].click()
    assert window.page.answer_card.findChildren(ClassBar)[2].isChecked()
    window.page.bar.toggle_heat()
    assert window.page.view.grab().toImage() == plain


def test_arrow_keys_walk_along_the_filmstrip(
    qtbot: QtBot, window: MainWindow, session: Session, coffee: Path, cat: Path
) -> None:
    drop(window.page, files_mime(coffee, cat))
    qtbot.waitUntil(lambda: session.pictures.rowCount() == 2 and not session.many.running)
    session.select(coffee)
    window.page.filmstrip.setFocus()
    qtbot.keyClick(window.page.filmstrip, Qt.Key.Key_Right)
    assert session.current == cat
    qtbot.keyClick(window.page.filmstrip, Qt.Key.Key_Left)
    assert session.current == coffee
    qtbot.keyClick(window.page.filmstrip, Qt.Key.Key_Delete)
    assert session.pictures.paths() == (cat,)


def test_a_broken_picture_shows_its_sentence_where_the_picture_would_be(
    qtbot: QtBot, window: MainWindow, session: Session, coffee: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(coffee.read_bytes()[:5000])
    drop(window.page, files_mime(broken))
    qtbot.waitUntil(lambda: session.error is not None)
    assert "This picture is cut off." in shown_texts(window)
    assert window.page.view.accessibleDescription() == "This picture is cut off."
    assert "1 unreadable" in window.status.count.text()


def test_choosing_a_model_that_is_not_here_says_what_to_do(
    qtbot: QtBot, window: MainWindow, session: Session, fakes: Fakes, coffee: Path
) -> None:
    drop(window.page, files_mime(coffee))
    wait_for_answer(qtbot, session)
    fakes.missing.add("resnet50")
    row_of(window, "resnet50").click()
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    texts = "\n".join(shown_texts(window.page.model_card))
    assert "resnet50-11ad3fa6.pth" in texts
    assert "98 MB" in texts
    assert "USB stick" in texts
    assert not any(bar.isVisible() for bar in window.page.answer_card.findChildren(ClassBar))
    fakes.missing.clear()
    press(window.page.model_card, "Check again")
    qtbot.waitUntil(lambda: session.answer is not None)
    assert not window.page.model_card.isVisible()


def test_the_way_back_to_the_built_in_model_is_one_button(
    qtbot: QtBot, window: MainWindow, session: Session, fakes: Fakes
) -> None:
    fakes.missing.add("resnet18")
    row_of(window, "resnet18").click()
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    press(window.page.model_card, "Use the built-in model")
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY)
    assert row_of(window, "built-in").isChecked()


def press(widget: QWidget, name: str) -> None:
    next(button for button in widget.findChildren(QPushButton) if button.accessibleName() == name).click()


def test_names_of_files_are_never_taken_for_markup(
    qtbot: QtBot, window: MainWindow, session: Session, coffee: Path, tmp_path: Path
) -> None:
    sly = tmp_path / "<b>bold<img src=x>.png"
    shutil.copy(coffee, sly)
    drop(window.page, files_mime(sly))
    wait_for_answer(qtbot, session)
    assert any("<b>bold<img src=x>.png" in text for text in shown_texts(window))
    labels = window.findChildren(QLabel)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels if label.text())


def test_every_control_that_takes_the_focus_has_a_name(
    qtbot: QtBot, window: MainWindow, session: Session, coffee: Path
) -> None:
    drop(window.page, files_mime(coffee))
    wait_for_answer(qtbot, session)
    controls = [each for each in window.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    named = [each for each in controls if each.accessibleName() or (isinstance(each, QAbstractButton) and each.text())]
    assert len(controls) > 15
    assert controls == named


def test_all_controls_are_reached_by_the_tab_key(
    qtbot: QtBot, window: MainWindow, session: Session, coffee: Path
) -> None:
    drop(window.page, files_mime(coffee))
    wait_for_answer(qtbot, session)
    window.activateWindow()
    reached: set[QWidget] = set()
    for _ in range(60):
        qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        reached.add(window.focusWidget())
    assert window.page.filmstrip in reached
    assert any(isinstance(each, ClassBar) for each in reached)
    assert any(isinstance(each, ModelRow) for each in reached)


def test_the_window_fits_a_small_laptop_screen(window: MainWindow) -> None:
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 700


@pytest.mark.parametrize("head", [b"%PDF-1.7", b"PK\x03\x04", b"<svg xmlns="])
def test_things_that_are_no_pictures_are_named(
    qtbot: QtBot, window: MainWindow, session: Session, tmp_path: Path, head: bytes
) -> None:
    path = tmp_path / "thing.png"
    path.write_bytes(head + b" and more")
    drop(window.page, files_mime(path))
    qtbot.waitUntil(lambda: session.error is not None)
    kind = foreign_kind(head)
    assert kind is not None
    assert any(kind[1] in text for text in shown_texts(window))


class Windows(QObject):
    """Writes down every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched)
        return False


def test_nothing_flashes_up_beside_the_window(
    qtbot: QtBot, qapp: QApplication, session: Session, library: ModelLibrary, pasted: PastedPictures
) -> None:
    windows = Windows()
    session.models.choose("resnet18", "auto")  # the card that says so is visible from the start
    qapp.installEventFilter(windows)
    window = MainWindow(session, library, Trainer(session, session.host), pasted)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    qapp.removeEventFilter(windows)
    assert windows.shown == [window]
