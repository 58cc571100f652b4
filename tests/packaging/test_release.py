"""The workflow of releases, as far as it can be looked at without the service that runs it."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, needs, run

TEXT = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
STEP = re.compile(r"^      - (.*?)(?=^      - |^  \w|\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^( +)run: \|\n((?:\1 +.*\n|\n)+)", re.MULTILINE)
EXPRESSION = re.compile(r"\$\{\{.*?\}\}")


def shell_blocks() -> list[str]:
    """What a shell runs; on Windows that is another one where nothing else is said."""
    steps = [each for each in STEP.findall(TEXT) if "'Windows'" not in each or "shell: bash" in each]
    return [textwrap.dedent(block) for step in steps for _indent, block in BLOCK.findall(step)]


def test_every_action_is_one_commit() -> None:
    """A tag can be moved to other code, and this code sees the keys for signing."""
    used = re.findall(r"uses: (.+)", TEXT)
    assert len(used) >= 4
    assert [each for each in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


def test_a_job_has_an_end_and_only_the_last_one_may_write() -> None:
    jobs = TEXT.split("\njobs:\n")[1]
    names = re.findall(r"^  (\w+):$", jobs, re.MULTILINE)
    assert len(re.findall(r"^    timeout-minutes: \d+$", jobs, re.MULTILINE)) == len(names) == 2
    assert re.search(r"^permissions:\n  contents: read\n", TEXT, re.MULTILINE)
    assert "contents: write" not in jobs.split("\n  draft:")[0]
    assert jobs.count("persist-credentials: false") == TEXT.count("actions/checkout@")


def test_no_words_from_outside_come_into_a_script() -> None:
    """The name of a tag may hold anything; scripts read it from a variable."""
    for block in BLOCK.findall(TEXT):
        assert EXPRESSION.findall(block[1]) == []
    for line in re.findall(r"run: ([^|\n].*)", TEXT):
        assert EXPRESSION.findall(line) == []


@needs("bash")
def test_scripts_can_be_read(tmp_path: Path) -> None:
    blocks = shell_blocks()
    assert any("hdiutil" in block for block in blocks)
    assert any("cygpath" in block for block in blocks)
    assert not any("Start-Process" in block for block in blocks)
    for number, block in enumerate(blocks):
        script = tmp_path / f"{number}.sh"
        script.write_text(block, encoding="utf-8")
        run("bash", "-n", script)


def test_packages_answer_before_they_are_kept() -> None:
    steps = STEP.findall(TEXT)
    kept = next(number for number, step in enumerate(steps) if "upload-artifact" in step)
    for system in ("Linux", "Windows", "macOS"):
        asked = [number for number, step in enumerate(steps) if f"'{system}'" in step and "chelsea.png" in step]
        assert asked, system
        assert max(asked) < kept


@pytest.mark.parametrize("name", ["release.yml", "install.sh", "__init__.py", "installer.nsi"])
@needs("git")
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
def test_files_are_the_same_on_every_system(name: str) -> None:
    """Git for Windows gives files other line ends, and the release looks for a whole line of one."""
    (file,) = [path for path in _tracked() if path.name == name and "tests" not in path.parts][:1]
    said = run("git", "check-attr", "text", "eol", "--", file, cwd=ROOT)
    assert "text: auto" in said
    assert "eol: lf" in said
    assert b"\r" not in (ROOT / file).read_bytes()


def _tracked() -> list[Path]:
    return [Path(line) for line in run("git", "ls-files", cwd=ROOT).splitlines()]
