"""Class names for a model that comes without any: from a text or JSON file, usually beside the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.model_store import plain_name

LISTS = ("classes", "labels", "class_names", "names")  # names of such files, and of the list inside a JSON object

MAX_BYTES = 4 << 20  # of such a file: 100,000 names of 40 letters

UNREADABLE = QT_TRANSLATE_NOOP("Sentences", "{file} is no list of class names: one name a line, or a JSON list.")
WRONG_COUNT = QT_TRANSLATE_NOOP("Sentences", "{file} has {found} names, but the network has {expected} classes.")
WRONG_NAMES = QT_TRANSLATE_NOOP("Sentences", "Give {expected} different names, one a line. There are {found} now.")


def read_names(file: Path, count: int) -> tuple[str, ...]:
    """``count`` names out of a file; raises ModelError."""
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:  # a pipe would keep us waiting
            raise ValueError("no file, or too large")
        text = file.read_text(encoding="utf-8-sig")
        names = _from_json(json.loads(text)) if file.suffix.lower() == ".json" else text.splitlines()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelError(UNREADABLE, file=str(file)) from error
    found = tuple(str(name) for name in names)
    while found and not found[-1].strip():
        found = found[:-1]  # the empty line at the end of a file is no class
    if len(found) != count:
        raise ModelError(WRONG_COUNT, file=str(file), found=len(found), expected=count)
    return checked_names(found, count)


def names_beside(weights: Path, count: int) -> tuple[str, ...]:
    """The names in a file beside the weights, such as model.txt or classes.json; empty where no file fits."""
    for stem in (weights.stem, *LISTS):
        for suffix in (".json", ".txt"):
            try:
                return read_names(weights.with_name(stem + suffix), count)
            except ModelError:
                continue
    return ()


def checked_names(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The names as they will be shown, if there are ``count`` of them, none empty and none twice; else ModelError."""
    shown = tuple(plain_name(name).strip() for name in names)
    different = len({name for name in shown if name})
    if different != count or len(shown) != count:
        raise ModelError(WRONG_NAMES, expected=count, found=different)
    return shown


def _from_json(content: Any) -> list[Any]:
    """A list; an object with one of the usual lists; {"0": name, ...}; or {name: 0, ...} as torchvision makes it."""
    if isinstance(content, list):
        return content
    for key in LISTS:
        if isinstance(content.get(key), list):
            return list(content[key])
    if all(isinstance(value, int) for value in content.values()):
        content = {str(index): name for name, index in content.items()}
    return [content[str(index)] for index in range(len(content))]
