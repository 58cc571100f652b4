"""Weights from anywhere become a model that answers, or one sentence; nothing else of them is left on the disk."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from resnet_desktop.core import weights
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model, official_models
from resnet_desktop.core.classifier import answer_file
from resnet_desktop.core.errors import Cancelled, ModelError
from resnet_desktop.core.events import CHECKING_FILE, Event, ModelReady, Progress, WeightsExamined, WeightsRefused
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.model_store import WEIGHTS, stored_models
from resnet_desktop.core.paths import models_dir, weights_dir
from resnet_desktop.engine import add_model, container, examine, gate
from resnet_desktop.engine.open_classifier import open_classifier
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.ready import make_ready
from tests.engine.hostile_weights import good_state, saved

NAMES = ("hat", "כובע", "shoe")
Files = Sequence[tuple[Path, Path | None]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mugs and cats.pth"
    saved(path, good_state())
    return path


def last_event(file: Path, token: CancelToken) -> Event:
    return list(add_model.examine(file, token))[-1]


def examined_here(file: Path, workspace: Path | None = None) -> WeightsExamined:
    """As the child does it, without a child."""
    event = list(examine.examine_all([(file, workspace)], Inbox()))[-1]
    assert isinstance(event, WeightsExamined), event
    return event


def workspaces() -> list[Path]:
    return list(models_dir().iterdir())


def test_a_foreign_file_becomes_a_model_that_answers(file: Path, token: CancelToken, coffee: Path) -> None:
    *before, examined = add_model.examine(file, token)
    assert all(isinstance(event, Progress) for event in before)
    assert before[-2] == Progress(file.stat().st_size, file.stat().st_size, CHECKING_FILE)
    assert isinstance(examined, WeightsExamined)
    assert examined.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (examined.architecture, examined.classes, examined.parameters) == ("resnet18", 3, 11_187_651)
    assert (examined.official, examined.names) == ("", ())
    assert workspaces() == [examined.workspace]
    assert stored_models() == ()

    spec = add_model.keep(examined, "Mugs & cats", NAMES)
    assert spec == find_model("mugs-cats")
    assert (spec.title, spec.classes, spec.architecture) == ("Mugs & cats", NAMES, "resnet18")
    assert spec.preprocess == find_model("resnet18").preprocess
    assert workspaces() == [Path(spec.folder)]
    kept = load_file(Path(spec.folder) / WEIGHTS)
    assert all(torch.equal(kept[name].to(value.dtype), value) for name, value in good_state().items())

    assert isinstance(list(make_ready(spec, token))[-1], ModelReady)
    classifier = open_classifier(spec)
    assert labels_of(spec)[answer_file(classifier, coffee)[0].best.index] in NAMES
    classifier.close()


def test_a_hostile_file_leaves_nothing(tmp_path: Path, token: CancelToken) -> None:
    path = tmp_path / "nan.pth"
    saved(path, good_state() | {"fc.bias": torch.full((3,), float("nan"))})
    refused = last_event(path, token)
    assert isinstance(refused, WeightsRefused)
    assert (refused.path, refused.error.sentence) == (path, gate.NOT_FINITE)
    assert type(refused.error) is ModelError
    assert workspaces() == []


def test_a_discarded_file_leaves_nothing(file: Path) -> None:
    from resnet_desktop.core.model_store import new_workspace

    examined = examined_here(file, new_workspace())
    assert [path.name for path in workspaces()[0].iterdir()] == [WEIGHTS]
    add_model.discard(examined)
    add_model.discard(examined)
    assert workspaces() == []


# A child that dies


def die(files: Files, inbox: Inbox) -> Iterator[Event]:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    yield Progress(0, 1)
    (files[0][1] or Path()).joinpath("half").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGSEGV)


def crash(files: Files, inbox: Inbox) -> Iterator[Event]:
    yield Progress(0, 1)
    raise ZeroDivisionError("a slip of the pen")


def leave(files: Files, inbox: Inbox) -> Iterator[Event]:
    """As the time limit ends a child."""
    yield Progress(0, 1)
    os._exit(1)


def deaf(files: Files, inbox: Inbox) -> Iterator[Event]:
    yield Progress(0, 1)
    time.sleep(600)


@pytest.mark.parametrize("job", [die, crash])
def test_a_file_on_which_the_child_dies_is_refused(
    job: object, file: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add_model, "_examine", job)
    refused = last_event(file, token)
    assert isinstance(refused, WeightsRefused)
    assert str(refused.error) == f"{file} ended the engine that looked into it. It is not used."
    assert workspaces() == []


def test_a_file_that_takes_too_long_is_refused(file: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(add_model, "_examine", leave)
    refused = last_event(file, token)
    assert isinstance(refused, WeightsRefused)
    assert str(refused.error) == f"{file} takes too long to read. It is not used."


def too_long(files: Files, inbox: Inbox) -> Iterator[Event]:
    from resnet_desktop.engine.limits import limited

    yield Progress(0, 1)
    with limited(seconds=0.2):
        time.sleep(600)


def test_the_time_limit_ends_a_child_that_hears_nothing(
    file: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(add_model, "_examine", too_long)
    assert isinstance(last_event(file, token), WeightsRefused)
    assert workspaces() == []
    assert capfd.readouterr().err == ""


def test_a_cancel_leaves_nothing(file: Path, token: CancelToken) -> None:
    events = add_model.examine(file, token)
    assert isinstance(next(events), Progress)
    token.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert workspaces() == []


def test_a_cancel_that_is_not_heard_leaves_nothing(
    file: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add_model, "_examine", deaf)
    events = add_model.examine(file, token)
    next(events)
    token.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        next(events)
    assert time.monotonic() - started < 3
    assert workspaces() == []


def test_a_listener_that_leaves_early_leaves_nothing(
    file: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add_model, "_examine", deaf)
    events = add_model.examine(file, token)
    next(events)
    assert len(workspaces()) == 1
    events.close()  # type: ignore[attr-defined]
    assert workspaces() == []


# Official files


@pytest.fixture
def official(file: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """ResNet-18, if its official file were the one at ``file``."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    spec = dataclasses.replace(find_model("resnet18"), sha256=digest[:8])
    others = tuple(other for other in official_models() if other.key != spec.key)
    monkeypatch.setattr(weights, "official_models", lambda: (spec, *others))
    monkeypatch.setattr(add_model, "find_model", lambda key: spec if key == spec.key else find_model(key))
    return spec


def test_an_official_file_of_any_name_gets_its_place(file: Path, official: ModelSpec, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    examined = examined_here(file, workspace)
    assert examined.official == "resnet18"
    assert list(workspace.iterdir()) == []
    assert add_model.keep(examined) == official
    kept = weights_dir() / official.weights
    assert kept.read_bytes() == file.read_bytes()
    assert weights.find_weights(official).path == kept
    assert not workspace.exists()
    assert stored_models() == ()


def test_an_official_file_that_changes_before_it_is_kept(file: Path, official: ModelSpec) -> None:
    examined = examined_here(file)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelError) as caught:
        add_model.keep(examined)
    assert caught.value.sentence == weights.CHANGED
    assert list(weights_dir().iterdir()) == []


def test_a_foreign_file_that_goes_away_before_it_is_kept_is_no_loss(file: Path, tmp_path: Path) -> None:
    from resnet_desktop.core.model_store import new_workspace

    examined = examined_here(file, new_workspace())
    file.unlink()
    spec = add_model.keep(examined, names=NAMES)
    assert (spec.title, spec.key) == ("mugs and cats", "mugs-and-cats")


def test_names_beside_the_file_are_found(file: Path) -> None:
    file.with_suffix(".txt").write_text("\n".join(NAMES), encoding="utf-8")
    assert examined_here(file).names == NAMES


def test_names_that_take_too_much_memory_are_none(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_arguments: object) -> tuple[str, ...]:
        raise MemoryError

    monkeypatch.setattr(examine, "names_beside", greedy)
    assert examined_here(file).names == ()


def test_a_workspace_that_cannot_be_written_is_a_sentence(file: Path, tmp_path: Path) -> None:
    event = list(examine.examine_all([(file, tmp_path / "missing")], Inbox()))[-1]
    assert isinstance(event, WeightsRefused)
    assert type(event.error) is ModelError
    assert str(event.error).startswith(f"The model could not be stored in {tmp_path}")


def test_several_files_are_looked_at_one_after_the_other(file: Path, tmp_path: Path) -> None:
    events = list(examine.examine_all([(tmp_path / "missing", None), (file, None)], Inbox()))
    assert isinstance(events[0], WeightsRefused)
    assert events[0].error.sentence == container.NOT_A_FILE
    assert isinstance(events[-1], WeightsExamined)


def test_a_cancel_is_heard_while_the_file_is_read(file: Path) -> None:
    inbox = Inbox()
    events = examine.examine_all([(file, None)], inbox)
    assert next(events) == Progress(1 << 20, file.stat().st_size, CHECKING_FILE)
    inbox.cancel.cancel()
    with pytest.raises(Cancelled):
        next(events)
