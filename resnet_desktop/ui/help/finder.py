"""Where a text stands on the page of the guide that is shown."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit

from resnet_desktop.ui.help.guide_view import GuideView
from resnet_desktop.ui.theme import colour


class Finder:
    """All places are marked; one of them is chosen and in view once ``step`` or ``look`` has come to it."""

    def __init__(self, view: GuideView) -> None:
        self._view = view
        self._text = ""
        self._places: list[QTextCursor] = []
        self.at = -1  # index of the chosen place; none is before the first step on a page

    @property
    def count(self) -> int:
        return len(self._places)

    def look(self, text: str) -> None:
        """Find this, whatever its capitals; the first place from what is chosen now on becomes the chosen one."""
        begin = self._view.textCursor().selectionStart()
        self._find(text)
        if self._places:
            after = (index for index, place in enumerate(self._places) if place.selectionStart() >= begin)
            self._choose(next(after, 0))
        else:
            self._clear_choice()

    def look_again(self, *, same_page: bool) -> None:
        """After the view has drawn anew: on the same page the chosen place stays, on another one there is none yet."""
        chosen = self.at if same_page else -1
        self._find(self._text)
        if 0 <= chosen < self.count:
            self.at = chosen

    def step(self, by: int) -> None:
        """To the next place or the one before; behind the last one comes the first."""
        if self._places:
            start = self.at if self.at >= 0 or by > 0 else 0
            self._choose((start + by) % self.count)

    def stop(self) -> None:
        """Marks go; what was chosen stays selected, so that it can be copied."""
        self._find("")

    def _find(self, text: str) -> None:
        self._text, self._places, self.at = text, [], -1
        document = self._view.document()
        place = document.find(text) if text else QTextCursor()
        while not place.isNull():
            self._places.append(place)
            place = document.find(text, place)
        self._mark()

    def _mark(self) -> None:
        marks = []
        for place in self._places:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = place
            mark.format.setBackground(colour("accent_soft"))
            mark.format.setFontUnderline(True)
            mark.format.setUnderlineColor(colour("accent"))
            marks.append(mark)
        self._view.setExtraSelections(marks)

    def _choose(self, index: int) -> None:
        self.at = index
        self._view.setTextCursor(self._places[index])
        self._view.ensureCursorVisible()

    def _clear_choice(self) -> None:
        cursor = self._view.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._view.setTextCursor(cursor)
