"""A range test in the process of the test: real steps once, and losses that are made up."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.dataset import Dataset, DatasetInspected, inspect_dataset
from resnet_desktop.core.errors import Cancelled, EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.core.rate_range import STEPS, RateSuggested, RateTried
from resnet_desktop.engine import range_test as range_module
from resnet_desktop.engine.learner import Diverged, Learner
from resnet_desktop.engine.loader import Batch
from resnet_desktop.engine.process import Inbox, Job
from resnet_desktop.engine.range_test import range_test
from tests.engine.test_training import colours, config_of

__all__ = ["colours"]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(job: Job, *arguments: object, token: CancelToken, grace: float) -> Iterator[Event]:
        yield from job(*arguments, Inbox(token))

    monkeypatch.setattr(range_module, "run_in_engine", run)


@pytest.fixture
def dataset(colours: Path) -> Dataset:
    *_others, inspected = inspect_dataset(colours, CancelToken())
    assert isinstance(inspected, DatasetInspected)
    return inspected.dataset


def invent(monkeypatch: pytest.MonkeyPatch, losses: list[float]) -> list[float]:
    """Steps with these losses; the shares of the recipe's rate that they were asked for."""
    shares: list[float] = []

    def step(_learner: Learner, _batch: Batch, share: float, number: int) -> float:
        shares.append(share)
        if math.isnan(losses[number]):
            raise Diverged
        return losses[number]

    monkeypatch.setattr(Learner, "step", step)
    return shares


def rates_of(events: list[Event]) -> list[float]:
    return [event.rate for event in events if isinstance(event, RateTried)]


def test_real_steps_with_growing_rates_keep_nothing(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(range_module, "STEPS", 11)
    monkeypatch.setattr(range_module, "suggested_rate", lambda tried: tried[3].rate)
    before = set(paths.data_dir().rglob("*")) if paths.data_dir().exists() else set()
    config = dataclasses.replace(config_of(dataset.root, "standard"), batch_size=4)
    events = list(range_test(config, dataset, token))
    rates = rates_of(events)
    assert len(rates) > 4
    assert rates == sorted(rates)
    assert events[-1] == RateSuggested(rates[3])
    assert all(event.loss > 0 for event in events if isinstance(event, RateTried))
    assert (set(paths.data_dir().rglob("*")) if paths.data_dir().exists() else set()) == before


def test_it_ends_where_the_loss_explodes_and_suggests_what_was_good_before(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    falling = [2.0] * 30 + [2.0 - 0.1 * step for step in range(15)] + [50.0] * STEPS
    shares = invent(monkeypatch, falling)
    events = list(range_test(config_of(dataset.root, "tutorial"), dataset, token))
    rates = rates_of(events)
    assert len(rates) == 45
    assert [share * 1e-3 for share in shares[:45]] == pytest.approx(rates)
    last = events[-1]
    assert isinstance(last, RateSuggested)
    assert rates[20] < last.rate <= rates[44] / 10


def test_a_loss_that_is_no_number_ends_it_too(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    invent(monkeypatch, [3.0 - step / 20 for step in range(40)] + [math.nan] * STEPS)
    events = list(range_test(config_of(dataset.root, "tutorial"), dataset, token))
    assert len(rates_of(events)) == 40
    assert isinstance(events[-1], RateSuggested)


def test_rates_that_are_all_bad_are_not_suggested(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    invent(monkeypatch, [1.0 + step / 100 for step in range(STEPS)])
    with pytest.raises(EngineError, match="none can be suggested"):
        list(range_test(config_of(dataset.root, "tutorial"), dataset, token))


def test_it_can_be_stopped(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    invent(monkeypatch, [1.0] * STEPS)
    told: list[Event] = []

    def listen() -> None:
        for event in range_test(config_of(dataset.root, "tutorial"), dataset, token):
            told.append(event)
            if len(rates_of(told)) == 5:
                token.cancel()

    with pytest.raises(Cancelled):
        listen()
    assert len(rates_of(told)) == 5
