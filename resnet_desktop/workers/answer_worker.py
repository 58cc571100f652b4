"""The long-lived thread that owns the classifier of the picture on the table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import Classifier, Mode
from resnet_desktop.core.errors import AppError, EngineError, ModelError
from resnet_desktop.core.events import PixelBlock
from resnet_desktop.core.looking import Look, look_at, preview_of
from resnet_desktop.workers.event_pump import UNEXPECTED

log = logging.getLogger(__name__)

OpenClassifier = Callable[[ModelSpec, str, Mode], Classifier]


@dataclass(frozen=True)
class OpenRequest:
    """Make this model the one that answers."""

    number: int
    spec: ModelSpec
    device: str


@dataclass(frozen=True)
class LookRequest:
    """Show and answer one picture. ``edge`` is the longest edge worth showing, in device pixels."""

    number: int
    path: Path
    edge: int


@dataclass(frozen=True)
class ThumbnailRequest:
    path: Path
    edge: int


@dataclass(frozen=True)
class ModelOpened:
    number: int
    spec: ModelSpec
    device: str


@dataclass(frozen=True)
class Looked:
    number: int
    path: Path
    look: Look


@dataclass(frozen=True)
class Previewed:
    """The same picture again, as sharp as it can be shown."""

    number: int
    path: Path
    block: PixelBlock


@dataclass(frozen=True)
class ThumbnailMade:
    path: Path
    block: PixelBlock


@dataclass(frozen=True)
class Refused:
    """A request that failed; ``path`` is None when it was about a model."""

    number: int
    path: Path | None
    error: AppError


class AnswerWorker(QObject):
    """Slots are called through queued connections, in order; numbers let it skip what nobody waits for any more."""

    opened = Signal(object)  # ModelOpened
    looked = Signal(object)  # Looked
    previewed = Signal(object)  # Previewed
    thumbnail_made = Signal(object)  # ThumbnailMade
    refused = Signal(object)  # Refused
    finished = Signal()

    def __init__(self, open_classifier: OpenClassifier) -> None:
        super().__init__()
        self._open_classifier = open_classifier
        self._classifier: Classifier | None = None
        self._newest_look = self._newest_model = self._open = 0
        self._stopped = False

    def expect(self, number: int) -> None:
        """Looks with a smaller number are no longer wanted. Called directly from the main thread."""
        self._newest_look = number

    def expect_model(self, number: int) -> None:
        """Models with a smaller number are no longer wanted. Called directly from the main thread."""
        self._newest_model = number

    def cancel(self) -> None:
        """End the thread after the request at hand. Called directly from the main thread."""
        self._stopped = True

    @Slot()
    def run(self) -> None:
        """Nothing to do at the start: the thread's event loop brings the requests."""

    @Slot(object)
    def open_model(self, request: OpenRequest) -> None:
        if self._stopped or request.number < self._newest_model:
            return
        try:
            classifier = self._open_classifier(request.spec, request.device, "one")
        except Exception as error:  # noqa: BLE001 - becomes a sentence, and a trace in the log
            self._refuse(request.number, None, error)
            return
        self._close()
        self._classifier, self._open = classifier, request.number
        self.opened.emit(ModelOpened(request.number, request.spec, classifier.device))

    @Slot()
    def close_model(self) -> None:
        self._close()

    @Slot(object)
    def look(self, request: LookRequest) -> None:
        if self._stale(request):
            return
        try:
            look = look_at(request.path, self._classifier)
        except (ModelError, EngineError) as error:  # no fault of the picture
            self._refuse(self._open, None, error)
        except Exception as error:  # noqa: BLE001 - becomes a sentence, and a trace in the log
            self._refuse(request.number, request.path, error)
        else:
            self.looked.emit(Looked(request.number, request.path, look))
            if look.could_be_sharper(request.edge):
                self.preview(request)

    @Slot(object)
    def preview(self, request: LookRequest) -> None:
        """The picture alone, as sharp as ``request.edge`` shows it. What was already shown stays if this fails."""
        if self._stale(request):
            return
        try:
            self.previewed.emit(Previewed(request.number, request.path, preview_of(request.path, request.edge)))
        except AppError:
            log.debug("no sharper preview", exc_info=True)

    @Slot(object)
    def make_thumbnail(self, request: ThumbnailRequest) -> None:
        if self._stopped:
            return
        try:
            self.thumbnail_made.emit(ThumbnailMade(request.path, preview_of(request.path, request.edge)))
        except AppError:
            log.debug("no thumbnail", exc_info=True)  # the picture's own row says why

    @Slot()
    def stop(self) -> None:
        self._close()
        self.finished.emit()

    def _stale(self, request: LookRequest) -> bool:
        return self._stopped or request.number < self._newest_look

    def _refuse(self, number: int, path: Path | None, error: Exception) -> None:
        if not isinstance(error, AppError):
            log.error("a request failed", exc_info=error)
            error = AppError(UNEXPECTED, reason=f"{type(error).__name__}: {error}")
        self.refused.emit(Refused(number, path, error))

    def _close(self) -> None:
        if self._classifier is not None:
            self._classifier.close()
            self._classifier = None
