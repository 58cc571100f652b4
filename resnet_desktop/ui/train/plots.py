"""The live curves of the Train page."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from resnet_desktop.ui.theme import GAP
from resnet_desktop.ui.train.run_plots import RunPlots
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import text_label

REDRAW_MILLISECONDS = 120


class Curves(QWidget):
    """Follows the trainer; drawn from a timer, so that a thousand steps a second cost no more than ten."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self._shown: object = None
        self.plots = RunPlots()
        empty = text_label(self.tr("Choose how on the side and press Start: the curves grow here."), "quiet", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(_card(empty))
        self._stack.addWidget(self.plots)
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
        grown = bool(self._trainer.curves)
        if grown and self._shown is not self._trainer.curves:
            self.redraw()
        self._stack.setCurrentIndex(int(grown))

    @Slot()
    def redraw(self) -> None:
        trainer = self._trainer
        if self._shown is trainer.curves:
            self.plots.redraw()
            return
        self._shown = trainer.curves
        name = trainer.started.config.name if trainer.started is not None else ""
        self.plots.show_curves(trainer.curves, name)


def _card(widget: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(GAP, GAP, GAP, GAP)
    column.addWidget(widget)
    return card
