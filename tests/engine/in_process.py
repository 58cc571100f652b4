"""The engine without its child: the same job in this process, where torch is loaded already."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.events import Event
from resnet_desktop.engine import fine_tune, train
from resnet_desktop.engine.process import Inbox, Job, Wish


class EngineInProcess:
    """Stands for engine.process.Engine."""

    heard: Callable[[Event, CancelToken], None] | None = None  # told of every event before anybody else is

    def __init__(self, job: Job, *arguments: object) -> None:
        self._job, self._arguments, self._inbox = job, arguments, Inbox()

    def wish(self, wish: Wish) -> None:
        self._inbox.hear(wish)

    def events(self, token: CancelToken, _grace: float | None = None) -> Iterator[Event]:
        self._inbox.cancel = token
        for event in self._job(*self._arguments, self._inbox):
            if self.heard is not None:
                type(self).heard(event, token)  # type: ignore[misc]
            yield event

    def close(self) -> None:
        """There is nothing to end."""


def train_in_process(
    monkeypatch: pytest.MonkeyPatch, heard: Callable[[Event, CancelToken], None] | None = None
) -> None:
    """Trainings from now on; every step of them is told."""
    kind = type("Engine", (EngineInProcess,), {"heard": None if heard is None else staticmethod(heard)})
    monkeypatch.setattr(train, "Engine", kind)
    monkeypatch.setattr(fine_tune, "REPORTS_A_SECOND", 1e9)
