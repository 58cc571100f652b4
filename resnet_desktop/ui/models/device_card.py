"""What models run on: what this machine has, which of it is used, and why."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QRadioButton, QVBoxLayout

from resnet_desktop.core.devices import TITLES, WHY
from resnet_desktop.ui import words
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import text_label


class DeviceCard(QFrame):
    """What this machine has, and a sentence on why the chosen device is used."""

    chosen = Signal(str)
    hurried = Signal(bool)

    def __init__(self, session: Session, library: ModelLibrary) -> None:
        super().__init__()
        self._session, self._library = session, library
        self.setProperty("role", "card")
        self._why = text_label("", "small", wrap=True)
        self._group = QButtonGroup(self)
        self._buttons = {key: QRadioButton(self._title(key)) for key in TITLES}
        self._fast = QCheckBox(self.tr("Fast answers for folders"))
        self._fast.setToolTip(
            words.tip(self.tr("Computes with half the digits (bf16): about one answer in fifty comes out differently."))
        )
        self._fast.setChecked(session.settings.fast)
        self._fast.toggled.connect(self.hurried)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(text_label(self.tr("RUNS ON"), "section"))
        for number, button in enumerate(self._buttons.values()):
            self._group.addButton(button, number)
            column.addWidget(button)
        column.addWidget(self._why)
        column.addWidget(self._fast)
        self._group.idClicked.connect(self._on_clicked)
        library.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        here = {device.key: device.name for device in self._library.devices}
        current = self._session.settings.device
        for key, button in self._buttons.items():
            button.setVisible(key in ("auto", "cpu", current) or key in here)
            button.setChecked(key == current)
            button.setToolTip(words.tip(here[key]) if here.get(key) else "")
        sentences = [QCoreApplication.translate("Devices", WHY[current])]
        if self._library.devices_known and current not in ("auto", *here):
            sentences = [self.tr("This computer does not have it. Choose another one.")]
        elif name := here.get("cpu" if current == "auto" else current):
            sentences.append(words.left_to_right(name))
        if self._library.devices_known and not here.keys() - {"cpu"}:
            sentences.append(self.tr("No graphics card or NPU that models could use was found."))
        self._why.setText("\n".join(sentences))
        self._fast.setVisible(self._library.has_fast)

    def _title(self, key: str) -> str:
        return QCoreApplication.translate("Devices", TITLES[key])

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(tuple(self._buttons)[number])
