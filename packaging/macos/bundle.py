"""What Info.plist says of the program, for BUNDLE in the recipe of PyInstaller."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import metadata
from typing import Any

from identity import APP_ID, COPYRIGHT, MODEL_SUFFIX, MODEL_TYPE, NAME, numbers, version

MODEL_UTI = f"{APP_ID}.model"
PICTURE_UTIS = [
    "public.jpeg", "public.png", "org.webmproject.webp", "com.microsoft.bmp", "com.compuserve.gif", "public.tiff",
    "public.heic", "public.heif", "public.avif",
]  # fmt: skip
# What has machine code in it. Some of these wheels are of macOS 13, others of 14, and that changes with their versions;
# of some pip takes the one for the machine that builds.
COMPILED = ("PySide6-Essentials", "shiboken6", "openvino", "numpy", "pillow", "pi-heif", "safetensors")
COMPILED_IN_FULL = ("torch", "torchvision")


def oldest_system(flavour: str, wheel: Callable[[str], str] | None = None) -> str:
    """The first macOS that every library in the bundle runs on, by the wheels it came in; older ones refuse politely.

    ``wheel`` gives the content of WHEEL of a distribution.
    """
    names = COMPILED + (COMPILED_IN_FULL if flavour == "full" else ())
    needs = [first_of(name, (wheel or _wheel)(name)) for name in names]
    return ".".join(map(str, max(needs)))


def first_of(name: str, wheel: str) -> tuple[int, int]:
    """The first macOS that a wheel's tags allow; SystemExit where they name none."""
    tags = re.findall(r"^Tag: .*-macosx_(\d+)_(\d+)_", wheel, re.MULTILINE)
    found = [(int(major), int(minor)) for major, minor in tags]
    if not found:
        raise SystemExit(f"The wheel of {name} names no version of macOS. Install it from the index, then try again.")
    return min(found)


def _wheel(name: str) -> str:
    return metadata.distribution(name).read_text("WHEEL") or ""


def info_plist(oldest: str) -> dict[str, Any]:
    """File types, languages and names, and the first system; model.icns is expected in Resources."""
    model = {
        "UTTypeIdentifier": MODEL_UTI,
        "UTTypeDescription": f"{NAME} model",
        "UTTypeConformsTo": ["public.data"],
        "UTTypeIconFile": "model.icns",
        "UTTypeTagSpecification": {
            "public.filename-extension": [MODEL_SUFFIX.removeprefix(".")],
            "public.mime-type": [MODEL_TYPE],
        },
    }
    return {
        "CFBundleDisplayName": NAME,
        "CFBundleShortVersionString": version(),
        "CFBundleVersion": ".".join(map(str, numbers(version())[:3])),
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "he"],
        "LSApplicationCategoryType": "public.app-category.graphics-design",
        "LSMinimumSystemVersion": oldest,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": COPYRIGHT,
        "UTExportedTypeDeclarations": [model],
        "CFBundleDocumentTypes": [
            _documents(f"{NAME} model", [MODEL_UTI], "Owner"),
            _documents("Picture", PICTURE_UTIS, "Alternate"),
            _documents("Folder", ["public.folder"], "Alternate"),
        ],
    }


def _documents(name: str, types: list[str], rank: str) -> dict[str, Any]:
    """``rank``: Owner opens its files by default, Alternate is only offered."""
    return {
        "CFBundleTypeName": name,
        "CFBundleTypeRole": "Viewer",
        "LSItemContentTypes": types,
        "LSHandlerRank": rank,
    }
