"""The Windows installer of a frozen program, by NSIS, which compiles it on any system.

python packaging/windows/package.py FROZEN FLAVOUR OUT
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checksums import write_sums
from icons import APP, MODEL, ico, side_picture
from identity import COPYRIGHT, MODEL_TYPE, PICTURES, PROGRAM, ROOT, check, numbers, version
from sbom import see_to_licences
from signing import can_sign, sign

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "installer.nsi"
MOST_BYTES = 1_900_000_000  # NSIS cannot hold 2 GiB and says so only as an internal error
# Windows' limit is 260 with the folder before it, which is some 70 by default.
LONGEST_PATH = 180


def packages(frozen: Path, flavour: str, out: Path) -> list[Path]:
    """The installer, signed where there is a key, and SHA256SUMS of ``out``."""
    check(frozen, flavour)
    see_to_licences(frozen)
    installer = make_installer(frozen, flavour, out)
    return [installer, write_sums(out)]


def make_installer(frozen: Path, flavour: str, out: Path, release: str = "") -> Path:
    """Sign the programs, compile the installer around them, sign that. ``release``: another version than ours."""
    release = release or version()
    check(frozen, flavour)
    makensis = find_makensis()
    check_limits(frozen)
    for program in sorted(frozen.glob("*.exe")):
        sign(program)
    out.mkdir(parents=True, exist_ok=True)
    kind = "" if flavour == "full" else f"-{flavour}"
    target = out / f"{PROGRAM}{kind}-{release}-windows-x64.exe"
    with tempfile.TemporaryDirectory() as folder:
        defines = _defines(frozen, target, Path(folder), release) | {"TARGET": target_of(makensis)}
        options = [f"-D{name}={value}" for name, value in defines.items()]
        command = [makensis, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *options, str(SCRIPT)]
        subprocess.run(command, check=True, cwd=HERE)
    sign(target)
    return target


def find_makensis() -> str:
    places = [os.environ.get(name, "") for name in ("ProgramFiles(x86)", "ProgramFiles")]
    path = os.pathsep.join([os.environ.get("PATH", ""), *(str(Path(place) / "NSIS") for place in places if place)])
    found = shutil.which("makensis", path=path)
    if found is None:
        raise SystemExit("makensis is not installed. Install NSIS 3 (Debian: apt install nsis), then try again.")
    return found


def target_of(makensis: str) -> str:
    """64-bit where this NSIS has it; its makers' own builds for Windows do not."""
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.nsi"
        probe.write_text("Unicode true\nTarget amd64-unicode\nOutFile probe.exe\nSection\nSectionEnd\n")
        tried = subprocess.run([makensis, "-V0", str(probe)], check=False, cwd=folder, capture_output=True)
    return "x86-unicode" if tried.returncode else "amd64-unicode"


def check_limits(frozen: Path) -> None:
    """Refuse what would compile into an installer that fails on somebody's computer."""
    size = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        raise SystemExit(
            f"{frozen} has {size / 1e9:.1f} GB; one installer holds {MOST_BYTES / 1e9:.1f} GB. Leave CUDA out."
        )
    longest = max((path.relative_to(frozen).as_posix() for path in frozen.rglob("*")), key=len)
    if len(longest) > LONGEST_PATH:
        raise SystemExit(f"{longest} is too long a path for Windows: {len(longest)} letters, at most {LONGEST_PATH}.")


def _defines(frozen: Path, target: Path, folder: Path, release: str) -> dict[str, str]:
    """What installer.nsi asks for; files that it includes are written to ``folder``."""
    size = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file())
    for name, svg in (("app.ico", APP), ("model.ico", MODEL)):
        (folder / name).write_bytes(ico(svg))
    (folder / "side.bmp").write_bytes(side_picture())
    (folder / "names.nsh").write_text(names(frozen), encoding="utf-8")
    # The page of terms wants lines to end as Windows ends them, whatever system this is.
    terms = (ROOT / "LICENSE").read_text(encoding="utf-8")
    (folder / "LICENSE.txt").write_text(terms, encoding="ascii", newline="\r\n")
    defines = {
        "FROZEN": str(frozen.resolve()),
        "OUT": str(target.resolve()),
        "FILE": target.name,
        "VERSION": release,
        "NUMBERS": ".".join(map(str, numbers(release))),
        "SIZE": str(-(-size // 1024)),
        "ICON": str(folder / "app.ico"),
        "SIDE": str(folder / "side.bmp"),
        "MODEL_ICON": str(folder / "model.ico"),
        "LICENCE": str(folder / "LICENSE.txt"),
        "NAMES": str(folder / "names.nsh"),
        "COPYRIGHT": COPYRIGHT,
        "MODEL_TYPE": MODEL_TYPE,
    }
    # Only the uninstaller, which comes to be inside NSIS. A shell reads this: on Windows, no quotes at its beginning.
    python = "python" if os.name == "nt" else sys.executable
    return defines | ({"SIGN": f'{python} "{HERE.parent / "signing.py"}"'} if can_sign() else {})


def names(frozen: Path) -> str:
    """What an uninstaller removes, file by file, so that nothing of a person's goes with it, and picture suffixes.

    Only _internal, which is nobody's place, goes as a whole.
    """
    lines = ["!macro RemoveNames", '  RMDir /r "$INSTDIR\\_internal"']
    inside = [path.relative_to(frozen) for path in sorted(frozen.rglob("*"))]
    beside = [path for path in inside if path.parts[0] != "_internal"]
    for path in reversed(beside):  # what is in a folder before the folder
        command = "RMDir" if (frozen / path).is_dir() else "Delete"
        lines.append(f'  {command} "$INSTDIR\\{_escaped(path)}"')
    lines += ["!macroend", "!macro EachSuffix do"]
    suffixes = [suffix for group in PICTURES.values() for suffix in group]
    return "\n".join([*lines, *(f'  !insertmacro ${{do}} "{suffix}"' for suffix in suffixes), "!macroend", ""])


def _escaped(path: Path) -> str:
    return "\\".join(path.parts).replace("$", "$$")


def main() -> None:
    if len(sys.argv) != 4:
        raise SystemExit("usage: python packaging/windows/package.py FROZEN FLAVOUR OUT")
    for path in packages(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])):
        print(path)


if __name__ == "__main__":
    main()
