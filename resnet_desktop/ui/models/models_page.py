"""Models: built-in, official and yours, as cards; bringing a file, the device, the caches."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.model_file import SUFFIX
from resnet_desktop.core.plain_text import file_name
from resnet_desktop.ui import words
from resnet_desktop.ui.drop_target import DropTarget
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models.device_card import DeviceCard
from resnet_desktop.ui.models.library import IMPORT, ModelLibrary
from resnet_desktop.ui.models.library_jobs import ModelExported
from resnet_desktop.ui.models.model_tile import ModelTile
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.models.task import Doing
from resnet_desktop.ui.notices import NoticeWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.banner import GoodNews
from resnet_desktop.ui.widgets.basics import announce, push_button, scrolling, text_label

COLUMNS, SIDE = 2, 264


class ModelsPage(DropTarget):
    """A view of the library."""

    use = Signal(str)  # key of the model to answer with
    get = Signal(object)  # ModelSpec to download
    choose_file = Signal()
    said = Signal(object)  # Saying, for the banner

    def __init__(self, session: Session, library: ModelLibrary) -> None:
        super().__init__()
        self._session, self._library = session, library
        self._tiles: dict[str, ModelTile] = {}
        self._headings: list[QLabel] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACE)
        self.device_card = DeviceCard(session, library)
        self.device_card.chosen.connect(self._on_device)
        self.device_card.hurried.connect(self._on_hurry)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)  # and as much on the right of the side
        row.addWidget(self._side())
        row.addWidget(self._cards(), 1)
        session.models_changed.connect(self._fill)
        library.changed.connect(self.refresh)
        library.verified.connect(self._on_verified)
        library.freed.connect(self._on_freed)
        library.exported.connect(self._on_exported)
        library.not_exported.connect(self._on_not_exported)
        session.model_changed.connect(self.refresh)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._fill()

    def drop_sentence(self) -> str:
        return self.tr("Drop weights or pictures here")

    def _side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        _leave_room(column)
        column.setSpacing(SPACE)
        column.addWidget(self._bring_card())
        column.addWidget(self.device_card)
        column.addWidget(self._space_card())
        column.addStretch(1)
        scroll = scrolling(side)
        scroll.setFixedWidth(SIDE + GAP)
        return scroll

    def _cards(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        _leave_room(column)
        column.addLayout(self._grid)
        column.addStretch(1)
        return scrolling(inner)

    def _bring_card(self) -> QFrame:
        card, column = _card(self.tr("FROM A FILE"))
        hint = self.tr(
            "Drop the file of a model anywhere on this window: .resnetmodel, .safetensors, .pth, .pt or .bin."
        )
        column.addWidget(text_label(hint, "small", wrap=True))
        self._bring_button = push_button(self.tr("Choose a file…"), "open")
        self._bring_button.clicked.connect(self.choose_file)
        self._bringing = text_label("", "small", wrap=True)
        self._bring_bar = QProgressBar()
        self._bring_bar.setTextVisible(False)
        self._bring_bar.setAccessibleName(self.tr("Looking into the file"))
        self._bring_error = text_label("", "bad", wrap=True)
        self._bring_cancel = push_button(self.tr("Cancel"))
        self._bring_cancel.clicked.connect(self._on_bring_cancel)
        for widget in (self._bring_button, self._bring_bar, self._bringing, self._bring_error, self._bring_cancel):
            column.addWidget(widget)
        return card

    def _space_card(self) -> QFrame:
        card, column = _card(self.tr("SPACE"))
        self._space = text_label("", "small", wrap=True)
        self._free = push_button(self.tr("Free this space"))
        self._free.setToolTip(words.tip(self.tr("Prepared models are made again when they are needed.")))
        self._free.clicked.connect(self._library.free_caches)
        column.addWidget(self._space)
        column.addWidget(self._free)
        return card

    def shown(self) -> None:
        """The person has come to this page."""
        self.setFocus()  # else the first button would start with the focus ring
        self._library.look()
        self._library.find_devices()

    @Slot()
    def _fill(self) -> None:
        """A tile for every model; those that stay are kept, with the focus they may have."""
        models = self._session.models.models
        kept = {spec.key: tile for spec in models if (tile := self._tiles.get(spec.key)) and tile.spec == spec}
        for key, tile in self._tiles.items():
            if key not in kept:
                self._grid.removeWidget(tile)
                tile.hide()
                tile.deleteLater()
        self._tiles = {spec.key: kept.get(spec.key) or self._make_tile(spec) for spec in models}
        self._place(self._tiles.values())
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.refresh()

    def _place(self, tiles: Collection[ModelTile]) -> None:
        """Tiles in their sections, row by row."""
        for heading in self._headings:
            self._grid.removeWidget(heading)
            heading.deleteLater()
        self._headings = []
        sections: dict[str, list[ModelTile]] = {
            self.tr("MODELS"): [tile for tile in tiles if tile.spec.kind != "yours" and tile.spec.recommended],
            self.tr("YOUR MODELS"): [tile for tile in tiles if tile.spec.kind == "yours"],
            self.tr("OLDER WEIGHTS"): [tile for tile in tiles if not tile.spec.recommended],
        }
        row = 0
        for name, members in sections.items():
            if members:
                self._headings.append(text_label(name, "section"))
                self._grid.addWidget(self._headings[-1], row, 0, 1, COLUMNS)
            for number, tile in enumerate(members):
                self._grid.addWidget(tile, row + 1 + number // COLUMNS, number % COLUMNS)
                tile.show()  # now, and not when the layout gets round to it
                tile.refresh()
            row += 1 + -(-len(members) // COLUMNS)
        shown = [tile for members in sections.values() for tile in members]
        for before, after in itertools.pairwise(shown):
            before.lead_to(after)

    def _make_tile(self, spec: ModelSpec) -> ModelTile:
        tile = ModelTile(spec, self._session, self._library)
        tile.get.connect(self.get)
        tile.use.connect(self._on_use)
        tile.export.connect(self._on_export)
        tile.remove.connect(self._on_remove)
        return tile

    @Slot()
    def refresh(self) -> None:
        task, error = self._library.tasks.get(IMPORT), self._library.errors.get(IMPORT)
        busy = task is not None
        self._bring_button.setVisible(not busy)
        self._bring_cancel.setVisible(task is not None and task.doing is Doing.EXAMINING)
        self._bring_bar.setVisible(busy)
        _set(self._bringing, ModelWords().doing(task) if task is not None else "")
        sentence = words.sentence_of(error) if error is not None else ""
        if sentence and sentence != self._bring_error.text():
            announce(self, sentence)
        _set(self._bring_error, sentence)
        if task is not None:
            progress = task.progress
            self._bring_bar.setRange(0, 1000 if progress and progress.total else 0)
            if progress and progress.total:
                self._bring_bar.setValue(1000 * progress.done // progress.total)
        size = self._library.cache_size
        self._space.setText(self.tr("{size} are taken by what can be made again.").format(size=words.megabytes(size)))
        at_work = any(each.doing in (Doing.PREPARING, Doing.FREEING) for each in self._library.tasks.values())
        self._free.setEnabled(size > 0 and not at_work and self._session.models.phase is not Phase.PREPARING)

    @Slot(object)
    def _on_use(self, spec: ModelSpec) -> None:
        self.use.emit(spec.key)

    @Slot(object)
    def _on_remove(self, spec: ModelSpec) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(self.tr("Remove {title}").format(title=spec.title))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("Move {title} to the trash?").format(title=spec.title))
        again = self.tr("It can be downloaded or brought again.")
        yours = self.tr("It is one of your models: outside the trash there is no other copy.")
        box.setInformativeText(yours if spec.kind == "yours" else again)
        yes = box.addButton(self.tr("Move to the trash"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        if box.clickedButton() is yes:
            self._library.remove(spec)

    @Slot(object)
    def _on_export(self, spec: ModelSpec) -> None:
        kinds = f"{self.tr('Model in one file')} (*{SUFFIX})"
        dialog = QFileDialog(self, self.tr("Export {title}").format(title=spec.title), str(Path.home()), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)
        dialog.selectFile(file_name(spec.title) + SUFFIX)
        if dialog.exec() and dialog.selectedFiles():
            self._library.export(spec, Path(dialog.selectedFiles()[0]))
        dialog.deleteLater()

    @Slot(object)
    def _on_exported(self, done: ModelExported) -> None:
        self.said.emit(GoodNews(lambda: NoticeWords().exported(done.spec, done.file)))

    @Slot(object)
    def _on_not_exported(self, error: AppError) -> None:
        self.said.emit(lambda: words.sentence_of(error))

    @Slot()
    def _on_bring_cancel(self) -> None:
        self._library.cancel(IMPORT)

    @Slot(object)
    def _on_verified(self, spec: ModelSpec) -> None:
        self.said.emit(GoodNews(lambda: NoticeWords().verified(spec)))

    @Slot(int)
    def _on_freed(self, size: int) -> None:
        self.said.emit(GoodNews(lambda: NoticeWords().freed(size)))

    @Slot(str)
    def _on_device(self, device: str) -> None:
        self._session.choose_device(device)
        self.device_card.refresh()
        self._library.look()

    @Slot(bool)
    def _on_hurry(self, fast: bool) -> None:
        self._session.choose_speed(fast=fast)


def _card(heading: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
    column.setSpacing(GAP)
    column.addWidget(text_label(heading, "section"))
    return card, column


def _leave_room(column: QVBoxLayout) -> None:
    """To the scroll bar, which is on the left in Hebrew; layouts mirror everything but their margins."""
    right = QGuiApplication.layoutDirection() == Qt.LayoutDirection.LeftToRight
    column.setContentsMargins(*((0, 0, GAP, 0) if right else (GAP, 0, 0, 0)))


def _set(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
