"""The engine is killed in the middle of an epoch: it is said, and the run goes on from its checkpoint."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import EngineDied, Event
from resnet_desktop.core.run_failure import Failure
from resnet_desktop.core.run_store import stored_runs
from resnet_desktop.core.training import EpochDone, RunDone, RunStarted, StepDone, TrainingNote
from resnet_desktop.engine import train as module
from resnet_desktop.engine.process import EngineLostError
from resnet_desktop.engine.train import TrainingControl, train
from tests.engine.test_training import colours, config_of

__all__ = ["colours"]
# The others take as long and prove the same; all three were run by hand.
SIGNALS = ("SIGSEGV", "SIGKILL", "SIGABRT") if os.environ.get("RESNET_DESKTOP_ALL_SIGNALS") else ("SIGSEGV",)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signals")
@pytest.mark.parametrize("name", SIGNALS)
def test_a_run_survives_its_engine(name: str, built_in: ModelSpec, colours: Path, token: CancelToken) -> None:
    control = TrainingControl()
    events: list[Event] = []
    for event in train(config_of(colours, "standard", epochs=3), token, control):
        events.append(event)
        if isinstance(event, StepDone) and event.epoch == 2 and not any(isinstance(e, EngineDied) for e in events):
            engine = control._engine  # the one that works now
            assert engine is not None
            assert engine.pid is not None
            os.kill(engine.pid, getattr(signal, name))
    starts = [event for event in events if isinstance(event, RunStarted)]
    assert [start.first_epoch for start in starts] == [1, 2]
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [0, 1, 2, 3]
    assert any(isinstance(event, TrainingNote) and "goes on" in str(event.error) for event in events)
    assert isinstance(events[-1], RunDone)
    assert stored_runs()[0].state == "done"


def test_an_engine_that_dies_again_and_again_is_a_failure(
    built_in: ModelSpec, colours: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead:
        """Its process is gone at once."""

        started = 0

        def __init__(self, _job: object, _arguments: object) -> None:
            Dead.started += 1

        def events(self, _token: CancelToken, _grace: float) -> object:
            yield EngineDied(-6)
            raise EngineLostError("gone")

        def wish(self, _wish: str) -> None:
            pass

        def close(self) -> None:
            pass

    monkeypatch.setattr(module, "Engine", Dead)
    with pytest.raises(EngineError, match="gone"):
        list(train(config_of(colours, "standard"), token))
    assert Dead.started == module.MOST_DEATHS + 1
    (run,) = stored_runs()
    assert (run.state, run.sentence) == ("failed", "gone")
    assert run.failure == Failure("gone", {})


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signals")
def test_nothing_is_left_of_a_training_whose_program_is_killed(built_in: ModelSpec, colours: Path) -> None:
    """Not even in the middle of a step."""
    arguments = ["train", str(colours), "--name", "Colours", "--preset", "full", "--epochs", "500", "--json"]
    command = [sys.executable, "-m", "resnet_desktop", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert any(json.loads(line)["event"] == "step" for line in program.stdout)
        family = psutil.Process(program.pid).children(recursive=True)
        assert family
        program.kill()
        _gone, left = psutil.wait_procs(family, timeout=5)
    assert left == []
