"""Curves: what is drawn, what the mouse reads and zooms, what is saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QImage, QMouseEvent, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core.curve_data import CurveData
from resnet_desktop.core.training import EpochDone, StepDone
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import DARK, LIGHT, apply_theme, tokens
from resnet_desktop.ui.train.plot_card import LegendEntry, PlotCard
from resnet_desktop.ui.train.plot_files import PlotFiles, file_name
from resnet_desktop.ui.train.plots import Curves
from resnet_desktop.ui.train.run_plots import RunPlots
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.workers.job import EventBatch
from tests.core.test_curve_data import epoch, fed, started, step

STEPS, EPOCHS = 40, 4


def learned(steps: int = STEPS, epochs: int = EPOCHS) -> CurveData:
    """A loss of 1/step; on the validation pictures 1/epoch, 50 % right and 10 more each; the third is the best."""
    data = fed(started(steps=steps, epochs=epochs))
    data.take(at_end_of(0))
    for number in range(1, steps + 1):
        grow(data, number, steps // epochs)
    return data


def grow(data: CurveData, number: int, steps_an_epoch: int) -> None:
    of_epoch = (number - 1) // steps_an_epoch + 1
    data.take(step(number, of_epoch, 1 / number))
    if number % steps_an_epoch == 0:
        data.take(at_end_of(of_epoch))


def at_end_of(number: int) -> EpochDone:
    loss, right, best = 1 / (number + 1), 0.5 + number / 10, number in (0, 3)
    worth = {"validation_loss": loss, "validation_accuracy": right, "train_loss": 2 * loss}
    return EpochDone(epoch=number, learning_rate=0.1, best=best, **worth)


@pytest.fixture
def plots(qtbot: QtBot, qapp: QApplication, language: Language) -> RunPlots:
    if tokens() is not LIGHT or not qapp.styleSheet():
        apply_theme(qapp, "light")
    plots = RunPlots()
    qtbot.addWidget(plots)
    plots.resize(738, 658)
    plots.show()
    plots.show_curves(learned(), "Fruit")
    qtbot.waitExposed(plots)
    QApplication.processEvents()
    return plots


def place(card: PlotCard, x: float) -> QPoint:
    """Where ``x`` is on the plot, in the middle of its height."""
    box = card.plot.getPlotItem().getViewBox()
    middle = box.viewRect().center().y()
    return card.plot.mapFromScene(box.mapViewToScene(QPointF(x, middle)))


def span(card: PlotCard) -> tuple[float, float]:
    """What is seen of the time."""
    first, last = card.plot.getPlotItem().getViewBox().viewRange()[0]
    return first, last


def wheel(card: PlotCard, x: float, turns: int) -> None:
    viewport, at = card.plot.viewport(), QPointF(place(card, x))
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, 120 * turns), *none, False)
    QApplication.sendEvent(viewport, event)


def drag(card: PlotCard, first: float, last: float) -> None:
    viewport, left = card.plot.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(viewport, left, pos=place(card, first))
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(viewport, place(card, first + share * (last - first)))
    QTest.mouseRelease(viewport, left, pos=place(card, last))


def test_loss_by_step_has_the_checks_at_the_ends_of_the_epochs(plots: RunPlots) -> None:
    assert list(plots.learning.x) == list(range(1, STEPS + 1))
    assert list(plots.checking.x) == [0, 10, 20, 30, 40], "before the first epoch is step 0"
    assert list(plots.checking.y) == [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    assert (list(plots.best.x), list(plots.best.y)) == ([3], pytest.approx([80]))
    assert list(plots.right.y) == pytest.approx([50, 60, 70, 80, 90])
    assert plots.rate.isVisible()


def test_loss_by_epoch_shows_learning_and_checking(plots: RunPlots) -> None:
    plots.by_epoch.click()
    assert list(plots.learning_epochs.x) == list(plots.checking.x) == [0, 1, 2, 3, 4]
    assert plots.learning_epochs.y[0] == 2
    assert not plots.learning.item.isVisible()
    assert plots.loss.plot.getPlotItem().getAxis("bottom").labelText == "epoch"
    plots.by_epoch.click()
    assert plots.learning.item.isVisible()
    assert not len(plots.learning_epochs.x)


def test_a_preset_without_steps_shows_its_tries(plots: RunPlots) -> None:
    plots.show_curves(fed(started(steps=0), epoch(1), epoch(2, best=True)), "Fruit")
    assert "try" in plots.loss.plot.getPlotItem().getAxis("bottom").labelText
    assert not plots.rate.isVisible()
    assert not plots.by_epoch.isVisible()
    assert list(plots.learning_epochs.x) == [1, 2]


def test_no_number_of_a_step_or_epoch_has_halves(plots: RunPlots) -> None:
    for card in (plots.loss, plots.accuracy):
        axis = card.plot.getPlotItem().getAxis("bottom")
        for least, most in ((0, 1), (0.2, 2.3), (0, 7), (3, 40), (0, 99_999)):
            ((_spacing, values),) = axis.tickValues(least, most, 300)
            assert values
            assert all(value == int(value) for value in values)
            assert axis.tickStrings([1.0, 12000.0], 1, 1) == ["1", "12000"]


def test_the_legend_stands_above_the_plot_and_names_what_is_drawn(plots: RunPlots) -> None:
    entries = [each for each in plots.loss.findChildren(LegendEntry) if each.isVisible()]
    assert [each.accessibleName() for each in entries] == ["learning", "checking", "best so far"]
    assert all(each.geometry().bottom() < plots.loss.plot.geometry().top() for each in entries)


def test_a_curve_is_drawn_from_the_numbers_themselves_not_from_a_copy(plots: RunPlots) -> None:
    data = learned()
    plots.show_curves(data, "Fruit")
    assert np.shares_memory(plots.learning.x, data.step)
    assert np.shares_memory(plots.learning.y, data.loss)
    assert plots.learning.item.opts["autoDownsample"]
    assert plots.learning.item.opts["clipToView"]


# The mouse


def move(viewport: QWidget, point: QPoint) -> None:
    """To the widget itself: windows that other tests leave on the screen may lie above it."""
    place = QPointF(point)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, viewport.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, event)


def test_the_read_out_follows_the_mouse_and_goes_with_it(qtbot: QtBot, plots: RunPlots) -> None:
    crosshair = plots.loss.crosshair
    move(plots.loss.plot.viewport(), place(plots.loss, 20.2))
    qtbot.waitUntil(lambda: crosshair.readings is not None)
    assert crosshair.readings.title == "step 20"
    assert [(row.name, row.value) for row in crosshair.readings.rows] == [("learning", "0.05"), ("checking", "0.3333")]
    move(plots.loss.plot.viewport(), place(plots.loss, 31))
    qtbot.waitUntil(lambda: crosshair.readings.x == 31)
    before = plots.loss.grab().toImage()
    QApplication.sendEvent(plots.loss.plot.viewport(), leave_event())
    assert crosshair.readings is None
    assert plots.loss.grab().toImage() != before, "line and box are gone"


def test_the_read_out_of_the_accuracy_is_in_percent(qtbot: QtBot, plots: RunPlots) -> None:
    move(plots.accuracy.plot.viewport(), place(plots.accuracy, 2.2))
    qtbot.waitUntil(lambda: plots.accuracy.crosshair.readings is not None)
    readings = plots.accuracy.crosshair.readings
    assert (readings.title, readings.rows[0].value) == ("epoch 2", "70.0")


def leave_event() -> object:
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_a_curve_is_not_read_where_it_has_not_been(qtbot: QtBot, plots: RunPlots) -> None:
    data = learned()
    for number in range(STEPS + 1, STEPS + 9):
        data.take(step(number, EPOCHS + 1))
    plots.show_curves(data, "Fruit")
    QApplication.processEvents()
    move(plots.loss.plot.viewport(), place(plots.loss, STEPS + 5))
    qtbot.waitUntil(lambda: plots.loss.crosshair.readings is not None)
    assert [row.name for row in plots.loss.crosshair.readings.rows] == ["learning"]


def test_the_wheel_zooms_in_time_and_the_button_brings_the_whole_run_back(plots: RunPlots) -> None:
    card, whole = plots.loss, span(plots.loss)
    assert not card.whole_button.isEnabled()
    wheel(card, 20, 3)
    first, last = span(card)
    assert whole[0] < first < 20 < last < whole[1]
    card.whole_button.click()
    QApplication.processEvents()
    assert span(card) == pytest.approx(whole, abs=0.2)
    assert not card.whole_button.isEnabled()


def test_no_time_before_the_first_step_can_be_seen(plots: RunPlots) -> None:
    card = plots.loss
    wheel(card, 20, -9)
    first, last = span(card)
    assert -0.05 * last < first < 0, "the margin alone"
    assert last > 2 * STEPS
    card.zoom_to(5, 15)
    viewport, button = card.plot.viewport(), Qt.MouseButton.MiddleButton
    QTest.mousePress(viewport, button, pos=place(card, 6))
    for x in (8, 12, 14):
        QTest.mouseMove(viewport, place(card, x))
    QTest.mouseRelease(viewport, button, pos=place(card, 14))
    first, last = span(card)
    assert -0.05 * last < first < 0
    assert last - first == pytest.approx(10, abs=0.1), "as long as before"


def test_a_drag_chooses_the_span_and_a_double_click_takes_it_back(plots: RunPlots) -> None:
    card, whole = plots.loss, span(plots.loss)
    drag(card, 10, 30)
    assert span(card) == pytest.approx((10, 30), abs=0.5)
    QTest.mouseDClick(card.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(card, 20))
    QTest.mouseRelease(card.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(card, 20))  # which Qt's helper omits
    QApplication.processEvents()
    assert span(card) == pytest.approx(whole, abs=0.2)


def test_a_click_zooms_nothing(plots: RunPlots) -> None:
    whole = span(plots.loss)
    QTest.mouseClick(plots.loss.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(plots.loss, 20))
    assert span(plots.loss) == whole


def test_what_is_zoomed_stays_where_it_is_while_steps_come(plots: RunPlots) -> None:
    data = learned()
    plots.show_curves(data, "Fruit")
    plots.loss.zoom_to(10, 20)
    for number in range(STEPS + 1, 3 * STEPS):
        grow(data, number, 10)
    plots.redraw()
    QApplication.processEvents()
    assert span(plots.loss) == (10, 20)
    assert span(plots.rate)[1] > 2 * STEPS, "the others show the whole run"


def test_the_height_follows_what_is_seen(plots: RunPlots) -> None:
    box = plots.loss.plot.getPlotItem().getViewBox()
    plots.loss.zoom_to(35, 40)
    QApplication.processEvents()
    assert box.viewRange()[1][1] < 0.5


def test_the_logarithmic_scale_takes_losses_of_nothing(plots: RunPlots) -> None:
    data = learned()
    data.take(StepDone(step=STEPS + 1, epoch=5, loss=0.0, learning_rate=1e-3, pictures_per_second=9.0))
    data.take(StepDone(step=STEPS + 2, epoch=5, loss=float("nan"), learning_rate=1e-3, pictures_per_second=9.0))
    plots.show_curves(data, "Fruit")
    plots.log_button.click()
    QApplication.processEvents()
    least, most = plots.loss.plot.getPlotItem().getViewBox().viewRange()[1]
    assert -2 < least < -1.5, "1/40"
    assert 0 <= most < 0.5, "1"
    axis = plots.loss.plot.getPlotItem().getAxis("left")
    assert axis.tickStrings([-1, 0, 0.30103], 1, 1) == ["0.1", "1", "2"]
    for low, high in ((-5, 3), (-1.6, 0.1), (0.31, 0.4)):
        assert len(axis.tickValues(low, high, 300)[0][1]) > 1, "there always are numbers"


# Files


def files_of(card: PlotCard) -> PlotFiles:
    found = card.findChild(PlotFiles)
    assert isinstance(found, PlotFiles)
    return found


@pytest.fixture
def save_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[PlotCard, str, str], Path]:
    """Choose from the menu of a card, and answer the dialog with a name."""

    def save(card: PlotCard, ending: str, name: str) -> Path:
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
        action = next(each for each in files_of(card).menu.actions() if each.data() == ending)
        assert isinstance(action, QAction)
        action.trigger()
        return path

    return save


def test_a_picture_is_sharp_and_of_the_whole_plot(plots: RunPlots, save_to: Callable[..., Path]) -> None:
    image = QImage(str(save_to(plots.loss, "png", "loss.png")))
    size = plots.loss.plot.viewport().size()
    assert image.width() > 2 * size.width()
    colours = {image.pixelColor(x, y).name().upper() for x in range(0, image.width(), 3) for y in range(0, 700, 3)}
    assert {LIGHT.card, LIGHT.accent, LIGHT.careful} <= colours


def test_a_drawing_is_readable_svg(plots: RunPlots, save_to: Callable[..., Path]) -> None:
    text = save_to(plots.loss, "svg", "loss.svg").read_bytes()
    assert QSvgRenderer(QByteArray(text)).isValid()
    assert b"checking" in text


def test_the_table_has_every_step_also_those_out_of_sight(plots: RunPlots, save_to: Callable[..., Path]) -> None:
    plots.loss.zoom_to(1, 3)
    lines = save_to(plots.loss, "csv", "loss.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "step,epoch,loss,learning_rate,train_loss,validation_loss,validation_accuracy,best"
    assert len(lines) == 1 + STEPS + 1


def test_a_name_without_its_ending_gets_it(plots: RunPlots, save_to: Callable[..., Path], tmp_path: Path) -> None:
    save_to(plots.loss, "csv", "v1.2")
    assert [path.name for path in tmp_path.glob("v1*")] == ["v1.2.csv"]


def test_a_file_that_cannot_be_written_ends_in_a_sentence(
    qtbot: QtBot, plots: RunPlots, save_to: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    save_to(plots.loss, "png", "taken/loss.png")
    boxes = plots.loss.findChildren(QMessageBox)
    assert len(boxes) == 1
    assert "could not be written" in boxes[0].text()
    assert boxes[0].textFormat() is Qt.TextFormat.PlainText
    boxes[0].accept()


def test_a_dialog_that_is_left_writes_nothing(
    plots: RunPlots, save_to: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written: list[object] = []
    monkeypatch.setattr(PlotFiles, "save", lambda *arguments: written.append(arguments))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: ("", ""))
    files_of(plots.loss).menu.actions()[0].trigger()
    assert written == []


def test_names_of_runs_become_names_of_files() -> None:
    assert file_name('a/b\\c: "d"\n') == "a b c d"
    assert file_name("...") == "ResNet Desktop"
    assert len(file_name("x" * 999)) == 80


# Looks


@pytest.mark.parametrize(("theme", "token"), [("light", LIGHT), ("dark", DARK)])
def test_the_plots_wear_the_colours_of_the_cards(
    qtbot: QtBot, qapp: QApplication, language: Language, theme: str, token: object
) -> None:
    apply_theme(qapp, theme)
    plots = RunPlots()
    qtbot.addWidget(plots)
    plots.resize(738, 658)
    plots.show_curves(learned(), "Fruit")
    plots.show()
    image = plots.loss.plot.grab().toImage()
    assert image.pixelColor(1, 1).name().upper() == token.card  # type: ignore[attr-defined]
    assert plots.learning.item.opts["pen"].color().name().upper() == token.accent  # type: ignore[attr-defined]
    assert plots.learning.item.opts["pen"].width() == 1
    assert not plots.learning.item.opts["antialias"]
    apply_theme(qapp, "light")


def test_time_runs_from_left_to_right_in_hebrew(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    language.apply(qapp, "he")
    apply_theme(qapp, "light")
    outer = QWidget()
    qtbot.addWidget(outer)
    plots = RunPlots()
    plots.setParent(outer)
    plots.resize(738, 658)
    plots.show_curves(learned(), "Fruit")
    outer.show()
    QApplication.processEvents()
    assert place(plots.loss, 1).x() < place(plots.loss, 40).x()
    axis = plots.loss.plot.getPlotItem().getAxis("left")
    box = plots.loss.plot.getPlotItem().getViewBox()
    assert axis.geometry().right() <= box.geometry().left()
    assert plots.loss.heading.geometry().left() > plots.loss.save_button.geometry().right(), "titles lead the line"


# Live


def test_live_curves_wait_for_the_first_number_and_follow_a_new_run(qtbot: QtBot, session: Session) -> None:
    trainer = Trainer(session, session.host)
    curves = Curves(trainer)
    qtbot.addWidget(curves)
    curves.show()
    assert not curves.plots.isVisible()
    trainer._on_events(EventBatch((started(), epoch(0), step(1), step(2))))
    qtbot.waitUntil(lambda: list(curves.plots.learning.x) == [1, 2])
    assert curves.plots.isVisible()
    assert list(curves.plots.checking.x) == [0]
    trainer._on_events(EventBatch((step(3),)))
    qtbot.waitUntil(lambda: list(curves.plots.learning.x) == [1, 2, 3])
    trainer._forget_run()
    trainer.changed.emit()
    assert not curves.plots.isVisible()
    trainer._on_events(EventBatch((started(), step(1))))
    qtbot.waitUntil(lambda: list(curves.plots.learning.x) == [1])


# What the axes show


def height(card: PlotCard) -> tuple[float, float]:
    least, most = card.plot.getPlotItem().getViewBox().viewRange()[1]
    return least, most


def numbers_on(card: PlotCard, side: str) -> list[float]:
    """Where the axis has grid lines and numbers now."""
    axis = card.plot.getPlotItem().getAxis(side)
    box = card.plot.getPlotItem().getViewBox()
    seen = box.viewRange()[int(side == "left")]
    return list(axis.tickValues(*seen, box.height() if side == "left" else box.width())[0][1])


def settle() -> None:
    """Until pyqtgraph has nothing more to change."""
    for _ in range(3):
        QApplication.processEvents()


def at_rate(rate: float, *numbers: int) -> CurveData:
    data = fed(started(steps=STEPS, epochs=EPOCHS))
    for number in numbers:
        data.take(StepDone(step=number, epoch=1, loss=1 / number, learning_rate=rate, pictures_per_second=9.0))
    return data


@pytest.mark.parametrize("rate", [0.001, 3e-7, 5.0])
def test_a_rate_that_never_changes_is_drawn_at_its_value(plots: RunPlots, rate: float) -> None:
    plots.show_curves(at_rate(rate, *range(1, 30)), "Fruit")
    settle()
    least, most = height(plots.rate)
    assert least == pytest.approx(-0.1 * rate, abs=0.1 * rate)
    assert most == pytest.approx(2.1 * rate, abs=0.1 * rate)
    assert min(numbers_on(plots.rate, "left")) == 0
    assert max(numbers_on(plots.rate, "left")) > rate, "with numbers below and above"


def test_a_rate_of_nothing_has_an_axis_above_it(plots: RunPlots) -> None:
    plots.show_curves(at_rate(0.0, 1, 2, 3), "Fruit")
    settle()
    assert min(numbers_on(plots.rate, "left")) == 0
    assert height(plots.rate)[1] > 1


def test_after_the_first_step_there_is_a_dot_and_an_axis_from_nothing(plots: RunPlots) -> None:
    data = at_rate(0.001, 1)
    plots.show_curves(data, "Fruit")
    settle()
    for card, line in ((plots.loss, plots.learning), (plots.rate, plots.rates)):
        assert numbers_on(card, "bottom") == [0, 1]
        assert min(numbers_on(card, "left")) == 0
        spot = card.plot.grab().toImage().pixelColor(place_of(card, 1, float(line.y[0])))
        assert spot == line.look.colour, "a lone point is a dot"
    data.take(step(2, 1, 1 / 2))
    plots.redraw()
    settle()
    assert numbers_on(plots.loss, "bottom") == [0, 1, 2]
    assert not plots.learning.item.scatter.isVisible(), "a line again"


def place_of(card: PlotCard, x: float, y: float) -> QPoint:
    return card.plot.mapFromScene(card.plot.getPlotItem().getViewBox().mapViewToScene(QPointF(x, y)))


def test_a_new_run_has_nothing_of_the_axes_of_the_run_before(plots: RunPlots) -> None:
    settle()
    assert span(plots.accuracy)[1] > EPOCHS, "of the run before"
    plots.show_curves(at_rate(0.001, 1), "Fruit")
    settle()
    assert numbers_on(plots.accuracy, "bottom") == [0, 1]
    assert numbers_on(plots.accuracy, "left")[0] == 0
    assert numbers_on(plots.accuracy, "left")[-1] == 100
    assert span(plots.loss)[1] < 2


def test_before_the_first_step_the_time_is_counted_in_steps_already(plots: RunPlots) -> None:
    data = fed(started(steps=STEPS, epochs=EPOCHS))
    data.take(at_end_of(0))
    plots.show_curves(data, "Fruit")
    settle()
    assert plots.loss.plot.getPlotItem().getAxis("bottom").labelText == "step"
    assert plots.accuracy.plot.getPlotItem().getAxis("bottom").labelText == "epoch"
    assert numbers_on(plots.loss, "bottom") == [0, 1]


def test_tries_begin_with_the_first(plots: RunPlots) -> None:
    plots.show_curves(fed(started(steps=0), epoch(1)), "Fruit")
    settle()
    assert numbers_on(plots.loss, "bottom") == [1, 2]


@pytest.mark.parametrize("shares", [(1.0, 1.0, 1.0), (0.4, 0.8, 1.0), (0.9, 0.98, 0.999), (0.5, 1.0, 0.0)])
def test_no_line_is_drawn_above_a_hundred_percent_or_below_none(plots: RunPlots, shares: tuple[float, ...]) -> None:
    data = fed(started(steps=STEPS, epochs=EPOCHS))
    for number, share in enumerate(shares):
        worth = {"validation_loss": 1.0, "validation_accuracy": share, "train_loss": 1.0}
        data.take(EpochDone(epoch=number, learning_rate=0.1, best=False, **worth))
    plots.show_curves(data, "Fruit")
    settle()
    numbers = numbers_on(plots.accuracy, "left")
    assert numbers[-1] == 100
    assert numbers[0] >= 0
    top = place_of(plots.accuracy, 0, 100).y() - place_of(plots.accuracy, 0, height(plots.accuracy)[1]).y()
    assert 3 < top < 12, "as high as half a mark"


def test_a_lowest_number_near_nothing_is_seen_together_with_the_zero(plots: RunPlots) -> None:
    settle()
    assert plots.learning.y[-1] == 1 / STEPS
    bottom = plots.loss.plot.viewport().height()
    zero = place_of(plots.loss, 0, 0).y()
    assert numbers_on(plots.loss, "left")[0] == 0
    assert place_of(plots.loss, 0, height(plots.loss)[0]).y() - zero > 3, "room for its number"
    assert zero < bottom
