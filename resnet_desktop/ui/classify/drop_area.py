"""The empty state of the page: what to do first, in one look."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from resnet_desktop.ui import icons
from resnet_desktop.ui.theme import CORNER, GAP, SPACE, WIDE, colour
from resnet_desktop.ui.widgets.basics import push_button, text_label


class DropArea(QWidget):
    """Says what can be dropped and offers the other ways in."""

    open_files = Signal()
    open_folder = Signal()
    paste = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark = QLabel()
        mark.setPixmap(icons.pixmap("picture", 56, "accent"))
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = text_label(self.tr("Drop pictures or a folder"), "large")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = text_label(
            self.tr("From your computer, a web page or another program. Nothing leaves this computer."),
            "quiet",
            wrap=True,
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addStretch(1)
        for widget in (mark, title, hint):
            column.addWidget(widget)
        column.addSpacing(SPACE)
        column.addLayout(self._buttons())
        column.addStretch(1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        files = push_button(self.tr("Open pictures…"), "open", primary=True)
        folder = push_button(self.tr("Open folder…"), "folder")
        paste = push_button(self.tr("Paste"), "paste")
        files.clicked.connect(self.open_files)
        folder.clicked.connect(self.open_folder)
        paste.clicked.connect(self.paste)
        for button in (files, folder, paste):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour("line"), 2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(colour("card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), CORNER * 2, CORNER * 2)
