"""The questions around models that lead from one page to another, asked over the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import WeightsExamined
from resnet_desktop.core.model_file import SUFFIX
from resnet_desktop.ui.model_desk import BUILT_IN
from resnet_desktop.ui.models.get_dialog import GetDialog
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.models.names_dialog import NamesDialog
from resnet_desktop.ui.notices import NoticeWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.widgets.banner import GoodNews

WEIGHTS_SUFFIXES = frozenset({SUFFIX, ".pth", ".pt", ".bin", ".safetensors"})


class ModelFlow(QObject):
    """Lives as long as its window."""

    started = Signal()  # something that the Models page shows
    said = Signal(object)  # Saying, for the banner

    def __init__(self, session: Session, library: ModelLibrary, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._library, self._window = session, library, window
        library.examined.connect(self.ask_names)
        library.arrived.connect(self._on_arrived)
        library.repeated.connect(self._on_repeated)

    @Slot()
    def use_built_in(self) -> None:
        self._session.choose_model(BUILT_IN)

    @Slot()
    def check_again(self) -> None:
        """Of the chosen model, what is on the disk now."""
        self._session.models.refresh()
        self._session.choose_model(self._session.models.spec.key)

    @Slot()
    def download_chosen(self) -> None:
        self.download(self._session.models.spec)

    @Slot(object)
    def download(self, spec: ModelSpec) -> None:
        """Show where a model comes from, then fetch it."""
        if GetDialog(spec, self._session, self._window).exec():
            self._library.download(spec)
            self.started.emit()

    @Slot()
    def choose_file(self) -> None:
        """Weights from a USB stick, say."""
        patterns = " ".join(f"*{suffix}" for suffix in sorted(WEIGHTS_SUFFIXES))
        name, _filter = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Weights of a model"),
            self._session.settings.last_folder,
            f"{self.tr('Weights')} ({patterns});;{self.tr('All files')} (*)",
        )
        if name:
            self.bring([Path(name)])

    @Slot(object)
    def bring(self, files: list[Path]) -> None:
        """Look into weights that were dropped or chosen, one after another."""
        self._library.bring(files)
        self.started.emit()

    def retire(self) -> None:
        """Another window takes over; this one asks no more questions."""
        self._library.examined.disconnect(self.ask_names)
        self._library.arrived.disconnect(self._on_arrived)
        self._library.repeated.disconnect(self._on_repeated)

    @Slot(object)
    def ask_names(self, examined: WeightsExamined) -> None:
        """What a brought model's classes are called."""
        dialog = NamesDialog(examined, self._window)
        if dialog.exec():
            self._library.keep(examined, dialog.title, dialog.names)
        else:
            self._library.forget(examined)

    @Slot(object)
    def _on_arrived(self, spec: ModelSpec) -> None:
        self.said.emit(GoodNews(lambda: NoticeWords().arrived(spec)))

    @Slot(object)
    def _on_repeated(self, spec: ModelSpec) -> None:
        self.said.emit(GoodNews(lambda: NoticeWords().repeated(spec)))
