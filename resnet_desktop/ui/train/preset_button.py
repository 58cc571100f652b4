"""A preset as a card to choose: title, time, and a sentence. A radio button in all but its looks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QStyle

from resnet_desktop.ui.theme import CORNER, GAP, SMALL, colour
from resnet_desktop.ui.widgets.wrapped_text import draw_wrapped

PADDING, DOT = 10, 14
WIDTH = 200


class PresetButton(QRadioButton):
    """In a group, arrow keys move the choice, as they do for every radio button."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(title)
        self._sentence, self._time = sentence, ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._describe()

    @property
    def time(self) -> str:
        return self._time

    def set_time(self, text: str) -> None:
        if text != self._time:
            self._time = text
            self._describe()
            self.update()

    def _describe(self) -> None:
        """For a screen reader, which does not see what is painted."""
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(" ".join(filter(None, (self._sentence, self._time))))

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._title_height() + self._sentence_height(width) + 2 * PADDING + 2

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self.heightForWidth(max(WIDTH, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH, self.heightForWidth(WIDTH))

    def _fonts(self) -> tuple[QFont, QFont]:
        title, small = QFont(self.font()), QFont(self.font())
        title.setWeight(QFont.Weight.DemiBold)
        small.setPixelSize(SMALL)
        return title, small

    def _title_height(self) -> int:
        return max(DOT, QFontMetrics(self._fonts()[0]).height())

    def _sentence_height(self, width: int) -> int:
        room = QRect(0, 0, width - 2 * PADDING - DOT - GAP, 1000)
        return QFontMetrics(self._fonts()[1]).boundingRect(room, Qt.TextFlag.TextWordWrap, self._sentence).height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, strong = self.isChecked(), self.hasFocus()
        painter.setPen(QPen(colour("accent" if chosen or strong else "line"), 2 if strong else 1))
        hover = self.underMouse() and self.isEnabled()
        painter.setBrush(colour("accent_soft" if chosen else "hover" if hover else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), CORNER, CORNER)
        self._paint_dot(painter, chosen)
        self._paint_texts(painter)

    def _paint_dot(self, painter: QPainter, chosen: bool) -> None:
        top = PADDING + (self._title_height() - DOT) // 2 + 1
        place = QRectF(self._visual(QRect(PADDING, top, DOT, DOT))).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour("accent" if chosen else "quiet"), 4.5 if chosen else 1))
        painter.setBrush(colour("on_accent" if chosen else "card"))
        inset = 2.25 if chosen else 0
        painter.drawEllipse(place.adjusted(inset, inset, -inset, -inset))

    def _paint_texts(self, painter: QPainter) -> None:
        title, small = self._fonts()
        left, width = PADDING + DOT + GAP, self.width() - 2 * PADDING - DOT - GAP
        line = QRect(left, PADDING + 1, width, self._title_height())
        painter.setFont(title)
        painter.setPen(colour("text"))
        painter.drawText(self._visual(line), self._aligned(Qt.AlignmentFlag.AlignLeading), self.text())
        painter.setFont(small)
        painter.setPen(colour("quiet"))
        painter.drawText(self._visual(line), self._aligned(Qt.AlignmentFlag.AlignTrailing), self._time)
        below = QRect(left, line.bottom() + 1, width, self.height())
        side = self._side(Qt.AlignmentFlag.AlignLeading) | Qt.AlignmentFlag.AlignTop
        draw_wrapped(painter, QRectF(self._visual(below)), side, self._sentence)

    def _visual(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def _side(self, flag: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
        return QStyle.visualAlignment(self.layoutDirection(), flag) | Qt.AlignmentFlag.AlignAbsolute

    def _aligned(self, side: Qt.AlignmentFlag) -> int:
        return int(self._side(side) | Qt.AlignmentFlag.AlignVCenter)
