"""The Advanced drawer: everything that can be changed of a preset, in the place where the curves will be."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resnet_desktop.ui import words
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.examples_card import ExamplesCard
from resnet_desktop.ui.train.preset_words import PresetWords
from resnet_desktop.ui.train.rate_card import RateCard
from resnet_desktop.ui.train.settings_card import SettingsCard
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import ElidedLabel, flat_button, leading, push_button, scrolling
from resnet_desktop.ui.widgets.reflow import SideBySide


class AdvancedDrawer(QWidget):
    """Shows what concerns the chosen preset."""

    def __init__(self, session: Session, trainer: Trainer) -> None:
        super().__init__()
        self._choices, self._words = trainer.choices, PresetWords()
        self._title = ElidedLabel("", "title", Qt.TextElideMode.ElideRight)
        self._title.setAlignment(leading() | Qt.AlignmentFlag.AlignVCenter)
        self._reset = push_button(self.tr("Reset to the preset"))
        self._reset.clicked.connect(self._choices.reset)
        close = flat_button("close", self.tr("Close"))
        close.clicked.connect(self._on_close)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self._title, 1)
        head.addWidget(self._reset)
        head.addWidget(close)
        self._deep = QWidget()
        right = QVBoxLayout(self._deep)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(SPACE)
        right.addWidget(ExamplesCard(trainer, session.host))
        right.addWidget(RateCard(trainer), 1)
        scroll = scrolling(SideBySide(SettingsCard(trainer), self._deep, (4, 5), SPACE))
        # Only for a font so large that not even one card has room: nothing may be out of reach.
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        self._choices.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        choices = self._choices
        title = self.tr("{preset}, advanced").format(preset=self._words.title(choices.preset))
        self._title.setText(title)
        self._title.setToolTip(words.tip(title))
        self._deep.setVisible(choices.recipe is not None)
        self._reset.setEnabled(choices.is_changed)

    @Slot()
    def _on_close(self) -> None:
        self._choices.open_drawer(False)
