"""What Info.plist says of the program, for BUNDLE in the recipe of PyInstaller."""

from __future__ import annotations

from typing import Any

from identity import APP_ID, COPYRIGHT, MODEL_SUFFIX, MODEL_TYPE, NAME, numbers, version

MODEL_UTI = f"{APP_ID}.model"
PICTURE_UTIS = [
    "public.jpeg", "public.png", "org.webmproject.webp", "com.microsoft.bmp", "com.compuserve.gif", "public.tiff",
    "public.heic", "public.heif", "public.avif",
]  # fmt: skip
OLDEST_SYSTEM = "13.0"  # of macOS, as the wheels of Qt 6.11 say


def info_plist() -> dict[str, Any]:
    """File types, languages and names; model.icns is expected in Resources."""
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
        "LSMinimumSystemVersion": OLDEST_SYSTEM,
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
