"""The mistakes made most often, as buttons: with 200 classes nobody finds them in a matrix."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from resnet_desktop.core.report import Report
from resnet_desktop.ui import words
from resnet_desktop.ui.theme import GAP
from resnet_desktop.ui.train.result.matrix_painter import name_font
from resnet_desktop.ui.train.result.pair import ALL, Pair, commonest_pairs, count_in
from resnet_desktop.ui.train.result.result_words import ResultWords, named
from resnet_desktop.ui.widgets.basics import text_label

MOST = 3
NAMES, ROOM = (160, 130, 100, 80, 60), 400  # pixels that a name may have, and all texts together


class MixUps(QWidget):
    """A row of at most three; a second press lets go."""

    chosen = Signal(object)  # Pair

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._pair = ALL
        self._metrics = QFontMetrics(name_font(self.font(), marked=False))
        self._buttons: dict[Pair, QPushButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._label = text_label(self.tr("Most often:"), "small")
        self._row.addWidget(self._label)
        self._row.addStretch(1)

    def show_report(self, report: Report) -> None:
        for button in self._buttons.values():
            button.hide()
            button.deleteLater()
        pairs = commonest_pairs(report, MOST)
        width = self._name_width(report, pairs)
        self._buttons = {pair: self._button(report, pair, width) for pair in pairs}
        for place, button in enumerate(self._buttons.values()):
            self._row.insertWidget(1 + place, button)
        self._fit()
        self.setVisible(bool(pairs))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many as there is room for, the commonest first."""
        room = self.width() - self._label.sizeHint().width()
        for button in self._buttons.values():
            room -= button.sizeHint().width() + GAP
            button.setVisible(room >= 0)

    def mark(self, pair: Pair) -> None:
        self._pair = pair
        for each, button in self._buttons.items():
            button.setChecked(each == pair)

    def _button(self, report: Report, pair: Pair, name_width: int) -> QPushButton:
        button = QPushButton(self._text(report, pair, name_width))
        button.setProperty("role", "chip")
        button.setCheckable(True)
        sentence = ResultWords().pair(report, pair)
        button.setAccessibleName(sentence)
        button.setToolTip(words.tip(sentence))
        button.clicked.connect(partial(self._on_clicked, pair))
        return button

    def _text(self, report: Report, pair: Pair, name_width: int) -> str:
        truth, said = (
            self._metrics.elidedText(named(report.classes[index or 0]), Qt.TextElideMode.ElideRight, name_width)
            for index in (pair.truth, pair.prediction)
        )
        arrow = "←" if self.isRightToLeft() else "→"
        return f"{truth} {arrow} {said}  {QLocale().toString(count_in(report, pair))}"

    def _name_width(self, report: Report, pairs: list[Pair]) -> int:
        """As much of the names as there is room for."""
        for width in NAMES:
            texts = (self._text(report, pair, width) for pair in pairs)
            if sum(self._metrics.horizontalAdvance(text) for text in texts) <= ROOM:
                return width
        return NAMES[-1]

    @Slot()
    def _on_clicked(self, pair: Pair, *_checked: bool) -> None:
        self.chosen.emit(ALL if pair == self._pair else pair)
