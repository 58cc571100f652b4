"""All Linux packages of a frozen program.

python packaging/linux/package.py FROZEN FLAVOUR OUT
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checksums import write_sums
from identity import check
from linux.deb import make_deb
from linux.portable import appimagetool, make_appdir, make_appimage, make_tar
from linux.stage import stage
from sbom import see_to_licences

__all__ = ["make_appdir", "make_appimage", "make_deb", "make_tar", "packages", "stage"]


def packages(frozen: Path, flavour: str, out: Path) -> list[Path]:
    """Make every package that this machine has the programs for; SHA256SUMS of ``out`` comes last."""
    check(frozen, flavour)
    see_to_licences(frozen)
    made = []
    if shutil.which("dpkg-deb"):
        made.append(make_deb(frozen, flavour, out))
    else:
        print("No Debian package: dpkg-deb is not installed.")
    if shutil.which("zstd"):
        made.append(make_tar(frozen, flavour, out))
    else:
        print("No archive: zstd is not installed.")
    if appimagetool():
        appdir = make_appdir(frozen, flavour, out)
        made.append(make_appimage(appdir, out))
        shutil.rmtree(appdir)
    else:
        print("No AppImage: appimagetool is not installed. Put it on the PATH, or name it in APPIMAGETOOL.")
    return [*made, write_sums(out)]


def main() -> None:
    if len(sys.argv) != 4:
        raise SystemExit("usage: python packaging/linux/package.py FROZEN FLAVOUR OUT")
    for path in packages(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])):
        print(path)


if __name__ == "__main__":
    main()
