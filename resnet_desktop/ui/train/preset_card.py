"""The four presets as cards, what the model is called and what it starts from, and the button that starts."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QLineEdit, QVBoxLayout

from resnet_desktop.core import frozen
from resnet_desktop.core.model_store import MAX_NAME, plain_name
from resnet_desktop.core.training import PRESETS, Preset
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.preset_button import PresetButton
from resnet_desktop.ui.train.preset_words import PresetWords
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.ui.widgets.basics import push_button, text_label


class PresetCard(QFrame):
    """A form with good answers in it: Start is all that is needed."""

    start = Signal(object)  # TrainingConfig

    def __init__(self, session: Session, trainer: Trainer) -> None:
        super().__init__()
        self._session, self._trainer, self._choices = session, trainer, trainer.choices
        self.setProperty("role", "card")
        self._words = PresetWords()
        self._come = ""  # key of the model that a run has just brought
        self._group = QButtonGroup(self)
        self._buttons: dict[Preset, PresetButton] = {}
        for number, preset in enumerate(PRESETS):
            button = PresetButton(self._words.title(preset), self._words.text(preset))
            self._buttons[preset] = button
            self._group.addButton(button, number)
        self._name = QLineEdit()
        self._name.setMaxLength(MAX_NAME)
        self._name.setAccessibleName(self.tr("Name of the model"))
        self._model = QComboBox()
        self._model.setAccessibleName(self.tr("Starts from"))
        self._advanced = push_button(self.tr("Advanced"), "sliders")
        self._advanced.setCheckable(True)
        self._start = push_button(self.tr("Start"), primary=True)
        self._lay_out()
        self._group.idToggled.connect(self._on_preset)
        self._advanced.toggled.connect(self._choices.open_drawer)
        self._start.clicked.connect(self.begin)
        session.models_changed.connect(self._fill_models)
        session.models_changed.connect(self._suggest_name)
        trainer.succeeded.connect(self._on_succeeded)
        trainer.changed.connect(self.refresh)
        trainer.prober.changed.connect(self._show_times)
        self._choices.changed.connect(self.refresh)
        self._name.textEdited.connect(self._on_name)
        self._model.activated.connect(self._on_model)
        self._fill_models()
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(text_label(self.tr("HOW"), "section"))
        for button in self._buttons.values():
            column.addWidget(button)
        column.addWidget(self._advanced)
        column.addSpacing(GAP)
        column.addWidget(text_label(self.tr("Name of the model"), "quiet"))
        column.addWidget(self._name)
        column.addWidget(text_label(self.tr("Starts from"), "quiet"))
        column.addWidget(self._model)
        column.addSpacing(GAP)
        column.addWidget(self._start)
        column.addStretch(1)

    @property
    def preset(self) -> Preset:
        return self._choices.preset

    def choose(self, preset: Preset) -> None:
        self._buttons[preset].setChecked(True)

    def take_focus(self) -> None:
        """To the preset that is chosen."""
        self._buttons[self.preset].setFocus()

    @Slot()
    def _fill_models(self) -> None:
        """Models that are here; the one chosen stays chosen."""
        models, wording = self._session.models, ModelWords()
        self._model.clear()
        for spec in models.models:
            if spec.kind == "built-in" or models.states.get(spec.key) is ModelState.READY:
                self._model.addItem(wording.title(spec), spec.key)
        self._model.setCurrentIndex(max(0, self._model.findData(self._choices.config.model)))
        self._on_model()

    def _titles(self) -> list[str]:
        return [spec.title for spec in self._session.models.models]

    @Slot(str)
    def _on_succeeded(self, key: str) -> None:
        self._come = key  # the list of models does not have it yet

    @Slot()
    def _suggest_name(self) -> None:
        """Models have come or gone: what nobody has typed keeps clear of them, and so does what has just been used."""
        choices = self._choices
        come = {spec.title for spec in self._session.models.models if spec.key == self._come}
        if choices.config.name in come:
            choices.suggest_another(self._titles())
        elif not choices.name_is_typed:
            choices.suggest(self._titles())
        self._come = "" if come else self._come

    @Slot()
    def refresh(self) -> None:
        trainer, choices = self._trainer, self._choices
        if trainer.folder is not None and str(trainer.folder) != choices.config.dataset:
            # A rate that was found for other pictures says nothing about these.
            choices.set(dataset=str(trainer.folder), learning_rate=None)
            choices.suggest(self._titles(), plain_name(trainer.folder.name))
        if self._name.text() != choices.config.name:
            self._name.setText(choices.config.name)
        self.choose(choices.preset)
        self._advanced.setChecked(choices.drawer_open)
        ready = trainer.stage in (Stage.READY, Stage.DONE) and trainer.dataset is not None
        self._start.setEnabled(ready and frozen.can_train() and bool(plain_name(choices.config.name).strip()))
        if ready and trainer.dataset is not None:
            trainer.prober.want(trainer.dataset, choices.config.model, trainer.device)
        self._show_times()

    @Slot()
    def _show_times(self) -> None:
        prober, config = self._trainer.prober, self._choices.config
        enlarged = (config.image_size / self._trainer.beginning.preprocess.crop) ** 2 if config.image_size else 1.0
        for preset, button in self._buttons.items():
            seconds = None
            if prober.times is not None:
                own = preset == config.preset
                seconds = prober.times.seconds(preset, config.epochs if own else None, enlarged if own else 1.0)
            waiting = self.tr("measuring…") if prober.measuring else ""
            button.set_time(waiting if seconds is None else self._words.about(seconds))

    @Slot(int, bool)
    def _on_preset(self, number: int, checked: bool) -> None:
        if checked:
            self._choices.choose(PRESETS[number])

    @Slot(str)
    def _on_name(self, text: str) -> None:
        self._come = ""  # who types now knows that there is a model of this name
        self._choices.set(name=text)

    @Slot()
    def _on_model(self) -> None:
        if self._model.currentData():
            self._choices.set(model=self._model.currentData())

    @Slot()
    def begin(self) -> None:
        """Start with what is chosen."""
        config = self._choices.config
        if self._trainer.folder is not None:
            self.start.emit(
                dataclasses.replace(config, name=plain_name(config.name).strip(), device=self._trainer.device)
            )
