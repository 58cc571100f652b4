"""The four presets, what the model is called and what it starts from, and the button that starts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QLineEdit, QRadioButton, QVBoxLayout

from resnet_desktop.core.model_store import MAX_NAME, plain_name
from resnet_desktop.core.training import PRESETS, Preset, TrainingConfig
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.ui.widgets.basics import push_button, text_label


class PresetWords(QObject):
    """What a preset is called and what it does."""

    def title(self, preset: Preset) -> str:
        return {
            "quick": self.tr("Quick"),
            "standard": self.tr("Standard"),
            "full": self.tr("Full"),
            "tutorial": self.tr("Tutorial"),
        }[preset]

    def text(self, preset: Preset) -> str:
        return {
            "quick": self.tr("Looks at every picture once and fits the last layer. Ready in seconds."),
            "standard": self.tr("The last layers learn, too. Some minutes, usually a few points better."),
            "full": self.tr("All layers learn. Takes longest; worth it with many pictures."),
            "tutorial": self.tr("The program of any ResNet tutorial, number for number."),
        }[preset]


class PresetCard(QFrame):
    """A form with good answers in it: Start is all that is needed."""

    start = Signal(object)  # TrainingConfig

    def __init__(self, session: Session, trainer: Trainer) -> None:
        super().__init__()
        self._session, self._trainer = session, trainer
        self.setProperty("role", "card")
        self._group = QButtonGroup(self)
        self._name = QLineEdit()
        self._name.setMaxLength(MAX_NAME)
        self._name.setAccessibleName(self.tr("Name of the model"))
        self._model = QComboBox()
        self._model.setAccessibleName(self.tr("Starts from"))
        self._start = push_button(self.tr("Start"), primary=True)
        self._start.clicked.connect(self.begin)
        self._named_for: object = None
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(text_label(self.tr("HOW"), "section"))
        wording = PresetWords()
        for number, preset in enumerate(PRESETS):
            button = QRadioButton(wording.title(preset))
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            column.addWidget(button)
            column.addWidget(text_label(wording.text(preset), "small", wrap=True))
        column.addSpacing(GAP)
        column.addWidget(text_label(self.tr("Name of the model"), "quiet"))
        column.addWidget(self._name)
        column.addWidget(text_label(self.tr("Starts from"), "quiet"))
        column.addWidget(self._model)
        column.addSpacing(GAP)
        column.addWidget(self._start)
        column.addStretch(1)
        session.models_changed.connect(self._fill_models)
        trainer.changed.connect(self.refresh)
        self._name.textChanged.connect(self.refresh)
        self._fill_models()
        self.refresh()

    @property
    def preset(self) -> Preset:
        return PRESETS[self._group.checkedId()]

    def choose(self, preset: Preset) -> None:
        self._group.button(PRESETS.index(preset)).setChecked(True)

    @Slot()
    def _fill_models(self) -> None:
        """Models that are here; the one chosen stays chosen."""
        current = self._model.currentData() or "built-in"
        models, wording = self._session.models, ModelWords()
        self._model.clear()
        for spec in models.models:
            if spec.kind == "built-in" or models.states.get(spec.key) is ModelState.READY:
                self._model.addItem(wording.title(spec), spec.key)
        self._model.setCurrentIndex(max(0, self._model.findData(current)))

    @Slot()
    def refresh(self) -> None:
        folder = self._trainer.folder
        if folder is not None and folder != self._named_for:
            self._named_for = folder
            self._name.setText(plain_name(folder.name))
        ready = self._trainer.stage in (Stage.READY, Stage.DONE) and self._trainer.dataset is not None
        self._start.setEnabled(ready and bool(plain_name(self._name.text()).strip()))

    @Slot()
    def begin(self) -> None:
        """Start with what is chosen."""
        if self._trainer.folder is None:
            return
        self.start.emit(
            TrainingConfig(
                name=plain_name(self._name.text()).strip(),
                model=self._model.currentData(),
                preset=self.preset,
                dataset=str(self._trainer.folder),
                device=self._session.settings.device if self._session.settings.device in ("cuda", "mps") else "auto",
            )
        )
