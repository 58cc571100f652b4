"""Your models on disk: a folder each, with model.json and model.safetensors."""

from __future__ import annotations

import json
import logging
import math
import string
from pathlib import Path
from typing import Any

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec, official_models
from resnet_desktop.core.preprocess import Preprocess

log = logging.getLogger(__name__)

FORMAT_VERSION = 1
DESCRIPTION = "model.json"
WEIGHTS = "model.safetensors"
MAX_CLASSES = 100_000
MAX_NAME = 256
MAX_DESCRIPTION = 32 << 20  # bytes: the most classes with the longest names
EDGES = range(32, 1025)  # pixels; more would need gigabytes
INTERPOLATIONS = frozenset({"bilinear", "bicubic"})
DAMAGE = (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


def stored_models() -> tuple[ModelSpec, ...]:
    """Your models by title. A folder that cannot be read as one is logged and left alone."""
    found = []
    for description in sorted(paths.models_dir().glob(f"*/{DESCRIPTION}")):
        try:
            found.append(_read(description))
        except DAMAGE as error:
            log.warning("%s is not a model: %s", description, error)
    return tuple(sorted(found, key=lambda spec: spec.title.casefold()))


def _read(description: Path) -> ModelSpec:
    key = description.parent.name
    _require(all(key != spec.key for spec in official_models()), "its folder has the name of another model")
    _require(description.stat().st_size <= MAX_DESCRIPTION, "its description is too large")
    record: dict[str, Any] = json.loads(description.read_text(encoding="utf-8"))
    _require(record["format_version"] == FORMAT_VERSION, f"format version {record['format_version']}")
    classes = _classes(record["classes"])
    sha256 = record["sha256"]
    # An empty one would pass for the beginning of every digest.
    _require(len(sha256) == 64 and set(sha256) <= set(string.hexdigits.lower()), "its digest is none")
    gflops = float(record["gflops"])
    _require(math.isfinite(gflops), "its work")
    weights = description.parent / WEIGHTS
    return ModelSpec(
        key=key,
        title=_plain(record["title"]) or key,
        kind="yours",
        architecture=str(record["architecture"]),
        weights=WEIGHTS,
        sha256=sha256,
        size=weights.stat().st_size,
        parameters=int(record["parameters"]),
        gflops=gflops,
        acc1=0.0,
        acc5=0.0,
        preprocess=_preprocess(record["preprocess"]),
        classes=classes,
        folder=str(description.parent),
    )


def _classes(names: list[object]) -> tuple[str, ...]:
    _require(isinstance(names, list) and 2 <= len(names) <= MAX_CLASSES, "too few or too many classes")
    classes = tuple(_plain(name) for name in names)
    _require(all(classes), "a class without a name")
    return classes


def _preprocess(record: dict[str, Any]) -> Preprocess:
    """The record with every value checked: people mail models to each other."""
    read = Preprocess.from_json(record)
    _require(read.crop in EDGES and read.resize in EDGES and read.crop <= read.resize, "its picture size")
    _require(len(read.mean) == len(read.std) == 3, "its colours")
    _require(all(math.isfinite(value) for value in (*read.mean, *read.std)) and min(read.std) > 0, "its colours")
    _require(read.interpolation in INTERPOLATIONS, "its interpolation")
    return read


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)


def _plain(name: object) -> str:
    """A name from a file as one line of plain text."""
    return "".join(character for character in str(name) if character.isprintable())[:MAX_NAME]
