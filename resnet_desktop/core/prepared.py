"""Prepared models: the OpenVINO form of weights, made once by the engine and kept in the cache by content."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.weights import INCOMPLETE

# Part of every cache name: raise it when engine/convert.py changes what it writes.
FORMAT = 1
NETWORK = "network.xml"
NETWORK_DATA = "network.bin"
CLASS_WEIGHTS = "class_weights.npy"  # float32 [classes, features] of the last layer, for heat maps
FILES = (NETWORK, NETWORK_DATA, CLASS_WEIGHTS)
WORKSPACE = ".preparing-"
STALE_SECONDS = 24 * 3600.0  # no preparation takes as long: its process was killed

DAMAGED = QT_TRANSLATE_NOOP("Sentences", "The prepared form of {title} was damaged and has been removed. Try again.")
CANNOT_WRITE = QT_TRANSLATE_NOOP("Sentences", "{title} could not be prepared: {folder} cannot be written ({reason}).")


def prepared_folder(spec: ModelSpec, weights_sha256: str) -> Path:
    """Where the prepared form of these very weights is or will be; an installed program brings its built-in model's."""
    recipe = json.dumps([FORMAT, spec.architecture, asdict(spec.preprocess), weights_sha256], sort_keys=True)
    name = hashlib.sha256(recipe.encode()).hexdigest()[:24]
    shipped = paths.shipped_dir() / name
    return shipped if is_prepared(shipped) else paths.prepared_dir() / name


def is_shipped(folder: Path) -> bool:
    """Whether a prepared folder is part of the installation, which the program never changes."""
    return folder.parent == paths.shipped_dir()


def is_prepared(folder: Path) -> bool:
    """A folder gets its name only when all its files are written, so presence is enough."""
    return all((folder / name).is_file() for name in FILES)


@contextlib.contextmanager
def workspace(spec: ModelSpec, folder: Path) -> Iterator[Path]:
    """A temporary folder in which to make the prepared ``folder``; gone afterwards, however the work ended.

    The process that asks for the work owns it, since the one that does the work may be killed.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=WORKSPACE))
    except OSError as error:
        raise ModelError(CANNOT_WRITE, title=spec.title, folder=str(folder.parent), reason=error.strerror) from error
    try:
        _sweep(folder.parent)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def discard(spec: ModelSpec, folder: Path) -> ModelError:
    """Remove a prepared folder that cannot be used; the error to raise says that it will be made again."""
    if is_shipped(folder):
        return ModelError(INCOMPLETE)
    shutil.rmtree(folder, ignore_errors=True)
    return ModelError(DAMAGED, title=spec.title)


def _sweep(parent: Path) -> None:
    """Remove what processes that were killed have left."""
    for left in parent.glob(f"{WORKSPACE}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
