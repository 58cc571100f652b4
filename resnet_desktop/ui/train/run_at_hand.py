"""The run that the Train page is about: known before it has told anything, and for as long as its end is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.curve_data import CurveData, curves_of
from resnet_desktop.core.events import Event
from resnet_desktop.core.run_store import Run, journal_lines
from resnet_desktop.core.training import TrainingConfig
from resnet_desktop.engine.train import TrainingControl, resume


@dataclass
class RunAtHand:
    """Begun by the trainer, new or to go on."""

    config: TrainingConfig | None = None
    id: str = ""  # of a new run only from its first word on
    since: float = 0.0  # seconds since 1970; what is older is another run
    end: Literal["", "stopped", "failed"] = ""  # without a model
    settled: bool = True  # nothing has changed on the disk since the runs there were looked at

    def is_this(self, run: Run) -> bool:
        """Whether it is this one. A new run stands on the disk a moment before it says what it is called."""
        if self.id:
            return run.id == self.id
        return run.config == self.config and run.started >= self.since

    @property
    def is_deep(self) -> bool:
        """Whether it learns in epochs, so that it can rest and end early."""
        return self.config is not None and self.config.preset != "quick"


@dataclass(frozen=True)
class CurvesRead(Event):
    """What a run that goes on told before."""

    curves: CurveData


def go_on(run: Run, token: CancelToken, control: TrainingControl) -> Iterator[Event]:
    """The curves of before, then what happens from here."""
    yield CurvesRead(curves_of(journal_lines(run)))
    yield from resume(run, token, control)
