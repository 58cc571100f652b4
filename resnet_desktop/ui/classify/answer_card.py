"""What the picture shows: the classes as bars, a doubt in plain words, or why there is no answer."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from resnet_desktop.core.answers import Answer, Prediction
from resnet_desktop.core.certainty import Doubt, doubt_of
from resnet_desktop.ui import words
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import BODY, GAP, SPACE, colour
from resnet_desktop.ui.widgets.basics import ElidedLabel, announce, text_label

BAR = 6
ROW_HEIGHT = 46


class ClassBar(QAbstractButton):
    """One class with its probability. Pressing it shows what in the picture speaks for this class."""

    def __init__(self) -> None:
        super().__init__()
        self.probability = 0.0
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_prediction(self, label: str, prediction: Prediction) -> None:
        self.probability = prediction.probability
        self.setText(words.capital(label))
        self.setAccessibleName(f"{self.text()}, {words.percent(prediction.probability)}")
        self.setToolTip(words.tip(self.tr("Show what speaks for “{label}”").format(label=label)))
        self.update()
        self.show()  # now, and not when the layout gets round to it

    def sizeHint(self) -> QSize:
        return QSize(220, ROW_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        area = self.rect().adjusted(GAP, 6, -GAP, -8)
        self._paint_text(painter, area.adjusted(0, 0, 0, -BAR - 4))
        self._paint_bar(painter, QRectF(area.left(), area.bottom() - BAR + 1, area.width(), BAR))

    def _paint_text(self, painter: QPainter, area: QRect) -> None:
        number = words.percent(self.probability)
        font = QFont(self.font())
        font.setPixelSize(BODY)
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        painter.setPen(colour("text"))
        style, direction = self.style(), self.layoutDirection()
        middle = Qt.AlignmentFlag.AlignVCenter
        end = style.visualAlignment(direction, Qt.AlignmentFlag.AlignTrailing | middle)
        painter.drawText(area, end, number)
        start = style.visualAlignment(direction, Qt.AlignmentFlag.AlignLeading | middle)
        room = area.width() - metrics.horizontalAdvance(number) - SPACE
        painter.drawText(area, start, metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room))

    def _paint_bar(self, painter: QPainter, track: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("track"))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        filled = QRectF(track)
        filled.setWidth(max(BAR, track.width() * self.probability))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            filled.moveRight(track.right())
        painter.setBrush(colour("accent" if self.isChecked() else "quiet"))
        painter.drawRoundedRect(filled, BAR / 2, BAR / 2)


class AnswerCard(QFrame):
    """Follows the picture on the table."""

    class_chosen = Signal(int)  # rank of the class whose heat map to show

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "card")
        self._shown: Answer | None = None
        self._name = ElidedLabel(role="small")
        self._best = text_label("", "large", wrap=True)
        self._doubt = text_label("", "careful", wrap=True)
        self._error = text_label("", "bad", wrap=True)
        self._note = text_label("", "small", wrap=True)
        self._waiting = text_label("", "quiet", wrap=True)
        self._bars = QVBoxLayout()
        self._bars.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.class_chosen)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        top = QHBoxLayout()
        top.addWidget(self._name, 1)
        column.addLayout(top)
        for widget in (self._best, self._error, self._waiting, self._doubt):
            column.addWidget(widget)
        column.addLayout(self._bars)
        column.addWidget(self._note)
        column.addStretch(1)
        session.table_changed.connect(self.refresh)
        session.model_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what the session knows of the picture on the table."""
        session = self._session
        row = session.pictures.row_of(session.current) if session.current else None
        answer, error = session.answer, session.error
        self._set(self._name, words.left_to_right(session.pictures.entry(row).title) if row is not None else "")
        self._set(self._error, words.sentence_of(error) if error else "")
        labels = session.labels
        self._set(self._best, words.capital(labels[answer.best.index]) if answer else "")
        self._set(self._doubt, self._doubt_sentence(answer) if answer else "")
        self._set(self._waiting, "" if answer or error else self._waiting_text(picture=row is not None))
        self._set(self._note, self._note_text() if session.look else "")
        if answer != self._shown:
            self._fill(answer)
            if answer is not None:
                self._paint_now()
            self._announce(answer)

    def _paint_now(self) -> None:
        """The answer is what the person waits for: it is on the screen before the picture is scaled and painted."""
        if self.isVisible():
            self._column.activate()
            self.repaint()

    def _announce(self, answer: Answer | None) -> None:
        """For screen readers: the answer is news, wherever the focus is."""
        error = self._session.error
        if answer is not None:
            best = self._session.labels[answer.best.index]
            announce(self, f"{best}, {words.percent(answer.best.probability)}")
        elif error is not None:
            announce(self, words.sentence_of(error))

    def choose(self, rank: int) -> None:
        """Mark the class whose heat map is shown."""
        button = self._group.button(rank)
        if button is not None:
            button.setChecked(True)

    def _waiting_text(self, *, picture: bool) -> str:
        if not picture:
            return self.tr("The answer appears here: what the picture shows, and how sure the model is.")
        if self._session.models.phase is Phase.READY:
            return self.tr("Looking…")
        if self._session.models.phase is Phase.PREPARING:
            return self.tr("The answer comes when the model is ready.")
        return self.tr("Choose a model that is on this computer.")

    def _set(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _fill(self, answer: Answer | None) -> None:
        """Bars are kept for the next answer: making five anew takes longer than painting the whole card."""
        self._shown = answer
        predictions = answer.predictions if answer else ()
        for rank, prediction in enumerate(predictions):
            self._bar(rank).show_prediction(self._session.labels[prediction.index], prediction)
        for rank in range(len(predictions), len(self._group.buttons())):
            self._group.button(rank).hide()
        self.choose(0)

    def _bar(self, rank: int) -> ClassBar:
        bar = self._group.button(rank)
        if not isinstance(bar, ClassBar):
            bar = ClassBar()
            self._group.addButton(bar, rank)
            self._bars.addWidget(bar)
        return bar

    def _doubt_sentence(self, answer: Answer) -> str:
        labels = self._session.labels
        doubt = doubt_of(answer)
        if doubt is Doubt.BETWEEN:
            first, second = (labels[item.index] for item in answer.predictions[:2])
            return self.tr("Not sure: it could be “{first}” or “{second}”.").format(first=first, second=second)
        if doubt is Doubt.UNFAMILIAR:
            return self.tr("Not sure: nothing this model knows stands out in the picture.")
        return ""

    def _note_text(self) -> str:
        look = self._session.look
        if look is None:
            return ""
        size = self.tr("{width} × {height} pixels").format(width=look.width, height=look.height)
        return " · ".join(part for part in (size, words.note_of(look.note)) if part)
