"""Which pages of the guide were seen, and how far down: the way back and forward again."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Visit:
    """A page and how much of it was above what could be seen, from 0 to 1."""

    page: str
    place: float = 0.0


class Trail:
    """As in a browser: a new page after a step back takes the place of those that lay ahead."""

    def __init__(self) -> None:
        self._visits: list[Visit] = []
        self._at = -1

    @property
    def can_go_back(self) -> bool:
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        return self._at < len(self._visits) - 1

    def go(self, page: str) -> None:
        """To another page; the same one again is no step."""
        if self._at >= 0 and self._visits[self._at].page == page:
            return
        self._visits = [*self._visits[: self._at + 1], Visit(page)]
        self._at += 1

    def leave(self, place: float) -> None:
        """Remember how far down the page was read that is shown now."""
        if self._at >= 0:
            self._visits[self._at] = replace(self._visits[self._at], place=place)

    def back(self) -> Visit:
        """There has to be one."""
        return self._step(-1)

    def forward(self) -> Visit:
        """There has to be one."""
        return self._step(1)

    def _step(self, by: int) -> Visit:
        if not 0 <= self._at + by < len(self._visits):
            raise IndexError("nothing lies there")
        self._at += by
        return self._visits[self._at]
