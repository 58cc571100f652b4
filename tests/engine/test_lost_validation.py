"""Validation pictures that vanish: nothing is judged by what is left of them, and nothing is taken for a divergence."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import EpochDone, RunDone, StepDone, TrainingJob, TrainingNote, TrainingRests
from resnet_desktop.engine import fine_tune as fine_tune_module
from resnet_desktop.engine import missing
from resnet_desktop.engine.checkpoint import load_checkpoint
from resnet_desktop.engine.fine_tune import fine_tune
from resnet_desktop.engine.fitted_head import TOO_MANY_LOST
from resnet_desktop.engine.loader import Room
from resnet_desktop.engine.process import Inbox
from tests.engine.colours import finish_without_storing, finished, job_of, make_colours
from tests.engine.tiny_network import use_tiny_networks

EDGE = 64
STEPS = 3  # an epoch
CHECKED = 6  # of thirty pictures


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny network; every step is told; nothing is stored in the end; no picture is kept in memory."""
    use_tiny_networks(monkeypatch)
    monkeypatch.setattr(fine_tune_module, "REPORTS_A_SECOND", 1e9)
    monkeypatch.setattr(fine_tune_module, "finish", finish_without_storing)
    monkeypatch.setattr(fine_tune_module, "Room", lambda: Room(0))
    monkeypatch.setattr(missing, "WAIT_SECONDS", 0.01)


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    return make_colours(tmp_path / "colours")


@pytest.fixture
def job(colours: Path, tmp_path: Path) -> TrainingJob:
    found = job_of(colours, tmp_path / "run", edge=EDGE, preset="tutorial")
    assert len(found.validation) == CHECKED
    return found


class Away:
    """Pictures whose folder is gone, and can be brought back as they were."""

    def __init__(self, pictures: Sequence[DatasetPicture]) -> None:
        self._contents = [(picture, picture.path.read_bytes()) for picture in pictures]
        for picture in pictures:
            picture.path.unlink()

    def bring_back(self) -> None:
        for picture, data in self._contents:
            picture.path.write_bytes(data)
            os.utime(picture.path, ns=(picture.mtime_ns, picture.mtime_ns))


def all_of(job: TrainingJob) -> list[DatasetPicture]:
    return list(job.validation)


def two_of(job: TrainingJob) -> list[DatasetPicture]:
    return list(job.validation[:2])


def all_but_a_class(job: TrainingJob) -> list[DatasetPicture]:
    return [picture for picture in job.validation if picture.label != job.validation[0].label]


def run_without(
    job: TrainingJob,
    pictures: Sequence[DatasetPicture],
    epoch: int,
    act: Callable[[Away, Inbox], None],
    events: list[Event],
) -> None:
    """The pictures go during the last step of this epoch; ``act`` is called when the run rests."""
    inbox, away = Inbox(), None
    for event in fine_tune(job, inbox):
        events.append(event)
        if isinstance(event, StepDone) and event.step == epoch * STEPS:
            away = Away(pictures)
        if isinstance(event, TrainingRests):
            assert away is not None
            act(away, inbox)


def bring_back(away: Away, _inbox: Inbox) -> None:
    away.bring_back()


def end_it(_away: Away, inbox: Inbox) -> None:
    inbox.hear("finish")


def epochs_of(events: Sequence[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def counted(events: Sequence[Event]) -> int:
    """By how many pictures the model was judged."""
    (done,) = (event for event in events if isinstance(event, RunDone))
    return done.validation.count


@pytest.mark.parametrize("epoch", [1, 2])
@pytest.mark.parametrize("gone", [all_of, two_of, all_but_a_class])
def test_the_run_rests_and_then_judges_by_all_of_them(
    gone: Callable[[TrainingJob], list[DatasetPicture]], epoch: int, job: TrainingJob, colours: Path, tmp_path: Path
) -> None:
    """What it tells of its epochs is what it would have told, had they never been away."""
    whole = list(fine_tune(job_of(colours, tmp_path / "whole", edge=EDGE, preset="tutorial"), Inbox()))
    pictures, events = gone(job), list[Event]()
    run_without(job, pictures, epoch, bring_back, events)
    (rest,) = (event for event in events if isinstance(event, TrainingRests))
    assert (rest.error.sentence, rest.error.values) == (missing.GONE, {"count": len(pictures)})
    assert not any(isinstance(event, TrainingNote) for event in events), "neither a picture left out nor a way back"
    assert epochs_of(events) == epochs_of(whole)
    assert counted(events) == CHECKED


def test_a_single_one_is_left_out_and_counted(job: TrainingJob) -> None:
    """Somebody threw it away; that is no reason to wait for it for ever."""
    events: list[Event] = []
    run_without(job, job.validation[:1], 2, end_it, events)
    assert not any(isinstance(event, TrainingRests) for event in events)
    (note,) = (event for event in events if isinstance(event, TrainingNote))
    assert note.paths == (job.validation[0].path,)
    assert [event.epoch for event in epochs_of(events)] == [1, 2]


@pytest.mark.parametrize("gone", [all_of, all_but_a_class])
def test_a_person_can_end_it_with_the_best_that_all_have_judged(
    gone: Callable[[TrainingJob], list[DatasetPicture]], job: TrainingJob
) -> None:
    events: list[Event] = []
    run_without(job, gone(job), 2, end_it, events)
    assert [event.epoch for event in epochs_of(events)] == [1], "the second cannot be judged"
    assert finished(events).stopped_early
    assert counted(events) == CHECKED


def test_where_nothing_was_judged_it_says_so_and_can_go_on(job: TrainingJob) -> None:
    aways, events = list[Away](), list[Event]()

    def end(away: Away, inbox: Inbox) -> None:
        aways.append(away)
        inbox.hear("finish")

    with pytest.raises(EngineError) as caught:
        run_without(job, all_of(job), 1, end, events)
    assert caught.value.sentence == TOO_MANY_LOST
    kept = load_checkpoint(job.folder)
    assert kept is not None
    assert (kept.state["epoch"], kept.state["step"], kept.state["rate"]) == (1, STEPS, 1.0)
    aways[0].bring_back()
    again = list(fine_tune(job, Inbox()))
    assert [event.epoch for event in epochs_of(again)] == [1, 2]
    assert counted(again) == CHECKED
