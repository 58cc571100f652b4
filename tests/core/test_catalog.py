"""The catalog says what torchvision says."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from resnet_desktop.core.catalog import ModelSpec, all_models, find_model, official_models
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.paths import resource_path

OFFICIAL = [spec for spec in official_models() if spec.kind == "official"]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """scripts/make_catalog.py, which is no package."""
    path = Path(__file__).resolve().parents[2] / "scripts" / "make_catalog.py"
    spec = importlib.util.spec_from_file_location("make_catalog", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_what_the_script_makes(script: ModuleType) -> None:
    stored = json.loads(resource_path("models.json").read_text(encoding="utf-8"))
    # Through JSON, where tuples are lists.
    assert stored == json.loads(json.dumps(script.catalog()))


def test_the_labels_are_what_the_script_makes(script: ModuleType) -> None:
    text = resource_path("labels", "imagenet.en.txt").read_text(encoding="utf-8")
    assert text == "\n".join(script.labels()) + "\n"


def test_the_script_writes_both(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "RESOURCES", tmp_path)
    script.main()
    for parts in (("models.json",), ("labels", "imagenet.en.txt")):
        assert tmp_path.joinpath(*parts).read_bytes() == resource_path(*parts).read_bytes()


def test_the_models_there_are() -> None:
    keys = [spec.key for spec in official_models()]
    assert keys[0] == "built-in"
    assert keys == [
        *("built-in", "resnet18", "resnet34", "resnet50", "resnet50-v1"),
        *("resnet101", "resnet101-v1", "resnet152", "resnet152-v1"),
    ]
    assert [spec.key for spec in OFFICIAL if not spec.recommended] == ["resnet50-v1", "resnet101-v1", "resnet152-v1"]


@pytest.mark.parametrize("spec", OFFICIAL, ids=lambda spec: spec.key)
def test_figures_are_torchvisions(spec: ModelSpec) -> None:
    """Read here by file name, so that a wrong pairing in the script would show."""
    from torchvision import models

    (weights,) = (
        weights for weights in models.get_model_weights(spec.architecture) if weights.url.endswith("/" + spec.weights)
    )
    assert spec.url == weights.url
    assert spec.parameters == weights.meta["num_params"]
    assert spec.gflops == weights.meta["_ops"]
    assert (spec.acc1, spec.acc5) == tuple(weights.meta["_metrics"]["ImageNet-1K"].values())
    assert abs(spec.size / 2**20 - weights.meta["_file_size"]) < 0.001
    transforms = weights.transforms()
    assert [spec.preprocess.resize] == transforms.resize_size
    assert [spec.preprocess.crop] == transforms.crop_size
    assert list(spec.preprocess.mean) == transforms.mean
    assert list(spec.preprocess.std) == transforms.std
    assert spec.preprocess.interpolation == transforms.interpolation.value
    assert spec.preprocess.resize == (256 if weights.name.endswith("V1") else 232)
    assert weights.meta["categories"][967] == "espresso"


@pytest.mark.parametrize("spec", OFFICIAL, ids=lambda spec: spec.key)
def test_official_names_carry_the_digest(spec: ModelSpec) -> None:
    found = re.fullmatch(r"resnet\d+-([0-9a-f]{8})\.pth", spec.weights)
    assert found is not None
    assert found[1] == spec.sha256[:8]


def test_the_built_in_models_digest_is_known_in_full() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", find_model("built-in").sha256)


def test_keys_and_files_are_unique() -> None:
    assert len({spec.key for spec in official_models()}) == len(official_models())
    assert len({spec.weights for spec in official_models()}) == len(official_models())


def test_an_unknown_key_names_those_there_are(home: Path) -> None:
    with pytest.raises(ModelError) as caught:
        find_model("no such {model}")
    assert str(caught.value) == (
        "There is no model named “no such {model}”. The models are: "
        + ", ".join(spec.key for spec in all_models())
        + "."
    )
