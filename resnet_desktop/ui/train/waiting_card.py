"""In place of the curves, as long as a run has none: what goes on meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout

from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.ui.widgets.basics import text_label


def stage_sentence(trainer: Trainer) -> str:
    """What the program does just now; "" where it has not said."""
    stage = words.stage_of(trainer.progress.stage) if trainer.progress is not None else ""
    return f"{stage}…" if stage else ""


class WaitingCard(QFrame):
    """Follows the trainer."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self.setProperty("role", "card")
        self._text = text_label("", "quiet", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.addWidget(self._text)
        trainer.changed.connect(self.refresh)
        self.refresh()

    @property
    def is_wanted(self) -> bool:
        """Not before a run was begun: then the way to begin one is said there."""
        trainer = self._trainer
        at_work = trainer.busy or trainer.stage is Stage.INSPECTING
        return not trainer.curves and (at_work or bool(trainer.at_hand.end))

    @Slot()
    def refresh(self) -> None:
        trainer = self._trainer
        doing = stage_sentence(trainer) or self.tr("One moment…")
        if trainer.busy:
            self._text.setText("\n".join((doing, self.tr("The curves grow here as soon as there are numbers."))))
        elif trainer.stage is Stage.INSPECTING:
            self._text.setText(doing)
        else:
            self._text.setText(self.tr("It ended before there was anything to draw."))
