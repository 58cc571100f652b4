"""Widgets that stand in another way where the window is narrow, instead of over each other or outside of it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class _Reflowing(QWidget):
    """Gives its children their places itself: a layout of Qt's could not be asked what it would do at a width."""

    def __init__(self, spacing: int) -> None:
        super().__init__()
        self._spacing = spacing
        self._children: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Behind those that are there."""
        widget.setParent(self)
        widget.show()
        self._children.append(widget)
        self._again()

    @property
    def _shown(self) -> list[QWidget]:
        return [child for child in self._children if not child.isHidden()]

    def _places(self, width: int, height: int) -> Iterator[tuple[QWidget, QRect]]:
        """Where each stands, from the left; as high as it wants to be, whatever ``height`` there is, or higher."""
        raise NotImplementedError

    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for _child, place in self._places(width, 0)), default=0)

    def minimumSizeHint(self) -> QSize:
        width = max((_least(child) for child in self._shown), default=0)
        return QSize(width, 0)

    def sizeHint(self) -> QSize:
        widths = [_hint(child).width() for child in self._shown]
        width = sum(widths) + self._spacing * max(0, len(widths) - 1)
        return QSize(width, self.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stand()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a child has become larger, smaller, or is gone
            self._again()
        elif event.type() == QEvent.Type.LayoutDirectionChange:
            self._stand()
        return super().event(event)

    def _again(self) -> None:
        self.updateGeometry()
        self._stand()

    def _stand(self) -> None:
        for child, place in list(self._places(self.width(), self.height())):
            if self.isRightToLeft():
                place.moveRight(self.width() - 1 - place.left())
            child.setGeometry(place)


class Wrapping(_Reflowing):
    """Small things in a line, and in more lines where one is too short."""

    def __init__(self, spacing: int, line_spacing: int) -> None:
        super().__init__(spacing)
        self._line_spacing = line_spacing

    @property
    def count(self) -> int:
        return len(self._children)

    def clear(self) -> None:
        """Delete them."""
        for child in self._children:
            child.hide()
            child.deleteLater()
        self._children = []
        self._again()

    def _places(self, width: int, height: int) -> Iterator[tuple[QWidget, QRect]]:  # noqa: ARG002 - its lines are enough
        left = top = line = 0
        for child in self._shown:
            size = _hint(child)
            if left and left + size.width() > width:
                left, top, line = 0, top + line + self._line_spacing, 0
            # At most the whole line; what is in it has to cope.
            yield child, QRect(left, top, min(size.width(), width), size.height())
            left += size.width() + self._spacing
            line = max(line, size.height())


class SideBySide(_Reflowing):
    """Two widgets beside each other, as high as there is room, and one below the other where that is too narrow."""

    def __init__(self, first: QWidget, second: QWidget, shares: tuple[int, int], spacing: int) -> None:
        super().__init__(spacing)
        self._shares = shares
        self.add(first)
        self.add(second)

    def _places(self, width: int, height: int) -> Iterator[tuple[QWidget, QRect]]:
        shown = self._shown
        columns = self._columns(shown, width)
        left = top = 0
        for number, child in enumerate(shown):
            room = columns[number] if columns else width
            wanted = _height(child, room)
            fills = bool(columns) or child is shown[-1]
            yield child, QRect(left, top, room, max(wanted, height - top) if fills else wanted)
            if columns:
                left += room + self._spacing
            else:
                top += wanted + self._spacing

    def _columns(self, shown: list[QWidget], width: int) -> tuple[int, ...]:
        """The widths of both; none where they do not fit."""
        room = width - self._spacing
        least = [_least(child) for child in shown]
        if len(shown) < 2 or sum(least) > room:
            return ()
        first = room * self._shares[0] // sum(self._shares)
        first = min(max(first, least[0]), room - least[1])
        return first, room - first


def _hint(widget: QWidget) -> QSize:
    return widget.sizeHint().expandedTo(widget.minimumSizeHint()).expandedTo(widget.minimumSize())


def _least(widget: QWidget) -> int:
    return max(widget.minimumSizeHint().width(), widget.minimumWidth())


def _height(widget: QWidget, width: int) -> int:
    return widget.heightForWidth(width) if widget.hasHeightForWidth() else _hint(widget).height()
