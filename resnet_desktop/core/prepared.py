"""Prepared models: the OpenVINO form of weights, made once by the engine and kept in the cache by content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec

# Part of every cache name: raise it when engine/convert.py changes what it writes.
FORMAT = 1
NETWORK = "network.xml"
NETWORK_DATA = "network.bin"
CLASS_WEIGHTS = "class_weights.npy"  # float32 [classes, features] of the last layer, for heat maps
FILES = (NETWORK, NETWORK_DATA, CLASS_WEIGHTS)


def prepared_folder(spec: ModelSpec, weights_sha256: str) -> Path:
    """Where the prepared form of these very weights is or will be."""
    recipe = json.dumps([FORMAT, spec.architecture, asdict(spec.preprocess), weights_sha256], sort_keys=True)
    return paths.prepared_dir() / hashlib.sha256(recipe.encode()).hexdigest()[:24]


def is_prepared(folder: Path) -> bool:
    """A folder gets its name only when all its files are written, so presence is enough."""
    return all((folder / name).is_file() for name in FILES)
