"""The head of a result: which run it is, how good its model is, and how well that is known."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.report import Report
from resnet_desktop.core.run_store import Run
from resnet_desktop.ui import icons, words
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.train.preset_words import PresetWords
from resnet_desktop.ui.train.result.interval_bar import IntervalBar
from resnet_desktop.ui.widgets.basics import ElidedLabel, leading, push_button, text_label

NARROW, WIDE_ENOUGH, NAME, HEIGHT = 320, 420, 160, 68


class ResultHeader(QFrame):
    """Name and facts at one side, the figure in the middle, what can be done at the other."""

    back = Signal()
    save = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "card")
        self.setMinimumHeight(HEIGHT)
        self._name = ElidedLabel(role="title")
        self._facts = ElidedLabel(role="small")
        for label in (self._name, self._facts):
            label.setAlignment(leading())
            label.setMinimumWidth(NAME)
        self._value = text_label("", "large")
        self._text = text_label("", "small", wrap=True)
        self._bar = IntervalBar()
        self._back = push_button(self.tr("Back"), "back")
        self._back.setIcon(icons.icon("back", mirrored=True))
        self._back.clicked.connect(self.back)
        self._save = push_button(self.tr("Save as web page…"), "download")
        self._save.clicked.connect(self.save)
        self._note = text_label("", "small")
        self._lay_out()

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(GAP // 2)
        names.addStretch(1)
        names.addWidget(self._name)
        names.addWidget(self._facts)
        names.addStretch(1)
        figure = QHBoxLayout()
        figure.setSpacing(GAP + GAP // 2)
        figure.addWidget(self._value)
        figure.addWidget(self._text, 1)
        box = QWidget()
        box.setMinimumWidth(NARROW)
        box.setMaximumWidth(WIDE_ENOUGH)
        worth = QVBoxLayout(box)
        worth.setContentsMargins(0, 0, 0, 0)
        worth.setSpacing(0)
        worth.addStretch(1)
        worth.addLayout(figure)
        worth.addWidget(self._bar)
        worth.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, SPACE, GAP)
        row.setSpacing(WIDE)
        row.addWidget(self._back)
        row.addLayout(names, 1)
        row.addWidget(box, 1)
        row.addWidget(self._note)
        row.addWidget(self._save)

    def show_run(self, run: Run) -> None:
        """Before its report has been read."""
        self._name.setText(one_line(run.config.name))
        self._name.setToolTip(words.tip(run.config.name))
        start = self.tr("from {model}").format(model=self._start(run.config.model))
        self._facts.setText(" · ".join((PresetWords().title(run.config.preset), start, words.moment(run.started))))
        self._facts.setToolTip(words.tip(self._facts.text()))
        self.show_report(None)

    def show_report(self, report: Report | None) -> None:
        for widget in (self._value, self._text, self._bar):
            widget.setVisible(report is not None)
        self._save.setEnabled(report is not None)
        self.say("")
        if report is None:
            return
        self._value.setText(self.tr("{percent} right").format(percent=words.percent(report.accuracy)))
        sentence = self.tr(
            "of %Ln pictures that it had not seen; most likely between {low} and {high}", "", report.count
        )
        low, high = words.percents(report.low, report.high)
        self._text.setText(sentence.format(low=low, high=high))
        self._bar.show_report(report)
        self._bar.setAccessibleName(f"{self._value.text()} {self._text.text()}")

    def say(self, sentence: str, role: str = "small") -> None:
        """What became of the page that was saved."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))
        self._note.setProperty("role", role)
        self._note.style().polish(self._note)

    def _start(self, key: str) -> str:
        """What the start model is called, also where it is no longer here."""
        titles = (ModelWords().title(spec) for spec in self._session.models.models if spec.key == key)
        return next(titles, one_line(key))
