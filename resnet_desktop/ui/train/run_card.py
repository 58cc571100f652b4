"""The run at hand: how far it is, what it is worth so far, Pause and Stop; and at its end, the result."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout

from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.train.run_facts import RunFacts
from resnet_desktop.ui.train.trainer import Stage, Trainer
from resnet_desktop.ui.widgets.basics import push_button, text_label

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
        self._title = text_label("", "title", wrap=True)
        self._value = text_label("", "large", wrap=True)
        self._text = text_label("", "", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._facts = RunFacts(trainer)
        self._after = text_label("", "small", wrap=True)
        self._notes = text_label("", "careful", wrap=True)
        self._pause = push_button(self.tr("Pause"))
        self._pause.clicked.connect(self._on_pause)
        self._finish = push_button(self.tr("Stop and keep the best"))
        self._finish.clicked.connect(self._on_finish)
        self._stop = push_button(self.tr("Stop for now"))
        self._stop.setToolTip(words.tip(self.tr("The run can go on later from where it was.")))
        self._stop.clicked.connect(trainer.stop)
        self._use = push_button(self.tr("Use this model"), primary=True)
        self._use.clicked.connect(self._on_use)
        self._wrong = push_button(self.tr("What it got wrong"))
        self._wrong.clicked.connect(self._on_wrong)
        self._again = push_button(self.tr("Train again"))
        self._again.clicked.connect(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        for widget in (self._title, self._value, self._text, self._bar, self._facts, self._after, self._notes):
            column.addWidget(widget)
        column.addStretch(1)
        for button in (self._pause, self._finish, self._stop, self._use, self._wrong, self._again):
            column.addWidget(button)
        trainer.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        trainer = self._trainer
        training, done = trainer.stage is Stage.TRAINING, trainer.stage is Stage.DONE
        deep = trainer.started is not None and trainer.started.steps > 0
        for widget, visible in (
            (self._bar, training),
            (self._facts, training),
            (self._after, done),
            (self._pause, training and deep),
            (self._finish, training and deep and bool(len(trainer.curves.epoch))),
            (self._stop, training),
            (self._use, done),
            (self._wrong, done),
            (self._again, done),
        ):
            widget.setVisible(visible)
        result = trainer.result
        # What is known of the run is read from the disk, which takes a moment.
        self._wrong.setEnabled(result is not None and any(run.id == result.run for run, *_ in trainer.runs))
        self._pause.setText(self.tr("Continue") if trainer.paused else self.tr("Pause"))
        self._finish.setEnabled(not trainer.finishing)
        self._show_notes()
        if training:
            self._show_progress()
        elif done:
            self._show_result()

    def _show_notes(self) -> None:
        """Of notes with the same wording the last one counts; the tip names the pictures that it is about."""
        latest = {note.error.sentence: note for note in self._trainer.notes}
        said = [note.error for note in latest.values()] + ([self._trainer.rests] if self._trainer.rests else [])
        self._set(self._notes, "\n".join(words.sentence_of(error) for error in said))
        names = [str(path) for note in latest.values() for path in note.paths]
        shown = names[:MOST_NAMES] + (["…"] if len(names) > MOST_NAMES else [])
        self._notes.setToolTip(words.tip("\n".join(shown)) if shown else "")

    def _show_progress(self) -> None:
        trainer, progress = self._trainer, self._trainer.progress
        self._title.setText(self._heading())
        self._bar.setRange(0, progress.total if progress else 0)
        self._bar.setValue(progress.done if progress else 0)
        stage = words.stage_of(progress.stage) if progress else ""
        self._set(self._text, f"{stage}…" if stage else self.tr("One moment…"))
        best = trainer.curves.accuracy.max(initial=0.0)
        self._set(self._value, self.tr("{percent} right").format(percent=words.percent(best)) if best else "")
        self._facts.refresh()

    def _heading(self) -> str:
        if self._trainer.paused or self._trainer.rests:
            return self.tr("Paused")
        if self._trainer.finishing:
            return self.tr("Keeping the best so far")
        return self.tr("Learning")

    def _show_result(self) -> None:
        result = self._trainer.result
        if result is None:
            return
        worth = result.validation
        self._title.setText(self.tr("Your model is ready"))
        self._set(self._value, self.tr("{percent} right").format(percent=words.percent(worth.accuracy)))
        interval = {"low": words.percent(worth.low), "high": words.percent(worth.high)}
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
