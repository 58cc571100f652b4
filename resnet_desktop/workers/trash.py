"""The system's trash, through Qt's core alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFile


def move_to_trash(path: Path) -> bool:
    """Whether the file or folder now is in the trash."""
    # A bool in some releases of PySide6, a pair with the new place in others.
    moved: object = QFile.moveToTrash(str(path))
    return bool(moved[0]) if isinstance(moved, tuple) else bool(moved)
