"""What every package says of the program: one place, so that no two of them disagree."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "ResNet Desktop"
PUBLISHER = "ResNet Desktop"
PROGRAM = "resnet-desktop"  # the executable, without .exe
APP_ID = "org.resnetdesktop.ResNetDesktop"  # as QApplication.setDesktopFileName says in app.py
MODEL_TYPE = "application/vnd.resnet-desktop.model"
MODEL_SUFFIX = ".resnetmodel"
SUMMARY = "Classify pictures and train a classifier of your own, offline"
COPYRIGHT = "Copyright (c) 2026 The ResNet Desktop authors"
FLAVOURS = ("classify", "full")  # without torch, for answers alone; with it, for training and foreign weights

# What core/picture_formats.py opens, as systems call it.
PICTURES = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/apng": (".apng",),
    "image/webp": (".webp",),
    "image/bmp": (".bmp", ".dib"),
    "image/gif": (".gif",),
    "image/tiff": (".tif", ".tiff"),
    "image/heic": (".heic",),
    "image/heif": (".heif", ".hif"),
    "image/avif": (".avif",),
    "image/x-mpo": (".mpo",),
}


def version() -> str:
    """The one in resnet_desktop/__init__.py, read without importing it."""
    text = (ROOT / "resnet_desktop" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise SystemExit("resnet_desktop/__init__.py has no __version__ line. Packages are named by it.")
    return found[1]


def numbers(text: str) -> tuple[int, int, int, int]:
    """Four numbers, as Windows wants a version: 1.2.3rc1 becomes 1.2.3.0."""
    release = re.match(r"\d+(\.\d+)*", text)
    parts = [int(part) for part in release[0].split(".")] if release else []
    first, second, third, fourth = (*parts, 0, 0, 0, 0)[:4]
    return first, second, third, fourth


def built_at() -> int:
    """Seconds since 1970; SOURCE_DATE_EPOCH makes two builds of one commit alike."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


def check(frozen: Path, flavour: str) -> None:
    """Refuse what is no frozen program before anything is packed."""
    if flavour not in FLAVOURS:
        raise SystemExit(f"There is no flavour {flavour!r}. Choose one of: {', '.join(FLAVOURS)}.")
    if not any((frozen / name).is_file() for name in (PROGRAM, f"{PROGRAM}.exe")):
        raise SystemExit(f"{frozen} holds no frozen program. Run `python dev.py package` first.")
