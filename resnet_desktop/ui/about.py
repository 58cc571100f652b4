"""About: version, updates, licences; and what helps when something goes wrong."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from resnet_desktop import __version__
from resnet_desktop.core.paths import resource_path
from resnet_desktop.ui import icons
from resnet_desktop.ui.log import log_tail
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.update_card import UpdateCard
from resnet_desktop.ui.widgets.basics import push_button, resize_within_screen, text_label

SIZE = (720, 640)
# Full texts, each by the name of its file in resources/licences.
LICENCES = ("MIT", "LGPL-3.0", "GPL-3.0", "Apache-2.0")


class AboutDialog(QDialog):
    """Who made what, under which terms, and whether there is something newer."""

    def __init__(self, session: Session, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About ResNet Desktop"))
        resize_within_screen(self, *SIZE)
        close = push_button(self.tr("Close"))
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addLayout(self._head())
        column.addWidget(UpdateCard(session))
        column.addLayout(self._licences(), 1)
        column.addLayout(foot)
        close.setFocus()

    def _head(self) -> QHBoxLayout:
        mark = QLabel()
        mark.setPixmap(icons.pixmap("app", 56))
        offline = self.tr(
            "Classifies pictures on this computer with the ResNet family. No picture and no answer leaves it."
        )
        names = QVBoxLayout()
        names.setSpacing(GAP // 2)
        names.addWidget(text_label("ResNet Desktop", "large"))
        names.addWidget(text_label(self.tr("Version {version}").format(version=__version__), "quiet"))
        names.addWidget(text_label(offline, wrap=True))
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        return head

    def _licences(self) -> QVBoxLayout:
        qt = self.tr(
            "The window is made with Qt {qt} and PySide6 {pyside}, used under the LGPL-3.0. Their libraries are "
            "separate files, which you may exchange for builds of your own; where the source is stands in the list."
        )
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Which licence"))
        self._choice.addItem(self.tr("What it is built from"), "")
        for name in LICENCES:
            self._choice.addItem(name, name)
        self._choice.currentIndexChanged.connect(self._show_text)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._text.setAccessibleName(self.tr("Licences"))
        self._show_text()
        row = QHBoxLayout()
        row.addWidget(text_label(self.tr("LICENCES"), "section"), 1)
        row.addWidget(self._choice)
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addLayout(row)
        column.addWidget(text_label(qt.format(qt=qVersion(), pyside=PySide6.__version__), "quiet", wrap=True))
        column.addWidget(self._text, 1)
        return column

    @Slot()
    def _show_text(self) -> None:
        name = self._choice.currentData()
        file = resource_path("licences", f"{name}.txt") if name else resource_path("licences.txt")
        try:
            text = file.read_text(encoding="utf-8")
        except OSError:
            text = self.tr("This text is missing from the installation. Install ResNet Desktop again to have it.")
        self._text.setPlainText(text)


def diagnostics(session: Session) -> str:
    """Versions, the system, the chosen model and the end of the log: no names of pictures."""
    packages = ("PySide6-Essentials", "openvino", "torch", "pillow", "numpy")
    lines = [
        f"ResNet Desktop {__version__}",
        f"Python {platform.python_version()}, {platform.platform()}, {platform.machine()}",
        f"Qt {qVersion()} on {QGuiApplication.platformName()}",
        *(f"{name} {_version(name)}" for name in packages),
        f"model {session.models.spec.key}, {session.models.phase.value}",
        f"device {session.device or session.settings.device}",
        "",
        log_tail(),
    ]
    return "\n".join(lines)


def copy_diagnostics(session: Session) -> None:
    QGuiApplication.clipboard().setText(diagnostics(session))


def _version(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
