"""Debian packages: `resnet-desktop` and, without training, `resnet-desktop-classify`. One takes the other's place.

There are no maintainer scripts. Packages of desktops watch the folders of menu entries, file types and icons (dpkg
file triggers) and keep their caches; and what people made with the program lies in their homes, where no package may
reach.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import re
import subprocess
import tempfile
import textwrap
import time
from pathlib import Path

from identity import COPYRIGHT, PROGRAM, ROOT, SUMMARY, built_at, version
from linux.stage import set_modes, stage, zstd_level

HERE = Path(__file__).resolve().parent
NAMES = {"full": PROGRAM, "classify": f"{PROGRAM}-classify"}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# Debian wants an address; who publishes gives one where all of Debian's tools look for it.
MAINTAINER = f"The ResNet Desktop authors <{os.environ.get('DEBEMAIL', 'maintainers@resnetdesktop.example')}>"
# The frozen folder brings the rest. PySide6's wheels are built for glibc 2.34; GL comes from the system's driver.
DEPENDS = "libc6 (>= 2.34), libstdc++6, libgcc-s1, libegl1, libgl1, libfontconfig1, fontconfig"
DESCRIPTIONS = {
    "full": "It answers pictures and whole folders, shows what the model looked at, and trains a classifier of your "
    "own from a folder of folders. Nothing leaves the computer.",
    "classify": "It answers pictures and whole folders and shows what the model looked at. Nothing leaves the "
    "computer. This package has no training and takes less of the disk; the package resnet-desktop has it.",
}


def make_deb(frozen: Path, flavour: str, out: Path) -> Path:
    """Pack a frozen folder; returns the .deb in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{NAMES[flavour]}_{debian_version(version())}_{architecture()}.deb"
    with tempfile.TemporaryDirectory(dir=out) as folder:
        root = Path(folder) / "root"
        stage(frozen, root, flavour)
        _add_documents(root, NAMES[flavour])
        _add_control(root, flavour)
        set_modes(root)
        options = ["--root-owner-group", "-Zzstd", f"-z{zstd_level(root)}"]
        subprocess.run(["dpkg-deb", "--build", *options, str(root), str(target)], check=True)
    return target


def debian_version(text: str) -> str:
    """0.2.0rc1 comes before 0.2.0, which Debian writes 0.2.0~rc1."""
    return re.sub(r"\.?(a|b|rc|dev)(?=\d)", r"~\1", text)


def architecture() -> str:
    machine = platform.machine()
    return ARCHITECTURES.get(machine, machine)


def _add_documents(root: Path, package: str) -> None:
    documents = root / "usr" / "share" / "doc" / package
    overrides = root / "usr" / "share" / "lintian" / "overrides" / package
    for folder in (documents, overrides.parent):
        folder.mkdir(parents=True)
    overrides.write_text((HERE / "lintian-overrides").read_text(encoding="utf-8").replace("@PACKAGE@", package))
    (documents / "copyright").write_text(_copyright(), encoding="utf-8")
    (documents / "changelog.gz").write_bytes(_zipped(_changelog(package)))
    manual = root / "usr" / "share" / "man" / "man1" / f"{PROGRAM}.1"
    manual.with_name(f"{manual.name}.gz").write_bytes(_zipped(manual.read_text(encoding="utf-8")))
    manual.unlink()


def _zipped(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)


def _changelog(package: str) -> str:
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(built_at()))
    head = f"{package} ({debian_version(version())}) stable; urgency=medium"
    return f"{head}\n\n  * Release {version()}; its changes stand in CHANGELOG.md.\n\n -- {MAINTAINER}  {date}\n"


def _copyright() -> str:
    """Debian's machine-readable form; the MIT text of LICENSE, indented, with a dot for an empty line."""
    terms = (ROOT / "LICENSE").read_text(encoding="utf-8").split("\n\n", 2)[2].strip()
    indented = "\n".join(f" {line}" if line else " ." for line in terms.splitlines())
    bundled = (
        f"The libraries in /opt/{PROGRAM}/_internal have terms of their own. They are listed, with their texts, in "
        f"/opt/{PROGRAM}/THIRD-PARTY-LICENCES.txt. Qt and PySide6 are used under the LGPL-3, as separate files that "
        "may be replaced; that licence is in /usr/share/common-licenses/LGPL-3."
    )
    comment = textwrap.fill(bundled, 100, initial_indent=" ", subsequent_indent=" ", break_on_hyphens=False)
    years = COPYRIGHT.removeprefix("Copyright (c) ")
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        f"Upstream-Name: ResNet Desktop\nComment:\n{comment}\n\n"
        f"Files: *\nCopyright: {years}\nLicense: Expat\n\nLicense: Expat\n{indented}\n"
    )


def _add_control(root: Path, flavour: str) -> None:
    """The fields that dpkg reads, and the sums that `debsums` checks."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    sums = [f"{_md5(path)}  {path.relative_to(root).as_posix()}\n" for path in files]
    size = sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir())
    control = root / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(_fields(flavour, -(-size // 1024)), encoding="utf-8")
    (control / "md5sums").write_text("".join(sums), encoding="utf-8")


def _md5(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _fields(flavour: str, size: int) -> str:
    """``size`` in KiB."""
    other = NAMES["classify" if flavour == "full" else "full"]
    text = textwrap.fill(DESCRIPTIONS[flavour], 76, initial_indent=" ", subsequent_indent=" ")
    fields = {
        "Package": NAMES[flavour],
        "Version": debian_version(version()),
        "Architecture": architecture(),
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size),
        "Depends": DEPENDS,
        "Conflicts": other,
        "Replaces": other,
        "Section": "science",
        "Priority": "optional",
        "Description": SUMMARY[0].lower() + SUMMARY[1:] + "\n" + text,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())
