"""The numbers of a run: each is the preset's until it is changed here."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QCoreApplication, QLocale, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QSpinBox, QVBoxLayout, QWidget

from resnet_desktop.core.devices import TITLES
from resnet_desktop.core.training import IMAGE_SIZES
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import leading, text_label

MOST_EPOCHS, MOST_BATCH, MOST_SEED = 500, 512, 999_999
FRACTIONS = (5, 50)  # percent
FIELD, INSET, SHORTEST = 168, 6, 8  # pixels; pixels; characters in a choice


class SettingsCard(QFrame):
    """Follows the choices."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer, self._choices = trainer, trainer.choices
        self.setProperty("role", "card")
        self._epochs = self._number(1, MOST_EPOCHS)
        self._batch = self._number(0, MOST_BATCH)  # 0 for automatic
        self._size, self._device = QComboBox(), QComboBox()
        for field in (self._size, self._device):
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(SHORTEST)
        self._fraction = self._number(*FRACTIONS)
        self._fraction.setSingleStep(5)
        self._seed = self._number(0, MOST_SEED)
        self._balance = QCheckBox(self.tr("Rare classes count like frequent ones"))
        self._counts = text_label("", "small", wrap=True)
        self._note = text_label("", "small", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(GAP)
        self._grid.setColumnStretch(2, 1)  # what is more than the fields need
        self._deep: list[QWidget] = []  # what says nothing to Quick
        self._row(self.tr("Epochs"), self._epochs, deep=True)
        self._row(self.tr("Batch"), self._batch, deep=True)
        self._row(self.tr("Picture size"), self._size, deep=True)
        self._row(self.tr("Learns on"), self._device, deep=True)
        self._row(self.tr("Kept back to check"), self._fraction)
        self._row(self.tr("Seed"), self._seed)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(text_label(self.tr("SETTINGS"), "section"))
        column.addLayout(self._grid)
        column.addSpacing(GAP)
        for widget in (self._balance, self._counts, self._note):
            column.addWidget(widget)
        column.addStretch(1)
        self._connect()
        self.refresh()

    def _number(self, least: int, most: int) -> QSpinBox:
        field = QSpinBox()
        field.setRange(least, most)
        field.setKeyboardTracking(False)
        field.setAlignment(leading())
        field.lineEdit().setTextMargins(INSET, 0, INSET, 0)  # style sheets do not reach it
        return field

    def _row(self, name: str, field: QWidget, *, deep: bool = False) -> None:
        label = text_label(name, "quiet")
        label.setBuddy(field)
        field.setAccessibleName(name)
        field.setFixedWidth(FIELD)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field, row, 1)
        if deep:
            self._deep += [label, field]

    def _connect(self) -> None:
        self._epochs.valueChanged.connect(self._on_epochs)
        self._batch.valueChanged.connect(self._on_batch)
        self._size.activated.connect(self._on_size)
        self._device.activated.connect(self._on_device)
        self._fraction.valueChanged.connect(self._on_fraction)
        self._seed.valueChanged.connect(self._on_seed)
        self._balance.clicked.connect(self._on_balance)
        self._choices.changed.connect(self.refresh)
        self._trainer.changed.connect(self.refresh)
        self._trainer.prober.changed.connect(self._fill_devices)

    @Slot()
    def refresh(self) -> None:
        config, recipe, plain = self._choices.config, self._choices.recipe, self._choices.plain_recipe
        for widget in self._deep:
            widget.setVisible(recipe is not None)
        if recipe is not None and plain is not None:
            self._batch.setSpecialValueText(self._automatic(plain.batch_size))
            _show(self._epochs, recipe.epochs)
            _show(self._batch, config.batch_size or 0)
        _show(self._fraction, round(100 * config.validation_fraction))
        _show(self._seed, config.seed)
        self._balance.setChecked(config.class_weights)
        self._fill_sizes()
        self._fill_devices()
        self._show_dataset()
        self._note.setText(self._notes())
        self._note.setVisible(bool(self._note.text()))

    def _notes(self) -> str:
        notes = []
        dataset = self._trainer.dataset
        if dataset is not None and dataset.validation:
            notes.append(self.tr("The folder brings its own pictures to check on."))
        if self._choices.recipe is None:
            notes.append(
                self.tr("Quick has no more to choose: it looks at every picture once and fits the last layer.")
            )
        return "\n".join(notes)

    def _automatic(self, value: object) -> str:
        return self.tr("Automatic ({value})").format(value=value)

    def _fill_sizes(self) -> None:
        self._size.clear()
        self._size.addItem(self._automatic(self._trainer.beginning.preprocess.crop), None)
        for size in IMAGE_SIZES:
            self._size.addItem(str(size), size)
        self._size.setCurrentIndex(max(0, self._size.findData(self._choices.config.image_size)))

    @Slot()
    def _fill_devices(self) -> None:
        chosen = self._choices.config.device
        here = ("auto", "cpu", *(device.key for device in self._trainer.prober.devices), chosen)
        self._device.clear()
        for key in dict.fromkeys(here):
            self._device.addItem(QCoreApplication.translate("Devices", TITLES[key]), key)
        self._device.setCurrentIndex(self._device.findData(chosen))

    def _show_dataset(self) -> None:
        """A folder that brings its own pictures to check on is not split; a seed then only orders them."""
        dataset = self._trainer.dataset
        own = dataset is not None and bool(dataset.validation)
        self._fraction.setEnabled(not own)
        sign = "%" if QLocale().language() == QLocale.Language.Hebrew else " %"
        self._fraction.setSuffix(sign)
        if dataset is None:
            return
        counts = Counter(picture.label for picture in dataset.pictures).values()
        sentence = self.tr("Your classes have {least} to {most} pictures.")
        self._counts.setText(sentence.format(least=min(counts, default=0), most=max(counts, default=0)))

    @Slot(int)
    def _on_epochs(self, value: int) -> None:
        plain = self._choices.plain_recipe
        self._choices.set(epochs=None if plain is not None and value == plain.epochs else value)

    @Slot(int)
    def _on_batch(self, value: int) -> None:
        self._choices.set(batch_size=value or None)

    @Slot(int)
    def _on_size(self, index: int) -> None:
        self._choices.set(image_size=self._size.itemData(index))

    @Slot(int)
    def _on_device(self, index: int) -> None:
        self._choices.set(device=self._device.itemData(index))

    @Slot(int)
    def _on_fraction(self, value: int) -> None:
        self._choices.set(validation_fraction=value / 100)

    @Slot(int)
    def _on_seed(self, value: int) -> None:
        self._choices.set(seed=value)

    @Slot(bool)
    def _on_balance(self, checked: bool) -> None:
        self._choices.set(class_weights=checked)


def _show(field: QSpinBox, value: int) -> None:
    """Without taking it for something that the person has changed."""
    field.blockSignals(True)
    field.setValue(value)
    field.blockSignals(False)
