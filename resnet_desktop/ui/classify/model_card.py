"""Why the chosen model does not answer yet, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from resnet_desktop.core.weights import NOT_HERE
from resnet_desktop.ui import words
from resnet_desktop.ui.model_desk import BUILT_IN, Phase
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.models.task import Task
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import push_button, text_label


class ModelCard(QFrame):
    """Visible while the chosen model is being prepared or cannot be used."""

    use_built_in = Signal()
    check_again = Signal()
    download = Signal()
    bring_file = Signal()

    def __init__(self, session: Session, library: ModelLibrary, parent: QWidget) -> None:
        super().__init__(parent)  # from the start: a widget that is shown without one is a window
        self._session, self._library = session, library
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._title = text_label("", "title", wrap=True)
        self._text = text_label(wrap=True)
        self._steps = text_label(wrap=True)
        self._steps.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Preparing the model"))
        self._buttons = self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        for widget in (self._title, self._text, self._progress, self._steps, self._buttons):
            column.addWidget(widget)
        session.model_changed.connect(self.refresh)
        library.changed.connect(self.refresh)
        self.refresh()

    def _make_buttons(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, GAP, 0, 0)
        column.setSpacing(GAP)
        self._download_button = push_button(self.tr("Download…"), "download", primary=True)
        self._download_button.clicked.connect(self.download)
        self._file_button = push_button(self.tr("Choose a file…"), "open")
        self._file_button.clicked.connect(self.bring_file)
        self._built_in_button = push_button(self.tr("Use the built-in model"))
        self._built_in_button.clicked.connect(self.use_built_in)
        self._again_button = push_button(self.tr("Check again"), "refresh")
        self._again_button.clicked.connect(self.check_again)
        for button in (self._download_button, self._file_button, self._built_in_button, self._again_button):
            column.addWidget(button)
        return box

    @Slot()
    def refresh(self) -> None:
        models = self._session.models
        title = self.tr("the built-in model") if models.spec.key == BUILT_IN else models.spec.title
        self.setVisible(models.phase is not Phase.READY)
        task = self._library.tasks.get(models.spec.key) if models.phase is Phase.UNUSABLE else None
        preparing = models.phase is Phase.PREPARING or task is not None
        self._progress.setVisible(preparing)
        self._buttons.setVisible(not preparing)
        self._steps.setVisible(not preparing)
        if task is not None:
            self._title.setText(self.tr("{title} is on its way").format(title=title[:1].upper() + title[1:]))
            self._show_task(task)
        elif preparing:
            self._title.setText(self.tr("Preparing {title}").format(title=title))
            self._show_progress()
        else:
            self._title.setText(self.tr("{title} cannot answer yet").format(title=title[:1].upper() + title[1:]))
            self._show_reason()

    def _show_progress(self) -> None:
        progress = self._session.models.progress
        if progress is None:
            self._progress.setRange(0, 0)
            self._text.setText(self.tr("One moment…"))
            return
        self._progress.setRange(0, progress.total)
        self._progress.setValue(progress.done)
        once = self.tr("This happens once. Pictures dropped meanwhile are answered as soon as it is done.")
        self._text.setText(f"{words.stage_of(progress.stage)}…\n{once}")

    def _show_task(self, task: Task) -> None:
        """What the Models page does for this model meanwhile."""
        progress = task.progress
        self._progress.setRange(0, 1000 if progress and progress.total else 0)
        if progress and progress.total:
            self._progress.setValue(1000 * progress.done // progress.total)
        self._text.setText(ModelWords().doing(task))

    def _show_reason(self) -> None:
        models = self._session.models
        spec = models.spec
        missing = models.error is not None and models.error.sentence == NOT_HERE
        self._built_in_button.setVisible(spec.key != BUILT_IN)
        self._download_button.setVisible(spec.kind == "official")
        self._file_button.setVisible(spec.kind == "official")
        if not missing or spec.kind != "official":
            self._text.setText(words.sentence_of(models.error) if models.error else "")
            self._steps.setText("")
            return
        self._text.setText(self.tr("Its weights are not on this computer. No other model answers in its place."))
        self._steps.setText(
            self.tr(
                "No network here? On another computer, fetch\n{url}\n({size})\n"
                "and bring the file, for example on a USB stick: drop it on this window."
            ).format(url=words.left_to_right(spec.url), size=words.megabytes(spec.size))
        )
