"""Freeze both flavours, weigh them, try them, and wrap them up for this system.

python packaging/build.py [classify] [full] [--no-installers] [--no-smoke-test]

Everything lands in dist/: dist/<flavour>/resnet-desktop is the program, dist/packages what people download. Files of
official weights in packaging/weights are put beside the program, where it finds them without a network.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

import parts  # noqa: E402
from identity import FLAVOURS  # noqa: E402

DIST, WORK = ROOT / "dist", ROOT / "build" / "packaging"
PACKAGES = DIST / "packages"
WEIGHTS = HERE / "weights"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="build.py", description="Freeze ResNet Desktop and make its installers.")
    parser.add_argument("flavours", nargs="*", help="classify, full; both where none is named")
    parser.add_argument("--no-installers", action="store_true", help="only the program folders")
    parser.add_argument("--no-smoke-test", action="store_true", help="do not start what was built")
    options = parser.parse_args(arguments)
    flavours = options.flavours or list(FLAVOURS)
    if unknown := [name for name in flavours if name not in FLAVOURS]:
        parser.error(f"unknown flavour: {unknown[0]}; there are {' and '.join(FLAVOURS)}")
    prepare()
    for flavour in flavours:
        program = freeze(flavour)
        if not options.no_smoke_test:
            step("trying", [sys.executable, str(HERE / "smoke_test.py"), str(program), "--flavour", flavour])
        if not options.no_installers:
            wrap(program, flavour)
    for path in sorted(PACKAGES.glob("*")):
        print(f"{path.stat().st_size / 1e6:9.1f} MB  {path.relative_to(ROOT)}", flush=True)
    return 0


def prepare() -> None:
    """What both flavours take from the scratch folder: the built-in model, ready to answer, and the icons."""
    scratch = WORK / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    home = WORK / "home"
    environment = os.environ | {"RESNET_DESKTOP_HOME": str(home), "PYTHONPATH": str(ROOT)}
    step("preparing the built-in model", [sys.executable, str(HERE / "prepare_model.py")], environment)
    shutil.copytree(home / "cache" / "prepared", scratch / "prepared")
    step("drawing icons", [sys.executable, str(HERE / "icons.py"), str(scratch / "icons")])
    described = [sys.executable, str(HERE / "windows" / "version_info.py"), str(scratch / "version_info.txt")]
    step("describing the program for Windows", described)


def freeze(flavour: str) -> Path:
    """dist/<flavour>/resnet-desktop, weighed."""
    target = DIST / flavour
    shutil.rmtree(target, ignore_errors=True)
    environment = os.environ | {"RESNET_DESKTOP_FLAVOUR": flavour, "RESNET_DESKTOP_SCRATCH": str(WORK / "scratch")}
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    places = ["--distpath", str(target), "--workpath", str(WORK / flavour)]
    started = time.monotonic()
    step(f"freezing {flavour}", [*command, *places, str(HERE / "resnet-desktop.spec")], environment)
    program = target / "resnet-desktop"
    if WEIGHTS.is_dir() and any(WEIGHTS.iterdir()):
        shutil.copytree(WEIGHTS, program / "weights")
    step("listing what is inside and its terms", [sys.executable, str(HERE / "sbom.py"), str(program)])
    text = parts.table(program)
    (target / "sizes.txt").write_text(text + "\n", encoding="utf-8")
    print(f"{flavour}: {time.monotonic() - started:.0f} s\n{text}", flush=True)
    return program


def wrap(program: Path, flavour: str) -> None:
    """The installers of this system around one program."""
    system = {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
    PACKAGES.mkdir(parents=True, exist_ok=True)
    package = str(HERE / system / "package.py")
    step(f"wrapping {flavour}", [sys.executable, package, str(program), flavour, str(PACKAGES)])


def step(name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
    print(f"-- {name}", flush=True)
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(f"This step failed: {' '.join(map(str, error.cmd))}")
