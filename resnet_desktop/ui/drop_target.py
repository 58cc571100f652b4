"""A page that takes drops."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from resnet_desktop.ui.classify.drop import Dropped, acceptable, meaning_of
from resnet_desktop.ui.classify.drop_hint import DropHint


class DropTarget(QWidget):
    """Shows a frame while something is dragged over it, and says what was dropped."""

    dropped = Signal(object)  # Dropped

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._hint = DropHint(self, self.drop_sentence())

    def drop_sentence(self) -> str:
        """What the frame says."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if acceptable(event.mimeData()):
            # Never a move, whatever is proposed: the other program would take its original away.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._hint.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hint.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hint.hide()
        dropped: Dropped = meaning_of(event.mimeData())
        # A source that only knows how to move is told that nothing was done, and so keeps its original.
        copies = bool(event.possibleActions() & Qt.DropAction.CopyAction)
        event.setDropAction(Qt.DropAction.CopyAction if copies else Qt.DropAction.IgnoreAction)
        event.accept()
        self.dropped.emit(dropped)
