"""One model as a card: what it is, how it is, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import AppError
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui import words
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.models.task import Doing
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import ElidedLabel, announce, leading, push_button, text_label
from resnet_desktop.ui.widgets.reflow import Wrapping


class ModelTile(QFrame):
    """Follows one model through the library."""

    get = Signal(object)  # ModelSpec: show where it comes from, then fetch it
    use = Signal(object)  # ModelSpec: answer with it
    export = Signal(object)  # ModelSpec: ask where to, then write it into one file
    remove = Signal(object)  # ModelSpec: ask first

    def __init__(self, spec: ModelSpec, session: Session, library: ModelLibrary) -> None:
        super().__init__()
        self.spec, self._session, self._library = spec, session, library
        self._words = ModelWords()
        self._pressed: QPushButton | None = None  # gone, with the focus, while its task is done
        self.setProperty("role", "card")
        self.setAccessibleName(self._words.title(spec))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._state = text_label("", "quiet")
        self._facts = text_label("", "small", wrap=True)
        self._speed = text_label("", "small", wrap=True)
        self._doing = text_label("", "small", wrap=True)
        self._error = text_label("", "bad", wrap=True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self._words.title(spec))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        head = QHBoxLayout()
        title = ElidedLabel(self._words.title(spec), "heading", Qt.TextElideMode.ElideRight)
        title.setAlignment(leading() | Qt.AlignmentFlag.AlignVCenter)
        title.setToolTip(words.tip(title.text()))
        head.addWidget(title, 1)
        head.addWidget(self._state)
        column.addLayout(head)
        for widget in (self._facts, self._speed, self._progress, self._doing, self._error):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._make_buttons())
        library.changed.connect(self.refresh)
        session.model_changed.connect(self.refresh)
        self.refresh()

    def _make_buttons(self) -> QWidget:
        self._use = push_button(self.tr("Use"), primary=True)
        self._use.clicked.connect(self._on_use)
        self._get = push_button(self.tr("Download…"), "download")
        self._get.clicked.connect(self._on_get)
        self._continue = push_button(self.tr("Continue"), "download")
        self._continue.clicked.connect(self._on_continue)
        self._pause = push_button(self.tr("Pause"))
        self._pause.clicked.connect(self._on_pause)
        self._cancel = push_button(self.tr("Cancel"))
        self._cancel.clicked.connect(self._on_cancel)
        self._prepare = push_button(self.tr("Prepare"))
        self._prepare.clicked.connect(self._on_prepare)
        self._verify = push_button(self.tr("Verify"))
        self._verify.clicked.connect(self._on_verify)
        self._export = push_button(self.tr("Export…"))
        self._export.setToolTip(words.tip(self.tr("As one file, for another computer")))
        self._export.clicked.connect(self._on_export)
        self._remove = push_button(self.tr("Remove…"), "remove")
        self._remove.clicked.connect(self._on_remove)
        box = Wrapping(GAP, GAP)
        for button in self._all_buttons():
            button.setAccessibleName(f"{button.accessibleName()}: {self._words.title(self.spec)}")
            box.add(button)
        return box

    def _all_buttons(self) -> tuple[QPushButton, ...]:
        return (
            *(self._use, self._get, self._continue, self._pause),
            *(self._cancel, self._prepare, self._verify, self._export, self._remove),
        )

    def lead_to(self, other: ModelTile) -> None:
        """The Tab key goes on there."""
        QWidget.setTabOrder(self._all_buttons()[-1], other._all_buttons()[0])

    @Slot()
    def refresh(self) -> None:
        spec, library = self.spec, self._library
        state = self._session.models.states.get(spec.key)
        task, error = library.tasks.get(spec.key), library.errors.get(spec.key)
        chosen = self._session.models.spec.key == spec.key and self._session.models.phase is Phase.READY
        text, role = self._words.state(state, chosen=chosen)
        self._state.setText(text)
        if self._state.property("role") != role:
            self._state.setProperty("role", role)
            self._state.style().unpolish(self._state)
            self._state.style().polish(self._state)
        facts = library.facts.get(spec.key)
        self._set(self._facts, self._words.facts(spec, facts))
        self._set(self._speed, self._words.speed(facts))
        self._say(self._error_text(error, state))
        self._progress.setVisible(task is not None)
        if task is not None:
            progress = task.progress
            self._progress.setRange(0, 1000 if progress and progress.total else 0)
            if progress and progress.total:
                self._progress.setValue(1000 * progress.done // progress.total)
        self._set(self._doing, self._doing_text())
        self._show_buttons(state)

    def _error_text(self, error: AppError | None, state: ModelState | None) -> str:
        if error is not None:
            return words.sentence_of(error)
        if state is ModelState.DAMAGED and self.spec.key not in self._library.tasks:
            return self.tr("Its file is damaged and is not used. Download it or bring it again.")
        return ""

    def _doing_text(self) -> str:
        task = self._library.tasks.get(self.spec.key)
        if task is not None:
            return self._words.doing(task)
        if self._has_part():
            return self.tr("Stopped on the way. What has been downloaded so far is kept.")
        return ""

    def _has_part(self) -> bool:
        facts = self._library.facts.get(self.spec.key)
        ready = self._session.models.states.get(self.spec.key) is ModelState.READY
        return not ready and (self.spec.key in self._library.paused or (facts is not None and facts.has_part))

    def _show_buttons(self, state: ModelState | None) -> None:
        task = self._library.tasks.get(self.spec.key)
        ready, idle = state is ModelState.READY, task is None
        official, own = self.spec.kind == "official", self.spec.kind != "built-in"
        facts = self._library.facts.get(self.spec.key)
        part = idle and not ready and self._has_part()
        downloading = task is not None and task.doing is Doing.DOWNLOADING
        stoppable = task is not None and task.doing in (Doing.DOWNLOADING, Doing.PREPARING, Doing.EXPORTING)
        shown = {
            self._use: ready and idle,
            self._get: idle and official and not ready,
            self._continue: part,
            self._pause: downloading,
            self._cancel: stoppable or part,
            self._prepare: ready and idle and facts is not None and not facts.space.prepared,
            self._verify: ready and idle,
            self._export: ready and idle and self.spec.kind == "yours",
            self._remove: idle and own and state in (ModelState.READY, ModelState.DAMAGED),
        }
        self._keep_focus({button for button, visible in shown.items() if visible}, idle=idle)
        for button, visible in shown.items():
            button.setVisible(visible)

    def _keep_focus(self, shown: set[QPushButton], *, idle: bool) -> None:
        """The card has it while its button is gone: Qt would give it to the next card, and scroll there."""
        focused = self.window().focusWidget()
        left = next((button for button in self._all_buttons() if button is focused and button not in shown), None)
        if left is not None:
            self._pressed = left
            self.setFocus()
        if idle and (left is not None or focused is self):
            first = (self._pressed, self._continue, *self._all_buttons())
            target = next((button for button in first if button in shown), None)
            if target is not None:
                target.setVisible(True)
                target.setFocus()

    def _say(self, sentence: str) -> None:
        """An error is news for a screen reader, too."""
        if sentence and sentence != self._error.text() and self.isVisible():
            announce(self, sentence)
        self._set(self._error, sentence)

    @staticmethod
    def _set(label: QWidget, text: str) -> None:
        label.setProperty("text", text)
        label.setVisible(bool(text))

    @Slot()
    def _on_use(self) -> None:
        self.use.emit(self.spec)

    @Slot()
    def _on_get(self) -> None:
        self.get.emit(self.spec)

    @Slot()
    def _on_continue(self) -> None:
        self._library.download(self.spec)

    @Slot()
    def _on_pause(self) -> None:
        self._library.pause(self.spec)

    @Slot()
    def _on_cancel(self) -> None:
        self._library.give_up(self.spec)

    @Slot()
    def _on_prepare(self) -> None:
        self._library.prepare(self.spec)

    @Slot()
    def _on_verify(self) -> None:
        self._library.verify(self.spec)

    @Slot()
    def _on_export(self) -> None:
        self.export.emit(self.spec)

    @Slot()
    def _on_remove(self) -> None:
        self.remove.emit(self.spec)
