"""One of your models as one file, to be carried elsewhere: a safetensors file that says in its header what it is.

Any program that reads safetensors finds the weights in it. The header's metadata has one entry of ours: the content of
model.json with the SHA-256 of everything behind the header, as JSON. No other program's word is needed to read it, and
none of it is believed: see ``read_description``. Where the pictures lay on this computer is nobody else's business.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.events import WRITING_FILE, Event, Progress
from resnet_desktop.core.files import CHUNK, replacing
from resnet_desktop.core.model_store import (
    DAMAGE,
    DESCRIPTION,
    TRAINED_HERE,
    WEIGHTS,
    NewModel,
    checked,
    is_digest,
    without_places,
)
from resnet_desktop.core.weights import DAMAGED, GONE

SUFFIX = ".resnetmodel"
METADATA, ENTRY = "__metadata__", "resnet_desktop"
NUMBERS = "numbers_sha256"  # of every byte behind the header
MAX_LISTS = 2 << 20  # bytes of a header without its description; ResNet-152 has 0.1 MB
MAX_HEADER = 8 << 20  # with it: 100,000 classes with names of 70 letters; lists as long as this cost 400 MB to read
MAX_DEPTH = 8  # of lists within lists in a description
ALIGNMENT = 8  # of what follows a header, as safetensors writes it

NOT_YOURS = QT_TRANSLATE_NOOP("Sentences", "{title} is not one of your models. Only those can be exported.")
NOT_WRITTEN = QT_TRANSLATE_NOOP(
    "Sentences", "{file} could not be written: {reason}. Choose another folder, or free some space."
)
NOT_THERE = QT_TRANSLATE_NOOP("Sentences", "{folder} is where the program keeps its models. Choose another folder.")
TOO_LONG = QT_TRANSLATE_NOOP(
    "Sentences", "The class names of {title} are too long for one file. Copy its folder instead: {folder}."
)
WRONG = QT_TRANSLATE_NOOP(
    "Sentences", "What {file} says of its model is damaged, wrong or newer than this program. It is not used."
)


@dataclass(frozen=True)
class FileDescription:
    """What a file says of its model."""

    model: NewModel  # checked by itself, not against the weights
    numbers: str  # SHA-256 of every byte behind the header, or ""


def export_model(spec: ModelSpec, target: Path, token: CancelToken | None = None) -> Iterator[Event]:
    """Write one of your models to ``target``, which stays as it was if anything fails. Progress; raises ModelError."""
    if spec.kind != "yours":
        raise ModelError(NOT_YOURS, title=spec.title)
    if paths.models_dir().resolve() in target.resolve().parents:
        raise ModelError(NOT_THERE, folder=str(paths.models_dir()))
    weights = _open_weights(spec)
    try:
        with weights, replacing(target, for_others=True) as file:
            yield from _export(spec, weights, file, token or CancelToken())
    except OSError as error:
        raise ModelError(NOT_WRITTEN, file=str(target), reason=error.strerror or str(error)) from error


def _open_weights(spec: ModelSpec) -> BinaryIO:
    try:
        return (Path(spec.folder) / WEIGHTS).open("rb")
    except OSError as error:
        raise ModelError(GONE, title=spec.title) from error


def _export(spec: ModelSpec, weights: BinaryIO, file: BinaryIO, token: CancelToken) -> Iterator[Event]:
    """The header, the numbers, and the header again: its length does not change with the digest in it."""
    whole, numbers = hashlib.sha256(), hashlib.sha256()
    start = weights.read(8)
    old = weights.read(min(MAX_HEADER, *struct.unpack("<Q", start))) if len(start) == 8 else b""
    whole.update(start + old)
    record, lists = _parts(spec, old)
    file.write(_header(spec, record | {NUMBERS: numbers.hexdigest()}, lists))
    done, total = len(start + old), spec.size
    while chunk := weights.read(CHUNK):
        token.check()
        whole.update(chunk)
        numbers.update(chunk)
        file.write(chunk)
        done += len(chunk)
        yield Progress(done, total, WRITING_FILE)
    if whole.hexdigest() != spec.sha256:
        raise ModelError(DAMAGED, file=str(Path(spec.folder) / WEIGHTS), title=spec.title)
    file.seek(0)
    file.write(_header(spec, record | {NUMBERS: numbers.hexdigest()}, lists))


def _parts(spec: ModelSpec, old: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The model's description and what the header of its weights lists; both as they are read in turn."""
    folder = Path(spec.folder)
    try:
        record = _parse((folder / DESCRIPTION).read_text(encoding="utf-8"))
        model = _checked(record).model  # what could not be read again must not leave
        record["training"] = without_places(model.training)
        record.pop(TRAINED_HERE, None)  # nowhere else it was
        json.dumps(record, ensure_ascii=False).encode()  # nor half a character
        return record, {name: entry for name, entry in parse_header(old).items() if name != METADATA}
    except DAMAGE as error:
        raise ModelError(DAMAGED, file=str(folder), title=spec.title) from error


def _header(spec: ModelSpec, record: dict[str, Any], lists: dict[str, Any]) -> bytes:
    """A safetensors header with its length before it."""
    text = json.dumps(record, ensure_ascii=False)
    header = json.dumps({METADATA: {"format": "pt", ENTRY: text}, **lists}, ensure_ascii=False).encode()
    if not _has_room(header, text):
        raise ModelError(TOO_LONG, title=spec.title, folder=spec.folder)
    header = header.ljust(-(-len(header) // ALIGNMENT) * ALIGNMENT)
    return struct.pack("<Q", len(header)) + header


def _has_room(header: bytes, description: str) -> bool:
    """Whether whoever reads this header takes it, too: see ``lists_length``."""
    return len(header) + ALIGNMENT <= MAX_HEADER and lists_length(len(header), description) + ALIGNMENT <= MAX_LISTS


def lists_length(length: int, description: str | None) -> int:
    """Bytes of a header without the description in it."""
    if description is None:
        return length
    return length - len(json.dumps(description, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def parse_header(data: bytes) -> dict[str, Any]:
    """The JSON of a safetensors header; ValueError or RecursionError where it is none."""
    header = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    if not isinstance(header, dict):
        raise ValueError("no object")
    return header


def description_in(header: dict[str, Any]) -> str | None:
    """The description in a header, as text; None where there is none, as in every other program's file."""
    metadata = header.get(METADATA)
    text = metadata.get(ENTRY) if isinstance(metadata, dict) else None
    return text if isinstance(text, str) else None


def read_description(file: Path) -> FileDescription | None:
    """What a safetensors file that ``check_container`` has looked at says of its model, or None; raises ModelError.

    It passes the same checks as a model.json on this computer, and its numbers are finite throughout.
    """
    try:
        with file.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            header = parse_header(opened.read(min(length, MAX_HEADER)))
        text = description_in(header)
        return _checked(_parse(text)) if text is not None else None
    except (*DAMAGE, struct.error) as error:
        raise ModelError(WRONG, file=str(file)) from error


def _parse(text: str) -> dict[str, Any]:
    record = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite)
    if not isinstance(record, dict) or not _is_flat(record):
        raise ValueError("no description")
    return record


def _checked(record: dict[str, Any]) -> FileDescription:
    model, numbers = checked(record), record.get(NUMBERS, "")
    if not all(isinstance(part, dict) for part in (model.metrics, model.training, model.versions)):
        raise ValueError("no records")
    if numbers and not is_digest(numbers):
        raise ValueError("no digest")
    return FileDescription(model, numbers)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(text: str) -> object:
    raise ValueError(text)  # NaN and Infinity, which are no JSON


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):  # 1e999
        raise ValueError(text)
    return number


def _is_flat(record: dict[str, Any]) -> bool:
    """Whether it is not deeper than anything that is worth saying; what is deep costs whoever copies it their stack."""
    level: list[Any] = [record]
    for _depth in range(MAX_DEPTH):
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
    return not level
