"""Your models on disk: a folder each, with model.json and model.safetensors."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import math
import shutil
import string
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec, official_models
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.files import publish_folder, sha256_of, write_file
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
WORKSPACE = ".new-"
PLACES = frozenset({"dataset"})  # of a training's settings: paths
TRAINED_HERE = "trained_here"  # the run on this computer that stored it; ``NewModel`` lacks it, so no file brings it in
STALE_SECONDS = 24 * 3600.0  # whoever made such a workspace was killed
MAX_SLUG = 40
# Windows takes none of these for a folder.
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
CANNOT_STORE = QT_TRANSLATE_NOOP("Sentences", "The model could not be stored in {folder}: {reason}.")
DAMAGE = (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


def stored_models() -> tuple[ModelSpec, ...]:
    """Your models by title. A folder that cannot be read as one is logged and left alone."""
    found = []
    for description in sorted(paths.models_dir().glob(f"[!.]*/{DESCRIPTION}")):
        try:
            found.append(_read(description))
        except DAMAGE as error:
            log.warning("%s is not a model: %s", description, error)
    return tuple(sorted(found, key=lambda spec: spec.title.casefold()))


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewModel:
    """What is written down of a model beside its weights."""

    title: str
    architecture: str
    classes: tuple[str, ...]
    parameters: int
    gflops: float
    preprocess: Preprocess
    metrics: dict[str, Any] = dataclasses.field(default_factory=dict)
    training: dict[str, Any] = dataclasses.field(default_factory=dict)  # settings, run and dataset
    versions: dict[str, str] = dataclasses.field(default_factory=dict)


def new_workspace() -> Path:
    """An empty folder in which a model can be put together; ``store_model`` gives it its name."""
    parent = paths.models_dir()
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(f"{WORKSPACE}*"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=parent, prefix=WORKSPACE))
    except OSError as error:
        raise ModelError(CANNOT_STORE, folder=str(parent), reason=error.strerror) from error


def store_model(workspace: Path, model: NewModel, run: str = "") -> ModelSpec:
    """Make a workspace that holds model.safetensors one of your models; it then is where its title says.

    ``run`` is the training on this computer that ends with it; a model from elsewhere has none.
    """
    record = dataclasses.asdict(model) | {"format_version": FORMAT_VERSION, "title": plain_name(model.title)}
    record |= {TRAINED_HERE: run} if run else {}
    try:
        record["sha256"] = sha256_of(workspace / WEIGHTS)
        write_file(workspace / DESCRIPTION, json.dumps(record, ensure_ascii=False, indent=1).encode())
        _read(workspace / DESCRIPTION)  # what could not be read again must not get a name
        for target in _free_folders(model.title):
            with contextlib.suppress(FileExistsError):
                publish_folder(workspace, target, replaceable=False)
                return _read(target / DESCRIPTION)
    except OSError as error:
        raise ModelError(CANNOT_STORE, folder=str(workspace.parent), reason=error.strerror) from error
    except DAMAGE as error:
        raise ModelError(CANNOT_STORE, folder=str(workspace.parent), reason=str(error)) from error
    raise AssertionError("there is always another number")


def model_of_run(run: str, sha256: str) -> ModelSpec | None:
    """The model with these weights that this very run has stored, if there is one.

    What a file says of its training is no proof: the run's exported model, brought back, says the same. Nor is the run
    alone, which may have stored other weights when it was ended early, and then gone on.
    """
    for spec in stored_models():
        if spec.sha256 == sha256:
            with contextlib.suppress(*DAMAGE):
                stored = json.loads((Path(spec.folder) / DESCRIPTION).read_text(encoding="utf-8"))
                if stored.get(TRAINED_HERE) == run:
                    return spec
    return None


def same_model(model: NewModel, sha256: str) -> ModelSpec | None:
    """The stored model with these weights and this description, if there is one."""
    for spec in stored_models():
        if spec.sha256 == sha256:
            with contextlib.suppress(*DAMAGE):
                stored = json.loads((Path(spec.folder) / DESCRIPTION).read_text(encoding="utf-8"))
                if _essence(checked(stored)) == _essence(model):
                    return spec
    return None


def _essence(model: NewModel) -> NewModel:
    return dataclasses.replace(model, title=plain_name(model.title), training=without_places(model.training))


def without_places(training: dict[str, Any]) -> dict[str, Any]:
    """What is known of a training, without the way to its pictures: a path tells a person's name."""
    places = {key: training[key] for key in PLACES if isinstance(training.get(key), str)}
    return training | {key: PureWindowsPath(path).name for key, path in places.items()}


def _free_folders(title: str) -> Iterator[Path]:
    """Places for a model of this title: mugs-and-cats, then mugs-and-cats-2, and so on."""
    slug = slug_of(title)
    taken = {spec.key for spec in official_models()}
    number = 1
    while True:
        name = slug if number == 1 else f"{slug}-{number}"
        if name not in taken and not (paths.models_dir() / name).exists():
            yield paths.models_dir() / name
        number += 1


def free_title(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or with the first number that tells it apart from the ``taken`` ones: Mugs, Mugs 2, and so on."""
    others = {title.casefold() for title in taken}
    title, number = wanted, 1
    while title.casefold() in others:
        number += 1
        end = f" {number}"
        title = wanted[: MAX_NAME - len(end)] + end
    return title


def slug_of(title: str) -> str:
    """A short name that every file system and command line takes."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(character if character.isalnum() else " " for character in plain).split()
    slug = "-".join(words)[:MAX_SLUG].strip("-") or "model"
    return f"model-{slug}" if slug in RESERVED else slug


def _read(description: Path) -> ModelSpec:
    key = description.parent.name
    _require(all(key != spec.key for spec in official_models()), "its folder has the name of another model")
    _require(description.stat().st_size <= MAX_DESCRIPTION, "its description is too large")
    record: dict[str, Any] = json.loads(description.read_text(encoding="utf-8"))
    model = checked(record)
    sha256 = record["sha256"]
    _require(is_digest(sha256), "its digest is none")
    weights = description.parent / WEIGHTS
    return ModelSpec(
        key=key,
        title=model.title or key,
        kind="yours",
        architecture=model.architecture,
        weights=WEIGHTS,
        sha256=sha256,
        size=weights.stat().st_size,
        parameters=model.parameters,
        gflops=model.gflops,
        acc1=0.0,
        acc5=0.0,
        preprocess=model.preprocess,
        classes=model.classes,
        folder=str(description.parent),
        accuracy=_accuracy(model.metrics),
        stored=description.stat().st_mtime,
    )


def checked(record: dict[str, Any]) -> NewModel:
    """What a description says, every value checked; one of DAMAGE where it cannot be true. The title may be empty."""
    _require(record["format_version"] == FORMAT_VERSION, f"format version {record['format_version']}")
    gflops = float(record["gflops"])
    _require(math.isfinite(gflops), "its work")
    return NewModel(
        title=plain_name(record["title"]),
        architecture=str(record["architecture"]),
        classes=_classes(record["classes"]),
        parameters=int(record["parameters"]),
        gflops=gflops,
        preprocess=_preprocess(record["preprocess"]),
        metrics=record.get("metrics", {}),
        training=record.get("training", {}),
        versions=record.get("versions", {}),
    )


def _accuracy(metrics: object) -> float:
    """As the file says; 0 where it says nothing that could be true."""
    accuracy = metrics.get("accuracy") if isinstance(metrics, dict) else None
    return float(accuracy) if isinstance(accuracy, int | float) and 0 < accuracy <= 1 else 0.0


def is_digest(text: object) -> bool:
    """Whether it is a whole SHA-256; an empty one would pass for the beginning of every digest."""
    return isinstance(text, str) and len(text) == 64 and set(text) <= set(string.hexdigits.lower())


def _classes(names: list[object]) -> tuple[str, ...]:
    _require(isinstance(names, list) and 2 <= len(names) <= MAX_CLASSES, "too few or too many classes")
    classes = tuple(plain_name(name) for name in names)
    _require(all(classes), "a class without a name")
    return classes


def _preprocess(record: dict[str, Any]) -> Preprocess:
    """The record with every value checked: people mail models to each other."""
    read = Preprocess.from_json(record)
    _require(type(read.crop) is int and type(read.resize) is int, "its picture size")  # 224.0 is in the range, too
    _require(read.crop in EDGES and read.resize in EDGES and read.crop <= read.resize, "its picture size")
    _require(len(read.mean) == len(read.std) == 3, "its colours")
    _require(all(math.isfinite(value) for value in (*read.mean, *read.std)) and min(read.std) > 0, "its colours")
    _require(read.interpolation in INTERPOLATIONS, "its interpolation")
    return read


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)


def plain_name(name: object) -> str:
    """A name from a file as one line of plain text."""
    return "".join(character for character in str(name) if character.isprintable())[:MAX_NAME]
