"""What tests and packages need of the system is what dev.py sees to, and what the release installs."""

from __future__ import annotations

import ast
import re
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

DEV = runpy.run_path(str(ROOT / "dev.py"))
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
OF_EVERY_DEBIAN = {"dpkg-deb", "tar", "sha256sum", "bash", "git"}  # git is how anybody came by this


def needed(file: Path) -> set[str]:
    """The programs without which a test of this file is skipped."""
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = [call.args for call in calls if isinstance(call.func, ast.Name) and call.func.id == "needs"]
    return {argument.value for arguments in named for argument in arguments if isinstance(argument, ast.Constant)}


def test_no_test_of_packages_is_skipped_where_dev_py_has_been() -> None:
    found = set().union(*(needed(file) for file in Path(__file__).parent.glob("test_*.py")))
    assert "lintian" in found
    assert found - OF_EVERY_DEBIAN <= DEV["PROGRAMS"]["test"].keys()


@pytest.mark.parametrize("command", ["test", "bench", "package"])
def test_what_is_missing_is_named_by_its_package(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person who is not root gets one line to run."""
    programs = DEV["PROGRAMS"][command]
    which = dict.fromkeys(programs)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda name: which.get(name, f"/usr/bin/{name}"))
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert not DEV["see_to_system"](programs)
    line = capsys.readouterr().err.splitlines()[-1]
    assert set(programs.values()) <= set(line.split())
    assert "sudo apt-get install -y --no-install-recommends" in line


def test_the_release_installs_what_packaging_asks() -> None:
    """The runner is nobody's root: dev.py would only name what is missing, and stop."""
    text = RELEASE.read_text(encoding="utf-8")
    (step,) = re.findall(r"apt-get install -y --no-install-recommends ((?:[^\n]*\\\n)*[^\n]*)", text)
    wanted = {*DEV["LIBRARIES"].values(), *DEV["PROGRAMS"]["package"].values()}
    assert wanted <= set(step.replace("\\", " ").split())
