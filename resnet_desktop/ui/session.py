"""The state of the window and its transitions. Widgets show it; it outlives them when language or looks change."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.answers import Answer
from resnet_desktop.core.classifier import Mode
from resnet_desktop.core.errors import AppError, EngineError, ModelError
from resnet_desktop.core.events import PictureAnswered, PictureDone, PicturesFound, PixelBlock
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.looking import Look
from resnet_desktop.core.settings import Settings
from resnet_desktop.engine.open_classifier import open_classifier
from resnet_desktop.engine.ready import make_ready
from resnet_desktop.ui.answer_desk import AnswerDesk
from resnet_desktop.ui.classify.picture_list import PictureList
from resnet_desktop.ui.many_pictures import Answering, ManyPictures
from resnet_desktop.ui.model_desk import MakeReady, ModelDesk
from resnet_desktop.ui.updates import Updates
from resnet_desktop.workers.answer_worker import Looked, OpenClassifier, Previewed, Refused, ThumbnailMade
from resnet_desktop.workers.thread_host import ThreadHost


class Notice(Enum):
    """What a drop can mean that is no picture; the window has a sentence for each."""

    LINK = "link"
    NOTHING = "nothing"
    SETTINGS_DAMAGED = "settings"
    SKIPPED = "skipped"
    NO_PICTURES = "no-pictures"


class Session(QObject):
    """Pictures, the chosen model, the picture on the table. Lives in the main thread."""

    model_changed = Signal()  # the chosen model or its phase
    models_changed = Signal()  # the list of models or their states
    table_changed = Signal()  # another picture, its answer or its error
    preview_changed = Signal()  # the same picture, sharper
    settings_changed = Signal()
    run_changed = Signal()  # progress of many pictures
    notice = Signal(object, int)  # Notice, a count
    problem = Signal(object)  # AppError that concerns no single picture

    def __init__(self, settings: Settings, host: ThreadHost, opener: OpenClassifier, ready: MakeReady) -> None:
        super().__init__()
        desk = AnswerDesk(host, opener)
        models, many = ModelDesk(host, desk, ready), ManyPictures(host, opener)
        self.settings = settings
        self.pictures = PictureList(self)
        self.models = models
        self.current: Path | None = None
        self.look: Look | None = None
        self.preview: PixelBlock | None = None
        self.device = ""
        self.preview_edge = 1600
        self.host = host
        self.updates = Updates(host)
        self.language = "en"
        self._desk, self.many = desk, many
        self.opener, self.ready = opener, ready
        self._connect()

    def _connect(self) -> None:
        self.pictures.thumbnail_wanted.connect(self._desk.want_thumbnail)
        self.models.changed.connect(self._on_model_changed)
        self.models.surveyed.connect(self.models_changed)
        self.models.opened.connect(self._on_opened)
        self._desk.looked.connect(self._on_looked)
        self._desk.previewed.connect(self._on_previewed)
        self._desk.thumbnail_made.connect(self._on_thumbnail)
        self._desk.refused.connect(self._on_refused)
        self.many.found.connect(self._on_found)
        self.many.done.connect(self._on_done)
        self.many.changed.connect(self.run_changed)
        self.many.ended.connect(self._on_ended)
        self.many.failed.connect(self._on_run_failed)

    # What the window asks for

    def set_language(self, language: str) -> None:
        self.language = language
        self.pictures.set_labels(self.labels)

    @property
    def labels(self) -> Sequence[str]:
        return labels_of(self.models.spec, self.language)

    def remember(self, **changes: object) -> None:
        """Change settings."""
        self.settings = dataclasses.replace(self.settings, **changes)  # type: ignore[arg-type]
        self.settings_changed.emit()

    def add(self, paths: Sequence[Path], titles: dict[Path, str] | None = None) -> None:
        """Pictures and folders to answer. One file is answered at once, more go through a run of many."""
        if not paths:
            self.notice.emit(Notice.NOTHING, 0)
            return
        is_folder = os.path.isdir(paths[0])  # noqa: PTH112 - Path.is_dir raises where it may not look
        if not titles:  # what has a title was pasted, and its folder goes when the program ends
            self.remember(last_folder=str(paths[0] if is_folder else paths[0].parent))
        if len(paths) == 1 and not is_folder:
            self._desk.look(paths[0], self.preview_edge)  # first: it is decoded while the window makes room for it
            self.pictures.add(paths, titles)
            self._show(paths[0])
        else:
            self.many.find(tuple(paths))

    def select(self, path: Path) -> None:
        """Put a picture on the table."""
        self._desk.look(path, self.preview_edge)
        self._show(path)

    def _show(self, path: Path) -> None:
        self.current = path
        self.look = self.preview = None
        self.table_changed.emit()

    def sharpen(self) -> None:
        """The view has grown: show the picture as sharp as it now can be."""
        if self.current is not None and self.look is not None and self.preview is not None:
            shown = max(self.preview.width, self.preview.height)
            if shown < min(self.preview_edge, max(self.look.width, self.look.height)):
                self._desk.sharpen(self.current, self.preview_edge)

    def select_row(self, row: int) -> None:
        if 0 <= row < self.pictures.rowCount() and self.pictures.entry(row).path != self.current:
            self.select(self.pictures.entry(row).path)

    def remove_current(self) -> None:
        row = self.pictures.row_of(self.current) if self.current else None
        if row is None:
            return
        self.current = None
        self.pictures.remove(row)  # the filmstrip moves on to the next and selects it
        left = self.pictures.rowCount()
        if left and self.current is None:
            self.select(self.pictures.entry(min(row, left - 1)).path)
        elif not left:
            self._leave_table()

    def clear(self) -> None:
        self.many.cancel()
        self.pictures.clear()
        self._leave_table()

    def choose_model(self, key: str) -> None:
        """Another model. Its answers replace the old ones; a model that is not here answers nothing."""
        self.remember(model=key)
        self.many.use(None)
        self.pictures.forget_answers()
        self.pictures.set_labels(())
        self.look = None
        self.models.choose(key, self.settings.device)
        self.table_changed.emit()
        if self.current is not None:
            # Without an answer for now; a picture that cannot be read says so all the same.
            self._desk.look(self.current, self.preview_edge)

    def choose_device(self, device: str) -> None:
        """What models run on from now on; the chosen one starts again there."""
        self.remember(device=device)
        self.choose_model(self.models.spec.key)

    def choose_speed(self, *, fast: bool) -> None:
        """Whether many pictures are answered with bf16, from the next ones on."""
        self.remember(fast=fast)
        self.many.hurry(fast=fast)

    @property
    def answer(self) -> Answer | None:
        """The answer to the picture on the table."""
        return self.look.answer if self.look else None

    @property
    def error(self) -> AppError | None:
        """Why the picture on the table has no answer."""
        row = self.pictures.row_of(self.current) if self.current else None
        return self.pictures.entry(row).error if row is not None else None

    # What the workers report

    @Slot()
    def _on_model_changed(self) -> None:
        self.model_changed.emit()

    @Slot(str)
    def _on_opened(self, device: str) -> None:
        self.device = device
        self.pictures.set_labels(self.labels)
        self.model_changed.emit()
        if self.current is not None:
            self._desk.look(self.current, self.preview_edge)
        mode: Mode = "fast" if self.settings.fast else "many"
        self.many.use(Answering(self.models.spec, self.settings.device, mode))
        self.many.answer([path for path in self.pictures.paths() if path != self.current])

    @Slot(object)
    def _on_looked(self, looked: Looked) -> None:
        look = looked.look
        if look.answer is not None and look.answer.model != self.models.spec.key:
            # The person has changed to another model since: the picture stays, the answer is not that model's.
            look = dataclasses.replace(look, answer=None, heat=())
        if looked.path == self.current:
            self.look = look
            self.preview = self.preview or look.block
            self.table_changed.emit()
        if look.answer is not None:  # after the table, which is what the person looks at
            self.pictures.set_answer(looked.path, look.answer, look.block)

    @Slot(object)
    def _on_previewed(self, previewed: Previewed) -> None:
        if previewed.path == self.current:
            self.preview = previewed.block
            self.preview_changed.emit()

    @Slot(object)
    def _on_thumbnail(self, made: ThumbnailMade) -> None:
        self.pictures.set_thumbnail(made.path, made.block)

    @Slot(object)
    def _on_refused(self, refused: Refused) -> None:
        if refused.path is not None:
            self.pictures.set_error(refused.path, refused.error)
            if refused.path == self.current:
                self.table_changed.emit()

    @Slot(object)
    def _on_found(self, event: PicturesFound) -> None:
        new = self.pictures.add(event.paths)
        if self.current is None:
            # The picture on the table is answered by itself, and first.
            self.select(event.paths[0])
            new = [path for path in new if path != self.current]
        self.many.answer(new)

    @Slot(object)
    def _on_done(self, event: PictureDone) -> None:
        if isinstance(event, PictureAnswered):
            self.pictures.set_answer(event.path, event.answer, event.thumbnail)
            return
        self.pictures.set_error(event.path, event.error)
        if event.path == self.current:
            self.table_changed.emit()

    @Slot(object)
    def _on_run_failed(self, error: AppError) -> None:
        if isinstance(error, ModelError | EngineError):
            self.many.use(None)
            self.models.fail(error)
        else:
            self.problem.emit(error)

    @Slot(int, int)
    def _on_ended(self, found: int, skipped: int) -> None:
        if not found:
            self.notice.emit(Notice.NO_PICTURES, skipped)
        elif skipped:
            self.notice.emit(Notice.SKIPPED, skipped)

    def _leave_table(self) -> None:
        self.current = self.look = self.preview = None
        self.table_changed.emit()


def make_session(
    settings: Settings, host: ThreadHost, opener: OpenClassifier = open_classifier, ready: MakeReady = make_ready
) -> Session:
    """A session with its workers; the answer thread starts at once and waits."""
    return Session(settings, host, opener, ready)
