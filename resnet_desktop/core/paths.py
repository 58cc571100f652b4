"""Where things live on disk. RESNET_DESKTOP_HOME puts all of it under one folder (portable use, tests)."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

APP_NAME = "ResNet Desktop"
HOME_VARIABLE = "RESNET_DESKTOP_HOME"


def _place(name: str, standard: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / name
    import platformdirs

    folder: Path = getattr(platformdirs, standard)(APP_NAME, appauthor=False)
    return folder


def data_dir() -> Path:
    """What a person must not lose: weights, models, runs."""
    return _place("data", "user_data_path")


def cache_dir() -> Path:
    """What can be made again: prepared models, thumbnails. Always safe to delete."""
    return _place("cache", "user_cache_path")


def config_dir() -> Path:
    return _place("config", "user_config_path")


def log_dir() -> Path:
    return _place("log", "user_log_path")


def weights_dir() -> Path:
    return data_dir() / "weights"


def models_dir() -> Path:
    return data_dir() / "models"


def prepared_dir() -> Path:
    return cache_dir() / "prepared"


def shipped_dir() -> Path:
    """Prepared models that came with an installed program; never written to."""
    return _resource_root() / "prepared"


def weight_folders() -> list[Path]:
    """Folders searched for official weights, in order; only the first is ever written to."""
    torch_home = os.environ.get("TORCH_HOME")
    hub = Path(torch_home) if torch_home else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "torch"
    beside_the_program = Path(sys.executable).parent / "weights"
    return [weights_dir(), hub / "hub" / "checkpoints", beside_the_program]


@cache
def _resource_root() -> Path:
    package = Path(__file__).resolve().parent.parent
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for root in (frozen / "resources", package / "resources", package.parent / "resources"):
        if root.is_dir():
            return root
    raise FileNotFoundError("The folder 'resources' of ResNet Desktop is missing; install it again.")


def resource_path(*parts: str) -> Path:
    """A file that comes with the program: from the source tree, an installed wheel or a frozen build."""
    return _resource_root().joinpath(*parts)
