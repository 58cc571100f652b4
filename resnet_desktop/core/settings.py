"""What a person chose, in one JSON file. A damaged file is set aside and never stops the program."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resnet_desktop.core import paths
from resnet_desktop.core.files import write_file

log = logging.getLogger(__name__)
MAX_BYTES = 1 << 20
DEVICES = ("auto", "cpu", "cuda", "mps", "gpu", "npu")
CHOICES: dict[str, Sequence[object]] = {
    "language": ("system", "en", "he"),
    "theme": ("system", "light", "dark"),
    "device": DEVICES,
    "heat_opacity": range(101),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    language: str = "system"
    theme: str = "system"
    model: str = "built-in"
    device: str = "auto"
    fast: bool = False  # bf16 for many pictures, where the processor has it
    mirror: str = ""  # the folder to download weights from instead of their official place
    proxy: str = ""  # for downloads, instead of the system's
    look_for_updates: bool = False  # when the program starts; nothing is asked before a person wants it
    last_folder: str = ""
    heat_map: bool = False
    heat_opacity: int = 60  # percent
    geometry: str = ""  # base64 of QWidget.saveGeometry
    splitter: str = ""  # base64 of QSplitter.saveState


def settings_file() -> Path:
    return paths.config_dir() / "settings.json"


def load_settings() -> tuple[Settings, bool]:
    """The stored settings, and whether a damaged file had to be set aside (it is kept as settings.damaged.json)."""
    path = settings_file()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        return _from_json(json.loads(path.read_bytes())), False
    except FileNotFoundError:
        return Settings(), False
    except (IsADirectoryError, ValueError, RecursionError) as error:
        log.warning("settings are damaged: %s", error)
        _set_aside(path)
        return Settings(), True
    except OSError as error:  # perhaps only for a moment: the file is as good as it was
        log.warning("settings could not be read: %s", error.strerror)
        return Settings(), False


def save_settings(settings: Settings) -> None:
    """Write the settings; a full or read-only disk is logged, not shown, for nothing of value is lost."""
    try:
        write_file(settings_file(), json.dumps(dataclasses.asdict(settings), indent=2).encode())
    except OSError as error:
        log.warning("settings could not be saved: %s", error)


def _from_json(values: Any) -> Settings:
    if not isinstance(values, dict):
        raise ValueError("not an object")
    defaults = dataclasses.asdict(Settings())
    # A value of the wrong type or out of range is as good as none; unknown names may come from a newer version.
    kept = {name: values[name] for name, default in defaults.items() if type(values.get(name)) is type(default)}
    return Settings(**{name: value for name, value in kept.items() if value in CHOICES.get(name, (value,))})


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_name("settings.damaged.json"))
    except OSError as error:
        log.warning("damaged settings could not be set aside: %s", error)
