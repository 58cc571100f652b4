"""What an installed program, frozen by PyInstaller, needs before anything else, and which edition of it this is."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.util import find_spec

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError

LIBRARY_PATH = "LD_LIBRARY_PATH"
NEEDS_FULL = QT_TRANSLATE_NOOP(
    "Sentences",
    "This is the Classify edition: it answers with the built-in model and with .resnetmodel or .safetensors files. "
    "Training and official weights need the full edition of ResNet Desktop; your pictures and models stay.",
)


def settle_in() -> None:
    """Give streams to a program without a terminal, and the system's libraries to the programs it will start."""
    give_streams()
    if getattr(sys, "frozen", False):
        restore_library_path()


def give_streams() -> None:
    """A windowed program has no stdout on Windows, and a library that prints would end it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for the process's life


def restore_library_path() -> None:
    """The starter made the loader look into the program's own folder; a browser started from here must not.

    This process keeps what it was started with, and a child of the program's own sets it again by itself.
    """
    original = os.environ.pop(f"{LIBRARY_PATH}_ORIG", None)
    if original is not None:
        os.environ[LIBRARY_PATH] = original
    else:
        os.environ.pop(LIBRARY_PATH, None)


@cache
def can_train() -> bool:
    """Whether PyTorch came with this edition: the Classify edition answers, and neither trains nor reads pickles."""
    return find_spec("torch") is not None


def check_can_train() -> None:
    """Raises EngineError in an edition without PyTorch, before anything is begun that needs it."""
    if not can_train():
        raise EngineError(NEEDS_FULL)
