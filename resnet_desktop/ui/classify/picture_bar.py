"""What can be done with the picture on the table: look closer, copy, find, remove."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP
from resnet_desktop.ui.widgets.basics import ElidedButton, flat_button


class PictureBar(QWidget):
    """A row of buttons under the picture."""

    heat_changed = Signal()
    copy_answer = Signal()
    show_in_folder = Signal()
    add_pictures = Signal()
    compare = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        explanation = self.tr("Lay over the picture what speaks for the chosen class (H)")
        self._heat = ElidedButton("eye", self.tr("What it looked at"), explanation)
        self._heat.setCheckable(True)
        self._heat.setChecked(session.settings.heat_map)
        self._heat.toggled.connect(self._on_heat)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(10, 100)
        self._opacity.setFixedWidth(88)
        self._opacity.setValue(session.settings.heat_opacity)
        self._opacity.setAccessibleName(self.tr("Strength of the overlay"))
        self._opacity.setToolTip(self._opacity.accessibleName())
        self._opacity.valueChanged.connect(self._on_heat)
        self._compare = flat_button("compare", self.tr("Ask all models"))
        self._compare.clicked.connect(self.compare)
        copy = flat_button("copy", self.tr("Copy the answer"))
        folder = flat_button("folder", self.tr("Show the file in its folder"))
        remove = flat_button("remove", self.tr("Remove this picture from the list (Delete)"))
        clear = flat_button("clear", self.tr("Remove all pictures from the list"), mirrored=True)
        add = flat_button("open", self.tr("Open more pictures"))
        add.clicked.connect(self.add_pictures)
        copy.clicked.connect(self.copy_answer)
        folder.clicked.connect(self.show_in_folder)
        remove.clicked.connect(session.remove_current)
        clear.clicked.connect(session.clear)
        self._copy = copy
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._heat)
        row.addWidget(self._opacity)
        row.addStretch(1)
        self._others = QWidget()
        others = QHBoxLayout(self._others)
        others.setContentsMargins(0, 0, 0, 0)
        others.setSpacing(0)  # each has room of its own around its icon
        for button in (add, self._compare, copy, folder, remove, clear):
            others.addWidget(button)
        row.addWidget(self._others)
        session.table_changed.connect(self.refresh)
        self.refresh()

    @property
    def heat_shown(self) -> bool:
        return self._heat.isChecked()

    @property
    def opacity(self) -> float:
        return self._opacity.value() / 100

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all, the text of the switch comes before the strength."""
        super().resizeEvent(event)
        needed = self._heat.sizeHint().width() + self._opacity.width() + 2 * GAP + self._others.sizeHint().width()
        self._opacity.setVisible(needed <= self.width())

    def toggle_heat(self) -> None:
        if self._heat.isEnabled():
            self._heat.toggle()

    @Slot()
    def refresh(self) -> None:
        answered = self._session.answer is not None
        self._heat.setEnabled(answered)
        self._copy.setEnabled(answered)
        self._compare.setEnabled(self._session.current is not None and self._session.error is None)
        self._opacity.setEnabled(answered and self._heat.isChecked())

    @Slot()
    def _on_heat(self) -> None:
        self._session.remember(heat_map=self.heat_shown, heat_opacity=self._opacity.value())
        self.refresh()
        self.heat_changed.emit()
