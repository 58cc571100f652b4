"""The learning rate: automatic, a number, or one found by trying them all."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLocale, QPointF, Qt, Slot
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QVBoxLayout

from resnet_desktop.core.rate_range import HIGHEST, LOWEST
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SPACE, colour
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import push_button, text_label
from resnet_desktop.ui.widgets.reflow import SideBySide

PLOT_HEIGHT = 120
FRAME = 24  # pixels of a field beside its text
SMALLEST, LARGEST = 1e-8, 10.0


class RateCard(QFrame):
    """Follows the choices and the range test."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer, self._choices, self._finder = trainer, trainer.choices, trainer.finder
        self.setProperty("role", "card")
        self._field = QLineEdit()
        self._field.setAccessibleName(self.tr("Learning rate"))
        self._field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        validator = QDoubleValidator(SMALLEST, LARGEST, 12, self._field)
        validator.setLocale(QLocale.c())
        self._field.setValidator(validator)
        self._field.textEdited.connect(self._on_edited)
        self._field.editingFinished.connect(self.refresh)
        self._find = push_button(self.tr("Find one"))
        self._find.clicked.connect(self._on_find)
        self._plot = _rate_plot(self.tr("Loss by learning rate"))
        self._plot.setLabel("left", self.tr("Loss"), color=colour("quiet").name())
        self._curve = self._plot.plot(pen=pg.mkPen(colour("accent"), width=1))
        self._mark = pg.InfiniteLine(angle=90, pen=pg.mkPen(colour("good"), width=1))
        self._plot.addItem(self._mark)
        self._plot.scene().sigMouseClicked.connect(self._on_clicked)
        self._text = text_label("", "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(text_label(self.tr("LEARNING RATE"), "section"))
        column.addWidget(SideBySide(self._field, self._find, (1, 0), GAP))
        column.addWidget(self._plot, 1)
        column.addWidget(self._text)
        column.addStretch(0)
        self._choices.changed.connect(self._on_choices)
        self._finder.changed.connect(self.refresh)
        self._finder.found.connect(self.take)
        self.refresh()

    @Slot()
    def _on_choices(self) -> None:
        self._finder.keep_for(self._choices.config)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        recipe, rate, finder = self._choices.plain_recipe, self._choices.config.learning_rate, self._finder
        if recipe is not None:
            automatic = self.tr("Automatic ({value})").format(value=f"{recipe.learning_rate:g}")
            self._field.setPlaceholderText(automatic)
            self._field.setMinimumWidth(self._field.fontMetrics().horizontalAdvance(automatic) + FRAME)
        if not self._field.hasFocus() or _number(self._field.text()) != rate:
            self._field.setText(f"{rate:g}" if rate is not None else "")
        self._find.setText(self.tr("Stop") if finder.running else self.tr("Find one"))
        self._find.setEnabled(self._trainer.dataset is not None)
        self._plot.setVisible(finder.running or bool(finder.tried))
        self._curve.setData(
            np.array([each.rate for each in finder.tried]), np.array([each.loss for each in finder.tried])
        )
        self._mark.setVisible(rate is not None)
        if rate is not None:
            self._mark.setValue(float(np.log10(rate)))
        self._text.setText(self._sentence())

    def _sentence(self) -> str:
        finder = self._finder
        if finder.error is not None:
            return words.sentence_of(finder.error)
        if finder.running:
            stage = words.stage_of(finder.progress.stage) if finder.progress is not None else ""
            return f"{stage}…" if stage and not finder.tried else self.tr("Trying larger and larger rates…")
        if finder.tried:
            return self.tr("Good rates lie where the curve falls steeply. Click another place to take its rate.")
        return self.tr("How far each step goes. The preset's own rate suits most datasets.")

    @Slot(float)
    def take(self, rate: float) -> None:
        """With two digits, which is more than anybody knows about learning rates."""
        self._choices.set(learning_rate=float(f"{min(max(rate, SMALLEST), LARGEST):.1e}"))

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        if not text.strip() or self._field.hasAcceptableInput():
            self._choices.set(learning_rate=_number(text))

    @Slot()
    def _on_find(self) -> None:
        dataset = self._trainer.dataset
        if self._finder.running:
            self._finder.stop()
        elif dataset is not None:
            config = dataclasses.replace(self._choices.config, device=self._trainer.device, learning_rate=None)
            self._finder.start(config, dataset)

    @Slot(object)
    def _on_clicked(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.click_at(event.scenePos())

    def click_at(self, place: QPointF) -> None:
        """A place in the plot's scene."""
        if self._plot.getViewBox().sceneBoundingRect().contains(place):
            self.take(10 ** self._plot.getViewBox().mapSceneToView(place).x())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _rate_plot(name: str) -> pg.PlotWidget:
    plot = pg.PlotWidget()
    plot.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    plot.getPlotItem().setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    plot.setMinimumHeight(PLOT_HEIGHT)
    plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # its own idea is 480 pixels
    plot.setBackground(colour("card"))
    plot.setLogMode(x=True)
    plot.setXRange(float(np.log10(LOWEST)), float(np.log10(HIGHEST)), padding=0.02)
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.showGrid(x=False, y=True, alpha=0.15)
    plot.setCursor(Qt.CursorShape.CrossCursor)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(colour("line")))
        axis.setTextPen(pg.mkPen(colour("quiet")))
    plot.setAccessibleName(name)
    return plot
