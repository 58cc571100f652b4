"""Before a download: where the file comes from, how large it is, how it is recognised."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import address_of
from resnet_desktop.ui import words
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.widgets.basics import push_button, text_label

WIDTH, ROW = 760, 34


class GetDialog(QDialog):
    """Accepted: download now. Everything that an IT person needs to fetch the file elsewhere can be copied."""

    def __init__(self, spec: ModelSpec, session: Session, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._spec, self._session = spec, session
        self.setWindowTitle(self.tr("Download {title}").format(title=spec.title))
        self.setMinimumWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addWidget(text_label(self.windowTitle(), "title"))
        column.addWidget(
            text_label(
                self.tr(
                    "One file is fetched from the address below, and nothing is sent. It is used only if it is whole."
                ),
                wrap=True,
            )
        )
        column.addLayout(self._make_facts())
        column.addWidget(
            text_label(
                self.tr("No network here? Fetch the file on another computer and drop it on this window."),
                "quiet",
                wrap=True,
            )
        )
        column.addLayout(self._make_buttons())
        self._show_address()

    def _make_facts(self) -> QFormLayout:
        self._address = self._value("")
        self._mirror = self._field(self._session.settings.mirror, "https://…/")
        self._mirror.textChanged.connect(self._show_address)
        self._proxy = self._field(self._session.settings.proxy, "http://proxy:8080")
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE)
        form.setVerticalSpacing(GAP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Address"), self._address),
            (self.tr("Size"), self._value(words.megabytes(self._spec.size))),
            (self.tr("SHA-256"), self._value(self._digest())),
            (self.tr("Goes into"), self._value(str(paths.weights_dir()))),
            (self.tr("Mirror (optional)"), self._mirror),
            (self.tr("Proxy (optional)"), self._proxy),
        )
        for name, widget in rows:
            label = text_label(name, "quiet")
            label.setBuddy(widget)
            label.setMinimumHeight(ROW)
            widget.setAccessibleName(name)
            form.addRow(label, widget)
        return form

    def _digest(self) -> str:
        digest = self._spec.sha256
        return digest if len(digest) == 64 else self.tr("begins with {digits}").format(digits=digest)

    def _value(self, text: str) -> QLineEdit:
        """Text to read and copy: a line that cannot be edited, since labels wrap digests badly."""
        field = self._field(text, "")
        field.setReadOnly(True)
        field.setCursorPosition(0)
        return field

    def _field(self, text: str, hint: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setPlaceholderText(hint)
        field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        return field

    def _make_buttons(self) -> QHBoxLayout:
        start = push_button(self.tr("Download"), "download", primary=True)
        start.setDefault(True)
        start.clicked.connect(self._on_start)
        copy = push_button(self.tr("Copy these facts"), "copy")
        copy.clicked.connect(self._on_copy)
        cancel = push_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(start)
        return row

    @Slot()
    def _show_address(self) -> None:
        self._address.setText(address_of(self._spec, self._mirror.text().strip()))
        self._address.setCursorPosition(0)

    @Slot()
    def _on_copy(self) -> None:
        size = f"{self._spec.size / 2**20:.1f} MB"
        lines = (self._address.text(), size, f"SHA-256 {self._digest()}", str(paths.weights_dir()))
        QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot()
    def _on_start(self) -> None:
        self._session.remember(mirror=self._mirror.text().strip(), proxy=self._proxy.text().strip())
        self.accept()
