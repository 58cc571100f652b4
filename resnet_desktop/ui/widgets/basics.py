"""Small pieces that every page uses."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from resnet_desktop.ui import icons
from resnet_desktop.ui.widgets.wrapped_text import WrappedLabel

Index = QModelIndex | QPersistentModelIndex  # either may be given to a model


def text_label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label that takes its text as it is: names of files and classes are never markup."""
    label = WrappedLabel(text) if wrap else QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    # QLabel aligns by the script of its text; numbers and English names must stay on the window's own side.
    label.setAlignment(leading() | Qt.AlignmentFlag.AlignVCenter)
    if wrap:
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def leading() -> Qt.AlignmentFlag:
    """The side on which lines begin in the language of the window, whatever script a text is in."""
    right = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return _side(right=right)


def trailing() -> Qt.AlignmentFlag:
    """The other side, where numbers stand."""
    right = QGuiApplication.layoutDirection() != Qt.LayoutDirection.RightToLeft
    return _side(right=right)


def direction_mark() -> str:
    """What a text begins with to read in the direction of the window, though a number or a name comes first."""
    return "\u200f" if QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft else "\u200e"


def _side(*, right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute


def resize_within_screen(window: QWidget, width: int, height: int) -> None:
    """This size, or what a small screen has."""
    window.resize(QSize(width, height).boundedTo(window.screen().availableSize()))


def beside_icon(text: str) -> str:
    """A button's text with the room to its icon that the style forgets."""
    return f"\u2002{text}"


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say this."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def flat_button(icon: str, name: str, *, mirrored: bool = False) -> QToolButton:
    """An icon-only button, named for screen readers and by its tip."""
    button = QToolButton()
    button.setProperty("role", "flat")
    button.setIcon(icons.icon(icon, mirrored=mirrored))
    button.setIconSize(QSize(18, 18))
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


def push_button(text: str, icon: str = "", *, primary: bool = False) -> QPushButton:
    button = QPushButton(beside_icon(text) if icon else text)
    button.setAccessibleName(text)
    if icon:
        button.setIcon(icons.icon(icon, colour="on_accent" if primary else "text"))
    if primary:
        button.setProperty("role", "primary")
    return button


class ElidedLabel(QLabel):
    """One line that ends in … where there is no room; the whole text stands in the tip."""

    def __init__(self, text: str = "", role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__(text)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(
            self.contentsRect(), self.alignment(), metrics.elidedText(self.text(), self._mode, self.width())
        )


class ElidedButton(QToolButton):
    """An icon and a text that ends in … where there is no room; the whole text stands in the tip."""

    def __init__(self, icon: str, text: str, explanation: str) -> None:
        super().__init__()
        self._whole = text
        self.setProperty("role", "flat")
        self.setText(beside_icon(text))
        self.setAccessibleName(text)
        self.setIcon(icons.icon(icon))
        self.setIconSize(QSize(18, 18))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip(f"{text}\n{explanation}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def shown_text(self) -> str:
        """As much of it as there is room for."""
        metrics = QFontMetrics(self.font())
        room = self.width() - self.minimumSizeHint().width()
        room += metrics.horizontalAdvance("  ")  # which Qt leaves free
        text = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        return beside_icon(text) if text not in {"", "…"} else ""

    def minimumSizeHint(self) -> QSize:
        text = QFontMetrics(self.font()).horizontalAdvance(self._whole)
        return self.sizeHint() - QSize(text, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt would elide it in its middle."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = self.shown_text
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)


def scrolling(widget: QWidget) -> QScrollArea:
    """``widget`` as wide as there is room, scrolled up and down; the focus goes to what is in it."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(widget)
    return scroll
