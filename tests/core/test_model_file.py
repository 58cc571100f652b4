"""One of your models in one file: what is written, what is read of it again, and what is refused."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save

from resnet_desktop.core import files, model_file
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import Cancelled, ModelError
from resnet_desktop.core.events import WRITING_FILE, Progress
from resnet_desktop.core.model_file import ENTRY, METADATA, SUFFIX, export_model, read_description
from resnet_desktop.core.model_store import DESCRIPTION, WEIGHTS, NewModel, new_workspace, same_model, store_model
from resnet_desktop.core.weights import DAMAGED, GONE

NUMBERS = {"conv1.weight": np.arange(600, dtype=np.float32), "fc.bias": np.array([0.5, -1.25], np.float32)}
METRICS = {"accuracy": 0.9125, "low": 0.88, "high": 0.94, "count": 300}


@pytest.fixture
def hats(home: Path) -> ModelSpec:
    """A model of yours, whose weights no network would take."""
    return stored("Hats & כובעים", ("hat", 'a "cap"\\', "כובע"))


def stored(title: str, classes: tuple[str, ...]) -> ModelSpec:
    workspace = new_workspace()
    (workspace / WEIGHTS).write_bytes(save(NUMBERS))
    return store_model(
        workspace,
        NewModel(
            title=title,
            architecture="resnet18",
            classes=classes,
            parameters=602,
            gflops=1.814,
            preprocess=dataclasses.replace(find_model("resnet18").preprocess, resize=300, crop=288),
            metrics=METRICS,
            training={"preset": "quick", "seed": 7},
            versions={"torch": "2.9"},
        ),
    )


def exported(spec: ModelSpec, target: Path) -> Path:
    for _event in export_model(spec, target):
        pass
    return target


def header_of(path: Path) -> tuple[dict[str, Any], bytes]:
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def test_any_program_that_reads_safetensors_opens_it(hats: ModelSpec, tmp_path: Path) -> None:
    path = exported(hats, tmp_path / f"hats{SUFFIX}")
    read = load_file(path)
    assert read.keys() == NUMBERS.keys()
    assert all(np.array_equal(read[name], value) for name, value in NUMBERS.items())
    with safe_open(path, "np") as opened:
        record = json.loads(opened.metadata()[ENTRY])
    assert record["classes"] == list(hats.classes)
    assert record["metrics"] == METRICS
    _header, numbers = header_of(path)
    assert numbers == header_of(Path(hats.folder) / WEIGHTS)[1]
    assert record["numbers_sha256"] == hashlib.sha256(numbers).hexdigest()


def test_the_description_comes_back_as_it_was(hats: ModelSpec, tmp_path: Path) -> None:
    read = read_description(exported(hats, tmp_path / "hats"))
    assert read is not None
    assert (read.model.title, read.model.classes) == ("Hats & כובעים", ("hat", 'a "cap"\\', "כובע"))
    assert (read.model.architecture, read.model.preprocess) == ("resnet18", hats.preprocess)
    assert (read.model.metrics, read.model.versions) == (METRICS, {"torch": "2.9"})
    assert read.model.training == {"preset": "quick", "seed": 7}


def test_it_tells_how_far_it_is(hats: ModelSpec, tmp_path: Path) -> None:
    events = list(export_model(hats, tmp_path / "hats"))
    assert events == [Progress(hats.size, hats.size, WRITING_FILE)]


def test_weights_of_other_programs_describe_nothing(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    for metadata in (None, {"format": "pt"}):
        path.write_bytes(save(NUMBERS, metadata))
        assert read_description(path) is None


@pytest.mark.parametrize("folder", ["/home/maria/Hats", "C:\\Users\\maria\\Hats", "Hats"])
def test_where_the_pictures_lay_stays_here(folder: str, hats: ModelSpec, tmp_path: Path) -> None:
    record = json.loads((Path(hats.folder) / DESCRIPTION).read_bytes())
    record["training"]["dataset"] = folder
    rewrite(hats, json.dumps(record))
    path = exported(hats, tmp_path / "x")
    assert b"maria" not in path.read_bytes()
    read = read_description(path)
    assert read is not None
    assert read.model.training == {"preset": "quick", "seed": 7, "dataset": "Hats"}
    assert same_model(read.model, hats.sha256) == hats


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_others_may_read_it(hats: ModelSpec, tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    assert exported(hats, tmp_path / "x").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_only_your_models_are_exported(tmp_path: Path) -> None:
    for key in ("built-in", "resnet18"):
        with pytest.raises(ModelError, match="is not one of your models"):
            exported(find_model(key), tmp_path / "x")


def test_the_models_folder_is_no_place_for_it(hats: ModelSpec, tmp_path: Path) -> None:
    (tmp_path / "way in").symlink_to(hats.folder, target_is_directory=True)
    before = (Path(hats.folder) / WEIGHTS).read_bytes()
    for folder in (Path(hats.folder), tmp_path / "way in"):
        with pytest.raises(ModelError, match="Choose another folder"):
            exported(hats, folder / WEIGHTS)
    assert (Path(hats.folder) / WEIGHTS).read_bytes() == before


def full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def damage(spec: ModelSpec, at: int) -> None:
    weights = Path(spec.folder) / WEIGHTS
    data = bytearray(weights.read_bytes())
    data[at] ^= 1
    weights.write_bytes(data)


def rewrite(spec: ModelSpec, text: str) -> None:
    (Path(spec.folder) / DESCRIPTION).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda spec, _patch: damage(spec, -3), DAMAGED),
        (lambda spec, _patch: damage(spec, 9), DAMAGED),
        (lambda spec, _patch: (Path(spec.folder) / WEIGHTS).write_bytes(b"short"), DAMAGED),
        (lambda spec, _patch: rewrite(spec, "{"), DAMAGED),
        (lambda spec, _patch: rewrite(spec, "[" * 100_000), DAMAGED),
        (lambda spec, _patch: (Path(spec.folder) / WEIGHTS).unlink(), GONE),
        (lambda _spec, patch: patch.setattr(files.os, "fsync", full), model_file.NOT_WRITTEN),
        (lambda _spec, patch: patch.setattr(model_file, "MAX_HEADER", 500), model_file.TOO_LONG),
    ],
)
def test_what_goes_wrong_leaves_the_old_file(
    harm: Callable[[ModelSpec, pytest.MonkeyPatch], object],
    sentence: str,
    hats: ModelSpec,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "out" / "hats"
    target.parent.mkdir()
    target.write_bytes(b"old")
    harm(hats, monkeypatch)
    with pytest.raises(ModelError) as caught:
        exported(hats, target)
    assert caught.value.sentence == sentence
    assert [(path.name, path.read_bytes()) for path in target.parent.iterdir()] == [("hats", b"old")]


def test_a_folder_cannot_be_replaced(hats: ModelSpec, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="could not be written"):
        exported(hats, tmp_path)


def test_a_cancel_leaves_nothing(hats: ModelSpec, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        list(export_model(hats, tmp_path / "out" / "hats", token))
    assert list((tmp_path / "out").iterdir()) == []


def described(path: Path, hats: ModelSpec, change: Callable[[dict[str, Any]], object] | str) -> Path:
    """The exported file with another description: a changed record, or this very text."""
    header, numbers = header_of(exported(hats, path))
    record = json.loads(header[METADATA][ENTRY])
    if isinstance(change, str):
        header[METADATA][ENTRY] = change
    else:
        change(record)
        header[METADATA][ENTRY] = json.dumps(record)
    data = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(data)) + data + numbers)
    return path


def setting(**values: Any) -> Callable[[dict[str, Any]], object]:
    """``preprocess__crop`` reaches into the preprocessing."""

    def change(record: dict[str, Any]) -> None:
        for name, value in values.items():
            outer, _, inner = name.partition("__")
            target, key = (record[outer], inner) if inner else (record, outer)
            target[key] = value

    return change


def nested(depth: int) -> dict[str, Any]:
    deep: dict[str, Any] = {}
    for _ in range(depth):
        deep = {"a": deep}
    return deep


HOSTILE: dict[str, Callable[[dict[str, Any]], object] | str] = {
    "nothing": "",
    "no JSON": "{'title': 1}",
    "cut": '{"title": "Hats", "cla',
    "a list": "[]",
    "a word": '"hats"',
    "deep": '{"a":' * 100_000,
    "deep and closed": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "a level too deep": setting(training=nested(8)),
    "a title twice": '{"title": "Hats", "title": "Caps"}',
    "a number of a million digits": '{"format_version": ' + "1" * 1_000_000 + "}",
    "a newer format": setting(format_version=2),
    "an accuracy that is no number": setting(metrics={"accuracy": float("nan")}),
    "an endless accuracy": setting(metrics={"accuracy": float("inf")}),
    "an accuracy beyond numbers": '{"metrics": {"accuracy": 1e999}}',
    "metrics in a list": setting(metrics=[0.9]),
    "training in words": setting(training="hard"),
    "versions of nothing": setting(versions=None),
    "one class": setting(classes=["hat"]),
    "classes in a record": setting(classes={"0": "hat", "1": "cap"}),
    "a class of control characters": setting(classes=["hat", "cap", "\u202e\x07"]),
    "a crop of a gigapixel": setting(preprocess__crop=32_768, preprocess__resize=32_768),
    "a crop of no pixel": setting(preprocess__crop=0),
    "a crop of half a number": setting(preprocess__crop=224.0),
    "a crop beyond the picture": setting(preprocess__crop=512, preprocess__resize=256),
    "no spread of colours": setting(preprocess__std=[0.0, 1.0, 1.0]),
    "four colours": setting(preprocess__mean=[0.5] * 4),
    "an unknown interpolation": setting(preprocess__interpolation="lanczos"),
    "a step of its own": setting(preprocess__run="rm"),
    "a digest that is none": setting(numbers_sha256="x" * 64),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_description_that_cannot_be_true_is_one_sentence(name: str, hats: ModelSpec, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        read_description(described(tmp_path / "x", hats, HOSTILE[name]))
    assert caught.value.sentence == model_file.WRONG


def test_names_become_plain_text(hats: ModelSpec, tmp_path: Path) -> None:
    change = setting(title="../../\u202egnp.exe\n", classes=["h\x00at", "\u2066cap", "x" * 1_000])
    read = read_description(described(tmp_path / "x", hats, change))
    assert read is not None
    assert read.model.title == "../../gnp.exe"
    assert read.model.classes == ("hat", "cap", "x" * 256)
