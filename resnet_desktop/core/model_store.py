"""Your models on disk: a folder each, with model.json and model.safetensors."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.preprocess import Preprocess

log = logging.getLogger(__name__)

FORMAT_VERSION = 1
DESCRIPTION = "model.json"
WEIGHTS = "model.safetensors"
MAX_CLASSES = 100_000
MAX_NAME = 256


def stored_models() -> tuple[ModelSpec, ...]:
    """Your models by title. A folder that cannot be read as one is logged and left alone."""
    found = []
    for description in sorted(paths.models_dir().glob(f"*/{DESCRIPTION}")):
        try:
            found.append(_read(description))
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("%s is not a model: %s", description, error)
    return tuple(sorted(found, key=lambda spec: spec.title.casefold()))


def _read(description: Path) -> ModelSpec:
    record: dict[str, Any] = json.loads(description.read_text(encoding="utf-8"))
    if record["format_version"] != FORMAT_VERSION:
        raise ValueError(f"format version {record['format_version']}")
    classes = tuple(_plain(name) for name in record["classes"])
    if not 2 <= len(classes) <= MAX_CLASSES:
        raise ValueError(f"{len(classes)} classes")
    weights = description.parent / WEIGHTS
    return ModelSpec(
        key=description.parent.name,
        title=_plain(record["title"]),
        kind="yours",
        architecture=str(record["architecture"]),
        weights=WEIGHTS,
        sha256=str(record["sha256"]),
        size=weights.stat().st_size,
        parameters=int(record["parameters"]),
        gflops=float(record["gflops"]),
        acc1=0.0,
        acc5=0.0,
        preprocess=Preprocess.from_json(record["preprocess"]),
        classes=classes,
        folder=str(description.parent),
    )


def _plain(name: object) -> str:
    """A name from a file as one line of plain text."""
    return "".join(character for character in str(name) if character.isprintable())[:MAX_NAME]
