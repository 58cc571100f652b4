"""How pictures are varied while the network learns, with six examples of one picture of the dataset."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resnet_desktop.core.events import Event, PixelBlock
from resnet_desktop.core.training_examples import EXAMPLES, ExamplesMade, make_examples
from resnet_desktop.ui.theme import CORNER, GAP, SPACE, colour
from resnet_desktop.ui.train.trainer import Trainer
from resnet_desktop.ui.widgets.basics import flat_button, text_label
from resnet_desktop.ui.widgets.reflow import Wrapping
from resnet_desktop.workers.one_job import OneJob
from resnet_desktop.workers.thread_host import ThreadHost

COLUMNS, LEAST, EDGE = 3, 72, 98
STRIDE = 7919  # from one picture to the next that is shown; a prime, so that it comes to all of them


class Examples(QWidget):
    """Squares in rows of three."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []
        self._data: tuple[bytes, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def count(self) -> int:
        return len(self._images)

    def show_blocks(self, blocks: tuple[PixelBlock, ...]) -> None:
        self._data = tuple(block.data for block in blocks)  # an image uses the memory that it is given
        self._images = [
            QImage(data, block.width, block.height, 3 * block.width, QImage.Format.Format_RGB888)
            for block, data in zip(blocks, self._data, strict=True)
        ]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(COLUMNS * EDGE + (COLUMNS - 1) * GAP, 2 * EDGE + GAP)

    def minimumSizeHint(self) -> QSize:
        return QSize(COLUMNS * LEAST + (COLUMNS - 1) * GAP, 2 * LEAST + GAP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        edge = min((self.width() - (COLUMNS - 1) * GAP) // COLUMNS, (self.height() - GAP) // 2)
        left = (self.width() - COLUMNS * edge - (COLUMNS - 1) * GAP) // 2
        for number in range(EXAMPLES):
            row, column = divmod(number, COLUMNS)
            place = QRect(left + column * (edge + GAP), row * (edge + GAP), edge, edge)
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(place), CORNER, CORNER)
            painter.fillPath(outline, colour("track"))
            if number < len(self._images):
                painter.save()
                painter.setClipPath(outline)
                painter.drawImage(place, self._images[number])
                painter.restore()


class ExamplesCard(QFrame):
    """Follows the choices; the examples are made in a thread."""

    def __init__(self, trainer: Trainer, host: ThreadHost) -> None:
        super().__init__()
        self._trainer, self._choices = trainer, trainer.choices
        self._job = OneJob(host, "examples", self)
        self._job.happened.connect(self._on_event)
        self._made_of: object = None
        self._number = 0
        self.setProperty("role", "card")
        self._crop = QCheckBox(self.tr("Random part"))
        self._mirror = QCheckBox(self.tr("Mirrored"))
        self._colour = QCheckBox(self.tr("Other light"))
        self._another = flat_button("refresh", self.tr("Another picture"))
        self._another.clicked.connect(self._on_another)
        self.examples = Examples()
        self.examples.setAccessibleName(self.tr("Six examples of what it will see"))
        head = QHBoxLayout()
        head.addWidget(text_label(self.tr("WHAT IT SEES"), "section"), 1)
        head.addWidget(self._another)
        switches = Wrapping(SPACE, GAP)
        for box in (self._crop, self._mirror, self._colour):
            box.clicked.connect(self._on_clicked)
            switches.add(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, GAP, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(switches)
        column.addWidget(self.examples, 1)
        self._choices.changed.connect(self.refresh)
        trainer.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        recipe = self._choices.recipe
        if recipe is None:
            return
        look = recipe.look
        self._crop.setChecked(look.base == "part")
        self._mirror.setChecked(look.mirror)
        self._colour.setChecked(look.colour)
        if self.isVisible():
            self._make()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make()

    def _make(self) -> None:
        """Examples of what is chosen now, unless these are shown already."""
        dataset, recipe = self._trainer.dataset, self._choices.recipe
        if dataset is None or recipe is None or not dataset.pictures:
            return
        picture = dataset.pictures[self._number * STRIDE % len(dataset.pictures)]
        wanted = (picture, self._trainer.seen, recipe.look, self._choices.config.seed)
        if wanted == self._made_of:
            return
        self._made_of = wanted
        self._job.start(partial(make_examples, *wanted))

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, ExamplesMade):
            self.examples.show_blocks(event.blocks)

    @Slot()
    def _on_clicked(self) -> None:
        """What is as the preset has it stays the preset's."""
        recipe = self._choices.plain_recipe
        if recipe is None:
            return
        usual = recipe.look
        crop, mirror, light = (box.isChecked() for box in (self._crop, self._mirror, self._colour))
        self._choices.set(
            crop=None if crop == (usual.base == "part") else crop,
            mirror=None if mirror == usual.mirror else mirror,
            colour=None if light == usual.colour else light,
        )

    @Slot()
    def _on_another(self) -> None:
        self._number += 1
        self._make()
