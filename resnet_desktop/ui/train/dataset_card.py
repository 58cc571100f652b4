"""What is in the folder: its classes with their counts as bars, and what to know before learning from it."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SPACE, colour
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.ui.widgets.basics import ElidedLabel, push_button, scrolling, text_label

ROW, BAR = 34, 4


class ClassCount(QWidget):
    """One class: its name, its pictures, and how many that is beside the largest."""

    def __init__(self, name: str, count: int, largest: int) -> None:
        super().__init__()
        self._name, self._count, self._share = one_line(name), count, count / max(1, largest)
        self.setAccessibleName(f"{self._name}, {count}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(0, 2, 0, -BAR - 6)
        number = QLocale().toString(self._count)
        metrics = QFontMetrics(self.font())
        style, direction = self.style(), self.layoutDirection()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colour("quiet"))
        painter.drawText(area, style.visualAlignment(direction, Qt.AlignmentFlag.AlignTrailing | middle), number)
        painter.setPen(colour("text"))
        room = area.width() - metrics.horizontalAdvance(number) - SPACE
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, style.visualAlignment(direction, Qt.AlignmentFlag.AlignLeading | middle), name)
        track = QRectF(0, self.height() - BAR - 3, self.width(), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("track"))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        filled = QRectF(track)
        filled.setWidth(max(BAR, track.width() * self._share))
        if direction == Qt.LayoutDirection.RightToLeft:
            filled.moveRight(track.right())
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(filled, BAR / 2, BAR / 2)


class DatasetCard(QFrame):
    """Follows the trainer's dataset."""

    another = Signal()

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self._shown: object = None
        self.setProperty("role", "card")
        self._title = ElidedLabel(role="heading")
        self._counts = text_label("", "small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Checking the pictures"))
        self._issues = text_label("", "careful", wrap=True)
        self._error = text_label("", "bad", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._list.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(self._list)
        scroll = scrolling(inner)
        self._another = push_button(self.tr("Another folder…"), "folder")
        self._another.clicked.connect(self.another)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(text_label(self.tr("DATASET"), "section"))
        for widget in (self._title, self._counts, self._bar, self._issues, self._error):
            column.addWidget(widget)
        column.addWidget(scroll, 1)
        column.addWidget(self._another)
        trainer.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        trainer = self._trainer
        dataset = trainer.dataset
        self._title.setText(words.left_to_right(trainer.folder.name) if trainer.folder else "")
        self._title.setToolTip(words.tip(str(trainer.folder)) if trainer.folder else "")
        inspecting = trainer.stage is Stage.INSPECTING
        self._bar.setVisible(inspecting)
        progress = trainer.progress
        if inspecting:
            self._bar.setRange(0, progress.total if progress else 0)
            self._bar.setValue(progress.done if progress else 0)
            self._counts.setText(f"{words.stage_of(progress.stage)}…" if progress else "")
        self._another.setEnabled(not trainer.busy)
        # Of a run that can go on it is said beside its Continue.
        error = trainer.error if trainer.unfinished is None else None
        self._error.setVisible(error is not None)
        self._error.setText(words.sentence_of(error) if error is not None else "")
        if dataset is not self._shown:
            self._shown = dataset
            self._fill()
        self._issues.setVisible(bool(self._issues.text()))

    def _fill(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        dataset = self._trainer.dataset
        if dataset is None:
            self._issues.setText("")
            return
        counts = Counter(picture.label for picture in dataset.pictures)
        parts = [
            self.tr("%Ln classes", "", len(dataset.classes)),
            self.tr("%Ln pictures to learn from", "", len(dataset.pictures)),
        ]
        if dataset.validation:
            parts.append(self.tr("%Ln to check on", "", len(dataset.validation)))
        self._counts.setText(" · ".join(parts))
        largest = max(counts.values(), default=1)
        for label, name in enumerate(dataset.classes):
            self._list.addWidget(ClassCount(name, counts[label], largest))
        self._list.addStretch(1)
        self._issues.setText("\n".join(words.sentence_of(issue.error) for issue in dataset.issues))
