"""What comes into the window: drops, pastes, the Open dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.picture_formats import PICTURE_SUFFIXES
from resnet_desktop.ui.classify.drop import Dropped, Meaning, PastedPictures, meaning_of
from resnet_desktop.ui.models.model_flow import WEIGHTS_SUFFIXES
from resnet_desktop.ui.session import Notice, Session


class Intake(QObject):
    """Sorts what is given: pictures to the session, weights to the models."""

    took = Signal()  # something comes in: what was said before no longer matters
    answering = Signal()  # pictures, which the Classify page shows
    weights = Signal(object)  # list[Path] that look like weights of models

    def __init__(self, session: Session, pasted: PastedPictures, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._pasted, self._window = session, pasted, window

    @Slot(object)
    def take(self, dropped: Dropped) -> None:
        """Answer what was dropped or pasted, or say in one sentence why not."""
        self.took.emit()
        if dropped.meaning is Meaning.PATHS:
            self._take_paths(dropped.paths)
        elif dropped.meaning is Meaning.PICTURE:
            self._take_data(dropped.data)
        else:
            self._session.notice.emit(Notice.LINK if dropped.meaning is Meaning.LINK else Notice.NOTHING, 0)

    @Slot(object)
    def take_weights(self, dropped: Dropped) -> None:
        """As ``take``, for a page of models: a file of any name that is no picture's may be weights."""
        names = [path.suffix.lower() for path in dropped.paths]
        if dropped.meaning is Meaning.PATHS and len(names) == 1 and names[0] not in PICTURE_SUFFIXES and names[0]:
            self.took.emit()
            self.weights.emit(list(dropped.paths))
        else:
            self.take(dropped)

    def _take_paths(self, given: tuple[Path, ...]) -> None:
        weights = [path for path in given if path.suffix.lower() in WEIGHTS_SUFFIXES]
        pictures = tuple(path for path in given if path not in weights)
        if weights:
            self.weights.emit(weights)
        else:
            self.answering.emit()
        if pictures or not weights:
            self._session.add(pictures)

    def _take_data(self, data: bytes) -> None:
        try:
            path = self._pasted.keep(data)
        except AppError as error:
            self._session.problem.emit(error)
        else:
            self.answering.emit()
            self._session.add((path,), {path: self.tr("Pasted picture {n}").format(n=self._pasted.count)})

    @Slot()
    def paste(self) -> None:
        self.take(meaning_of(QGuiApplication.clipboard().mimeData()))

    @Slot()
    def open_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
        names, _filter = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Open pictures"),
            self._session.settings.last_folder,
            f"{self.tr('Pictures')} ({patterns});;{self.tr('All files')} (*)",
        )
        if names:
            self.take(Dropped(Meaning.PATHS, paths=tuple(Path(name) for name in names)))

    @Slot()
    def open_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self._window, self.tr("Open folder"), self._session.settings.last_folder
        )
        if name:
            self.take(Dropped(Meaning.PATHS, paths=(Path(name),)))
