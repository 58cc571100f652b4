"""Runs that go on although something was not as before: other pictures, no checkpoint, pictures that were away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.dataset import DatasetError
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.events import Event
from resnet_desktop.core.run_pictures import PICTURES, stored_split
from resnet_desktop.core.run_store import Run, RunError, can_continue, stored_runs
from resnet_desktop.core.training import (
    EpochDone,
    Preset,
    RunDone,
    TrainingConfig,
    TrainingNote,
    TrainingProgress,
    TrainingRests,
)
from resnet_desktop.engine import missing
from resnet_desktop.engine.train import resume, train
from tests.engine.colours import config_of, make_colours
from tests.engine.in_process import train_in_process


@pytest.fixture
def colours(tmp_path: Path, built_in: ModelSpec) -> Path:
    return make_colours(tmp_path / "colours", size=(40, 50))


def stopped(folder: Path, monkeypatch: pytest.MonkeyPatch, preset: Preset, when: Callable[[Event], bool]) -> Run:
    """A run that somebody stopped at this event."""

    def stop(event: Event, token: CancelToken) -> None:
        if when(event):
            token.cancel()

    train_in_process(monkeypatch, stop)
    with pytest.raises(Cancelled):
        list(train(config_of(folder, preset=preset), CancelToken()))
    train_in_process(monkeypatch)
    (run,) = stored_runs()
    assert run.state == "stopped"
    return run


def stopped_after_an_epoch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return stopped(folder, monkeypatch, "full", lambda event: isinstance(event, EpochDone) and event.epoch == 1)


def done_of(events: list[Event]) -> RunDone:
    done = events[-1]
    assert isinstance(done, RunDone)
    return done


def test_pictures_that_were_added_meanwhile_are_for_new_runs(
    colours: Path, monkeypatch: pytest.MonkeyPatch, token: CancelToken
) -> None:
    run = stopped_after_an_epoch(colours, monkeypatch)
    split = stored_split(run.folder, colours)
    assert split is not None
    for number in range(5):  # other classes' colours, so that being judged on them would show
        shutil.copy(colours / "red" / f"{number}.png", colours / "blue" / f"new {number}.png")
    done = done_of(list(resume(run, token)))
    assert done.validation.count == len(split.validation) == 6
    assert done.validation.accuracy == 1.0


def test_pictures_that_were_removed_meanwhile_are_missed_and_counted(
    colours: Path, monkeypatch: pytest.MonkeyPatch, token: CancelToken
) -> None:
    run = stopped_after_an_epoch(colours, monkeypatch)
    split = stored_split(run.folder, colours)
    assert split is not None
    gone = split.train[0].path
    gone.unlink()
    events = list(resume(run, token))
    (note,) = (event for event in events if isinstance(event, TrainingNote))
    assert note.paths == (gone,)
    assert done_of(events).validation.count == 6


def test_without_a_list_of_its_pictures_a_run_goes_on_only_with_the_very_same_ones(
    colours: Path, monkeypatch: pytest.MonkeyPatch, token: CancelToken
) -> None:
    run = stopped_after_an_epoch(colours, monkeypatch)
    (run.folder / PICTURES).unlink()
    touched = colours / "red" / "3.png"
    kept = touched.read_bytes()
    shutil.copy(touched, colours / "red" / "new.png")
    with pytest.raises(RunError, match="Start a new run"):
        list(resume(run, token))
    (colours / "red" / "new.png").unlink()
    assert touched.read_bytes() == kept
    assert done_of(list(resume(run, token))).validation.count == 6


def test_a_dataset_of_identical_pictures_is_one_sentence_and_no_run(
    built_in: ModelSpec, tmp_path: Path, token: CancelToken
) -> None:
    source = make_colours(tmp_path / "source", count=1)
    for name in ("red", "blue"):
        (tmp_path / "same" / name).mkdir(parents=True)
        for number in range(3):
            shutil.copy(source / name / "0.png", tmp_path / "same" / name / f"{number}.png")
    for preset in ("quick", "tutorial"):
        with pytest.raises(DatasetError, match="identical"):
            list(train(config_of(tmp_path / "same", preset=preset), token))
    assert stored_runs() == ()


@pytest.mark.parametrize("preset", ["quick", "standard"])
def test_a_run_that_was_stopped_before_it_kept_anything_can_go_on(
    preset: Preset, colours: Path, monkeypatch: pytest.MonkeyPatch, token: CancelToken
) -> None:
    run = stopped(colours, monkeypatch, preset, lambda event: isinstance(event, TrainingProgress))
    assert not list(run.folder.glob("checkpoint-*.json"))
    assert can_continue(run)
    assert done_of(list(resume(run, token))).run == run.id


def test_quick_rests_until_its_pictures_are_back(
    colours: Path, monkeypatch: pytest.MonkeyPatch, token: CancelToken
) -> None:
    monkeypatch.setattr(missing, "WAIT_SECONDS", 0.01)
    away = colours.with_name("unplugged")
    rests: list[str] = []

    def unplug(event: Event, _token: CancelToken) -> None:
        if isinstance(event, TrainingProgress) and event.done == 0 and not rests:
            (colours / "red").rename(away)
        if isinstance(event, TrainingRests):
            rests.append(str(event.error))
            away.rename(colours / "red")

    train_in_process(monkeypatch, unplug)
    config: TrainingConfig = config_of(colours, preset="quick")
    done = done_of(list(train(config, token)))
    assert len(rests) == 1
    assert "bring the folder back" in rests[0]
    assert (done.validation.count, done.validation.accuracy) == (6, 1.0)
