"""The tree of files that every Linux package holds."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from icons import APP, MODEL, write_hicolor
from identity import APP_ID, MODEL_TYPE, PICTURES, PROGRAM, built_at, check, version

HERE = Path(__file__).resolve().parent
MIME_TYPES = ";".join([*PICTURES, MODEL_TYPE, "inode/directory"])


LARGE = 1 << 30


def stage(frozen: Path, root: Path, flavour: str) -> None:
    """Lay the program in ``root``/opt and what the desktop needs in ``root``/usr; ``root`` must not be there yet."""
    check(frozen, flavour)
    copy_program(frozen, root / "opt" / PROGRAM)
    write_share(root / "usr" / "share")
    launcher = root / "usr" / "bin" / PROGRAM
    launcher.parent.mkdir(parents=True)
    launcher.symlink_to(f"/opt/{PROGRAM}/{PROGRAM}")
    set_modes(root)


def copy_program(frozen: Path, target: Path) -> None:
    """The frozen folder as it is, but for what wheels forget in it; links within it stay links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(frozen, target, symlinks=True, ignore=shutil.ignore_patterns(".gitignore", ".gitattributes"))


def write_share(share: Path) -> None:
    """Menu entry, metainfo, file type, icons and manual page."""
    folders = {".desktop": "applications", ".metainfo.xml": "metainfo", ".xml": "mime/packages"}
    for suffix, folder in folders.items():
        _fill(HERE / f"{APP_ID}{suffix}", share / folder / f"{APP_ID}{suffix}")
    _fill(HERE / f"{PROGRAM}.1", share / "man" / "man1" / f"{PROGRAM}.1")
    write_hicolor(APP, share / "icons" / "hicolor", "apps", APP_ID)
    write_hicolor(MODEL, share / "icons" / "hicolor", "mimetypes", MODEL_TYPE.replace("/", "-"))


def fill(text: str) -> str:
    """What changes from release to release, in a text of ours."""
    date = time.strftime("%Y-%m-%d", time.gmtime(built_at()))
    for name, value in {"MIME": MIME_TYPES, "VERSION": version(), "DATE": date}.items():
        text = text.replace(f"@{name}@", value)
    return text


def _fill(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(fill(source.read_text(encoding="utf-8")), encoding="utf-8")


def set_modes(root: Path) -> None:
    """Everybody may read everything, whatever the umask of the machine that built it."""
    root.chmod(0o755)
    for path in root.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def zstd_level(root: Path) -> int:
    """A tenth smaller than zstd's usual 3, and as fast to unpack; gigabytes of CUDA would take half an hour so."""
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return 12 if size < LARGE else 3
