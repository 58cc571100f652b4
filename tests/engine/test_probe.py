"""The probe: what it measures, that it is remembered, and that it can be stopped."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.dataset import Dataset, DatasetInspected, fingerprint, inspect_dataset
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.events import Event
from resnet_desktop.core.prepared import prepared_folder
from resnet_desktop.core.training import PRESETS
from resnet_desktop.core.training_time import PresetTime, TimesMeasured
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine import probe as probe_module
from resnet_desktop.engine import stopwatch
from resnet_desktop.engine.embeddings import embed, missing_embeddings
from resnet_desktop.engine.probe import probe
from resnet_desktop.engine.process import Inbox, Job
from resnet_desktop.engine.stopwatch import OpenVinoClassifier, Rates
from tests.engine.test_training import colours

__all__ = ["colours"]


@pytest.fixture
def dataset(colours: Path) -> Dataset:
    *_others, inspected = inspect_dataset(colours, CancelToken())
    assert isinstance(inspected, DatasetInspected)
    return inspected.dataset


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the process of the test, and with as few steps as there can be."""

    def run(job: Job, *arguments: object, token: CancelToken, grace: float) -> Iterator[Event]:
        yield from job(*arguments, Inbox(token))

    monkeypatch.setattr(probe_module, "run_in_engine", run)
    monkeypatch.setattr(stopwatch, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(stopwatch, "STEP_SECONDS", 0.0)


def measured(events: Iterator[Event]) -> list[TimesMeasured]:
    return [event for event in events if isinstance(event, TimesMeasured)]


def first_of(events: Iterator[Event]) -> TimesMeasured:
    return next(event for event in events if isinstance(event, TimesMeasured))


@pytest.mark.usefixtures("here")
def test_every_preset_is_measured_one_after_the_other(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken
) -> None:
    told = measured(probe(dataset, "built-in", "cpu", {}, token))
    assert [len(each.times) for each in told] == [1, 2, 3, 4]
    assert [each.whole for each in told] == [False, False, False, True]
    last = told[-1]
    assert last.key == (fingerprint(dataset), "built-in", "cpu")
    assert tuple(each.preset for each in last.times) == PRESETS
    quick, standard, full, tutorial = last.times
    assert (quick.epochs, standard.epochs, full.epochs, tutorial.epochs) == (0, 6, 10, 5)
    assert all(0 < each.seconds() < math.inf for each in last.times)
    assert all(each.epoch > 0 for each in (standard, full, tutorial))


@pytest.mark.usefixtures("here")
def test_the_processor_decodes_and_learns_one_after_the_other(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = Rates(decoding=0.5, again=0.25, step=1.0, judging=0.125)
    monkeypatch.setattr(stopwatch, "_rates", lambda *_arguments: rates)
    last = measured(probe(dataset, "built-in", "cpu", {}, token))[-1]
    quick, standard, _full, tutorial = last.times
    learned, checked = 24, 6
    assert tutorial.epoch == learned * 1.25 + checked * 0.125
    assert tutorial.looking == 30 * 0.5
    assert standard.looking == pytest.approx(tutorial.looking + quick.looking)
    assert standard.fixed == pytest.approx(quick.fixed)
    assert tutorial.fixed < quick.fixed, "it fits no last layer"


@pytest.mark.usefixtures("here")
def test_what_is_known_is_not_measured_again(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "run_in_engine", lambda *_arguments, **_names: pytest.fail("measured"))
    known = TimesMeasured(fingerprint=fingerprint(dataset), model="built-in", device="auto", whole=True)
    assert list(probe(dataset, "built-in", "auto", {known.key: known}, token)) == [known]


@pytest.mark.usefixtures("here")
def test_pictures_that_were_looked_at_before_cost_nothing(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken
) -> None:
    prepared = prepared_folder(built_in, find_weights(built_in).sha256)
    classifier = OpenVinoClassifier(built_in, prepared)
    assert len(missing_embeddings(classifier, prepared, dataset.pictures)) == 30
    before = first_of(probe(dataset, "built-in", "cpu", {}, token))
    assert before.times[0].looking > 0
    list(embed(classifier, prepared, dataset.pictures, token))
    assert missing_embeddings(classifier, prepared, dataset.pictures) == []
    after = first_of(probe(dataset, "built-in", "cpu", {}, token))
    assert after.times[0].looking == 0


def test_a_probe_that_is_not_wanted_any_more_ends_with_its_process(
    built_in: ModelSpec, dataset: Dataset, token: CancelToken
) -> None:
    token.cancel()
    with pytest.raises(Cancelled):
        list(probe(dataset, "built-in", "cpu", {}, token))
    assert not [child for child in psutil.Process().children() if "engine" in " ".join(child.cmdline())]


def test_a_run_takes_its_parts_together() -> None:
    part = PresetTime(preset="full", fixed=10, looking=20, epoch=5, epochs=4)
    assert part.seconds() == 50
    assert part.seconds(epochs=1) == 35
    assert part.seconds(enlarged=2) == 90
    times = TimesMeasured(fingerprint="", model="", device="", times=(part,))
    assert times.seconds("full", 2) == 40
    assert times.seconds("quick") is None
