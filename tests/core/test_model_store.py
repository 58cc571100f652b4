"""Your models on disk, and folders that only look like one."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from resnet_desktop.core import model_store
from resnet_desktop.core.catalog import all_models, find_model, official_models
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.model_store import (
    MAX_CLASSES,
    MAX_NAME,
    NewModel,
    new_workspace,
    slug_of,
    store_model,
    stored_models,
)
from resnet_desktop.core.paths import models_dir
from resnet_desktop.core.preprocess import Preprocess
from resnet_desktop.core.weights import ModelState, find_weights, model_state

DESCRIPTION: dict[str, Any] = {
    "format_version": 1,
    "title": "Hats and shoes",
    "architecture": "resnet18",
    "classes": ["hat", "shoe"],
    "sha256": "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d",  # of b"5"
    "parameters": 11_177_538,
    "gflops": 1.814,
    "preprocess": {
        "resize": 232,
        "crop": 224,
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "interpolation": "bilinear",
    },
}


def store(key: str, description: Any = None, weights: bytes | None = b"5") -> Path:
    """A folder of models/, with the weights whose digest is in DESCRIPTION."""
    folder = models_dir() / key
    folder.mkdir(parents=True)
    if weights is not None:
        (folder / "model.safetensors").write_bytes(weights)
    text = description if isinstance(description, str) else json.dumps(description or DESCRIPTION)
    (folder / "model.json").write_text(text, encoding="utf-8")
    return folder


def changed(**values: Any) -> dict[str, Any]:
    """The description with other values; ``preprocess__x`` reaches into it, ``...`` takes a value away."""
    description = copy.deepcopy(DESCRIPTION)
    for name, value in values.items():
        target, _, inner = name.partition("__")
        record, key = (description[target], inner) if inner else (description, target)
        if value is ...:
            del record[key]
        else:
            record[key] = value
    return description


def test_a_stored_model_is_in_the_catalog(home: Path) -> None:
    folder = store("hats")
    (spec,) = stored_models()
    assert find_model("hats") == spec
    assert all_models() == (*official_models(), spec)
    assert (spec.key, spec.title, spec.kind, spec.architecture) == ("hats", "Hats and shoes", "yours", "resnet18")
    assert (spec.classes, spec.parameters, spec.gflops) == (("hat", "shoe"), 11_177_538, 1.814)
    assert (spec.folder, spec.size) == (str(folder), 1)
    assert (spec.acc1, spec.acc5) == (0.0, 0.0)
    assert spec.preprocess == Preprocess.from_json(DESCRIPTION["preprocess"])


def test_its_weights_are_checked_by_their_digest(home: Path) -> None:
    folder = store("hats")
    spec = find_model("hats")
    assert find_weights(spec).path == folder / "model.safetensors"
    assert model_state(spec) is ModelState.READY
    (folder / "model.safetensors").write_bytes(b"66")
    assert model_state(find_model("hats")) is ModelState.DAMAGED


def test_models_stand_by_title(home: Path) -> None:
    for key, title in (("1", "beta"), ("2", "Alpha"), ("3", "gamma")):
        store(key, changed(title=title))
    assert [spec.title for spec in stored_models()] == ["Alpha", "beta", "gamma"]


def test_no_models_yet(home: Path) -> None:
    assert stored_models() == ()


def test_names_become_one_line_of_plain_text(home: Path) -> None:
    store("hats", changed(title="<b>Hats</b>\n\u202eevil", classes=["h\x00at\t", "כובע", "x" * 1000]))
    (spec,) = stored_models()
    assert spec.title == "<b>Hats</b>evil"
    assert spec.classes == ("hat", "כובע", "x" * MAX_NAME)


def test_a_model_without_a_title_has_its_folders_name(home: Path) -> None:
    store("hats", changed(title="\n"))
    assert [spec.title for spec in stored_models()] == ["hats"]


WRONG: dict[str, Any] = {
    "cut": json.dumps(DESCRIPTION)[:-20],
    "empty": " ",
    "a list": "[]",
    "a number": "7",
    "null": "null",
    "deep": "[" * 100_000,
    "a newer format": changed(format_version=2),
    "no format": changed(format_version=...),
    "no title": changed(title=...),
    "no classes": changed(classes=...),
    "one class": changed(classes=["hat"]),
    "too many classes": changed(classes=["x"] * (MAX_CLASSES + 1)),
    "classes in one word": changed(classes="hats"),
    "a class without a name": changed(classes=["hat", "\n"]),
    "no digest": changed(sha256=...),
    "an empty digest": changed(sha256=""),
    "a short digest": changed(sha256="ef2d127d"),
    "a digest that is a list": changed(sha256=["e"] * 63),
    "capital digits": changed(sha256=DESCRIPTION["sha256"].upper()),
    "endless parameters": changed(parameters=float("inf")),
    "parameters in words": changed(parameters="many"),
    "endless work": changed(gflops=float("inf")),
    "work beyond numbers": changed(gflops=float("nan")),
    "no preprocessing": changed(preprocess=...),
    "preprocessing that is a list": changed(preprocess=[1]),
    "an unknown step": changed(preprocess__rotate=90),
    "a picture of a gigapixel": changed(preprocess__crop=32_768, preprocess__resize=32_768),
    "a picture of no pixel": changed(preprocess__crop=0),
    "half a pixel": changed(preprocess__crop=223.5),
    "a crop larger than the picture": changed(preprocess__crop=256, preprocess__resize=224),
    "two colours": changed(preprocess__mean=[0.5, 0.5]),
    "a colour that is no number": changed(preprocess__mean=[0.5, 0.5, float("nan")]),
    "a division by zero": changed(preprocess__std=[0.5, 0.0, 0.5]),
    "an unknown filter": changed(preprocess__interpolation="magic"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_folder_that_is_no_model_is_left_out_and_left_alone(
    what: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = store("wrong", WRONG[what])
    before = (folder / "model.json").read_bytes()
    store("hats")
    assert [spec.key for spec in stored_models()] == ["hats"]
    assert "wrong/model.json is not a model" in caplog.text
    assert (folder / "model.json").read_bytes() == before


@pytest.mark.parametrize("key", ["built-in", "resnet18"])
def test_no_model_takes_an_official_name(key: str, home: Path) -> None:
    store(key)
    assert stored_models() == ()
    assert find_model(key).kind != "yours"


def test_a_model_without_weights_is_left_out(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    store("hats", weights=None)
    assert stored_models() == ()
    assert "is not a model" in caplog.text


def test_bytes_that_are_no_text(home: Path) -> None:
    folder = store("hats")
    (folder / "model.json").write_bytes(b"\xff\xfe\x00")
    assert stored_models() == ()


@pytest.mark.filterwarnings("ignore")
def test_any_mutation_of_a_description_lists_models(home: Path) -> None:
    dice = random.Random(5)  # noqa: S311 - the same dice every time
    good = json.dumps(DESCRIPTION).encode()
    folder = store("hats")
    for _ in range(300):
        data = bytearray(good)
        for _ in range(dice.randrange(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        (folder / "model.json").write_bytes(data)
        for spec in stored_models():
            assert spec.preprocess.crop <= spec.preprocess.resize <= 1024
            assert all(name.isprintable() for name in (spec.title, *spec.classes))
    shutil.rmtree(folder)
    assert stored_models() == ()


# Storing


NEW = NewModel(
    title="Mugs & Cats",
    architecture="resnet18",
    classes=("mug", "חתול"),
    parameters=11_177_538,
    gflops=1.814,
    preprocess=Preprocess.from_json(DESCRIPTION["preprocess"]),
)


def filled_workspace() -> Path:
    folder = new_workspace()
    (folder / "model.safetensors").write_bytes(b"5")
    return folder


def titled(title: str) -> NewModel:
    return dataclasses.replace(NEW, title=title)


def test_a_stored_model_is_read_back_as_it_was(home: Path) -> None:
    workspace = filled_workspace()
    assert stored_models() == ()
    spec = store_model(workspace, NEW)
    assert stored_models() == (spec,)
    assert not workspace.exists()
    assert (spec.key, spec.title, spec.classes) == ("mugs-cats", NEW.title, NEW.classes)
    assert (spec.parameters, spec.gflops, spec.preprocess) == (NEW.parameters, NEW.gflops, NEW.preprocess)
    assert find_weights(spec).sha256 == DESCRIPTION["sha256"]
    assert [path.name for path in models_dir().iterdir()] == ["mugs-cats"]


def test_models_of_the_same_title_stand_beside_each_other(home: Path) -> None:
    keys = [store_model(filled_workspace(), NEW).key for _ in range(3)]
    assert keys == ["mugs-cats", "mugs-cats-2", "mugs-cats-3"]
    assert {spec.title for spec in stored_models()} == {NEW.title}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Mugs & Cats", "mugs-cats"),
        ("ספלים וחתולים", "model"),
        ("ספלים 2", "2"),
        ("Café-Äpfel", "cafe-apfel"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 100, "a" * 40),
        ("a" * 39 + " b", "a" * 39),
        ("...", "model"),
        ("", "model"),
        (".new-x", "new-x"),
        ("猫", "model"),
    ],
)
def test_a_folder_is_named_so_that_every_system_takes_it(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_two_models_with_hebrew_titles(home: Path) -> None:
    first, second = (store_model(filled_workspace(), titled(title)) for title in ("ספלים", "חתולים"))
    assert (first.key, second.key) == ("model", "model-2")
    assert [spec.title for spec in stored_models()] == ["חתולים", "ספלים"]


@pytest.mark.parametrize("title", ["ResNet18", "built in", "resnet50 v1"])
def test_no_official_name_is_taken(title: str, home: Path) -> None:
    spec = store_model(filled_workspace(), titled(title))
    assert spec.key == f"{slug_of(title)}-2"
    assert find_model(spec.key) == spec


def test_a_folder_that_cannot_be_written_is_a_sentence(home: Path) -> None:
    home.mkdir(exist_ok=True)
    home.joinpath("data").write_bytes(b"a file where the folder should be")
    with pytest.raises(ModelError, match=r"^The model could not be stored in .*models: Not a directory\.$"):
        new_workspace()


def test_a_workspace_that_went_away_is_a_sentence(home: Path) -> None:
    workspace = filled_workspace()
    shutil.rmtree(workspace)
    with pytest.raises(ModelError, match="could not be stored"):
        store_model(workspace, NEW)
    assert list(models_dir().iterdir()) == []


def test_what_a_killed_program_left_is_swept_up_later(home: Path) -> None:
    old, young = filled_workspace(), filled_workspace()
    past = time.time() - model_store.STALE_SECONDS - 60
    os.utime(old, (past, past))
    kept = store_model(filled_workspace(), NEW)
    new_workspace()
    assert not old.exists()
    assert young.exists()
    assert stored_models() == (kept,)
