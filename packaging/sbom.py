"""Write what a frozen program is made of, and under which terms: sbom.cdx.json and THIRD-PARTY-LICENCES.txt.

python packaging/sbom.py FROZEN [FOLDER]

FOLDER is the frozen folder itself, where nothing else is said: both files belong beside the program that people get.
Runs in the environment that froze it.
"""

from __future__ import annotations

import json
import platform
import sys
import sysconfig
import time
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bundled import Library, distributions, field, libraries, licence_name, licence_texts, normal
from checksums import digest
from identity import NAME, PROGRAM, PUBLISHER, SUMMARY, built_at, version

HERE = Path(__file__).resolve().parent
SBOM, LICENCES = "sbom.cdx.json", "THIRD-PARTY-LICENCES.txt"
RULE = "=" * 100
HEAD = f"""\
{NAME} {{version}} is free software under the MIT licence. It comes with the work of others, listed here with its terms.
Qt and PySide6 are used under the LGPL-3.0: they are separate, unmodified files in the folder _internal, which you may
replace by your own builds of the same version. Their source is at download.qt.io.
"""


def write_sbom(frozen: Path, folder: Path) -> tuple[Path, Path]:
    """Both files in ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    packages, files = distributions(frozen), libraries(frozen)
    sbom, licences = folder / SBOM, folder / LICENCES
    sbom.write_text(json.dumps(bill(packages, files), indent=2) + "\n", encoding="utf-8")
    licences.write_text(licence_list(packages, files), encoding="utf-8")
    return sbom, licences


def see_to_licences(frozen: Path) -> tuple[Path, Path]:
    """Both files in the frozen folder, written if they are not there yet: nothing is given away without its terms."""
    sbom, licences = frozen / SBOM, frozen / LICENCES
    return (sbom, licences) if sbom.is_file() and licences.is_file() else write_sbom(frozen, frozen)


def bill(packages: list[metadata.Distribution], files: list[Library]) -> dict[str, Any]:
    """A bill of materials by CycloneDX 1.5."""
    components = [_python(), *map(_distribution, packages), *map(_library, files)]
    names = json.dumps(components, sort_keys=True)  # the same content, the same number
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, names)}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(built_at())),
            "component": {
                "type": "application",
                "bom-ref": PROGRAM,
                "name": NAME,
                "version": version(),
                "publisher": PUBLISHER,
                "description": SUMMARY,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": PROGRAM, "dependsOn": [each["bom-ref"] for each in components]}],
    }


def _python() -> dict[str, Any]:
    purl = f"pkg:generic/python@{platform.python_version()}"
    about = {"name": "Python", "version": platform.python_version(), "licenses": [{"license": {"id": "PSF-2.0"}}]}
    return {"type": "platform", "bom-ref": purl, "purl": purl, **about}


def _distribution(each: metadata.Distribution) -> dict[str, Any]:
    name = normal(each.metadata["Name"])
    purl = f"pkg:pypi/{name}@{quote(each.version, safe='.-')}"
    expression = field(each, "License-Expression")
    licence = {"expression": expression} if expression else {"license": {"name": licence_name(each)}}
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": each.version,
        "purl": purl,
        "licenses": [licence],
    }


def _library(each: Library) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "file",
        "bom-ref": f"file:{each.file.name}",
        "name": each.file.name,
        "hashes": [{"alg": "SHA-256", "content": digest(each.file)}],
    }
    if each.package:
        purl = f"pkg:deb/debian/{each.package}@{quote(each.version, safe='.-')}"
        found |= {"version": each.version, "purl": purl, "description": f"from the package {each.package}"}
    return found


def licence_list(packages: list[metadata.Distribution], files: list[Library]) -> str:
    """Every text that came with what is bundled, and those that Qt's wheels forget."""
    parts = [HEAD.format(version=version()), _section(f"Python {platform.python_version()}", "PSF-2.0", python_terms())]
    for each in packages:
        texts = "\n\n".join(f"[{name}]\n\n{text.strip()}" for name, text in licence_texts(each))
        parts.append(_section(f"{each.metadata['Name']} {each.version}", licence_name(each), texts))
    for package in sorted({each.package for each in files if each.package}):
        mine = [each for each in files if each.package == package]
        terms = mine[0].copyright
        text = terms.read_text(encoding="utf-8", errors="replace") if terms.is_file() else ""
        parts.append(_section(", ".join(each.file.name for each in mine), f"from {package} {mine[0].version}", text))
    shared = [HERE / "licences" / f"{name}.txt" for name in ("LGPL-3.0", "GPL-3.0")]
    parts += [_section(path.stem, "the text", path.read_text(encoding="utf-8")) for path in shared]
    return "\n".join(parts)


def _section(name: str, terms: str, text: str) -> str:
    return f"{RULE}\n{name}: {terms}\n{RULE}\n\n{text.strip()}\n"


def python_terms() -> str:
    """Python's own licence, from wherever this Python keeps it."""
    places = [Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix)]
    for file in (place / name for place in places for name in ("LICENSE.txt", "LICENSE")):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return "Its terms are at docs.python.org/3/license.html."


def main() -> None:
    if len(sys.argv) not in (2, 3):
        raise SystemExit("usage: python packaging/sbom.py FROZEN [FOLDER]")
    for path in write_sbom(Path(sys.argv[1]), Path(sys.argv[-1])):
        print(path)


if __name__ == "__main__":
    main()
