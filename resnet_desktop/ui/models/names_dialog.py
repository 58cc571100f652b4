"""A brought model that is not official: what it is called, and what its classes are called."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from resnet_desktop.core.class_names import checked_names, read_names
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import WeightsExamined
from resnet_desktop.core.labels import imagenet_labels
from resnet_desktop.core.model_store import MAX_NAME, plain_name
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.widgets.basics import push_button, text_label

SIZE = (560, 560)
FEW, PAUSE_MILLISECONDS = 2000, 400


class NamesDialog(QDialog):
    """Accepted: ``title`` and ``names`` are good."""

    def __init__(self, examined: WeightsExamined, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._examined = examined
        self.names: tuple[str, ...] = ()
        self.setWindowTitle(self.tr("A model from a file"))
        self.resize(*SIZE)
        self._title = QLineEdit(examined.path.stem)
        self._title.setMaxLength(MAX_NAME)
        self._title.setAccessibleName(self.tr("Name of the model"))
        self._list = QPlainTextEdit("\n".join(examined.names))
        self._list.setAccessibleName(self.tr("Class names, one a line"))
        self._list.setTabChangesFocus(True)
        self._verdict = text_label("", "quiet", wrap=True)
        self._keep = push_button(self.tr("Keep this model"), primary=True)
        self._keep.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        network = examined.architecture.replace("resnet", "ResNet-").replace("efficientnet_lite0", "EfficientNet-Lite0")
        about = self.tr("This is a {network} with %Ln classes.", "", examined.classes).format(network=network)
        column.addWidget(text_label(about, "title", wrap=True))
        column.addSpacing(GAP)
        column.addWidget(text_label(self.tr("Name of the model"), "quiet"))
        column.addWidget(self._title)
        column.addSpacing(GAP)
        ask = self.tr(
            "The file does not say what its classes are. Give their names in the network's order, one a line:"
        )
        found = self.tr("These names stood in a file beside it:")
        column.addWidget(text_label(found if examined.names else ask, "quiet", wrap=True))
        column.addWidget(self._list, 1)
        column.addWidget(self._verdict)
        column.addLayout(self._make_buttons())
        self._soon = QTimer(self)  # thousands of names take a while to compare
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MILLISECONDS)
        self._soon.timeout.connect(self._check)
        self._list.textChanged.connect(self._on_changed)
        self._title.textChanged.connect(self._on_changed)
        self._check()

    @property
    def title(self) -> str:
        return plain_name(self._title.text().strip())

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        read = push_button(self.tr("Read a list…"), "open")
        read.clicked.connect(self._on_read)
        row.addWidget(read)
        if self._examined.classes == len(imagenet_labels("en")):
            usual = push_button(self.tr("The 1,000 of ImageNet"))
            usual.clicked.connect(self._on_imagenet)
            row.addWidget(usual)
        row.addStretch(1)
        cancel = push_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        row.addWidget(self._keep)
        return row

    @Slot()
    def _on_changed(self) -> None:
        if self._examined.classes <= FEW:
            self._check()
        else:
            self._keep.setEnabled(False)
            self._soon.start()

    @Slot()
    def _check(self) -> None:
        lines = self._list.toPlainText().rstrip("\n").split("\n")
        names = tuple(plain_name(line).strip() for line in lines)
        try:
            self.names = checked_names(names, self._examined.classes)
        except ModelError as error:
            self.names = ()
            self._verdict.setText(words.sentence_of(error))
        else:
            self._verdict.setText(self.tr("All classes have a name."))
        self._keep.setEnabled(bool(self.names) and bool(self.title))

    @Slot()
    def _on_imagenet(self) -> None:
        self._list.setPlainText("\n".join(imagenet_labels("en")))

    @Slot()
    def _on_read(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self, self.tr("A list of class names"), str(self._examined.path.parent), "*.txt *.json"
        )
        if name:
            self.read(Path(name))

    def read(self, file: Path) -> None:
        """Take the names out of a file, or say why not."""
        try:
            self._list.setPlainText("\n".join(read_names(file, self._examined.classes)))
        except ModelError as error:
            self._verdict.setText(words.sentence_of(error))
