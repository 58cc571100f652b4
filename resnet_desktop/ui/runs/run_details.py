"""One run in words: what came out, what it was asked for, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.ui import words
from resnet_desktop.ui.runs.run_list import RunEntry
from resnet_desktop.ui.runs.run_reader import StartFacts
from resnet_desktop.ui.runs.run_words import RunWords
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import ElidedLabel, leading, push_button, text_label


class RunDetails(QFrame):
    """Buttons only say what is wanted; the page does it."""

    go_on = Signal()
    result = Signal()
    open_folder = Signal()
    rename = Signal()
    delete = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._words = RunWords(self)
        self._title = text_label("", "title", wrap=True)
        self._value = text_label("", "large", wrap=True)
        self._worth = text_label("", "", wrap=True)
        self._ending = text_label("", "quiet", wrap=True)
        self._failure = text_label("", "bad", wrap=True)
        self._settings = QWidget()
        self._grid = QGridLayout(self._settings)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP // 2)
        self._grid.setColumnStretch(1, 1)
        self._shown_settings: tuple[tuple[str, str], ...] = ()
        self.continue_button = push_button(self.tr("Continue"), primary=True)
        self.result_button = push_button(self.tr("What it got wrong"), "picture")
        self.folder_button = push_button(self.tr("Open its folder"), "folder")
        self.rename_button = push_button(self.tr("Rename…"), "rename")
        self.delete_button = push_button(self.tr("Delete…"), "remove")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        for label in (self._title, self._value, self._worth, self._ending, self._failure):
            column.addWidget(label)
        column.addWidget(self.continue_button)
        column.addWidget(self.result_button)
        column.addSpacing(GAP)
        column.addWidget(text_label(self.tr("SETTINGS"), "section"))
        column.addWidget(self._settings)
        column.addStretch(1)
        for button, signal in self._wiring():
            button.clicked.connect(signal)
        for button in (self.folder_button, self.rename_button, self.delete_button):
            column.addWidget(button)

    def _wiring(self) -> tuple[tuple[QPushButton, SignalInstance], ...]:
        return (
            (self.continue_button, self.go_on),
            (self.result_button, self.result),
            (self.folder_button, self.open_folder),
            (self.rename_button, self.rename),
            (self.delete_button, self.delete),
        )

    def show_run(self, entry: RunEntry, facts: StartFacts | None, *, has_report: bool, busy: bool) -> None:
        """``busy``: some run is going on, so that no other can."""
        run, at_work = entry.run, entry.at_work
        self._set(self._title, one_line(run.label))
        self._set(self._value, self._words.right(run))
        self._set(self._worth, self._words.worth(run))
        ending = self._words.ending(run, at_work=at_work)
        failed = run.state == "failed" and not at_work
        self._set(self._failure, ending if failed else "")
        self._set(self._ending, "" if failed else ending)
        self._show_settings(self._words.settings(run, facts))
        self.continue_button.setVisible(entry.resumable and not at_work)
        self.continue_button.setEnabled(not busy)
        self.continue_button.setToolTip(words.tip(self.tr("Another run is going on.")) if busy else "")
        self.result_button.setVisible(has_report)
        for button in (self.rename_button, self.delete_button):
            button.setEnabled(not at_work)
            button.setToolTip(words.tip(self.tr("Stop the run first.")) if at_work else "")

    @staticmethod
    def _set(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _show_settings(self, settings: tuple[tuple[str, str], ...]) -> None:
        if settings == self._shown_settings:
            return
        self._shown_settings = settings
        while (old := self._grid.takeAt(0)) is not None:
            if widget := old.widget():
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(settings):
            label = text_label(name, "small")
            shown = ElidedLabel(value)
            shown.setAlignment(leading() | Qt.AlignmentFlag.AlignVCenter)
            shown.setToolTip(words.tip(value))
            shown.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label, 2 * row, 0)
            long = row == len(settings) - 1  # a folder needs all the room there is
            self._grid.addWidget(shown, 2 * row + int(long), 0 if long else 1, 1, 2 if long else 1)
