"""What the models take on the disk, taking them away, and emptying the caches."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core import frozen, paths
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import discard_part
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.prepared import WORKSPACE, is_prepared, prepared_folder
from resnet_desktop.core.weights import files_of, find_weights, forget_digest

BUILT_IN_STAYS = QT_TRANSLATE_NOOP("Sentences", "The built-in model comes with the program and cannot be removed.")
NOTHING_TO_REMOVE = QT_TRANSLATE_NOOP("Sentences", "There is nothing of {title} on this computer.")
NOT_OURS = QT_TRANSLATE_NOOP(
    "Sentences", "{file} is not in the program's own folder. Remove it yourself if no other program needs it."
)
NOT_REMOVED = QT_TRANSLATE_NOOP("Sentences", "{file} could not be moved to the trash. Delete it in your file manager.")

MoveToTrash = Callable[[Path], bool]


@dataclass(frozen=True)
class Space:
    """Bytes on the disk."""

    weights: int
    prepared: int  # 0 while the model is not prepared

    @property
    def total(self) -> int:
        return self.weights + self.prepared


def space_of(spec: ModelSpec) -> Space:
    """What a model takes; nothing where it is not here."""
    try:
        weights = find_weights(spec)
    except ModelError:
        return Space(0, 0)
    folder = prepared_folder(spec, weights.sha256)
    return Space(size_of(weights.path), size_of(folder) if is_prepared(folder) else 0)


def size_of(path: Path) -> int:
    """Bytes of a file or of everything in a folder; 0 for what cannot be read."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        return sum(size_of(entry) for entry in path.iterdir() if not entry.is_symlink())
    except OSError:
        return 0


def verify(spec: ModelSpec) -> Path:
    """Read a model's file through again, whatever is remembered of it; raises ModelError where it is not good."""
    for path in files_of(spec):
        forget_digest(path)
    return find_weights(spec).path


def remove(spec: ModelSpec, trash: MoveToTrash) -> None:
    """Move a model's own files to the trash and forget its prepared form; raises ModelError."""
    if spec.kind == "built-in":
        raise ModelError(BUILT_IN_STAYS)
    own = paths.models_dir() if spec.kind == "yours" else paths.weights_dir()
    here = [path for path in files_of(spec) if path.is_file()]
    if not here:
        raise ModelError(NOTHING_TO_REMOVE, title=spec.title)
    ours = [path for path in here if own in path.parents]
    if not ours:
        raise ModelError(NOT_OURS, file=str(here[0]))
    try:
        prepared = prepared_folder(spec, find_weights(spec).sha256)
    except ModelError:
        prepared = None
    for path in [Path(spec.folder)] if spec.kind == "yours" else ours:
        if not trash(path):
            raise ModelError(NOT_REMOVED, file=str(path))
    if prepared is not None:
        shutil.rmtree(prepared, ignore_errors=True)
    if spec.kind == "official":
        with contextlib.suppress(ModelError):  # another process is just fetching it
            discard_part(spec)


def cache_size(in_use: Iterable[Path] = ()) -> int:
    """Bytes that ``free_caches`` would give back."""
    return sum(size_of(folder) for folder in _can_go(in_use))


def free_caches(in_use: Iterable[Path] = ()) -> int:
    """Delete everything that can be made again, except the prepared models ``in_use``; returns the bytes freed."""
    kept = list(in_use)
    before = cache_size(kept)
    for folder in _can_go(kept):
        shutil.rmtree(folder, ignore_errors=True)
    return before - cache_size(kept)


def _can_go(in_use: Iterable[Path]) -> list[Path]:
    """Folders of the cache. What is being prepared at this moment belongs to whoever prepares it, and an edition that
    cannot prepare models keeps all that are."""
    kept = set(in_use)
    every = _entries(paths.prepared_dir()) if frozen.can_train() else []
    prepared = [each for each in every if not each.name.startswith(WORKSPACE)]
    return [
        *(paths.cache_dir() / name for name in ("compiled", "embeddings")),
        *(folder for folder in prepared if folder not in kept),
    ]


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
