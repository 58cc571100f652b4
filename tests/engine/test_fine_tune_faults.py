"""What can go wrong while a network learns: a loss that is no number, pictures that vanish, too little memory."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.errors import Cancelled, EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import (
    ANSWERED,
    EpochDone,
    RunStarted,
    StepDone,
    TrainingJob,
    TrainingNote,
    TrainingPaused,
    TrainingRests,
)
from resnet_desktop.engine import fine_tune as fine_tune_module
from resnet_desktop.engine import missing
from resnet_desktop.engine.checkpoint import load_checkpoint, save_checkpoint
from resnet_desktop.engine.fine_tune import DIVERGED, ENDING, GOING_BACK, fine_tune
from resnet_desktop.engine.learner import Learner
from resnet_desktop.engine.loader import Batch, Loader, Room
from resnet_desktop.engine.out_of_memory import NO_MEMORY, is_out_of_memory
from resnet_desktop.engine.presets import recipe_of
from resnet_desktop.engine.process import Inbox
from tests.engine.colours import finish_without_storing, finished, job_of, make_colours
from tests.engine.tiny_network import use_tiny_networks

EDGE = 64
STEPS = 3  # an epoch


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny network; every step is told; nothing is stored in the end."""
    use_tiny_networks(monkeypatch)
    monkeypatch.setattr(fine_tune_module, "REPORTS_A_SECOND", 1e9)
    monkeypatch.setattr(fine_tune_module, "finish", finish_without_storing)


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    """Twenty-four pictures to learn from, six to check on."""
    return make_colours(tmp_path / "colours")


@pytest.fixture
def job(colours: Path, tmp_path: Path) -> TrainingJob:
    return job_of(colours, tmp_path / "run", edge=EDGE, preset="tutorial")


@pytest.fixture
def standard(colours: Path, tmp_path: Path) -> TrainingJob:
    return job_of(colours, tmp_path / "run", edge=EDGE, preset="standard")


def steps_of(events: list[Event]) -> list[StepDone]:
    return [event for event in events if isinstance(event, StepDone)]


def notes_of(events: list[Event]) -> list[str]:
    return [event.error.sentence for event in events if isinstance(event, TrainingNote)]


# A loss that is no number


def break_losses(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    """The loss of these calls, from 0, is no number."""
    calls, real = iter(range(10_000)), Learner._loss

    def broken(learner: Learner, pixels: Tensor, labels: Tensor) -> Tensor:
        loss = real(learner, pixels, labels)
        return loss * float("nan") if next(calls) in numbers else loss

    monkeypatch.setattr(Learner, "_loss", broken)


def test_a_loss_that_is_no_number_goes_back_an_epoch_and_on_with_a_tenth_of_the_rate(
    job: TrainingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_losses(monkeypatch, STEPS + 1)  # the second step of the second epoch
    events = list(fine_tune(job, Inbox()))
    assert notes_of(events) == [GOING_BACK]
    steps = steps_of(events)
    assert [step.step for step in steps] == [1, 2, 3, 4, 4, 5, 6]
    assert [step.learning_rate for step in steps] == pytest.approx([1e-3] * 4 + [1e-4] * 3)
    assert steps[3].loss == pytest.approx(steps[4].loss, abs=1e-4), "from the same weights, on the same pictures"
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [1, 2]


def told_until_it_came_apart(job: TrainingJob) -> list[Event]:
    events: list[Event] = []
    with pytest.raises(EngineError) as caught:
        events.extend(fine_tune(job, Inbox()))
    assert caught.value.sentence == DIVERGED
    return events


def test_twice_it_tries_again_and_then_takes_the_best(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    break_losses(monkeypatch, STEPS + 1, STEPS + 3, STEPS + 5)  # always the second step of the second epoch
    events = list(fine_tune(job, Inbox()))
    assert notes_of(events) == [GOING_BACK, GOING_BACK, ENDING]
    steps = steps_of(events)
    assert [step.step for step in steps] == [1, 2, 3, 4, 4, 4]
    assert steps[-1].learning_rate == pytest.approx(1e-5)
    # What is kept is the end of the first epoch, whole and finite, and what comes out is its model.
    kept = load_checkpoint(job.folder)
    assert kept is not None
    assert (kept.state["epoch"], kept.state["step"]) == (2, STEPS)
    assert all(bool(torch.isfinite(value).all()) for value in kept.tensors.values())
    end = finished(events)
    assert end.stopped_early
    assert all(torch.equal(value, kept.tensors[f"network.{name}"]) for name, value in end.state.items())


def test_before_an_epoch_was_good_there_is_no_model(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a run that goes on take up a rate again that did not work."""
    break_losses(monkeypatch, 1, 3, 5, 7)
    events = told_until_it_came_apart(job)
    assert notes_of(events) == [GOING_BACK] * 2
    assert [step.learning_rate for step in steps_of(events)] == pytest.approx([1e-3, 1e-4, 1e-5])
    again = told_until_it_came_apart(job)
    assert notes_of(again) == []
    assert [step.learning_rate for step in steps_of(again)] == pytest.approx([1e-5])


def test_the_beginning_alone_is_no_epoch(standard: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """A last layer that was fitted has been judged, but nothing was learned behind it."""
    monkeypatch.setattr(fine_tune_module._Run, "_fit_head", lambda run: run._check(0, 0.0))
    break_losses(monkeypatch, 1, 3, 5)
    events = told_until_it_came_apart(standard)
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [0]


def test_a_run_that_is_killed_after_going_back_keeps_the_lower_rate(
    job: TrainingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_losses(monkeypatch, STEPS + 1)
    running = fine_tune(job, Inbox())
    for event in running:
        if isinstance(event, TrainingNote):
            break
    running.close()  # type: ignore[attr-defined]
    again = list(fine_tune(job, Inbox()))
    assert [step.step for step in steps_of(again)] == [4, 5, 6]
    assert [step.learning_rate for step in steps_of(again)] == pytest.approx([1e-4] * 3)


def stop_in_the_second_epoch(job: TrainingJob) -> None:
    inbox = Inbox()
    for event in fine_tune(job, inbox):
        if isinstance(event, StepDone) and event.step == STEPS + 1:
            inbox.cancel.cancel()


def test_a_checkpoint_that_knows_of_no_way_back_can_be_gone_on_from(job: TrainingJob) -> None:
    """As an earlier version may have written it."""
    with pytest.raises(Cancelled):
        stop_in_the_second_epoch(job)
    kept = load_checkpoint(job.folder)
    assert kept is not None
    del kept.state["retries"], kept.state["rate"]
    save_checkpoint(job.folder, kept)
    again = list(fine_tune(job, Inbox()))
    assert [step.learning_rate for step in steps_of(again)] == pytest.approx([1e-3] * 2)
    assert finished(again)


def test_in_the_first_epoch_it_goes_back_to_the_start(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    break_losses(monkeypatch, 1)
    events = list(fine_tune(job, Inbox()))
    assert [step.step for step in steps_of(events)] == [1, 1, 2, 3, 4, 5, 6]
    assert all(bool(torch.isfinite(value).all()) for value in finished(events).state.values())


def test_weights_that_are_no_numbers_are_never_kept(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loss is one, and the step that follows spoils the weights: seen at the end of the epoch."""
    real, calls = Learner.step, iter(range(10_000))

    def spoil(learner: Learner, batch: Batch, share: float, number: int) -> float:
        loss = real(learner, batch, share, number)
        if next(calls) == STEPS - 1:
            with torch.no_grad():
                learner.network.head.weight[0, 0] = float("inf")
        return loss

    monkeypatch.setattr(Learner, "step", spoil)
    events = list(fine_tune(job, Inbox()))
    assert notes_of(events) == [GOING_BACK]
    assert all(bool(torch.isfinite(value).all()) for value in finished(events).state.values())


# A pause, an early end


class Pausing(Inbox):
    """Pauses when it is told to, and continues once the run rests."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self.kept_at = folder, list[int]()

    def rest(self) -> None:
        kept = load_checkpoint(self.folder)
        assert kept is not None
        self.kept_at.append(kept.state["step"])
        self.hear("continue")
        super().rest()


def test_a_pause_changes_nothing(job: TrainingJob, colours: Path, tmp_path: Path) -> None:
    whole = finished(list(fine_tune(job_of(colours, tmp_path / "whole", edge=EDGE, preset="tutorial"), Inbox())))
    inbox, events = Pausing(job.folder), list[Event]()
    for event in fine_tune(job, inbox):
        events.append(event)
        if isinstance(event, StepDone) and event.step in (1, 5):
            inbox.hear("pause")
    assert inbox.kept_at == [1, 5], "a run that rests can be ended without loss"
    assert sum(isinstance(event, TrainingPaused) for event in events) == 2, "it says so each time"
    paused = finished(events)
    assert paused.state.keys() == whole.state.keys()
    assert all(torch.equal(paused.state[name], whole.state[name]) for name in whole.state)


def test_an_early_end_takes_the_best_so_far(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of the second epoch, which is judged worse than the first."""
    inbox, events = Inbox(), list[Event]()
    kept: dict[str, Tensor] = {}
    real = Learner.judge

    def judge(learner: Learner, batches: Any) -> Any:
        judged = real(learner, batches)
        if not kept:
            kept.update({name: value.clone() for name, value in learner.network.state_dict().items()})
            return judged
        return type(judged)(judged.logits, judged.indices, judged.lost, judged.loss + 100, 0.0)

    monkeypatch.setattr(Learner, "judge", judge)
    for event in fine_tune(job, inbox):
        events.append(event)
        if isinstance(event, StepDone) and event.step == STEPS + 1:
            inbox.hear("finish")
    assert [step.step for step in steps_of(events)] == [1, 2, 3, 4]
    end = finished(events)
    assert end.stopped_early
    assert all(torch.equal(end.state[name], kept[name]) for name in end.state)


# Pictures that vanish


@contextlib.contextmanager
def nothing_kept() -> Iterator[None]:
    """As where memory holds few of the pictures: they are read anew in every epoch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_tune_module, "Room", lambda: Room(0))
        yield


def run_and_remove(job: TrainingJob, count: int, events: list[Event]) -> None:
    """``count`` pictures to learn from vanish after the first epoch."""
    with nothing_kept():
        for event in fine_tune(job, Inbox()):
            events.append(event)
            if isinstance(event, EpochDone) and event.epoch == 1:
                for picture in job.train[:count]:
                    picture.path.unlink()


def test_pictures_that_vanish_are_left_out_and_counted(colours: Path, tmp_path: Path) -> None:
    """One of thirty; it is told once, however often it is missed."""
    job = job_of(colours, tmp_path / "run", edge=EDGE, preset="tutorial", epochs=3)
    events: list[Event] = []
    run_and_remove(job, 1, events)
    (note,) = (event for event in events if isinstance(event, TrainingNote))
    assert (note.error.sentence, note.error.values) == (missing.LOST, {"count": 1})
    assert len(steps_of(events)) == 3 * STEPS
    assert finished(events)


def take_away(job: TrainingJob) -> list[tuple[DatasetPicture, bytes]]:
    """More than one in twenty."""
    contents = [(picture, picture.path.read_bytes()) for picture in job.train[:2]]
    for picture, _data in contents:
        picture.path.unlink()
    return contents


def bring_back(contents: list[tuple[DatasetPicture, bytes]]) -> None:
    """With the time that they had."""
    for picture, data in contents:
        picture.path.write_bytes(data)
        os.utime(picture.path, ns=(picture.mtime_ns, picture.mtime_ns))


def rests_until(job: TrainingJob, act: Callable[[list[tuple[DatasetPicture, bytes]], Inbox], None]) -> list[Event]:
    """A run whose pictures go after its first epoch; ``act`` is called when it rests."""
    inbox, events = Inbox(), list[Event]()
    contents: list[tuple[DatasetPicture, bytes]] = []
    with nothing_kept():
        for event in fine_tune(job, inbox):
            events.append(event)
            if isinstance(event, EpochDone) and event.epoch == 1:
                contents = take_away(job)
            if isinstance(event, TrainingRests):
                act(contents, inbox)
    return events


def test_too_many_that_vanish_make_the_run_rest_until_they_are_back(
    job: TrainingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "WAIT_SECONDS", 0.01)
    events = rests_until(job, lambda contents, _inbox: bring_back(contents))
    (rest,) = (event for event in events if isinstance(event, TrainingRests))
    assert (rest.error.sentence, rest.error.values) == (missing.GONE, {"count": 2})
    afterwards = events[events.index(rest) :]
    assert not any(isinstance(event, TrainingNote) for event in afterwards), "none is missing any more"
    assert steps_of(events)[-1].step == 2 * STEPS
    assert finished(events)


def test_pictures_that_come_back_broken_are_not_back(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "WAIT_SECONDS", 0.01)
    looks = itertools.count()
    readable = missing._readable

    def look(picture: DatasetPicture) -> bool:
        if next(looks) == 4:
            bring_back(original)
        return readable(picture)

    original: list[tuple[DatasetPicture, bytes]] = []

    def break_them(contents: list[tuple[DatasetPicture, bytes]], _inbox: Inbox) -> None:
        original.extend(contents)
        bring_back([(picture, bytes(len(data))) for picture, data in contents])

    monkeypatch.setattr(missing, "_readable", look)
    assert finished(rests_until(job, break_them))
    assert next(looks) > 4


def test_a_person_can_end_a_run_that_rests_with_what_it_has(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "WAIT_SECONDS", 0.01)
    events = rests_until(job, lambda _contents, inbox: inbox.hear("finish"))
    assert finished(events)


def test_a_run_that_rests_can_be_stopped_and_gone_on_with(job: TrainingJob) -> None:
    contents: list[tuple[DatasetPicture, bytes]] = []

    def stop(taken: list[tuple[DatasetPicture, bytes]], inbox: Inbox) -> None:
        contents.extend(taken)
        inbox.cancel.cancel()

    with pytest.raises(Cancelled):
        rests_until(job, stop)
    assert load_checkpoint(job.folder) is not None
    bring_back(contents)
    again = list(fine_tune(job, Inbox()))
    assert isinstance(again[0], RunStarted)
    assert again[0].first_epoch == 2
    assert steps_of(again)[-1].step == 2 * STEPS
    assert finished(again)


# Too little memory

# As torch says it, per system and library.
LACK = (
    "CUDA out of memory. Tried to allocate 2.00 GiB.",
    "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 9",
    "[enforce fail at alloc_cpu.cpp:117] data. DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.",
    "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
)


@pytest.mark.parametrize("words", LACK)
def test_torch_says_it_in_many_words(words: str) -> None:
    assert is_out_of_memory(RuntimeError(words))
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied (8x32 and 64x3)"))


class Short:
    """The backward pass of more than ``most`` pictures at once finds too little memory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
        self.most, self.parts = most, list[int]()
        loss, backward = Learner._loss, Tensor.backward

        def note(learner: Learner, pixels: Tensor, labels: Tensor) -> Tensor:
            self.parts.append(len(labels))
            return loss(learner, pixels, labels)

        def fail(tensor: Tensor, *arguments: Any, **options: Any) -> None:
            if self.parts[-1] > self.most:
                raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")
            backward(tensor, *arguments, **options)

        monkeypatch.setattr(Learner, "_loss", note)
        monkeypatch.setattr(Tensor, "backward", fail)


def learner_and_batch(job: TrainingJob) -> tuple[Learner, Batch]:
    """Where a batch's statistics play no part, so that its parts add up to the whole; in float32."""
    learner = Learner(job, recipe_of(job.config))
    learner._fast = False
    learner.begin_epoch()
    (batch,) = Loader(job.train, job.start.preprocess, ANSWERED, Room()).batches([range(7)])
    return learner, batch


def gradients(learner: Learner) -> dict[str, Tensor]:
    found = {name: value.grad.clone() for name, value in learner.network.named_parameters() if value.grad is not None}
    assert found
    return found


def test_parts_of_a_batch_give_the_gradients_of_the_whole(
    standard: TrainingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner, batch = learner_and_batch(standard)
    loss = learner._gradients(batch)
    whole = gradients(learner)
    short = Short(monkeypatch, most=3)
    assert learner._gradients(batch) == pytest.approx(loss, rel=1e-5)
    assert short.parts == [7, 4, 2, 2, 2, 1]
    in_parts = gradients(learner)
    assert in_parts.keys() == whole.keys()
    scale = max(float(value.abs().max()) for value in whole.values())
    for name, value in whole.items():
        assert torch.allclose(in_parts[name], value, rtol=1e-3, atol=1e-5 * scale), name


def test_the_next_step_begins_with_what_memory_held(standard: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    learner, batch = learner_and_batch(standard)
    short = Short(monkeypatch, most=4)
    learner._gradients(batch)
    short.parts.clear()
    learner._gradients(batch)
    assert short.parts == [4, 3]


def test_statistics_see_every_picture_once(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that is done again does not count twice in the averages of BatchNorm."""
    learner, batch = learner_and_batch(job)
    short = Short(monkeypatch, most=4)
    learner._gradients(batch)
    assert short.parts == [7, 4, 3]
    counts = [value for name, value in learner.network.named_buffers() if name.endswith("num_batches_tracked")]
    assert {int(count) for count in counts} == {_tracked(job) + 2}


def _tracked(job: TrainingJob) -> int:
    fresh = Learner(job, recipe_of(job.config))
    counts = (value for name, value in fresh.network.named_buffers() if name.endswith("num_batches_tracked"))
    return int(next(counts))


def test_a_run_with_little_memory_reaches_its_end(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Short(monkeypatch, most=4)
    events = list(fine_tune(job, Inbox()))
    assert len(steps_of(events)) == 2 * STEPS
    assert short.parts == [8] + [4] * (2 * 2 * STEPS)


@pytest.mark.parametrize("preset", ["tutorial", "full"])
def test_adam_finds_what_it_would_take_and_nothing_else(
    preset: str, colours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same names, kinds, memory order and numbers as where it takes its state itself, and the same weights after it."""
    states = []
    for number in range(2):
        learner, batch = learner_and_batch(job_of(colours, tmp_path / f"run{number}", edge=EDGE, preset=preset))
        learner.step(batch, 1.0, 0)
        states.append((learner, list(learner._optimizer.state.values())))
        monkeypatch.setattr(Learner, "_take_state", lambda _learner: None)
    (ours, taken), (theirs, own) = states
    assert len(taken) == len(own) > 0
    for mine, its in zip(taken, own, strict=True):
        assert mine.keys() == its.keys()
        for name, value in its.items():
            assert (mine[name].dtype, mine[name].stride()) == (value.dtype, value.stride())
            assert torch.equal(mine[name], value)
            assert not mine[name].requires_grad
    assert ours.tensors().keys() == theirs.tensors().keys()
    assert all(torch.equal(value, theirs.tensors()[name]) for name, value in ours.tensors().items())


def test_the_first_step_of_adam_finds_no_memory_of_its_own(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory holds a whole batch, or half of it and the state of the optimiser; what a step would take is too much."""
    loss, step, parts = Learner._loss, torch.optim.Adam.step, list[int]()

    def count(learner: Learner, pixels: Tensor, labels: Tensor) -> Tensor:
        parts.append(len(labels))
        if learner._optimizer.state and len(labels) > 4:
            raise RuntimeError(LACK[2])
        return loss(learner, pixels, labels)

    def take(optimizer: torch.optim.Adam, *arguments: Any) -> Any:
        learning = [value for group in optimizer.param_groups for value in group["params"] if value.grad is not None]
        if any(value not in optimizer.state for value in learning):
            raise RuntimeError(LACK[2])
        return step(optimizer, *arguments)

    monkeypatch.setattr(Learner, "_loss", count)
    monkeypatch.setattr(torch.optim.Adam, "step", take)
    events = list(fine_tune(job, Inbox()))
    assert len(steps_of(events)) == 2 * STEPS
    assert parts == [8] + [4] * (2 * 2 * STEPS)


def test_not_even_one_picture_fits(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Short(monkeypatch, most=0)
    with pytest.raises(EngineError) as caught:
        list(fine_tune(job, Inbox()))
    assert caught.value.sentence == NO_MEMORY
    assert short.parts == [8, 4, 2, 1]
    assert load_checkpoint(job.folder) is not None, "it can go on once there is memory"


def test_another_error_is_no_lack_of_memory(job: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tensor: Tensor) -> None:
        raise RuntimeError("a slip of the pen")

    monkeypatch.setattr(Tensor, "backward", fail)
    with pytest.raises(RuntimeError, match="slip"):
        list(fine_tune(job, Inbox()))
