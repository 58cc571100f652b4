"""Every form in which people keep the weights of a ResNet is taken, and its numbers stay what they were."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from resnet_desktop.engine.gate import read_weights
from resnet_desktop.engine.layout import COUNTER, LITE
from resnet_desktop.engine.networks import RESNETS
from tests.engine.hostile_weights import (
    CLASSES,
    State,
    good_members,
    good_state,
    saved,
    saved_legacy,
    write_zip,
)

Save = Callable[[Path, State], object]


def precise(dtype: torch.dtype) -> State:
    return {name: value.to(dtype) if value.is_floating_point() else value for name, value in good_state().items()}


def without_counters() -> State:
    return {name: value for name, value in good_state().items() if not name.endswith(COUNTER)}


def with_metadata() -> State:
    """As a network gives it, with the versions of its layers."""
    state = OrderedDict(good_state())
    state._metadata = OrderedDict([("", {"version": 1})])  # type: ignore[attr-defined]
    return state


FORMS: dict[str, Callable[[Path], object]] = {
    "zip": lambda path: saved(path, good_state()),
    "legacy": lambda path: saved_legacy(path, good_state()),
    "safetensors": lambda path: save_file(good_state(), path),
    "safetensors with metadata": lambda path: save_file(good_state(), path, {"format": "pt", "made": "by hand"}),
    "with the versions of layers": lambda path: saved(path, with_metadata()),
    "zip by another program": lambda path: write_zip(path, good_members().items()),
    "bf16": lambda path: saved(path, precise(torch.bfloat16)),
    "fp32": lambda path: saved(path, precise(torch.float32)),
    "fp64": lambda path: saved(path, precise(torch.float64)),
    "fp64 legacy": lambda path: saved_legacy(path, precise(torch.float64)),
    "bf16 safetensors": lambda path: save_file(precise(torch.bfloat16), path),
    "state_dict": lambda path: saved(path, {"epoch": 3, "state_dict": good_state(), "optimizer": {"lr": [0.1]}}),
    "model": lambda path: saved_legacy(path, {"model": good_state(), "best": torch.tensor(0.9), "name": "x"}),
    "several cards": lambda path: saved(path, {f"module.{name}": value for name, value in good_state().items()}),
    "several cards, wrapped": lambda path: saved(
        path, {"state_dict": {f"module.{name}": value for name, value in good_state().items()}}
    ),
    "parameters": lambda path: saved(
        path, {name: nn.Parameter(v) if v.is_floating_point() else v for name, v in good_state().items()}
    ),
    "no counters": lambda path: saved(path, without_counters()),
    "no counters, safetensors": lambda path: save_file(without_counters(), path),
    "channels last": lambda path: saved(
        path, {n: v.to(memory_format=torch.channels_last) if v.dim() == 4 else v for n, v in good_state().items()}
    ),
    "one storage": lambda path: saved(path, in_one_storage()),
    "one storage, legacy": lambda path: saved_legacy(path, in_one_storage()),
}


def in_one_storage() -> State:
    """Views of one long vector, as some trainings keep them."""
    floats = {name: value for name, value in good_state().items() if value.is_floating_point()}
    long = torch.cat([value.flatten() for value in floats.values()])
    pieces = long.split([value.numel() for value in floats.values()])
    views = {name: piece.view(floats[name].shape) for name, piece in zip(floats, pieces, strict=True)}
    return {name: views.get(name, value) for name, value in good_state().items()}


def assert_the_same(found: State, expected: State) -> None:
    assert found.keys() == expected.keys()
    for name, value in found.items():
        wanted = torch.int64 if name.endswith(COUNTER) else torch.float32
        assert value.dtype is wanted
        assert type(value) is Tensor
        assert value.is_contiguous()
        assert torch.equal(value, expected[name].to(wanted)), name


@pytest.mark.parametrize("form", FORMS)
def test_every_usual_form_is_taken(form: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.anything"
    FORMS[form](path)
    weights = read_weights(path)
    assert (weights.architecture, weights.classes) == ("resnet18", CLASSES)
    expected = without_counters() if form.startswith("no counters") else good_state()
    if form.startswith("bf16"):
        expected = precise(torch.bfloat16)
    assert_the_same(weights.state, expected)


@pytest.mark.parametrize("architecture", [*RESNETS[1:], LITE])
def test_every_architecture_is_told_from_the_others(architecture: str, tmp_path: Path) -> None:
    state = good_state(architecture)
    save_file(state, tmp_path / "weights")
    weights = read_weights(tmp_path / "weights")
    assert (weights.architecture, weights.classes) == (architecture, CLASSES)
    assert_the_same(weights.state, state)


@pytest.mark.parametrize("name", ["כובע.pth", "מודל 🐈.pt", "100% {file}.bin", "a'b\"c;$(d).pth"])
def test_a_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    saved(tmp_path / name, good_state())
    assert read_weights(tmp_path / name).classes == CLASSES


@pytest.mark.parametrize("classes", [2, 100_000])
def test_the_fewest_and_the_most_classes(classes: int, tmp_path: Path) -> None:
    head = {"fc.weight": torch.zeros(classes, 512, dtype=torch.float16), "fc.bias": torch.zeros(classes)}
    save_file(good_state() | head, tmp_path / "weights")
    assert read_weights(tmp_path / "weights").classes == classes


def test_numbers_are_copies_and_the_file_may_change_afterwards(tmp_path: Path) -> None:
    save_file(precise(torch.float32), tmp_path / "weights")
    weights = read_weights(tmp_path / "weights")
    data = (tmp_path / "weights").read_bytes()
    with (tmp_path / "weights").open("r+b") as file:
        file.seek(len(data) // 2)
        file.write(bytes(len(data) // 2))
    assert_the_same(weights.state, good_state())
