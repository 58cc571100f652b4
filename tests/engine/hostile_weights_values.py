"""Files in order whose content is not the weights of a network: other names, shapes, types and numbers."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import resnet

from resnet_desktop.engine.layout import COUNTER
from resnet_desktop.engine.refusals import (
    CODE,
    HOLLOW,
    NEGATIVE,
    NO_RESNET,
    NOT_A_STATE_DICT,
    NOT_FINITE,
    ODD_TENSOR,
    ODD_TYPE,
    WRONG_CLASSES,
    WRONG_NAMES,
    WRONG_SHAPE,
)
from tests.engine.hostile_weights import Kind, Maker, State, kind, saved, saved_legacy

Content = dict[Any, Any]
VARIANCE, MEAN = "layer2.1.bn2.running_var", "layer2.1.bn2.running_mean"


def _with(change: Callable[[Content], object], save: Callable[[Path, object], None] = saved) -> Maker:
    """Good weights, changed."""

    def make(path: Path, state: State) -> None:
        changed: Content = dict(state)
        change(changed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch remarks on odd tensors; whoever reads them must not rely on it
            save(path, changed)

    return make


def _set(name: str, change: Callable[[Tensor], object]) -> Maker:
    def make(path: Path, state: State) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            saved(path, {**state, name: change(state[name])})

    return make


def _other(build: Callable[[], nn.Module]) -> Maker:
    """All the weights of another network, zeros as fp16."""

    def make(path: Path, _state: State) -> None:
        with torch.device("meta"):
            expected = build().state_dict()
        zeros = {
            name: torch.zeros(value.shape, dtype=torch.float16 if value.is_floating_point() else value.dtype)
            for name, value in expected.items()
        }
        saved(path, zeros)

    return make


def _content(content: Callable[[State], object]) -> Maker:
    return lambda path, state: saved(path, content(state))


def _filled(value: float, dtype: torch.dtype = torch.float32) -> Callable[[Tensor], Tensor]:
    return lambda tensor: torch.full(tensor.shape, value, dtype=dtype)


def _one_number(value: float) -> Callable[[Tensor], Tensor]:
    """A single odd number, in the middle."""

    def change(tensor: Tensor) -> Tensor:
        changed = tensor.clone()
        changed.view(-1)[changed.numel() // 2] = value
        return changed

    return change


def _renamed(change: Callable[[str], str]) -> Maker:
    return _content(lambda state: {change(name): value for name, value in state.items()})


def _one_storage(state: State) -> State:
    """As many numbers as a ResNet has, all of them the same few."""
    largest = torch.zeros(max(value.numel() for value in state.values()), dtype=torch.float16)
    return {
        name: largest[: value.numel()].view(value.shape) if value.is_floating_point() else value
        for name, value in state.items()
    }


def _quantized(tensor: Tensor) -> Tensor:
    return torch.quantize_per_tensor(tensor.float(), 0.1, 0, torch.qint8)


def _block_again(block: str, *others: str) -> Maker:
    """A block of the good network several times."""

    def change(content: Content) -> None:
        for other in others:
            again = {name.replace(block, other): value.clone() for name, value in content.items() if block in name}
            content.update(again)

    return _with(change)


class Subclass(Tensor):
    """A tensor with code of its own."""


TENSORS: dict[str, tuple[str, Callable[[Tensor], object]]] = {
    "sparse-coo": (ODD_TENSOR, lambda tensor: tensor.float().to_sparse()),
    "sparse-csr": (ODD_TENSOR, lambda tensor: tensor.float().to_sparse_csr()),
    "sparse-csc": (ODD_TENSOR, lambda tensor: tensor.float().to_sparse_csc()),
    "quantized": (ODD_TENSOR, _quantized),
    "meta": (ODD_TENSOR, lambda tensor: tensor.to("meta")),
    "nested": (ODD_TENSOR, lambda _tensor: torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])),
    "conjugated": (ODD_TENSOR, lambda tensor: tensor.to(torch.complex64).conj()),
    "negated": (ODD_TENSOR, torch._neg_view),
    "subclass": (CODE, lambda tensor: tensor.as_subclass(Subclass)),
    "uninitialised": (CODE, lambda _tensor: nn.UninitializedParameter()),
    "complex": (ODD_TYPE, lambda tensor: tensor.to(torch.complex64)),
    "int8": (ODD_TYPE, lambda tensor: tensor.to(torch.int8)),
    "uint8": (ODD_TYPE, lambda tensor: tensor.to(torch.uint8)),
    "int64": (ODD_TYPE, lambda tensor: tensor.to(torch.int64)),
    "bool": (ODD_TYPE, lambda tensor: tensor > 0),
    "float8": (ODD_TYPE, lambda tensor: tensor.to(torch.float8_e5m2)),
    "transposed": (WRONG_SHAPE, lambda tensor: tensor.t()),
    "flat": (WRONG_SHAPE, lambda tensor: tensor.flatten()),
    "number-without-shape": (WRONG_SHAPE, lambda _tensor: torch.tensor(1.0)),
    "stride-nought": (HOLLOW, lambda tensor: torch.zeros(1, dtype=torch.float16).expand(tensor.shape)),
    "gigabyte-of-four-bytes": (HOLLOW, lambda _tensor: torch.zeros(1).expand(1 << 28)),
    "exabyte-of-four-bytes": (HOLLOW, lambda _tensor: torch.zeros(1).expand(1 << 60)),
    "list": (NOT_A_STATE_DICT, lambda tensor: tensor.tolist()),
    "number": (NOT_A_STATE_DICT, lambda _tensor: 7),
    "text": (NOT_A_STATE_DICT, lambda _tensor: "weights"),
    "none": (NOT_A_STATE_DICT, lambda _tensor: None),
    "bytes": (NOT_A_STATE_DICT, lambda _tensor: bytearray(b"weights")),
    "storage": (NOT_A_STATE_DICT, lambda tensor: tensor.untyped_storage()),
    "dictionary": (NOT_A_STATE_DICT, lambda tensor: {"weight": tensor}),
}

NUMBERS = [
    *(
        kind(f"{word}-in-{name}", NOT_FINITE, _set(name, _one_number(value)))
        for name in ("layer4.1.conv2.weight", "fc.bias", MEAN, VARIANCE)
        for word, value in (("nan", math.nan), ("inf", math.inf), ("minus-inf", -math.inf))
    ),
    kind("doubles-beyond-floats", NOT_FINITE, _set("conv1.weight", _filled(1e300, torch.float64))),
    kind("doubles-below-floats", NOT_FINITE, _set("fc.bias", _filled(-1e39, torch.float64))),
    kind("negative-variance", NEGATIVE, _set(VARIANCE, _one_number(-1e-3))),
    kind("counter-as-float", ODD_TYPE, _set("bn1.num_batches_tracked", lambda tensor: tensor.float())),
    kind("counter-as-int32", ODD_TYPE, _set("bn1.num_batches_tracked", lambda tensor: tensor.int())),
    kind("counter-as-list", WRONG_SHAPE, _set("bn1.num_batches_tracked", lambda tensor: tensor.expand(3).clone())),
]

NAMES = [
    kind("name-missing", WRONG_NAMES, _with(lambda content: content.pop("layer2.0.bn1.bias"))),
    kind("name-missing-legacy", WRONG_NAMES, _with(lambda content: content.pop("layer2.0.bn1.bias"), saved_legacy)),
    kind("name-too-many", WRONG_NAMES, _with(lambda content: content.update(extra=torch.zeros(1)))),
    kind("first-layer-missing", NO_RESNET, _with(lambda content: content.pop("conv1.weight"))),
    kind("last-layer-missing", WRONG_NAMES, _with(lambda content: (content.pop("fc.weight"), content.pop("fc.bias")))),
    kind("bias-missing", WRONG_NAMES, _with(lambda content: content.pop("fc.bias"))),
    kind("some-counters-missing", WRONG_NAMES, _with(lambda content: content.pop(f"bn1.{COUNTER}"))),
    kind("prefix-on-some", NO_RESNET, _renamed(lambda name: f"module.{name}" if name < "fc" else name)),
    kind("prefix-twice", NO_RESNET, _renamed(lambda name: f"module.module.{name}")),
    kind("other-prefix", NO_RESNET, _renamed(lambda name: f"backbone.{name}")),
    kind("other-names", NO_RESNET, _renamed(lambda name: name.replace("layer", "stages."))),
    kind("names-in-capitals", ODD_TYPE, _renamed(str.upper)),
    kind(
        "names-as-bytes",
        NOT_A_STATE_DICT,
        _content(lambda state: {name.encode(): value for name, value in state.items()}),
    ),
    kind("numbers-as-names", NOT_A_STATE_DICT, _content(lambda state: dict(enumerate(state.values())))),
    kind("a-tuple-as-name", NOT_A_STATE_DICT, _with(lambda content: content.update({("fc", "bias"): torch.zeros(3)}))),
    kind(
        "a-name-of-ten-thousand-characters",
        WRONG_NAMES,
        _with(lambda content: content.update({"a" * 10_000: torch.zeros(1)})),
    ),
    kind(
        "a-name-of-odd-characters",
        WRONG_NAMES,
        _with(lambda content: content.update({"\u202e\n\x1b[31m{title}%s\ud800<b>": torch.zeros(1)})),
    ),
    kind(
        "an-odd-tensor-with-an-odd-name",
        ODD_TYPE,
        _with(lambda content: content.update({"\n\u202e" * 500: torch.zeros(1).int()})),
    ),
    kind("an-empty-name", WRONG_NAMES, _with(lambda content: content.update({"": torch.zeros(1)}))),
]

NETWORKS = [
    kind(
        "one-class",
        WRONG_CLASSES,
        _with(lambda c: c.update({"fc.weight": c["fc.weight"][:1].clone(), "fc.bias": c["fc.bias"][:1].clone()})),
    ),
    kind(
        "no-class",
        WRONG_CLASSES,
        _with(lambda c: c.update({"fc.weight": torch.zeros(0, 512), "fc.bias": torch.zeros(0)})),
    ),
    kind("100001-classes", WRONG_CLASSES, _set("fc.bias", lambda _tensor: torch.zeros(100_001, dtype=torch.float16))),
    kind("100001-classes-of-four-bytes", HOLLOW, _set("fc.bias", lambda _tensor: torch.zeros(1).expand(100_001))),
    kind("bias-of-another-length", WRONG_SHAPE, _set("fc.bias", lambda _tensor: torch.zeros(4))),
    kind("bias-that-is-a-table", WRONG_SHAPE, _set("fc.bias", lambda _tensor: torch.zeros(1, 3))),
    kind("convolution-of-another-shape", WRONG_SHAPE, _set("conv1.weight", lambda _tensor: torch.zeros(64, 1, 7, 7))),
    kind("small-first-layer", WRONG_SHAPE, _set("conv1.weight", lambda _tensor: torch.zeros(64, 3, 3, 3))),
    kind("seven-blocks-in-layer3", NO_RESNET, _block_again("layer3.1", *(f"layer3.{index}" for index in range(2, 7)))),
    kind("three-blocks-in-layer4", WRONG_NAMES, _block_again("layer4.1", "layer4.2")),
    kind("resnext50", WRONG_SHAPE, _other(resnet.resnext50_32x4d)),
    kind("wide-resnet50", WRONG_SHAPE, _other(resnet.wide_resnet50_2)),
    kind(
        "plain-layers", NO_RESNET, _other(lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(8, 3)))
    ),
    kind("all-numbers-in-one-place", HOLLOW, _content(_one_storage)),
]

CONTENTS = [
    kind("empty-dictionary", NOT_A_STATE_DICT, lambda path, _state: path.write_bytes(_bytes_of({}))),
    kind("a-tensor-alone", NOT_A_STATE_DICT, _content(lambda state: state["fc.weight"])),
    kind("a-list-of-tensors", NOT_A_STATE_DICT, _content(lambda state: list(state.values()))),
    kind("two-levels-deep", NOT_A_STATE_DICT, _content(lambda state: {"state_dict": {"model": dict(state)}})),
    kind("three-levels-deep", NOT_A_STATE_DICT, _content(lambda state: {"a": {"state_dict": {"model": dict(state)}}})),
    kind("unknown-wrapper", NOT_A_STATE_DICT, _content(lambda state: {"weights": dict(state)})),
    kind(
        "wrapper-with-nothing", NOT_A_STATE_DICT, _content(lambda state: {"state_dict": {}, "rest": state["fc.weight"]})
    ),
    kind("wrapper-with-other-things", NOT_A_STATE_DICT, _content(lambda state: {"state_dict": {"epoch": 3, **state}})),
    kind(
        "wrapper-with-broken-numbers",
        NOT_FINITE,
        _content(lambda state: {"model": state | {"fc.bias": torch.full((3,), math.nan)}}),
    ),
    kind(
        "wrapper-with-an-odd-tensor",
        ODD_TENSOR,
        _content(lambda state: {"model": state | {"fc.bias": torch.zeros(3).to("meta")}}),
    ),
    kind(
        "optimizer-alone",
        NOT_A_STATE_DICT,
        _content(
            lambda state: {
                "optimizer": {
                    "state": {0: {"momentum_buffer": state["fc.weight"]}},
                    "param_groups": [{"lr": 0.1, "params": [0]}],
                },
                "epoch": 3,
            }
        ),
    ),
]


def _bytes_of(content: object) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


KINDS: list[Kind] = [
    *(kind(f"tensor-{name}", says, _set("fc.weight", change)) for name, (says, change) in TENSORS.items()),
    *NUMBERS,
    *NAMES,
    *NETWORKS,
    *CONTENTS,
]
