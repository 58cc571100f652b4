"""The edition without PyTorch: the same networks built by hand, the same gate for safetensors, the same models."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from resnet_desktop.core import frozen
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import Cancelled, EngineError, ModelError
from resnet_desktop.core.events import ModelReady
from resnet_desktop.core.prepared import CLASS_WEIGHTS, NETWORK_DATA, prepared_folder, workspace
from resnet_desktop.engine import plain_convert, plain_gate, save_form
from resnet_desktop.engine.gate import read_weights as read_with_torch
from resnet_desktop.engine.layout import ARCHITECTURES, COUNTER, LITE, layout_of
from resnet_desktop.engine.networks import Answering, build_layers, build_network
from resnet_desktop.engine.plain_network import build_model
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.refusals import NOT_FINITE, WRONG_NAMES
from tests.engine.hostile_weights import Kind, good_state
from tests.engine.hostile_weights_safetensors import KINDS as HOSTILE

CLASSES = ("a", "b", "c")
CROP = 96


def spec_of(architecture: str) -> ModelSpec:
    """One of yours with three classes and a small input, so that the deep ones take no time."""
    start = find_model("built-in" if architecture == LITE else architecture)
    preprocess = dataclasses.replace(start.preprocess, crop=CROP, resize=CROP)
    changed = {"kind": "yours", "key": "mine", "title": "Mine", "classes": CLASSES, "preprocess": preprocess}
    return dataclasses.replace(start, architecture=architecture, **changed)


def lively(architecture: str) -> dict[str, torch.Tensor]:
    """Random weights with statistics that a wrong BatchNorm would show."""
    torch.manual_seed(1)
    state = build_layers(architecture, len(CLASSES)).state_dict()
    for name, value in state.items():
        if name.endswith("running_mean"):
            value.normal_(0, 0.1)
        elif name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif name.removesuffix("weight") + "running_var" in state:
            value.uniform_(0.3, 0.6)  # else a deep random network grows beyond all numbers
    return state


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_names_and_shapes_are_those_of_torch(architecture: str) -> None:
    with torch.device("meta"):
        expected = {name: tuple(value.shape) for name, value in build_layers(architecture, 7).state_dict().items()}
    assert layout_of(architecture).shapes(7) == expected


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_network_built_by_hand_answers_as_torch_does(architecture: str, home: Path) -> None:
    spec, state = spec_of(architecture), lively(architecture)
    network = build_network(spec)
    network.load(state)
    answering = Answering(network, spec).eval()
    plain = {name: value.numpy() for name, value in state.items() if not name.endswith(COUNTER)}
    pixels = np.random.default_rng(0).integers(0, 256, (1, CROP, CROP, 3), dtype=np.uint8)
    with torch.inference_mode():
        expected = [each.numpy() for each in answering(torch.from_numpy(pixels))]
    from resnet_desktop.core.openvino_runtime import import_openvino

    compiled = import_openvino().Core().compile_model(build_model(spec, plain), "CPU", save_form.EXACT)
    found = compiled([pixels])
    for number, theirs in enumerate(expected):
        ours = found[number]
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() <= 1e-4 * max(1.0, float(np.abs(theirs).max()))
    assert [next(iter(output.get_names())) for output in compiled.outputs] == ["logits", "embedding", "feature_map"]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "mine.safetensors"
    save_file(lively("resnet18"), path)
    return path


def prepare(spec: ModelSpec, weights: Path, folder: Path) -> list[object]:
    with workspace(spec, folder) as temporary:
        return list(plain_convert.prepare_model(spec, weights, folder, temporary, Inbox()))


def test_a_prepared_form_has_all_that_answers_need(home: Path, stored: Path) -> None:
    from resnet_desktop.core.classifier import OpenVinoClassifier

    spec = spec_of("resnet18")
    folder = prepared_folder(spec, "0" * 64)
    assert prepare(spec, stored, folder)[-1] == ModelReady(spec, folder)
    head = lively("resnet18")["fc.weight"].numpy()
    assert np.array_equal(np.load(folder / CLASS_WEIGHTS), head)
    classifier = OpenVinoClassifier(spec, folder, "auto", "one")
    outputs = classifier.run(np.zeros((CROP, CROP, 3), np.uint8))
    assert outputs.logits.shape == (3,)
    assert (folder / NETWORK_DATA).stat().st_size < 2.1 * sum(value.numel() for value in lively("resnet18").values())
    classifier.close()


def test_what_suffers_from_rounding_is_stored_whole(home: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_form, "MAX_DIFFERENCE", 1e-6)
    spec = spec_of("resnet18")
    folder = prepared_folder(spec, "0" * 64)
    prepare(spec, stored, folder)
    assert (folder / NETWORK_DATA).stat().st_size > 3.9 * 11_000_000


def test_what_has_no_answer_is_not_kept(home: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_form, "MAX_DIFFERENCE", -1.0)
    spec = spec_of("resnet18")
    folder = prepared_folder(spec, "0" * 64)
    with pytest.raises(EngineError, match="does not answer the same"):
        prepare(spec, stored, folder)
    assert not folder.exists()


def test_weights_of_another_network_are_not_prepared(home: Path, stored: Path) -> None:
    spec = spec_of("resnet34")
    with pytest.raises(ModelError, match="of another network than Mine"):
        prepare(spec, stored, prepared_folder(spec, "0" * 64))


def test_a_cancel_leaves_nothing(home: Path, stored: Path) -> None:
    spec, inbox = spec_of("resnet18"), Inbox()
    folder = prepared_folder(spec, "0" * 64)
    with workspace(spec, folder) as temporary:
        events = plain_convert.prepare_model(spec, stored, folder, temporary, inbox)
        next(events)
        inbox.cancel.cancel()
        with pytest.raises(Cancelled):
            next(events)
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_both_gates_let_the_same_through(architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "weights"
    save_file(lively(architecture), path)
    ours, theirs = plain_gate.read_weights(path), read_with_torch(path)
    assert (ours.architecture, ours.classes) == (theirs.architecture, theirs.classes) == (architecture, 3)
    assert ours.parameters == theirs.parameters
    assert ours.state.keys() == theirs.state.keys()
    assert all(np.array_equal(value, theirs.state[name].numpy()) for name, value in ours.state.items())
    ours.save(tmp_path / "again.safetensors")
    assert read_with_torch(tmp_path / "again.safetensors").classes == 3


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_other_precisions_become_float32(dtype: torch.dtype, tmp_path: Path) -> None:
    state = {name: value.to(dtype) if value.is_floating_point() else value for name, value in good_state().items()}
    save_file(state, tmp_path / "weights")
    read = plain_gate.read_weights(tmp_path / "weights")
    assert {value.dtype for name, value in read.state.items() if not name.endswith(COUNTER)} == {np.dtype(np.float32)}


def test_numbers_that_float32_cannot_hold_are_refused(tmp_path: Path) -> None:
    state = {name: value.double() if value.is_floating_point() else value for name, value in good_state().items()}
    state["fc.bias"] = state["fc.bias"] + 1e300
    save_file(state, tmp_path / "weights")
    with pytest.raises(ModelError) as refused:
        plain_gate.read_weights(tmp_path / "weights")
    assert refused.value.sentence == NOT_FINITE


def test_a_missing_name_is_told(tmp_path: Path) -> None:
    state = dict(good_state())
    del state["layer2.0.bn1.bias"]
    save_file(state, tmp_path / "weights")
    with pytest.raises(ModelError, match=r"layer2\.0\.bn1\.bias") as refused:
        plain_gate.read_weights(tmp_path / "weights")
    assert refused.value.sentence == WRONG_NAMES


@pytest.mark.parametrize("form", ["bf16", "zip", "legacy"])
def test_what_only_torch_reads_is_sent_to_the_full_edition(form: str, tmp_path: Path) -> None:
    path = tmp_path / "weights"
    if form == "bf16":
        save_file(
            {name: value.bfloat16() if value.is_floating_point() else value for name, value in good_state().items()},
            path,
        )
    else:
        torch.save(good_state(), path, _use_new_zipfile_serialization=form == "zip")
    with pytest.raises(ModelError) as refused:
        plain_gate.read_weights(path)
    assert refused.value.sentence == plain_gate.NEEDS_FULL_TO_READ


@pytest.mark.parametrize("hostile", [pytest.param(kind, id=kind.name) for kind in HOSTILE])
def test_every_hostile_safetensors_file_is_refused_here_too(hostile: Kind, tmp_path: Path) -> None:
    path = tmp_path / "hostile"
    hostile.make(path, good_state())
    with pytest.raises(ModelError):
        plain_gate.read_weights(path)


CHILD = """
import sys
from pathlib import Path
sys.modules["torch"] = None
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core import frozen
frozen.can_train = lambda: False
from resnet_desktop.engine.examine import examine_all
from resnet_desktop.engine.plain_convert import prepare_model
from resnet_desktop.engine.process import Inbox
print([type(event).__name__ for event in examine_all([(Path(sys.argv[1]), None)], Inbox())][-1])
"""


def test_nothing_on_the_way_needs_torch(home: Path, stored: Path) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(stored)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.split() == ["WeightsExamined"], done.stderr


def test_ready_goes_the_plain_way_in_the_classify_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    from resnet_desktop.engine import ready

    monkeypatch.setattr(frozen, "can_train", lambda: False)
    went: list[str] = []
    monkeypatch.setattr(plain_convert, "prepare_model", lambda *_given: went.append("plain") or iter(()))
    list(ready._prepare(spec_of("resnet18"), Path(), Path(), Path(), Inbox()))
    assert went == ["plain"]
