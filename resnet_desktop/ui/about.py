"""About, licences, and what helps when something goes wrong."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from resnet_desktop import __version__
from resnet_desktop.core.paths import resource_path
from resnet_desktop.ui import icons
from resnet_desktop.ui.log import log_tail
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.widgets.basics import text_label


class AboutDialog(QDialog):
    """Who made what, under which terms."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About ResNet Desktop"))
        self.resize(680, 560)
        mark = QLabel()
        mark.setPixmap(icons.pixmap("app", 56))
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(mark)
        names = QVBoxLayout()
        names.addWidget(text_label("ResNet Desktop", "large"))
        names.addWidget(text_label(self.tr("Version {version}").format(version=__version__), "quiet"))
        head.addLayout(names, 1)
        notices = QPlainTextEdit(resource_path("licences.txt").read_text(encoding="utf-8"))
        notices.setReadOnly(True)
        notices.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        notices.setAccessibleName(self.tr("Licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(
            text_label(
                self.tr(
                    "Classifies pictures on this computer with the ResNet family. No picture and no answer leaves it."
                ),
                wrap=True,
            )
        )
        column.addWidget(notices, 1)
        column.addWidget(buttons)


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
