"""What the tests of packages share. The folder packaging is no package: its name is that of a library on PyPI."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "packaging"))


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where a program of the system is not installed."""
    missing = [name for name in programs if not shutil.which(name)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a program said; its output is shown where it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A stand-in for the folder that PyInstaller makes; it says what it was given."""
    folder = tmp_path / "dist" / "full" / "resnet-desktop"
    inside = folder / "_internal"
    inside.mkdir(parents=True)
    program = folder / "resnet-desktop"
    program.write_text('#!/bin/sh\necho "started with $*"\n')
    program.chmod(0o700)  # as after a strict umask
    (folder / "THIRD-PARTY-LICENCES.txt").write_text("terms\n")
    (folder / "sbom.cdx.json").write_text("{}\n")
    (inside / "library.so.1").write_text("code\n")
    (inside / "library.so").symlink_to("library.so.1")
    (inside / ".gitignore").write_text("*\n")
    return folder
