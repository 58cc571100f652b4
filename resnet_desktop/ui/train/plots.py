"""The live curves: loss by step and epoch, accuracy by epoch. Left to right in every language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from resnet_desktop.core.training import EpochDone, StepDone
from resnet_desktop.ui.theme import GAP, SMALL, SPACE, colour
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import text_label

REDRAW_MILLISECONDS = 120
POINT = 7


class Curves(QWidget):
    """Follows the trainer; drawn from a timer, so that a thousand steps a second cost no more than ten."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._loss = _plot(self.tr("Loss"), self.tr("step"))
        self._accuracy = _plot(self.tr("Right, in percent"), self.tr("epoch"))
        self._accuracy.getPlotItem().setLimits(yMin=0, yMax=102, minYRange=8, minXRange=3)
        self._steps = self._loss.plot(pen=pg.mkPen(colour("accent"), width=1), name=self.tr("learning"))
        self._steps.setDownsampling(auto=True, method="peak")
        self._steps.setClipToView(True)
        self._checks = _points(self._loss, "careful", self.tr("checking"))
        self._right = _points(self._accuracy, "good", self.tr("checking"))
        self._best = self._accuracy.plot(
            symbol="star", symbolSize=2 * POINT, symbolBrush=colour("good"), symbolPen=None, pen=None
        )
        plots = QWidget()
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(_card(self._loss), 3)
        column.addWidget(_card(self._accuracy), 2)
        empty = text_label(self.tr("Choose how on the side and press Start: the curves grow here."), "quiet", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(_card(empty))
        self._stack.addWidget(plots)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MILLISECONDS)
        self._timer.timeout.connect(self.redraw)
        trainer.told.connect(self._on_told)
        trainer.changed.connect(self._show)
        self._show()

    @Slot()
    def _on_told(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show(self) -> None:
        """Axes without a curve say nothing."""
        grown = bool(self._trainer.steps or self._trainer.epochs)
        if self._stack.currentIndex() != int(grown):
            self.redraw()
            self._stack.setCurrentIndex(int(grown))

    @Slot()
    def redraw(self) -> None:
        trainer = self._trainer
        steps, epochs = trainer.steps, trainer.epochs
        self._steps.setData(*_step_curve(steps, epochs))
        bottom = self.tr("step") if steps else self.tr("try, from strong to weak regularisation")
        self._loss.setLabel("bottom", bottom, color=colour("quiet").name())
        self._accuracy.setLabel("bottom", self.tr("epoch") if steps else bottom, color=colour("quiet").name())
        at = _epoch_places(trainer)
        self._checks.setData(at, np.array([each.validation_loss for each in epochs]))
        numbers = np.array([each.epoch for each in epochs], dtype=float)
        right = np.array([100 * each.validation_accuracy for each in epochs])
        self._right.setData(numbers, right)
        best = [index for index, each in enumerate(epochs) if each.best][-1:]
        self._best.setData(numbers[best], right[best])


def _step_curve(steps: Sequence[StepDone], epochs: Sequence[EpochDone]) -> tuple[np.ndarray, np.ndarray]:
    """Loss by step; where a preset has no steps, the training loss by epoch."""
    if steps:
        return np.array([each.step for each in steps], dtype=float), np.array([each.loss for each in steps])
    return np.array([each.epoch for each in epochs], dtype=float), np.array([each.train_loss for each in epochs])


def _epoch_places(trainer: Trainer) -> np.ndarray:
    """Where an epoch ends on the axis of the steps."""
    started = trainer.started
    scale = started.steps / started.epochs if started is not None and started.steps else 1.0
    return np.array([each.epoch * scale for each in trainer.epochs], dtype=float)


def _card(widget: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(GAP, GAP, GAP, GAP)
    column.addWidget(widget)
    return card


def _plot(title: str, bottom: str) -> pg.PlotWidget:
    plot = pg.PlotWidget()
    plot.setAntialiasing(False)
    # Time runs from left to right in a plot, whatever the language; its inner layout asks the application.
    plot.getPlotItem().setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    plot.setBackground(colour("card"))
    plot.setTitle(title, color=colour("text").name(), size=f"{SMALL}px")
    plot.setLabel("bottom", bottom, color=colour("quiet").name())
    plot.setMenuEnabled(True)
    plot.showGrid(x=False, y=True, alpha=0.15)
    plot.addLegend(offset=(-10, 10), labelTextColor=colour("quiet"))
    for name in ("left", "bottom"):
        axis = plot.getAxis(name)
        axis.setPen(pg.mkPen(colour("line")))
        axis.setTextPen(pg.mkPen(colour("quiet")))
    plot.setAccessibleName(title)
    return plot


def _points(plot: pg.PlotWidget, token: str, name: str) -> pg.PlotDataItem:
    return plot.plot(
        pen=pg.mkPen(colour(token), width=1),
        symbol="o",
        symbolSize=POINT,
        symbolBrush=colour(token),
        symbolPen=None,
        name=name,
    )
