"""The list of models: what each is good for, how large it is, whether it is here."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui import words
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import BODY, CORNER, GAP, SMALL, SPACE, colour
from resnet_desktop.ui.widgets.basics import scrolling, text_label

ROW_HEIGHT = 56


class ModelRow(QAbstractButton):
    """One model, chosen by click or by arrow keys."""

    def __init__(self, spec: ModelSpec, state: ModelState | None) -> None:
        super().__init__()
        self.spec = spec
        self._preparing = False
        self._state_text, self._state_colour = self._describe(state)
        self._facts = self._describe_facts()
        self.setCheckable(True)
        self.setText(spec.title if spec.kind != "built-in" else self.tr("Built-in model"))
        facts = self._facts if spec.kind != "yours" else ModelWords().facts(spec, None)
        self.setAccessibleName(f"{self.text()}, {self._state_text}, {facts}")
        self.setToolTip(words.tip(self._describe_at_length()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def _move_focus(self, by: int) -> None:
        rows = sorted((row for row in self.window().findChildren(ModelRow)), key=ModelRow.y)
        place = rows.index(self) + by
        if 0 <= place < len(rows):
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)

    def set_preparing(self, preparing: bool) -> None:
        """While the chosen model is being prepared it is not ready, though its weights are here."""
        self._preparing = preparing
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down only move along the list: choosing changes every answer, so that takes Space or Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move_focus(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        frame = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        if self.isChecked() or self.underMouse():
            painter.setBrush(colour("accent_soft" if self.isChecked() else "hover"))
            painter.drawRoundedRect(frame, CORNER, CORNER)
        if self.hasFocus():
            painter.setPen(colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, CORNER, CORNER)
        self._paint_lines(painter)

    def _paint_lines(self, painter: QPainter) -> None:
        area = self.rect().adjusted(GAP + 4, 9, -GAP - 4, -9)
        start = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
        painter.setFont(self._sized(BODY, bold=self.isChecked()))
        painter.setPen(colour("accent" if self.isChecked() else "text"))
        flags = self.style().visualAlignment(self.layoutDirection(), start)
        painter.drawText(area, flags, self.text())
        painter.setFont(self._sized(SMALL))
        painter.setPen(colour("quiet"))
        below = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignBottom
        painter.drawText(area, self.style().visualAlignment(self.layoutDirection(), below), self._facts)
        painter.setPen(colour("quiet" if self._preparing else self._state_colour))
        state = self.tr("preparing") if self._preparing else self._state_text
        end = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop
        painter.drawText(area, self.style().visualAlignment(self.layoutDirection(), end), state)

    def _sized(self, pixels: int, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def _describe(self, state: ModelState | None) -> tuple[str, str]:
        """A word and a colour; never the colour alone."""
        if state is ModelState.READY:
            return self.tr("ready"), "good"
        if state is ModelState.DAMAGED:
            return self.tr("damaged"), "bad"
        if state is ModelState.NOT_DOWNLOADED:
            return self.tr("not downloaded"), "quiet"
        return "", "quiet"

    def _describe_at_length(self) -> str:
        if not self.spec.acc1:
            return self.accessibleName()
        return self.tr("{name}: right for {accuracy} of the pictures of a test with 1,000 classes").format(
            name=self.text(), accuracy=words.percent(self.spec.acc1 / 100)
        )

    def _describe_facts(self) -> str:
        size = words.megabytes(self.spec.size)
        if self.spec.kind == "yours":  # two of the same name are told apart by how good they are and since when
            known = self.spec.accuracy
            right = self.tr("{accuracy} right").format(accuracy=words.percent(known)) if known else ""
            first = right or self.tr("%n classes", "", len(self.spec.classes))
            return f"{first} · {words.moment(self.spec.stored)}"
        return self.tr("{accuracy} right · {size}").format(accuracy=words.percent(self.spec.acc1 / 100), size=size)


class ModelSelector(QFrame):
    """Built-in and official models, then yours."""

    chosen = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Models"))
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_clicked)
        self._rows: list[ModelRow] = []
        self._awaited = ""  # key of a row to have the focus as soon as there is one
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._column.setContentsMargins(GAP, GAP, GAP, GAP)
        inner = QWidget()
        inner.setLayout(self._column)
        self._scroll = scrolling(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(self._scroll)
        session.models_changed.connect(self._fill)
        session.model_changed.connect(self._check)
        self._fill()

    def focus_on(self, key: str) -> None:
        """The keyboard goes on from this model."""
        row = next((row for row in self._rows if row.spec.key == key), None)
        self._awaited = key if row is None else ""
        if row is not None:
            row.setFocus()
            self._scroll.ensureWidgetVisible(row)

    @Slot()
    def _fill(self) -> None:
        focused = next((row.spec.key for row in self._rows if row is self.window().focusWidget()), "")
        for row in self._rows:
            self._group.removeButton(row)
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        models = self._session.models
        # The older weights of an architecture are offered only to those who have them.
        shown = [spec for spec in models.models if spec.recommended or models.states.get(spec.key) is ModelState.READY]
        self._rows = [ModelRow(spec, models.states.get(spec.key)) for spec in shown]
        self._add_section(self.tr("MODEL"), [row for row in self._rows if row.spec.kind != "yours"])
        self._add_section(self.tr("YOUR MODELS"), [row for row in self._rows if row.spec.kind == "yours"])
        self._column.addStretch(1)
        self._check()
        if focused:  # else it would go on to whatever comes behind the list
            for key in (focused, self._awaited or focused):
                self.focus_on(key)
        else:
            self._awaited = ""  # the person has gone elsewhere

    def _add_section(self, title: str, rows: list[ModelRow]) -> None:
        if not rows:
            return
        heading = text_label(title, "section")
        heading.setContentsMargins(GAP + 4, GAP, GAP, 4)
        self._column.addWidget(heading)
        for row in rows:
            self._group.addButton(row, self._rows.index(row))
            self._column.addWidget(row)
            row.show()  # now, and not when the layout gets round to it: what is hidden takes no focus
        self._column.addSpacing(SPACE)

    @Slot()
    def _check(self) -> None:
        for row in self._rows:
            chosen = row.spec.key == self._session.models.spec.key
            row.setChecked(chosen)
            row.set_preparing(chosen and self._session.models.phase is Phase.PREPARING)

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        key = self._rows[number].spec.key
        if key != self._session.models.spec.key:
            self.chosen.emit(key)
