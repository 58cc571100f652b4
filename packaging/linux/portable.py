"""Packages for any Linux: an archive with an installer for one person, and an AppDir for an AppImage."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from icons import APP, png
from identity import APP_ID, PROGRAM, check, version
from linux.stage import copy_program, set_modes, write_share, zstd_level

HERE = Path(__file__).resolve().parent
INSTALLERS = ("install.sh", "uninstall.sh")


def file_name(flavour: str, suffix: str) -> str:
    kind = "" if flavour == "full" else f"-{flavour}"
    return f"{PROGRAM}{kind}-{version()}-linux-{platform.machine()}{suffix}"


def make_tar(frozen: Path, flavour: str, out: Path) -> Path:
    """A .tar.zst with one folder: the program, share/, install.sh and uninstall.sh."""
    check(frozen, flavour)
    out.mkdir(parents=True, exist_ok=True)
    target = out / file_name(flavour, ".tar.zst")
    with tempfile.TemporaryDirectory(dir=out) as folder:
        top = Path(folder) / f"{PROGRAM}-{version()}"
        copy_program(frozen, top / PROGRAM)
        write_share(top / "share")
        for name in INSTALLERS:
            shutil.copy(HERE / name, top / name)
            (top / name).chmod(0o755)
        set_modes(top)
        order = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner"]
        packer = ["-I", f"zstd -q -T0 -{zstd_level(top)}"]
        subprocess.run(["tar", *order, *packer, "-cf", str(target), "-C", folder, top.name], check=True)
    return target


def make_appdir(frozen: Path, flavour: str, out: Path) -> Path:
    """The folder that appimagetool packs. Its AppRun works where it lies, too."""
    check(frozen, flavour)
    appdir = out / file_name(flavour, ".AppDir")
    shutil.rmtree(appdir, ignore_errors=True)
    copy_program(frozen, appdir / "opt" / PROGRAM)
    share = appdir / "usr" / "share"
    write_share(share)
    shutil.copy(HERE / "AppRun", appdir / "AppRun")
    (appdir / "AppRun").chmod(0o755)
    shutil.copy(share / "applications" / f"{APP_ID}.desktop", appdir)
    shutil.copy(APP, appdir / f"{APP_ID}.svg")
    (appdir / ".DirIcon").write_bytes(png(APP, 256))
    set_modes(appdir)
    return appdir


def appimagetool() -> str | None:
    return os.environ.get("APPIMAGETOOL") or shutil.which("appimagetool")


def make_appimage(appdir: Path, out: Path) -> Path:
    """Pack an AppDir with appimagetool, which must be here; it takes its own runtime along or fetches one."""
    tool = appimagetool()
    if not tool:
        raise SystemExit("appimagetool is not installed. Put it on the PATH, or name it in APPIMAGETOOL.")
    target = out / f"{appdir.stem}.AppImage"
    environment = os.environ | {"ARCH": platform.machine(), "VERSION": version()}
    subprocess.run([tool, str(appdir), str(target)], check=True, env=environment)
    return target
