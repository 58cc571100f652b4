"""The run at hand: how far it is, what it is worth so far, Pause and Stop; and at its end, the result."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout, QWidget

from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.run_facts import RunFacts
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.ui.train.waiting_card import stage_sentence
from resnet_desktop.ui.widgets.basics import push_button, scrolling, text_label

MOST_NAMES = 20  # of pictures in a tip


class RunCard(QFrame):
    """Visible while there is a run to show."""

    use = Signal(str)  # key of the model that came out
    again = Signal()  # back to the presets
    wrong = Signal(str)  # id of the run whose mistakes are wanted

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # it holds the focus while no button can have it
        self._title = text_label("", "title", wrap=True)
        self._value = text_label("", "large", wrap=True)
        self._text = text_label("", "", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._facts = RunFacts(trainer)
        self._after = text_label("", "small", wrap=True)
        self._notes = text_label("", "careful", wrap=True)
        self._make_buttons()
        self._lay_out()
        self._shown_state = ""
        trainer.changed.connect(self.refresh)
        self.refresh()

    def _make_buttons(self) -> None:
        self._pause = push_button(self.tr("Pause"))
        self._pause.clicked.connect(self._on_pause)
        self._finish = push_button(self.tr("Stop and keep the best"))
        self._finish.clicked.connect(self._on_finish)
        self._stop = push_button(self.tr("Stop for now"))
        self._stop.setToolTip(words.tip(self.tr("The run can go on later from where it was.")))
        self._stop.clicked.connect(self._trainer.stop)
        self._go_on = push_button(self.tr("Continue"), primary=True)
        self._go_on.clicked.connect(self._on_go_on)
        self._use = push_button(self.tr("Use this model"), primary=True)
        self._use.clicked.connect(self._on_use)
        self._wrong = push_button(self.tr("What it got wrong"))
        self._wrong.clicked.connect(self._on_wrong)
        self._again = push_button(self.tr("Train again"))
        self._again.clicked.connect(self.again)
        self._buttons = (self._pause, self._finish, self._stop, self._go_on, self._use, self._wrong, self._again)

    def _lay_out(self) -> None:
        """What is said may grow and is scrolled then: the buttons under it stay where they are."""
        said = QWidget()
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GAP)
        for widget in (self._title, self._value, self._text, self._bar, self._facts, self._after, self._notes):
            lines.addWidget(widget)
        lines.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(scrolling(said), 1)
        for button in self._buttons:
            column.addWidget(button)

    @property
    def _state(self) -> str:
        """Of the trainer, as far as it decides what stands here; "" where there is no run to show."""
        trainer = self._trainer
        if trainer.stage in (Stage.TRAINING, Stage.DONE):
            return str(trainer.stage.value)
        return trainer.at_hand.end if trainer.stage is Stage.READY else ""

    @property
    def has_run(self) -> bool:
        """Whether there is something to show. One that failed for good leaves the form, and why it failed."""
        return bool(self._state) and (self._state != "failed" or self._may_go_on)

    @property
    def _may_go_on(self) -> bool:
        """As long as nobody has looked, it may."""
        return self._trainer.unfinished is not None or not self._trainer.at_hand.settled

    @Slot()
    def refresh(self) -> None:
        focus = self._focused()
        inside = focus is not None and (focus is self or self.isAncestorOf(focus))
        around = focus is not None and focus.isAncestorOf(self)
        state, before = self._state, self._shown_state
        self._shown_state = state
        self._show_parts(state)
        self._enable_buttons()
        self._show_notes()
        if state == "training":
            self._show_progress()
        elif state == "done":
            self._show_result()
        elif state:
            self._show_end()
        # A button that cannot be pressed any more hands its focus to the next one, which may be Stop.
        if (inside and not self._can_be_pressed(focus)) or (around and state != before):
            self.take_focus()

    def take_focus(self) -> None:
        """To what a person most likely wants next."""
        if not self.isVisible():
            return
        first = (self._pause, self._go_on, self._use, self._again)
        wanted = next((button for button in first if not button.isHidden()), None)
        (wanted if wanted is not None and wanted.isEnabled() else self).setFocus()

    def _focused(self) -> QWidget | None:
        return self.window().focusWidget()

    def _can_be_pressed(self, widget: QWidget | None) -> bool:
        return widget in self._buttons and widget.isEnabled() and not widget.isHidden()

    def _show_parts(self, state: str) -> None:
        """Nothing comes or goes while the run goes on: a click on its way to a button would meet another one."""
        training, done, deep = state == "training", state == "done", self._trainer.at_hand.is_deep
        for widget, visible in (
            (self._bar, training),
            (self._facts, training),
            (self._after, bool(state) and not training),
            (self._pause, training and deep),
            (self._finish, training and deep),
            (self._stop, training),
            (self._go_on, state in ("stopped", "failed") and self._may_go_on),
            (self._use, done),
            (self._wrong, done),
            (self._again, bool(state) and not training),
        ):
            widget.setVisible(visible)

    def _enable_buttons(self) -> None:
        trainer, result = self._trainer, self._trainer.result
        ending = trainer.finishing or trainer.stopping
        kept = len(trainer.curves.epoch) > 0
        self._pause.setText(self.tr("Continue") if trainer.paused and not trainer.pausing else self.tr("Pause"))
        self._pause.setAccessibleName(self._pause.text())
        self._pause.setEnabled(not ending and not trainer.pausing)
        self._finish.setEnabled(not ending and kept)
        best = self.tr("The run ends now, and its best model so far is kept.")
        self._finish.setToolTip(words.tip(best if kept else self.tr("It can be pressed once an epoch is done.")))
        self._stop.setEnabled(not ending)
        self._go_on.setEnabled(trainer.unfinished is not None)
        # What is known of the run is read from the disk, which takes a moment.
        self._wrong.setEnabled(result is not None and any(run.id == result.run for run, *_ in trainer.runs))

    def _show_notes(self) -> None:
        """Of notes with the same wording the last one counts; the tip names the pictures that it is about."""
        latest = {note.error.sentence: note for note in self._trainer.notes}
        said = [note.error for note in latest.values()] + [
            error for error in (self._trainer.rests, self._trainer.error) if error is not None
        ]
        self._set(self._notes, "\n".join(words.sentence_of(error) for error in said))
        names = [str(path) for note in latest.values() for path in note.paths]
        shown = names[:MOST_NAMES] + (["…"] if len(names) > MOST_NAMES else [])
        self._notes.setToolTip(words.tip("\n".join(shown)) if shown else "")

    def _show_progress(self) -> None:
        trainer, progress = self._trainer, self._trainer.progress
        self._title.setText(self._heading())
        self._bar.setRange(0, progress.total if progress else 0)
        self._bar.setValue(progress.done if progress else 0)
        self._set(self._text, self._doing())
        best = trainer.curves.accuracy.max(initial=0.0)
        self._set(self._value, self.tr("{percent} right").format(percent=words.percent(best)) if best else "")
        self._facts.refresh()

    def _heading(self) -> str:
        trainer = self._trainer
        if trainer.stopping:
            return self.tr("Stopping…")
        if trainer.finishing:
            return self.tr("Keeping the best so far")
        if trainer.pausing:
            return self.tr("Pausing…")
        return self.tr("Paused") if trainer.paused or trainer.rests else self.tr("Learning")

    def _doing(self) -> str:
        """What goes on just now; nothing does in a run that rests."""
        trainer = self._trainer
        if trainer.stopping:
            return self.tr("What it has learned is being kept.") if trainer.at_hand.is_deep else ""
        if trainer.rests:
            return ""
        if trainer.paused and not trainer.pausing:
            return self.tr("It goes on from here when you press Continue.")
        return stage_sentence(trainer) or self.tr("One moment…")

    def _show_end(self) -> None:
        """Of a run without a model."""
        trainer = self._trainer
        failed = trainer.at_hand.end == "failed"
        self._title.setText(self.tr("The run has failed") if failed else self.tr("Stopped"))
        best = trainer.curves.accuracy.max(initial=0.0)
        self._set(self._value, self.tr("{percent} right").format(percent=words.percent(best)) if best else "")
        self._set(self._text, self._where())
        go_on = self.tr("It can go on from where it was.")
        self._set(self._after, go_on if self._may_go_on else self.tr("There is nothing that it could go on from."))

    def _where(self) -> str:
        """How far it got."""
        trainer, started, locale = self._trainer, self._trainer.started, QLocale()
        if not trainer.at_hand.is_deep:
            return self.tr("Stopped before its end.")
        epoch = int(trainer.curves.epoch.max(initial=0))
        if not epoch:
            return self.tr("Stopped before the first epoch was done.")
        if started is None:
            return self.tr("Stopped after epoch {number}.").format(number=locale.toString(epoch))
        numbers = {"number": locale.toString(epoch), "total": locale.toString(started.epochs)}
        return self.tr("Stopped after epoch {number} of {total}.").format(**numbers)

    def _show_result(self) -> None:
        result = self._trainer.result
        if result is None:
            return
        worth = result.validation
        self._title.setText(self.tr("Your model is ready"))
        self._set(self._value, self.tr("{percent} right").format(percent=words.percent(worth.accuracy)))
        interval = dict(zip(("low", "high"), words.percents(worth.low, worth.high), strict=True))
        sentence = self.tr(
            "of %Ln pictures that it had not seen; most likely between {low} and {high}.", "", worth.count
        )
        self._set(self._text, sentence.format(**interval))
        self._set(self._after, self.tr("It stands in the list of models now, and answers drops at once."))

    @staticmethod
    def _set(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    @Slot()
    def _on_pause(self) -> None:
        self._trainer.wish("continue" if self._trainer.paused else "pause")

    @Slot()
    def _on_go_on(self) -> None:
        if self._trainer.unfinished is not None:
            self._trainer.resume(self._trainer.unfinished)

    @Slot()
    def _on_finish(self) -> None:
        self._trainer.wish("finish")

    @Slot()
    def _on_use(self) -> None:
        if self._trainer.result is not None:
            self.use.emit(self._trainer.result.model)

    @Slot()
    def _on_wrong(self) -> None:
        if self._trainer.result is not None:
            self.wrong.emit(self._trainer.result.run)
