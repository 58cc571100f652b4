#!/usr/bin/env python3
"""The one door for people who work on ResNet Desktop: python3 dev.py run | test | lint | bench | package.

Needs nothing but Python 3.11-3.13. It sees to the system libraries, makes .venv, installs by constraints.txt, goes on.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.txt"
USAGE = "usage: python3 dev.py run [PATH...] | test [PYTEST OPTIONS...] | lint | bench [NAME...] | package [FLAVOUR...]"

# Library -> Debian/Ubuntu package. PySide6 links the first seven even offscreen; a real window needs the others.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
PACKAGE_PROGRAMS = {"objcopy": "binutils", "zstd": "zstd"}  # PyInstaller's, and the archives'
SCREEN_PROGRAMS = {"Xvfb": "xvfb", "xauth": "xauth", "xdotool": "xdotool", "openbox": "openbox", "strace": "strace"}
# What the tests of packages ask: some 40 MB to fetch on a bare Debian, most of it lintian's. Wine would be 350 MB more.
CHECK_PROGRAMS = {
    "lintian": "lintian",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "update-mime-database": "shared-mime-info",
    "gio": "libglib2.0-bin",
    "makensis": "nsis",
    "osslsigncode": "osslsigncode",
    "openssl": "openssl",
    "zstd": "zstd",
}
PROGRAMS = {
    "test": SCREEN_PROGRAMS | CHECK_PROGRAMS,
    "bench": SCREEN_PROGRAMS,
    "package": SCREEN_PROGRAMS | PACKAGE_PROGRAMS,
}


def main(arguments: list[str]) -> int:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return complain(f"ResNet Desktop needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}.")
    command, *rest = arguments or [""]
    if command not in {"run", "test", "lint", "bench", "package"}:
        return complain(USAGE, code=2)
    if not see_to_system(PROGRAMS.get(command, {})):
        return 1
    make_environment(extra="" if command == "run" else "[dev]")
    return {"run": run, "test": test, "lint": lint, "bench": bench, "package": package}[command](rest)


def complain(sentence: str, code: int = 1) -> int:
    print(sentence, file=sys.stderr)
    return code


def see_to_system(programs: dict[str, str]) -> bool:
    """Install or name the Debian packages that are missing. Other systems bring what Qt needs."""
    if not sys.platform.startswith("linux"):
        return True
    missing = [package for library, package in LIBRARIES.items() if not can_load(library)]
    if not has_venv():
        missing.append(f"python3.{sys.version_info.minor}-venv")
    missing += [package for program, package in programs.items() if not shutil.which(program)]
    if not missing:
        return True
    line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if not shutil.which("apt-get"):
        complain("Install what holds these Debian packages on your system, then try again: " + " ".join(missing))
        return False
    if os.geteuid() != 0:
        complain(
            "Some system packages are missing. Run this line, then try again:\n"
            f"  sudo apt-get update && sudo {' '.join(line)}"
        )
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=False, env=environment)  # one broken source need not stop us
    subprocess.run(line, check=True, env=environment)
    return True


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_venv() -> bool:
    """A bare Debian has Python without ensurepip, and then venv cannot make an environment."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return STAMP.exists() and not made_by_another_python()
    return True


def make_environment(*, extra: str) -> None:
    """.venv by the pins of constraints.txt; skipped while nothing it depends on has changed."""
    inputs = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    wanted = hashlib.sha256(b"\0".join([sys.version.encode(), str(ROOT).encode(), *inputs])).hexdigest()
    have = STAMP.read_text(encoding="utf-8").split() if STAMP.exists() else []
    if wanted in have and (not extra or extra in have):
        return
    print("Installing what ResNet Desktop needs: some minutes, up to 7 GB of disk.", file=sys.stderr, flush=True)
    # Also over one that stands: it may be half made or another Python's, and over a good one this takes seconds.
    start_over = ["--clear"] if made_by_another_python() else []
    subprocess.run([sys.executable, "-m", "venv", *start_over, str(VENV)], check=True)
    quiet = [] if sys.stderr.isatty() else ["-q"]
    install = ["install", *quiet, "-c", str(ROOT / "constraints.txt"), "-e", f"{ROOT}{extra}"]
    subprocess.run([str(PYTHON), "-m", "pip", *install], check=True)
    STAMP.write_text(f"{wanted}\n{extra}\n", encoding="utf-8")


def made_by_another_python() -> bool:
    about = VENV / "pyvenv.cfg"
    minor = f"version = 3.{sys.version_info.minor}."
    return about.exists() and minor not in about.read_text(encoding="utf-8")


def python(*arguments: str, **environment: str) -> int:
    command = [str(PYTHON), *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False).returncode


def run(rest: list[str]) -> int:
    paths = [str(Path(item).resolve()) if Path(item).exists() else item for item in rest]
    return python("-m", "resnet_desktop", *paths)


def lint(_rest: list[str]) -> int:
    steps = (("-m", "ruff", "check", "."), ("-m", "ruff", "format", "--check", "."), ("-m", "mypy"))
    scripts = sorted(str(path) for path in (ROOT / "packaging").rglob("*.py"))
    # Its name is that of a library, so it is no package; its scripts find each other by this path.
    apart = python("-m", "mypy", "--explicit-package-bases", *scripts, MYPYPATH=str(ROOT / "packaging"))
    return max(apart, *(python(*step) for step in steps))


def test(rest: list[str]) -> int:
    """Lint, then everything offscreen, then the suite that needs a real window under its own X server."""
    failed = lint([])
    if any(Path(item.split("::")[0]).exists() for item in rest):
        failed |= python("-m", "pytest", "-m", "not window", *rest, QT_QPA_PLATFORM="offscreen")
    else:
        failed |= test_side_by_side(rest)
    if shutil.which("xvfb-run"):
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24", str(PYTHON), "-m", "pytest", "-m", "window", *rest]
        failed |= subprocess.run(screen, cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "xcb"}, check=False).returncode
    return 1 if failed else 0


def test_side_by_side(rest: list[str]) -> int:
    """The tests of the engine, which wait for torch, beside all others; each half is shown as a whole."""
    others = sorted(str(path) for path in (ROOT / "tests").glob("test_*.py"))
    others += [str(ROOT / "tests" / name) for name in ("core", "workers", "ui", "packaging", "e2e")]
    command = [str(PYTHON), "-m", "pytest", "-m", "not window", *rest]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with tempfile.TemporaryFile() as told:
        engine = subprocess.Popen(
            [*command, str(ROOT / "tests" / "engine")], cwd=ROOT, env=environment, stdout=told, stderr=told
        )
        failed = subprocess.run([*command, *others], cwd=ROOT, env=environment, check=False).returncode
        failed |= engine.wait()
        told.seek(0)
        print(told.read().decode(errors="replace"), flush=True)
    return failed


def package(rest: list[str]) -> int:
    """Freeze both flavours, try them, wrap them up; packaging/build.py tells what else can be asked."""
    return python("packaging/build.py", *rest)


def bench(rest: list[str]) -> int:
    return python("-m", "benchmarks", *rest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(complain(f"This step failed: {' '.join(error.cmd)}"))
    except KeyboardInterrupt:
        sys.exit(130)
