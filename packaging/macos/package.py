"""The macOS disk image of a frozen program: signed from the inside out, notarised and stapled where there are keys.

python packaging/macos/package.py FROZEN FLAVOUR OUT

FROZEN is the folder that the recipe makes; "ResNet Desktop.app" lies beside it. The environment gives the keys:
RESNET_DESKTOP_IDENTITY, "Developer ID Application: ..." in the keychain, and RESNET_DESKTOP_NOTARY, the name of a
profile that `xcrun notarytool store-credentials` has made.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checksums import write_sums
from icons import APP, MODEL, icns
from identity import NAME, PROGRAM, check, version
from sbom import see_to_licences

HERE = Path(__file__).resolve().parent
ENTITLEMENTS, SETTINGS = HERE / "entitlements.plist", HERE / "dmg_settings.py"
IDENTITY, NOTARY = "RESNET_DESKTOP_IDENTITY", "RESNET_DESKTOP_NOTARY"
# Seconds that dmgbuild tries to let go of a new image: what indexes new volumes holds it for a while.
PATIENCE = 30
# The first four bytes of programs and libraries: 64 bits, 32 bits, several architectures in one, in both byte orders.
MACH_O = frozenset(bytes.fromhex(text) for text in ("cffaedfe", "feedfacf", "cefaedfe", "feedface", "cafebabe"))

Run = Callable[[list[str]], None]


def packages(frozen: Path, flavour: str, out: Path) -> list[Path]:
    """The disk image and SHA256SUMS of ``out``."""
    if platform.system() != "Darwin":
        raise SystemExit("Disk images are made on macOS only. Run this step on a Mac.")
    check(frozen, flavour)
    if not shutil.which("dmgbuild"):
        raise SystemExit("dmgbuild is not installed. Run `pipx install dmgbuild`, then try again.")
    app = frozen.parent / f"{NAME}.app"
    if not app.is_dir():
        raise SystemExit(f"{app} is missing. Run `python dev.py package` first.")
    complete(app, frozen)
    identity = os.environ.get(IDENTITY, "")
    sign_app(app, identity)
    image = make_image(app, flavour, out)
    sign_image(image, identity)
    notarise(image, identity, os.environ.get(NOTARY, ""))
    return [image, write_sums(out)]


def complete(app: Path, frozen: Path) -> None:
    """What the recipe did not put into the bundle; nothing may be added once it is signed."""
    resources = app / "Contents" / "Resources"
    (resources / "model.icns").write_bytes(icns(MODEL))
    for file in see_to_licences(frozen):
        shutil.copy(file, resources / file.name)


def run(command: list[str]) -> None:
    subprocess.run(command, check=True)


def sign_app(app: Path, identity: str, run: Run = run) -> None:
    """Each program and library by itself, the innermost first, then the bundle: what Apple asks for instead of --deep.

    With no identity the signatures are ad hoc, without which Apple's processors run nothing.
    """
    if not identity:
        print(f"{app.name} is signed ad hoc only: {IDENTITY} names no key. macOS will warn about it.")
    options = ["--force", "--sign", identity or "-"]
    options += ["--timestamp", "--options", "runtime"] if identity else []
    main = app / "Contents" / "MacOS" / PROGRAM
    for file in mach_o_files(app):
        if file != main:
            run(["codesign", *options, str(file)])
    for each in (*frameworks(app), app):
        rights = ["--entitlements", str(ENTITLEMENTS)] if each == app else []
        run(["codesign", *options, *rights, str(each)])
    run(["codesign", "--verify", "--strict", "--verbose=1", str(app)])


def mach_o_files(app: Path) -> list[Path]:
    """All programs and libraries in a bundle, deepest first; links are signed where they lead."""
    found = [path for path in app.rglob("*") if not path.is_symlink() and path.is_file() and _is_mach_o(path)]
    return sorted(found, key=lambda path: (-len(path.parts), path))


def frameworks(app: Path) -> list[Path]:
    """Bundles within the bundle, deepest first: Qt's, which are sealed as a whole."""
    found = [path for path in app.rglob("*.framework") if path.is_dir() and not path.is_symlink()]
    return sorted(found, key=lambda path: (-len(path.parts), path))


def _is_mach_o(path: Path) -> bool:
    if path.stat().st_size < 4 or not stat.S_ISREG(path.stat().st_mode):
        return False
    with path.open("rb") as file:
        return file.read(4) in MACH_O


def make_image(app: Path, flavour: str, out: Path, run: Run = run) -> Path:
    """By dmgbuild, which keeps links as they are."""
    out.mkdir(parents=True, exist_ok=True)
    kind = "" if flavour == "full" else f"-{flavour}"
    target = out / f"{PROGRAM}{kind}-{version()}-macos-{platform.machine()}.dmg"
    with tempfile.TemporaryDirectory() as folder:
        icon = Path(folder) / "volume.icns"
        icon.write_bytes(icns(APP))
        defines = ["-D", f"app={app}", "-D", f"icon={icon}"]
        run(["dmgbuild", "-s", str(SETTINGS), "--detach-retries", str(PATIENCE), *defines, NAME, str(target)])
    return target


def sign_image(image: Path, identity: str, run: Run = run) -> None:
    if identity:
        run(["codesign", "--force", "--sign", identity, "--timestamp", str(image)])


def notarise(image: Path, identity: str, profile: str, run: Run = run) -> None:
    """Have Apple look at it and put its ticket on it, so that it opens with no network, too."""
    if not (identity and profile):
        print(
            f"{image.name} is not notarised: {IDENTITY} and {NOTARY} do not both name a key. macOS will warn about it."
        )
        return
    run(["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait"])
    run(["xcrun", "stapler", "staple", str(image)])
    run(["xcrun", "stapler", "validate", str(image)])


def main() -> None:
    if len(sys.argv) != 4:
        raise SystemExit("usage: python packaging/macos/package.py FROZEN FLAVOUR OUT")
    for path in packages(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])):
        print(path)


if __name__ == "__main__":
    main()
