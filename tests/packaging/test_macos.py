"""The disk image for macOS: everything but what only a Mac can do."""

from __future__ import annotations

import platform
import plistlib
import re
import runpy
import sys
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
from identity import MODEL_TYPE
from macos import package
from macos.bundle import COMPILED, COMPILED_IN_FULL, MODEL_UTI, _wheel, info_plist, oldest_system
from smoke_test import started_in

IDENTITY = "Developer ID Application: Test"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A bundle as PyInstaller lays it; four bytes make a program of a file."""
    bundle = tmp_path / "ResNet Desktop.app"
    programs = {
        "Contents/MacOS/resnet-desktop": "cffaedfe",
        "Contents/Frameworks/libone.dylib": "cffaedfe",
        "Contents/Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore": "cafebabe",
        "Contents/Frameworks/torch/lib/libtorch.dylib": "feedfacf",
        "Contents/Resources/notes.txt": "20202020",
    }
    for name, magic in programs.items():
        path = bundle / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(magic) + bytes(12))
    (bundle / "Contents/Resources/libone.dylib").symlink_to("../Frameworks/libone.dylib")
    return bundle


def signed(commands: list[list[str]], app: Path) -> list[str]:
    """What was signed, in turn."""
    found = [Path(line[-1]) for line in commands if "--sign" in line]
    return [path.relative_to(app).as_posix() for path in found]


def test_each_program_is_signed_from_the_inside_out(app: Path) -> None:
    commands: list[list[str]] = []
    package.sign_app(app, IDENTITY, commands.append)
    assert signed(commands, app) == [
        "Contents/Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        "Contents/Frameworks/torch/lib/libtorch.dylib",
        "Contents/Frameworks/libone.dylib",
        "Contents/Frameworks/PySide6/Qt/lib/QtCore.framework",
        ".",
    ]
    assert not any("--deep" in line for line in commands)
    assert all("runtime" in line and "--timestamp" in line for line in commands[:-1])
    assert [line[-1] for line in commands if "--entitlements" in line] == [str(app)]
    assert commands[-1][:3] == ["codesign", "--verify", "--strict"]


def test_without_a_key_it_is_said(app: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands: list[list[str]] = []
    package.sign_app(app, "", commands.append)
    assert all(line[line.index("--sign") + 1] == "-" for line in commands[:-1])
    package.sign_image(tmp_path / "a.dmg", "", commands.append)
    package.notarise(tmp_path / "a.dmg", "", "", commands.append)
    assert not any("notarytool" in line for line in commands)
    said = capsys.readouterr().out
    assert "signed ad hoc only: RESNET_DESKTOP_IDENTITY names no key" in said
    assert "a.dmg is not notarised" in said


def test_with_keys_apple_looks_at_it(tmp_path: Path) -> None:
    commands: list[list[str]] = []
    package.notarise(tmp_path / "a.dmg", IDENTITY, "release", commands.append)
    assert [line[1] + " " + line[2] for line in commands] == ["notarytool submit", "stapler staple", "stapler validate"]


def test_what_the_program_may_do() -> None:
    rights = plistlib.loads(package.ENTITLEMENTS.read_bytes())
    names = ("allow-jit", "allow-unsigned-executable-memory", "disable-library-validation")
    assert rights == {f"com.apple.security.cs.{name}": True for name in names}


def test_what_the_finder_is_told() -> None:
    told = plistlib.loads(plistlib.dumps(info_plist("14.0")))
    assert told["LSMinimumSystemVersion"] == "14.0"
    assert told["CFBundleLocalizations"] == ["en", "he"]
    (model,) = told["UTExportedTypeDeclarations"]
    assert model["UTTypeTagSpecification"]["public.mime-type"] == [MODEL_TYPE]
    owned = [each["LSItemContentTypes"] for each in told["CFBundleDocumentTypes"] if each["LSHandlerRank"] == "Owner"]
    assert owned == [[MODEL_UTI]]


def test_the_image_is_made_with_patience(app: Path, tmp_path: Path) -> None:
    """A new volume is busy for some seconds, and dmgbuild gives up after five by itself."""
    commands: list[list[str]] = []
    image = package.make_image(app, "classify", tmp_path / "out", commands.append)
    (command,) = commands
    assert int(command[command.index("--detach-retries") + 1]) in range(6, 31)  # more it does not take
    assert command[-2:] == ["ResNet Desktop", str(image)]
    assert image.name.startswith("resnet-desktop-classify-")
    defines = dict(each.split("=", 1) for option, each in pairwise(command) if option == "-D")
    assert defines["app"] == str(app)


def test_what_dmgbuild_reads(app: Path) -> None:
    told = runpy.run_path(str(package.SETTINGS), {"defines": {"app": str(app), "icon": "/volume.icns"}})
    assert told["files"] == [str(app)]
    assert told["symlinks"] == {"Applications": "/Applications"}
    assert told["icon_locations"].keys() == {app.name, "Applications"}
    assert told["icon"] == "/volume.icns"


# As the wheels of PySide6 6.11.3, OpenVINO 2026.4.1 and torchvision 0.29.1 say; numpy has two tags where it fits two.
TAGS = {
    "PySide6-Essentials": "cp310-abi3-macosx_13_0_universal2",
    "openvino": "cp312-cp312-macosx_11_0_arm64",
    "torchvision": "cp312-cp312-macosx_14_0_arm64",
    "numpy": "cp312-cp312-macosx_15_0_arm64\nTag: cp312-cp312-macosx_11_0_arm64",
}


def wheel(name: str) -> str:
    return f"Wheel-Version: 1.0\nTag: {TAGS.get(name, 'cp312-cp312-macosx_10_13_universal2')}\n"


def test_the_first_system_is_that_of_the_pickiest_library() -> None:
    """Else macOS starts the program and the loader ends it without a word that a person understands."""
    assert oldest_system("classify", wheel) == "13.0"
    assert oldest_system("full", wheel) == "14.0"
    asked: list[str] = []
    oldest_system("full", lambda name: asked.append(name) or wheel(name))  # type: ignore[func-returns-value]
    assert asked == [*COMPILED, *COMPILED_IN_FULL]


def test_a_library_that_does_not_say_is_not_guessed() -> None:
    with pytest.raises(SystemExit, match="numpy names no version of macOS"):
        oldest_system("classify", lambda name: "Tag: py3-none-any\n" if name == "numpy" else wheel(name))


def test_what_is_asked_has_machine_code_in_it() -> None:
    """Every compiled library that the program depends on, as this machine's wheels say."""
    pure = [name for name in (*COMPILED, *COMPILED_IN_FULL) if "none-any" in _wheel(name)]
    assert pure == []
    needed = metadata.distribution("resnet-desktop").requires or []
    names = {re.split(r"[<>=;\[ ]", line)[0].lower() for line in needed if "extra ==" not in line}
    compiled = {name for name in names if "Root-Is-Purelib: false" in _wheel(name)}
    assert compiled <= {name.lower() for name in (*COMPILED, *COMPILED_IN_FULL)}


def test_on_a_mac_the_bundle_is_tried(frozen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what people get, and its files lie otherwise than in the folder beside it."""
    assert started_in(frozen) == frozen
    inside = frozen.parent / "ResNet Desktop.app" / "Contents" / "MacOS"
    inside.mkdir(parents=True)
    assert started_in(frozen) == frozen
    monkeypatch.setattr(sys, "platform", "darwin")
    assert started_in(frozen) == inside
    assert started_in(inside) == inside


@pytest.mark.skipif(platform.system() == "Darwin", reason="a Mac makes it")
def test_elsewhere_it_says_where_to_go(frozen: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Run this step on a Mac"):
        package.packages(frozen, "full", tmp_path)
