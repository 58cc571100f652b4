"""A model in one file goes through the same gate as any foreign one, and comes out as it went in or not at all."""

from __future__ import annotations

import dataclasses
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import save_file

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.class_names import WRONG_COUNT
from resnet_desktop.core.classifier import answer_file
from resnet_desktop.core.events import Event, WeightsExamined, WeightsRefused
from resnet_desktop.core.model_file import MAX_LISTS, WRONG, read_description
from resnet_desktop.core.model_store import WEIGHTS, NewModel, new_workspace, store_model, stored_models
from resnet_desktop.core.paths import models_dir
from resnet_desktop.engine import add_model, examine, refusals
from resnet_desktop.engine.container import CUT_OFF, TOO_COMPLEX, TOO_MANY
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.torch_classifier import TorchClassifier
from tests.core.test_model_file import HOSTILE, described, exported, setting, stored
from tests.engine.hostile_weights import good_state

NAMES = ("hat", "כובע", "shoe ")


@pytest.fixture
def mine(home: Path) -> ModelSpec:
    """A whole ResNet-18 of yours, whose preprocessing is nobody else's."""
    workspace = new_workspace()
    state = {name: value.float() if value.is_floating_point() else value for name, value in good_state().items()}
    save_file(state, workspace / WEIGHTS)
    spec = find_model("resnet18")
    return store_model(
        workspace,
        NewModel(
            title="Hats",
            architecture="resnet18",
            classes=NAMES,
            parameters=11_187_651,
            gflops=spec.gflops,
            preprocess=dataclasses.replace(spec.preprocess, resize=160, crop=128, interpolation="bicubic"),
            metrics={"accuracy": 0.91, "count": 300},
            training={"preset": "quick", "dataset": "/home/maria/Hats", "run": "20260101-000000-hats"},
            versions={"torch": "2.9"},
        ),
    )


@pytest.fixture
def hats(home: Path) -> ModelSpec:
    """A small one, whose weights no network would take."""
    return stored("Hats", NAMES)


def examined_here(file: Path, workspace: Path | None = None) -> Event:
    """As the child does it, without a child."""
    return list(examine.examine_all([(file, workspace)], Inbox()))[-1]


def brought(file: Path) -> WeightsExamined:
    event = examined_here(file, new_workspace())
    assert isinstance(event, WeightsExamined), event
    return event


def sentence_of(file: Path) -> str:
    event = examined_here(file)
    assert isinstance(event, WeightsRefused), event
    return event.error.sentence


def test_a_model_goes_elsewhere_and_is_the_same(
    mine: ModelSpec, tmp_path: Path, token: CancelToken, coffee: Path
) -> None:
    answer = answer_of(mine, coffee)
    file = exported(mine, tmp_path / "hats.resnetmodel")
    elsewhere = tmp_path / "another computer's"
    shutil.move(mine.folder, elsewhere)
    assert stored_models() == ()

    examined = list(add_model.examine(file, token))[-1]
    assert isinstance(examined, WeightsExamined)
    assert add_model.already_here(examined) is None
    spec = add_model.keep(examined)
    assert dataclasses.replace(spec, folder=mine.folder) == mine
    assert (Path(spec.folder) / WEIGHTS).read_bytes() == (elsewhere / WEIGHTS).read_bytes()
    description = (elsewhere / "model.json").read_text(encoding="utf-8").replace("/home/maria/Hats", "Hats")
    assert (Path(spec.folder) / "model.json").read_text(encoding="utf-8") == description
    assert answer_of(spec, coffee) == answer


def answer_of(spec: ModelSpec, picture: Path) -> list[tuple[int, float]]:
    classifier = TorchClassifier(spec, Path(spec.folder) / WEIGHTS, "cpu")
    answer = answer_file(classifier, picture)[0]
    classifier.close()
    return [(item.index, item.probability) for item in answer.predictions]


def test_the_very_same_model_twice_is_one(mine: ModelSpec, tmp_path: Path) -> None:
    file = exported(mine, tmp_path / "hats.resnetmodel")
    examined = brought(file)
    assert add_model.already_here(examined) == mine
    assert add_model.already_here(examined, title="Caps") is None
    assert add_model.already_here(examined, names=("a", "b", "c")) is None
    other = add_model.keep(examined, "Caps", ("a", "b", "c"))
    assert (other.key, other.title, other.classes) == ("caps", "Caps", ("a", "b", "c"))
    assert other.preprocess == mine.preprocess


def test_a_taken_title_gets_a_number(mine: ModelSpec, tmp_path: Path) -> None:
    file = described(tmp_path / "x", mine, setting(metrics={"accuracy": 0.5}))
    examined = brought(file)
    assert add_model.already_here(examined) is None
    assert (add_model.keep(examined).key, mine.key) == ("hats-2", "hats")


def test_a_title_like_a_path_stays_in_the_models_folder(mine: ModelSpec, tmp_path: Path) -> None:
    file = described(tmp_path / "stick.resnetmodel", mine, setting(title="../../\u202eevil/con"))
    spec = add_model.keep(brought(file))
    assert (spec.title, Path(spec.folder)) == ("../../evil/con", models_dir() / "evil-con")
    file = described(tmp_path / "stick.resnetmodel", mine, setting(title="\u202e\n"))
    assert add_model.keep(brought(file)).title == "stick"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (setting(classes=["hat", "cap"]), WRONG_COUNT),
        (setting(classes=[str(index) for index in range(1_000)]), WRONG_COUNT),
        (setting(architecture="resnet34"), WRONG),
        (setting(architecture="../resnet18"), WRONG),
        (setting(numbers_sha256="0" * 64), CUT_OFF),
    ],
)
def test_a_description_that_does_not_fit_the_weights(
    change: Callable[[dict[str, Any]], object], sentence: str, mine: ModelSpec, tmp_path: Path
) -> None:
    assert sentence_of(described(tmp_path / "x", mine, change)) == sentence


def test_a_flipped_bit_is_noticed(mine: ModelSpec, tmp_path: Path) -> None:
    file = exported(mine, tmp_path / "hats.resnetmodel")
    with file.open("r+b") as opened:
        opened.seek(-1_000, 2)
        (byte,) = opened.read(1)
        opened.seek(-1, 1)
        opened.write(bytes([byte ^ 1]))
    assert sentence_of(file) == CUT_OFF


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_description_never_reaches_the_weights(
    name: str, hats: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examine, "read_weights", None)
    assert sentence_of(described(tmp_path / "x", hats, HOSTILE[name])) == WRONG


def test_a_good_description_does_not_help_other_weights(hats: ModelSpec, tmp_path: Path) -> None:
    assert sentence_of(exported(hats, tmp_path / "x")) == refusals.NO_RESNET


def test_a_header_that_claims_two_hundred_megabytes(hats: ModelSpec, tmp_path: Path) -> None:
    file = exported(hats, tmp_path / "x")
    data = file.read_bytes()
    file.write_bytes(struct.pack("<Q", 200 << 20) + data[8:])
    assert sentence_of(file) == CUT_OFF
    with file.open("r+b") as opened:
        opened.truncate(201 << 20)
    assert sentence_of(file) == TOO_MANY


def test_only_the_description_may_be_long(hats: ModelSpec, tmp_path: Path) -> None:
    record = setting(classes=["x" * 200 for _ in range(20_000)])
    assert sentence_of(described(tmp_path / "x", hats, record)) == refusals.NO_RESNET
    header, numbers = header_and_numbers(exported(hats, tmp_path / "x"))
    padded = header.ljust(len(header) + MAX_LISTS)
    (tmp_path / "x").write_bytes(struct.pack("<Q", len(padded)) + padded + numbers)
    assert sentence_of(tmp_path / "x") == TOO_MANY


def header_and_numbers(path: Path) -> tuple[bytes, bytes]:
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    return data[8 : 8 + length], data[8 + length :]


def test_a_description_twice_is_none(hats: ModelSpec, tmp_path: Path) -> None:
    header, numbers = header_and_numbers(exported(hats, tmp_path / "x"))
    twice = header.replace(b'"format": "pt"', b'"resnet_desktop": "{}"')
    (tmp_path / "x").write_bytes(struct.pack("<Q", len(twice)) + twice + numbers)
    assert sentence_of(tmp_path / "x") == TOO_COMPLEX


@pytest.mark.parametrize("letter", ['"', "\\", "כ", "\U0001f3a9"])
def test_long_names_that_leave_come_back(letter: str, home: Path, tmp_path: Path) -> None:
    """What the export takes is read again, whatever the names are made of; here megabytes of them."""
    spec = stored("Names", tuple(letter * 200 + str(index) for index in range(6_000)))
    file = exported(spec, tmp_path / "x")
    assert file.stat().st_size > MAX_LISTS
    assert sentence_of(file) == refusals.NO_RESNET
    read = read_description(file)
    assert read is not None
    assert read.model.classes == spec.classes
