"""Choosing a model: yours are found before anything answers, and a key that is gone falls back visibly."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from pytestqt.qtbot import QtBot

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.files import sha256_of
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.session import Session
from tests.ui.conftest import Fakes


def store_model(classes: tuple[str, ...]) -> str:
    """A model of yours as far as the window looks: the fake classifier does not read its weights."""
    folder = paths.models_dir() / "mugs-and-cats"
    folder.mkdir(parents=True)
    weights = folder / "model.safetensors"
    weights.write_bytes(b"weights")
    description = {
        "format_version": 1,
        "title": "Mugs and cats",
        "architecture": "resnet18",
        "classes": classes,
        "sha256": sha256_of(weights),
        "parameters": 1,
        "gflops": 1.8,
        "preprocess": dataclasses.asdict(find_model("resnet18").preprocess),
    }
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")
    return folder.name


def test_a_model_of_yours_is_found_by_the_survey_and_chosen_before_anything_answers(
    qtbot: QtBot, idle_session: Session, fakes: Fakes, coffee: Path
) -> None:
    key = store_model(("cup", "cat", "other"))
    idle_session.models.choose(key, "auto")
    idle_session.add((coffee,))
    qtbot.waitUntil(lambda: idle_session.models.phase is Phase.READY, timeout=20_000)
    qtbot.waitUntil(lambda: idle_session.answer is not None)
    assert idle_session.models.spec.key == key
    assert [made.spec.key for made in fakes.made] == [key]
    assert set(idle_session.labels) == {"cup", "cat", "other"}


def test_a_key_that_is_gone_falls_back_to_the_built_in_model(qtbot: QtBot, idle_session: Session) -> None:
    idle_session.models.choose("deleted-long-ago", "auto")
    qtbot.waitUntil(lambda: idle_session.models.phase is Phase.READY, timeout=20_000)
    assert idle_session.models.spec.key == "built-in"


def test_the_survey_knows_what_is_here(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.models_changed):
        session.models.refresh()
    states = session.models.states
    assert states["built-in"] is ModelState.READY
    assert states["resnet152"] is ModelState.NOT_DOWNLOADED
    assert len(states) == 9
