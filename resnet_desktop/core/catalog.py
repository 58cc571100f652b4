"""The models there are: built-in and official ones from resources/models.json, yours from the model store."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.paths import resource_path
from resnet_desktop.core.preprocess import Preprocess

Kind = Literal["built-in", "official", "yours"]
UNKNOWN_MODEL = QT_TRANSLATE_NOOP("Sentences", "There is no model named “{key}”. The models are: {known}.")


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model as the catalog knows it, whether its weights are on this computer or not."""

    key: str
    title: str
    kind: Kind
    architecture: str  # a name that engine.networks can build
    weights: str  # file name of the weights
    sha256: str  # full digest where known, else the 8 digits that the official name carries, else ""
    size: int  # bytes of the weights file, 0 where unknown
    parameters: int
    gflops: float
    acc1: float  # ImageNet top-1 accuracy in percent, 0 where unknown
    acc5: float
    preprocess: Preprocess
    recommended: bool = True  # False for the older weights of an architecture that has newer ones
    url: str = ""
    older: tuple[tuple[str, str], ...] = ()  # name and digest of older files with the same weights
    classes: tuple[str, ...] = ()  # class names of your models; empty means the 1,000 ImageNet labels
    folder: str = ""  # where your model lives
    accuracy: float = 0.0  # of your model, the share of pictures it had not seen; 0 where unknown
    # When your model came, in seconds since the epoch; the same model may have come twice.
    stored: float = field(default=0.0, compare=False)


@cache
def official_models() -> tuple[ModelSpec, ...]:
    """The built-in model first, then the ResNets by depth."""
    records: list[dict[str, Any]] = json.loads(resource_path("models.json").read_text(encoding="utf-8"))["models"]
    return tuple(_spec(record) for record in records)


def all_models() -> tuple[ModelSpec, ...]:
    from resnet_desktop.core.model_store import stored_models

    return official_models() + stored_models()


def find_model(key: str) -> ModelSpec:
    """The model with this key; ModelError names the keys there are."""
    models = all_models()
    for spec in models:
        if spec.key == key:
            return spec
    raise ModelError(UNKNOWN_MODEL, key=key, known=", ".join(spec.key for spec in models))


def _spec(record: dict[str, Any]) -> ModelSpec:
    values = dict(record)
    values["preprocess"] = Preprocess.from_json(values["preprocess"])
    values["older"] = tuple((name, digest) for name, digest in values.get("older", ()))
    return ModelSpec(**values)
