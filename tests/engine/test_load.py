"""Weights from disk into a network: right ones are taken as they are, those of another network are refused."""

from __future__ import annotations

import dataclasses
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine import container, gate, limits, recognise, refusals
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.networks import build_network

SPEC = dataclasses.replace(find_model("resnet18"), classes=("hat", "shoe"))
State = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def state() -> State:
    torch.manual_seed(1)
    return build_network(SPEC).network.state_dict()  # type: ignore[union-attr,return-value]


@pytest.fixture(params=["pth", "legacy.pth", "safetensors"])
def good(request: pytest.FixtureRequest, state: State, tmp_path: Path) -> Path:
    """The same weights in torch's format, its format before 1.6, and safetensors."""
    path = tmp_path / f"good.{request.param}"
    if path.suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save(state, path, _use_new_zipfile_serialization=request.param == "pth")
    return path


def refusal(spec: ModelSpec, path: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_answering(spec, path)
    assert str(path) in str(caught.value)
    return caught.value


def test_good_weights_are_loaded(good: Path, state: State) -> None:
    network = load_answering(SPEC, good)
    assert not network.training
    loaded = network.network.network.state_dict()  # type: ignore[union-attr]
    assert all(torch.equal(loaded[name], value) for name, value in state.items())  # type: ignore[operator]


def test_weights_from_before_there_were_counters_answer_the_same(state: State, tmp_path: Path) -> None:
    path = tmp_path / "old.pth"
    torch.save({name: value for name, value in state.items() if not name.endswith(gate.COUNTER)}, path)
    pixels = torch.zeros(1, 224, 224, 3, dtype=torch.uint8)
    answers = load_answering(SPEC, path)(pixels)[0]
    save_file(state, path)
    with torch.inference_mode():
        assert torch.equal(answers, load_answering(SPEC, path)(pixels)[0])


def test_the_file_in_the_wheel_is_loaded() -> None:
    spec = find_model("built-in")
    assert load_answering(spec, find_weights(spec).path).network.head.out_features == 1000


@pytest.mark.parametrize("key", ["resnet18", "resnet34", "built-in"])
def test_the_weights_of_another_network(good: Path, key: str) -> None:
    """1,000 classes instead of 2, more layers, another architecture."""
    refused = refusal(find_model(key), good)
    assert refused.sentence == recognise.DIFFERENT
    assert find_model(key).title in str(refused)


@pytest.mark.parametrize("change", [lambda s: s.pop("fc.bias"), lambda s: s.update({"extra": torch.zeros(1)})])
def test_a_key_too_few_or_too_many(change: Callable[[State], object], state: State, tmp_path: Path) -> None:
    changed = dict(state)
    change(changed)
    save_file(changed, tmp_path / "changed.safetensors")
    assert refusal(SPEC, tmp_path / "changed.safetensors").sentence == refusals.WRONG_NAMES


@pytest.mark.parametrize("part", [0, 100, 0.01, 0.5, 0.99, -1])
def test_a_file_that_is_cut_off(good: Path, part: float) -> None:
    data = good.read_bytes()
    length = int(len(data) * part) if isinstance(part, float) else part
    good.write_bytes(data[:length])
    says = container.TOO_SMALL if part in (0, 100) else container.CUT_OFF
    assert refusal(SPEC, good).sentence == says


def test_your_models_pass_the_same_gate_whatever_their_name(state: State, tmp_path: Path) -> None:
    """People mail them to each other: here a pickle under the name of safetensors."""
    sung = tmp_path / "sung"

    class Canary:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return os.mkdir, (str(sung),)

    path = tmp_path / "model.safetensors"
    torch.save({**state, "note": Canary()}, path)
    assert refusal(SPEC, path).sentence == gate.CODE
    assert not sung.exists()
    pickle.loads(pickle.dumps(Canary()))  # noqa: S301 - the proof that it could have been made
    assert sung.exists()


def test_they_are_read_within_the_limit_of_memory(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_file(state, tmp_path / "model.safetensors")
    monkeypatch.setattr(limits, "_address_space", lambda: limits.EXTRA_BYTES // 64 - limits.EXTRA_BYTES)
    assert refusal(SPEC, tmp_path / "model.safetensors").sentence == gate.NO_MEMORY


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_another_precision_are_taken(dtype: torch.dtype, state: State, tmp_path: Path) -> None:
    save_file(dict(state) | {"fc.weight": state["fc.weight"].to(dtype)}, tmp_path / "half.safetensors")
    head = load_answering(SPEC, tmp_path / "half.safetensors").network.head
    assert head.weight.dtype == torch.float32
    assert torch.allclose(head.weight, state["fc.weight"], atol=1e-3)
