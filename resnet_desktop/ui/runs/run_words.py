"""What is said of a run: its state, its result, what it was asked for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.devices import TITLES
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.run_store import Run
from resnet_desktop.ui import words
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.runs.run_reader import StartFacts
from resnet_desktop.ui.train.preset_words import PresetWords


class RunWords(QObject):
    """A QObject for its tr(), which knows plurals."""

    def state(self, run: Run, *, at_work: bool) -> tuple[str, str]:
        """A word and the colour of it."""
        if at_work:
            return self.tr("learning"), "accent"
        if run.state == "done":
            return (words.percent(run.validation["accuracy"]), "text") if run.validation else (self.tr("done"), "text")
        if run.state == "failed":
            return self.tr("failed"), "bad"
        return (self.tr("stopped"), "quiet") if run.state == "stopped" else (self.tr("interrupted"), "careful")

    def facts(self, run: Run) -> str:
        return f"{PresetWords().title(run.config.preset)} · {self.when(run)}"

    def when(self, run: Run) -> str:
        return words.moment(run.started)

    def right(self, run: Run) -> str:
        accuracy = run.validation.get("accuracy")
        return self.tr("{percent} right").format(percent=words.percent(accuracy)) if accuracy is not None else ""

    def worth(self, run: Run) -> str:
        """The interval, and the count behind it."""
        if not {"low", "high", "count"} <= run.validation.keys():
            return ""
        sentence = self.tr(
            "of %Ln pictures that it had not seen; most likely between {low} and {high}.",
            "",
            round(run.validation["count"]),
        )
        low, high = words.percents(run.validation["low"], run.validation["high"])
        return sentence.format(low=low, high=high)

    def ending(self, run: Run, *, at_work: bool) -> str:
        """Why there is no result."""
        if at_work:
            return self.tr("It is learning now.")
        if run.state == "failed":
            return self._why(run) or self.tr("It failed.")
        if run.state == "stopped":
            return self.tr("It was stopped before its end.")
        return self.tr("It was interrupted: the program or the computer stopped.") if run.state == "running" else ""

    @staticmethod
    def _why(run: Run) -> str:
        if run.failure is not None:
            return words.sentence_of(run.failure.error)
        # Of a version that kept the English sentence only: one that nothing fills can be translated all the same.
        return words.note_of(one_line(run.sentence))

    def settings(self, run: Run, facts: StartFacts | None) -> tuple[tuple[str, str], ...]:
        """Names and values; what a person left open is what the run made of it, where that is known."""
        config = run.config
        epochs = config.epochs or (facts.epochs if facts else None)
        device = facts.device if facts else config.device
        counted = QLocale().toString(facts.train_count + facts.validation_count) if facts else ""
        rows = (
            (self.tr("Name of the model"), one_line(config.name)),
            (self.tr("Starts from"), one_line(_title(config.model))),
            (self.tr("Preset"), PresetWords().title(config.preset)),
            (self.tr("Classes"), QLocale().toString(len(run.classes))),
            (self.tr("Pictures"), counted),
            (self.tr("Epochs"), self._number(epochs) if config.preset != "quick" else ""),
            (self.tr("Batch"), self._number(config.batch_size) if config.preset != "quick" else ""),
            (self.tr("Learning rate"), self._number(config.learning_rate) if config.preset != "quick" else ""),
            (self.tr("Seed"), str(config.seed)),
            (self.tr("Device"), QCoreApplication.translate("Devices", TITLES.get(device, one_line(device)))),
            (self.tr("Started"), self.when(run)),
            (self.tr("Folder"), words.left_to_right(config.dataset)),
        )
        return tuple((name, value) for name, value in rows if value)

    def _number(self, value: float | None) -> str:
        return self.tr("automatic") if value is None else QLocale().toString(float(value), "g", 6)


def _title(key: str) -> str:
    """Of the model that a run began from; it may be gone."""
    try:
        return ModelWords().title(find_model(key))
    except ModelError:
        return key
