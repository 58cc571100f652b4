"""The result of a run: its figures, the matrix, the classes, and the pictures that it got wrong."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from resnet_desktop.core.events import PixelBlock
from resnet_desktop.core.report import Report, make_report
from resnet_desktop.core.run_report import REPORT, report_bytes
from resnet_desktop.core.run_store import Run, new_run, store_run
from resnet_desktop.core.training import RunDone, TrainingConfig, Validation
from resnet_desktop.ui.classify.drop import PastedPictures
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import apply_theme, colour
from resnet_desktop.ui.train.result import result_jobs
from resnet_desktop.ui.train.result.matrix import Matrix
from resnet_desktop.ui.train.result.matrix_grid import NAMES, SMALLEST, cell_at, cell_of, cell_rect, make_grid, pair_of
from resnet_desktop.ui.train.result.matrix_painter import CellLook, cell_colour
from resnet_desktop.ui.train.result.mistakes import AT_ONCE, KEPT
from resnet_desktop.ui.train.result.pair import ALL, Pair, commonest_pairs, count_in, wrong_in
from resnet_desktop.ui.train.result.result_view import ResultView
from resnet_desktop.ui.train.train_page import TrainPage
from resnet_desktop.ui.train.trainer import Stage
from tests.ui.test_models_page import buttons_of, press, texts_of

CLASSES = ("cat", "dog", "<b>owl</b>")
# What each picture shows, what was said of it, and how surely.
SAID = (
    *((0, 0, 0.9),) * 4, *((1, 1, 0.8),) * 3, *((2, 2, 0.7),) * 2,
    (0, 1, 0.6), (0, 1, 0.95), (0, 2, 0.5), (1, 0, 0.75),
)  # fmt: skip
WORST_FIRST = ["p10.png", "p12.png", "p9.png", "p11.png"]


def report_of(said: tuple[tuple[int, int, float], ...], folder: Path, classes: tuple[str, ...] = CLASSES) -> Report:
    scores = np.zeros((len(said), len(classes)))
    for row, (_truth, guess, sure) in enumerate(said):
        scores[row] = (1 - sure) / (len(classes) - 1)
        scores[row, guess] = sure
    return make_report(
        classes, [each[0] for each in said], scores, [folder / f"p{row}.png" for row in range(len(said))]
    )


def stored(report: Report | None, name: str = "Pets") -> Run:
    config = TrainingConfig(name=name, model="built-in", preset="standard", dataset="/pets")
    run = dataclasses.replace(new_run(config, CLASSES, "0"), state="done", model="built-in")
    store_run(run)
    if report is not None:
        (run.folder / REPORT).write_bytes(report_bytes(report))
    return run


@pytest.fixture
def report(tmp_path: Path, coffee: Path) -> Report:
    """Four mistakes; the picture of the third is not there any more."""
    for name in ("p10", "p12", "p11"):
        shutil.copy(coffee, tmp_path / f"{name}.png")
    return report_of(SAID, tmp_path)


@pytest.fixture
def run(report: Report) -> Run:
    return stored(report)


@pytest.fixture
def page(window: MainWindow) -> TrainPage:
    window.resize(1366, 768)
    window.show_train()
    return window.train()


def show(qtbot: QtBot, page: TrainPage, run: Run) -> ResultView:
    page.show_result(run)
    qtbot.waitUntil(lambda: page.result.report is not None)
    return page.result


@pytest.fixture
def result(qtbot: QtBot, page: TrainPage, run: Run) -> ResultView:
    return show(qtbot, page, run)


def names_of(result: ResultView) -> list[str]:
    mistakes = result.mistakes.mistakes
    return [mistakes.verdict(row).path.name for row in range(mistakes.rowCount())]


def click(qtbot: QtBot, matrix: Matrix, row: int, column: int) -> None:
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=matrix.rect_of(row, column).center())


def test_the_figures_stand_above(result: ResultView) -> None:
    texts = texts_of(result)
    assert "Pets\nStandard · from Built-in model · " in texts
    assert "69 % right" in texts
    assert "of 13 pictures that it had not seen; most likely between 42 % and 87 %" in texts
    assert "4 mistakes, worst first" in texts
    assert names_of(result) == WORST_FIRST


def test_the_end_of_a_run_leads_to_its_result_and_back(
    qtbot: QtBot, page: TrainPage, window: MainWindow, run: Run
) -> None:
    trainer = window._trainer
    trainer.result = RunDone(
        run=run.id, model="built-in", validation=Validation(accuracy=0.69, low=0.42, high=0.87, count=13)
    )
    trainer.stage = Stage.DONE
    trainer.look()
    qtbot.waitUntil(lambda: bool(trainer.runs))
    press(page, "What it got wrong")
    qtbot.waitUntil(lambda: page.result.report is not None)
    assert page.result.isVisible()
    assert "Use this model" not in buttons_of(page)
    press(page, "Back")
    assert not page.result.isVisible()
    assert "Use this model" in buttons_of(page)


def test_a_click_on_a_cell_shows_its_pictures_and_another_lets_go(qtbot: QtBot, result: ResultView) -> None:
    click(qtbot, result.matrix, 0, 1)
    assert names_of(result) == ["p10.png", "p9.png"]
    assert "2 of 7 “cat” taken for “dog”" in texts_of(result).replace("\u2068", "").replace("\u2069", "")
    click(qtbot, result.matrix, 0, 1)
    assert names_of(result) == WORST_FIRST
    click(qtbot, result.matrix, 1, 0)
    assert names_of(result) == ["p12.png"]
    press(result, "All mistakes")
    assert names_of(result) == WORST_FIRST
    assert "All mistakes" not in buttons_of(result)


def test_a_name_stands_for_its_row_or_column(qtbot: QtBot, result: ResultView) -> None:
    click(qtbot, result.matrix, 0, NAMES)
    assert names_of(result) == ["p10.png", "p9.png", "p11.png"]
    click(qtbot, result.matrix, NAMES, 2)
    assert names_of(result) == ["p11.png"]


def test_a_cell_without_mistakes_says_so(qtbot: QtBot, result: ResultView) -> None:
    click(qtbot, result.matrix, 1, 1)
    assert "These were answered right; only wrong pictures are kept." in texts_of(result)
    click(qtbot, result.matrix, 2, 0)
    assert "There is no such mistake." in texts_of(result)
    assert "All mistakes" in buttons_of(result)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_keyboard_walks_where_the_eye_does(direction: Qt.LayoutDirection, qtbot: QtBot, result: ResultView) -> None:
    matrix = result.matrix
    matrix.setLayoutDirection(direction)
    back, forth = Qt.Key.Key_Left, Qt.Key.Key_Right
    if direction == Qt.LayoutDirection.RightToLeft:
        back, forth = forth, back
        assert matrix.rect_of(0, 0).left() > matrix.rect_of(0, 1).left()
    matrix.setFocus()
    assert matrix.cursor_pair == Pair(0, 1), "the cursor begins at the commonest mistake"
    qtbot.keyClick(matrix, forth)
    assert matrix.cursor_pair == Pair(0, 2)
    qtbot.keyClick(matrix, forth)
    assert matrix.cursor_pair == Pair(0, 2), "there is nothing behind the last"
    qtbot.keyClick(matrix, Qt.Key.Key_Space)
    assert names_of(result) == ["p11.png"]
    assert "1 of 7" in matrix.accessibleDescription() or "One" in matrix.accessibleDescription()
    qtbot.keyClick(matrix, Qt.Key.Key_Home)
    for _ in range(2):
        qtbot.keyClick(matrix, back)
    assert matrix.cursor_pair == Pair(0, None), "the name of the row"
    qtbot.keyClick(matrix, Qt.Key.Key_Up)
    assert matrix.cursor_pair == Pair(0, None), "there is nothing in the corner"
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert names_of(result) == ["p10.png", "p9.png", "p11.png"]
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert names_of(result) == WORST_FIRST
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=matrix.rect_of(1, 0).center())
    assert names_of(result) == ["p12.png"]


def test_the_commonest_mistakes_are_one_press_away(result: ResultView) -> None:
    chips = [button for button in result.mix_ups.findChildren(QPushButton) if button.isVisible()]
    assert [chip.text()[-1] for chip in chips] == ["2", "1", "1"]
    chips[0].click()
    assert names_of(result) == ["p10.png", "p9.png"]
    assert chips[0].isChecked()
    assert result.matrix.cursor_pair == Pair(0, 1)
    chips[0].click()
    assert names_of(result) == WORST_FIRST
    assert not chips[0].isChecked()


def test_a_chosen_class_shows_its_mistakes(qtbot: QtBot, result: ResultView) -> None:
    table = result.table
    cells = [[str(table.model().index(row, column).data()) for column in range(5)] for row in range(3)]
    assert cells == [
        ["cat", "7", "80 %", "57 %", "67 %"], ["dog", "4", "60 %", "75 %", "67 %"],
        ["<b>owl</b>", "2", "67 %", "100 %", "80 %"],
    ]  # fmt: skip
    sides = [
        Qt.AlignmentFlag(table.model().index(0, column).data(Qt.ItemDataRole.TextAlignmentRole)) for column in (0, 1)
    ]
    assert bool(sides[0] & Qt.AlignmentFlag.AlignRight) is False
    assert bool(sides[1] & Qt.AlignmentFlag.AlignRight)
    table.selectRow(1)
    assert names_of(result) == ["p12.png"]
    press(result, "All mistakes")
    assert not table.selectionModel().hasSelection()


def test_a_click_on_a_heading_sorts(qtbot: QtBot, result: ResultView) -> None:
    result._tabs.button(1).click()
    result.choose(Pair(truth=2))
    assert [index.data() for index in result.table.selectionModel().selectedRows()] == ["<b>owl</b>"]
    table, heads = result.table, result.table.horizontalHeader()
    assert table.isVisible()

    def order() -> list[str]:
        return [str(table.model().index(row, 0).data()) for row in range(3)]

    def press_heading(column: int) -> None:
        x = heads.sectionViewportPosition(column) + 20
        qtbot.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, heads.height() // 2))

    press_heading(1)
    assert order() == ["<b>owl</b>", "dog", "cat"]
    assert str(table.model().headerData(1, Qt.Orientation.Horizontal)) == "Pictures ↑"
    press_heading(1)
    assert order() == ["cat", "dog", "<b>owl</b>"]
    assert str(table.model().headerData(1, Qt.Orientation.Horizontal)) == "Pictures ↓"


def test_thumbnails_are_made_elsewhere_and_lost_pictures_have_a_mark(
    qtbot: QtBot, page: TrainPage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()
    real = result_jobs.preview_of

    def preview(path: Path, edge: int) -> PixelBlock:
        threads.add(threading.current_thread())
        return real(path, edge)

    monkeypatch.setattr(result_jobs, "preview_of", preview)
    result = show(qtbot, page, run)
    mistakes = result.mistakes.mistakes
    qtbot.waitUntil(lambda: len(mistakes._thumbnails) == 3)
    qtbot.waitUntil(lambda: mistakes.is_lost(2))
    assert threads
    assert threading.main_thread() not in threads
    thumbnail = mistakes.thumbnail(0)
    assert thumbnail is not None
    assert (thumbnail.width(), thumbnail.height()) == (176, 117)
    tip = mistakes.index(2).data(Qt.ItemDataRole.ToolTipRole)
    assert "p9.png" in tip
    assert len(tip.splitlines()) == 4, "the last line says why it cannot be seen"
    spoken = mistakes.index(0).data(Qt.ItemDataRole.AccessibleTextRole).replace("\u2068", "").replace("\u2069", "")
    assert spoken == "said dog 95 % — is cat\np10.png"
    result.grab()


def test_names_are_only_text(result: ResultView) -> None:
    tip = result.mistakes.mistakes.index(3).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;owl" in tip
    assert "<b>" not in tip


def test_ten_thousand_mistakes_cost_what_is_seen_of_them(
    qtbot: QtBot, page: TrainPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def preview(path: Path, _edge: int) -> PixelBlock:
        made.append(path.name)
        return PixelBlock(2, 2, bytes(12))

    monkeypatch.setattr(result_jobs, "preview_of", preview)
    result = show(qtbot, page, stored(report_of(tuple((0, 1, 0.9 - row / 1e5) for row in range(10_000)), tmp_path)))
    gallery = result.mistakes.gallery
    seen = len(gallery.shown_rows())
    assert seen < 50
    qtbot.waitUntil(lambda: len(made) >= seen - gallery.columns)
    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_End)
    assert gallery.currentIndex().row() == 9_999
    assert gallery.viewport().rect().contains(gallery.visualRect(gallery.currentIndex()).center())
    qtbot.waitUntil(lambda: "p9999.png" in made)
    for _ in range(30):
        qtbot.keyClick(gallery, Qt.Key.Key_PageUp)
        gallery.grab()
    qtbot.waitUntil(lambda: result.mistakes.mistakes._job is None)
    assert len(made) <= 31 * (seen + gallery.columns) + AT_ONCE
    assert len(result.mistakes.mistakes._thumbnails) <= KEPT


def test_the_gallery_is_walked_by_keys_and_mirrored(qtbot: QtBot, result: ResultView) -> None:
    gallery = result.mistakes.gallery
    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_Right)
    qtbot.keyClick(gallery, Qt.Key.Key_Right)
    row = gallery.currentIndex().row()
    assert row >= 1
    gallery.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    first, second = (gallery.visualRect(gallery.model().index(each, 0)) for each in (0, 1))
    assert first.left() > second.left()
    for each in range(4):
        index = gallery.model().index(each, 0)
        assert gallery.indexAt(gallery.visualRect(index).center()).row() == each
    qtbot.keyClick(gallery, Qt.Key.Key_Right)
    assert gallery.currentIndex().row() == row - 1
    assert not gallery.indexAt(QPoint(5, gallery.viewport().height() - 2)).isValid()


def test_a_picture_is_opened_with_the_model_that_was_wrong(
    qtbot: QtBot, result: ResultView, window: MainWindow, session: Session
) -> None:
    gallery = result.mistakes.gallery
    place = gallery.visualRect(gallery.model().index(1, 0)).center()
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=place)
    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_Return)
    assert session.current is not None
    assert session.current.name == "p12.png"
    assert window.pages.currentWidget() is window.page
    window.show_train()
    assert result.isVisible(), "the way back leads to the result"


def test_two_hundred_classes_have_cells_that_can_be_clicked(qtbot: QtBot, page: TrainPage, tmp_path: Path) -> None:
    classes = tuple(f"a class with quite a long name {number}" for number in range(200))
    said = tuple((number, (number + (number == 150)) % 200, 0.9) for number in range(200))
    result = show(qtbot, page, stored(report_of(said, tmp_path, classes)))
    matrix = result.matrix
    view = matrix.viewport().rect()
    qtbot.waitUntil(lambda: matrix.viewport().rect().contains(matrix.rect_of(150, 151)))  # the mistake
    matrix.setFocus()
    for _ in range(60):
        qtbot.keyClick(matrix, Qt.Key.Key_Down)
    qtbot.keyClick(matrix, Qt.Key.Key_End)
    assert matrix.cursor_pair == Pair(199, 199)
    cell = matrix.rect_of(199, 199)
    assert view.contains(cell)
    assert min(cell.width(), cell.height()) >= SMALLEST
    matrix.grab()
    click(qtbot, matrix, 199, 199)
    assert result.pair == Pair(199, 199)
    rows, columns = matrix._shown()
    assert len(rows) * len(columns) < 1000, "what is not seen is not painted"


@pytest.mark.parametrize("classes", [2, 10, 200])
def test_every_point_of_a_cell_is_of_that_cell(classes: int) -> None:
    grid = make_grid(QSize(560, 400), classes, 90, 16)
    scroll = QPoint(0, 0) if classes < 200 else QPoint(333, 777)
    for cell in ((0, 0), (classes - 1, classes - 1), (NAMES, classes // 2), (classes // 2, NAMES), (1, 0)):
        rect = cell_rect(grid, *cell, scroll)
        if rect.left() >= grid.names and rect.top() >= grid.heads:
            assert cell_at(grid, rect.topLeft(), scroll) == cell_at(grid, rect.bottomRight(), scroll) == cell
        assert cell_of(pair_of(cell)) == cell
    assert cell_at(grid, QPoint(1, 1), scroll) is None
    assert cell_at(grid, QPoint(grid.size.width() - scroll.x() + 1, 80), scroll) is None


def test_no_mistakes_is_said_kindly(qtbot: QtBot, page: TrainPage, tmp_path: Path) -> None:
    result = show(qtbot, page, stored(report_of(((0, 0, 0.9), (1, 1, 0.8), (2, 2, 0.8)), tmp_path)))
    assert "No mistakes: all 3 pictures were answered right." in texts_of(result)
    assert "Most often:" not in texts_of(result)
    click(qtbot, result.matrix, 0, 0)
    click(qtbot, result.matrix, 1, NAMES)
    assert result.pair == Pair(1, None)
    assert "All mistakes" not in buttons_of(result), "it would lead nowhere"
    result.grab()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "This run has no result"), (b"{}", "The result of this run is damaged.")],
)
def test_a_result_that_cannot_be_shown_says_why(
    content: bytes | None, sentence: str, qtbot: QtBot, page: TrainPage, report: Report
) -> None:
    run = stored(None)
    if content is not None:
        (run.folder / REPORT).write_bytes(content)
    page.show_result(run)
    qtbot.waitUntil(lambda: sentence in texts_of(page))
    saves = [button for button in page.findChildren(QPushButton) if "web page" in button.text()]
    assert [button.isEnabled() for button in saves] == [False]
    show(qtbot, page, stored(report, "Another"))
    assert sentence not in texts_of(page)


def test_the_result_is_saved_as_a_page(qtbot: QtBot, result: ResultView, tmp_path: Path) -> None:
    result.write(tmp_path / "pets")
    qtbot.waitUntil(lambda: "Saved." in texts_of(result))
    page = (tmp_path / "pets.html").read_text(encoding="utf-8")
    assert "Pets: /pets" in page
    assert "&lt;b&gt;owl" in page
    result.write(tmp_path / "pets.html" / "under-a-file.html")
    qtbot.waitUntil(lambda: "The page could not be written to" in texts_of(result))


def test_a_window_in_other_looks_shows_the_same_result(
    qtbot: QtBot,
    result: ResultView,
    window: MainWindow,
    session: Session,
    library: ModelLibrary,
    pasted: PastedPictures,
) -> None:
    other = MainWindow(session, library, window._trainer, pasted)
    qtbot.addWidget(other)
    other.take_place_of(window)
    there = other.train().result
    qtbot.waitUntil(lambda: there.report is not None)
    assert there.isVisible()
    assert there.run == result.run


def test_a_new_folder_takes_the_place_of_the_result(
    qtbot: QtBot, result: ResultView, page: TrainPage, window: MainWindow, tmp_path: Path
) -> None:
    page.choose(tmp_path)
    assert not result.isVisible()
    assert result.run is None
    qtbot.waitUntil(lambda: window._trainer.error is not None)


def test_pairs_are_counted(report: Report) -> None:
    assert count_in(report, ALL) == len(report.wrong) == 4
    assert count_in(report, Pair(0, 0)) == 4
    assert count_in(report, Pair(truth=0)) == len(wrong_in(report, Pair(truth=0))) == 3
    assert count_in(report, Pair(prediction=0)) == len(wrong_in(report, Pair(prediction=0))) == 1
    assert commonest_pairs(report, 1) == [Pair(0, 1)]
    assert len(commonest_pairs(report, 9)) == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_can_be_read_on_every_cell(theme: str, qapp: QApplication) -> None:
    apply_theme(qapp, theme)
    try:
        for right in (True, False):
            for share in (0.0, 0.05, 0.3, 1.0):
                tint = cell_colour(CellLook(3, share, right))
                assert contrast(colour("text"), over(tint, colour("card"))) >= 4.5
    finally:
        apply_theme(qapp, "light")


def over(top: QColor, ground: QColor) -> QColor:
    alpha = top.alphaF()
    mix: Callable[[float, float], float] = lambda one, other: alpha * one + (1 - alpha) * other  # noqa: E731
    return QColor.fromRgbF(
        mix(top.redF(), ground.redF()), mix(top.greenF(), ground.greenF()), mix(top.blueF(), ground.blueF())
    )


def contrast(one: QColor, other: QColor) -> float:
    """Of WCAG 2.1."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(tint: QColor) -> float:
    parts = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in tint.getRgbF()[:3])
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
