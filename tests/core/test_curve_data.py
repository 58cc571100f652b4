"""The numbers behind the curves: from events as they come, and from a journal, the same."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest

from resnet_desktop.core.curve_data import FIRST_ROOM, HEADINGS, CurveData, csv_of, curves_of
from resnet_desktop.core.events import Event
from resnet_desktop.core.run_store import record_of
from resnet_desktop.core.training import EpochDone, RunStarted, StepDone, TrainingConfig


def started(*, steps: int = 20, epochs: int = 2) -> RunStarted:
    config = TrainingConfig(name="Fruit", model="built-in", preset="standard", dataset="fruit")
    return RunStarted(
        run="r1", folder=Path("r1"), config=config, classes=("apple", "pear"), train_count=10, validation_count=4,
        epochs=epochs, steps=steps, device="cpu",
    )  # fmt: skip


def step(number: int, epoch: int = 1, loss: float = 1.0) -> StepDone:
    return StepDone(step=number, epoch=epoch, loss=loss, learning_rate=0.01, pictures_per_second=9.0)


def epoch(number: int, loss: float = 0.5, *, best: bool = False) -> EpochDone:
    return EpochDone(
        epoch=number,
        train_loss=loss + 0.1,
        validation_loss=loss,
        validation_accuracy=0.75,
        learning_rate=0.02,
        best=best,
    )


def fed(*events: Event) -> CurveData:
    data = CurveData()
    for event in events:
        data.take(event)
    return data


def table(data: CurveData) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of([("", data)]).decode("utf-8-sig"))))


def test_it_grows_past_its_room_and_keeps_every_number() -> None:
    count = 5 * FIRST_ROOM + 3
    data = fed(*(step(number, loss=1 / number) for number in range(1, count + 1)))
    assert list(data.step) == list(range(1, count + 1))
    assert np.array_equal(data.loss, 1 / np.arange(1, count + 1))


def test_only_steps_and_epochs_are_more_to_draw() -> None:
    data = CurveData()
    assert not data
    assert not data.take(started())
    assert data.take(step(1))
    assert data.take(epoch(1))
    assert data


def test_a_run_that_went_back_replaces_what_came_after() -> None:
    data = fed(*(step(number, loss=9.0) for number in range(1, 8)), epoch(1, 9.0), step(4, loss=1.0), step(5), epoch(1))
    assert list(data.step) == [1, 2, 3, 4, 5]
    assert list(data.loss) == [9.0, 9.0, 9.0, 1.0, 1.0]
    assert list(data.validation_loss) == [0.5]


def test_a_run_that_goes_on_forgets_what_came_after_its_checkpoint() -> None:
    data = fed(started(), epoch(0), *(step(number, (number - 1) // 10 + 1) for number in range(1, 16)), epoch(1))
    data.take(dataclasses.replace(started(), first_step=11, first_epoch=2))
    assert list(data.step) == list(range(1, 11))
    assert list(data.epoch) == [0, 1]
    data.take(started())
    assert not len(data.step)
    assert list(data.epoch) == [0], "what it begins with is not told again"


def test_epochs_stand_at_their_last_step_and_epoch_0_at_the_beginning() -> None:
    data = fed(started(), epoch(0), step(10), epoch(1), step(14, epoch=2), epoch(2))
    assert list(data.epoch_steps) == [0, 10, 14], "the second epoch was ended early"
    unknown = fed(started(), epoch(0), epoch(1), epoch(2))
    assert list(unknown.epoch_steps) == [0, 10, 20]
    tries = fed(started(steps=0), epoch(1), epoch(2))
    assert list(tries.epoch_steps) == [1, 2]


def test_the_best_is_the_last_one_that_was_called_so() -> None:
    data = fed(epoch(0, best=True), epoch(1, best=True), epoch(2))
    assert list(data.epoch[data.best]) == [1]
    assert list(fed(epoch(1)).epoch[fed(epoch(1)).best]) == []


def test_a_journal_gives_the_same_curves() -> None:
    events = (started(), epoch(0), step(1), step(10), epoch(1, best=True), step(11, epoch=2))
    records = [json.loads(json.dumps(record_of(event))) for event in events]
    read, live = curves_of(records), fed(*events)
    assert table(read) == table(live)
    assert list(read.epoch_steps) == list(live.epoch_steps)


@pytest.mark.parametrize(
    "record",
    [
        {"event": "step"},
        {"event": "step", "step": None, "epoch": 1, "loss": 1, "learning_rate": 1},
        {"event": "step", "step": "many", "epoch": 1, "loss": 1, "learning_rate": 1},
        {"event": "step", "step": float("nan"), "epoch": 1, "loss": 1, "learning_rate": 1},
        {"event": "step", "step": float("inf"), "epoch": 1, "loss": 1, "learning_rate": 1},
        {"event": "epoch", "epoch": 1},
        {"event": "run", "steps": 10**400, "epochs": 1e-9},
        {"event": ["step"]},
        {},
    ],
)
def test_a_record_that_is_not_one_is_passed_over(record: dict[str, object]) -> None:
    data = curves_of([record, *(filter(None, (record_of(step(1)), record_of(step(2)))))])
    assert list(data.step) == [1, 2]


def test_the_table_has_an_epoch_in_the_row_of_its_last_step() -> None:
    rows = table(
        fed(started(), epoch(0, 0.9), step(1, loss=1.5), step(10, loss=0.25), epoch(1, best=True), step(11, 2))
    )
    assert tuple(rows[0]) == HEADINGS
    assert [row["step"] for row in rows] == ["0", "1", "10", "11"]
    assert [row["validation_loss"] for row in rows] == ["0.9", "", "0.5", ""]
    assert rows[2] == {
        "step": "10", "epoch": "1", "loss": "0.25", "learning_rate": "0.01", "train_loss": "0.6",
        "validation_loss": "0.5", "validation_accuracy": "0.75", "best": "1",
    }  # fmt: skip


def test_the_table_of_a_run_without_steps_has_its_tries() -> None:
    rows = table(fed(started(steps=0), epoch(1), epoch(2)))
    assert [(row["step"], row["epoch"], row["learning_rate"]) for row in rows] == [("", "1", "0.02"), ("", "2", "0.02")]


def test_the_table_of_several_runs_names_them_and_no_name_is_a_formula() -> None:
    text = csv_of([("Fruit", fed(step(1))), ('=cmd|"x"', fed(step(1, loss=float("nan"))))]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["run"] for row in rows] == ["Fruit", '\'=cmd|"x"']
    assert [row["loss"] for row in rows] == ["1", ""]
