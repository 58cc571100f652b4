"""Weights from disk: right ones are taken, all others are refused with a sentence, and nothing in them is run."""

from __future__ import annotations

import dataclasses
import io
import os
import pickle
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine import load
from resnet_desktop.engine.load import load_answering
from resnet_desktop.engine.networks import build_network

SPEC = dataclasses.replace(find_model("resnet18"), classes=("hat", "shoe"))


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return build_network(SPEC).network.state_dict()  # type: ignore[union-attr,return-value]


@pytest.fixture(params=["pth", "legacy.pth", "safetensors"])
def good(request: pytest.FixtureRequest, state: dict[str, torch.Tensor], tmp_path: Path) -> Path:
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


def test_good_weights_are_loaded(good: Path, state: dict[str, torch.Tensor]) -> None:
    network = load_answering(SPEC, good)
    assert not network.training
    loaded = network.network.network.state_dict()  # type: ignore[union-attr]
    assert all(torch.equal(loaded[name], value) for name, value in state.items())  # type: ignore[operator]


def test_the_file_in_the_wheel_is_loaded() -> None:
    spec = find_model("built-in")
    assert load_answering(spec, find_weights(spec).path).network.head.out_features == 1000


@pytest.mark.parametrize("key", ["resnet18", "resnet34", "built-in"])
def test_the_weights_of_another_network(good: Path, key: str) -> None:
    """1,000 classes instead of 2, more layers, another architecture."""
    assert refusal(find_model(key), good).sentence == load.DIFFERENT


@pytest.mark.parametrize("change", [lambda s: s.pop("fc.bias"), lambda s: s.update({"extra": torch.zeros(1)})])
def test_a_key_too_few_or_too_many(
    change: Callable[[dict[str, torch.Tensor]], object], state: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    changed = dict(state)
    change(changed)
    save_file(changed, tmp_path / "changed.safetensors")
    assert refusal(SPEC, tmp_path / "changed.safetensors").sentence == load.DIFFERENT


@pytest.mark.parametrize("part", [0, 7, 8, 100, 0.01, 0.5, 0.99, -1])
def test_a_file_that_is_cut_off(good: Path, part: float) -> None:
    data = good.read_bytes()
    length = int(len(data) * part) if isinstance(part, float) else part
    good.write_bytes(data[:length])
    assert refusal(SPEC, good).sentence == load.UNREADABLE


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_file_never_raises_anything_else(good: Path, seed: int) -> None:
    """Bits turned in the head, where the structure is; in the numbers they make other numbers."""
    dice = random.Random(seed)  # noqa: S311 - the same dice every time
    data = bytearray(good.read_bytes())
    for _ in range(40):
        data[dice.randrange(min(len(data), 12_000))] ^= 1 << dice.randrange(8)
    good.write_bytes(data)
    try:
        load_answering(SPEC, good)
    except ModelError as error:
        assert error.sentence in (load.UNREADABLE, load.DIFFERENT)  # noqa: PT017 - it may also be read


@pytest.mark.parametrize("name", ["page.pth", "page.safetensors"])
def test_a_web_page_in_place_of_the_weights(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("<!doctype html><title>Sign in</title>", encoding="utf-8")
    assert refusal(SPEC, tmp_path / name).sentence == load.UNREADABLE


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, {"state": {"fc.bias": torch.zeros(2)}}, torch.zeros(3)])
def test_a_file_that_holds_something_else(value: object, tmp_path: Path) -> None:
    torch.save(value, tmp_path / "other.pth")
    assert refusal(SPEC, tmp_path / "other.pth").sentence == load.UNREADABLE


class Canary:
    """Unpickling it makes a file: what a hostile weights file would do with a shell."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, (str(self.path),)


def test_the_canary_sings_where_pickles_are_trusted(tmp_path: Path) -> None:
    """The proof that the next test could fail."""
    pickle.loads(pickle.dumps(Canary(tmp_path / "sung")))  # noqa: S301
    assert (tmp_path / "sung").exists()


@pytest.mark.parametrize("form", ["zip", "legacy", "pickle", "forged zip"])
def test_code_in_a_weights_file_is_refused_and_not_run(form: str, tmp_path: Path) -> None:
    path, sung = tmp_path / "hostile.pth", tmp_path / "sung"
    if form in ("zip", "legacy"):
        torch.save({"fc.bias": Canary(sung)}, path, _use_new_zipfile_serialization=form == "zip")
    elif form == "pickle":
        path.write_bytes(pickle.dumps(Canary(sung)))
    else:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("archive/data.pkl", pickle.dumps({"fc.bias": Canary(sung)}, protocol=2))
            archive.writestr("archive/version", "3\n")
        path.write_bytes(buffer.getvalue())
    assert refusal(SPEC, path).sentence == load.UNREADABLE
    assert not sung.exists()


def test_a_tensor_that_claims_more_than_the_file_holds(state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    """A stride of 0 makes a gigabyte of four bytes; the shape gives it away, and nothing is allocated."""
    hostile = dict(state) | {"fc.bias": torch.zeros(1).expand(1 << 28)}
    torch.save(hostile, tmp_path / "wide.pth")
    program = (
        "import resource, sys; from pathlib import Path; from tests.engine import test_load as t\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "t.refusal(t.SPEC, Path(sys.argv[1]))\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "wide.pth"],
        cwd=Path(__file__).resolve().parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(result.stdout) < 500  # MiB


ODD: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sparse": lambda weight: weight.to_sparse(),
    "complex": lambda weight: weight.to(torch.complex64),
    "bytes": lambda weight: weight.to(torch.int8),
    "truth": lambda weight: weight > 0,
    "nowhere": lambda weight: weight.to("meta"),
    "not a number": lambda weight: weight.clone().fill_(float("nan")),
    "infinite": lambda weight: weight.clone().fill_(float("inf")),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # torch remarks on each of them; that must not be what refuses it
@pytest.mark.parametrize("kind", ODD)
def test_odd_tensors_are_refused(kind: str, state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    torch.save(dict(state) | {"fc.weight": ODD[kind](state["fc.weight"])}, tmp_path / "odd.pth")
    refusal(SPEC, tmp_path / "odd.pth")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_another_precision_are_taken(
    dtype: torch.dtype, state: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    save_file(dict(state) | {"fc.weight": state["fc.weight"].to(dtype)}, tmp_path / "half.safetensors")
    head = load_answering(SPEC, tmp_path / "half.safetensors").network.head
    assert head.weight.dtype == torch.float32
    assert torch.allclose(head.weight, state["fc.weight"], atol=1e-3)
