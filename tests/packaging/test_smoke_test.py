"""The gate itself: the window is left by its own key, and what does not end well does not pass."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import smoke_test
import smoke_window
from smoke_window import SmokeError, processes_of

from tests.packaging.conftest import ROOT, needs

pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="tried under Xvfb")
ON_A_SCREEN = needs(*smoke_window.X_PROGRAMS)

# As much of the program as the test looks at: a log, a window of its name, its key. How it ends is its argument's.
STAND_IN = """
import os, pathlib, subprocess, sys
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
how = pathlib.Path(sys.argv[1]).name
application = QApplication([])
window = QWidget(windowTitle="ResNet Desktop")
def leave():
    if how == "child":
        subprocess.Popen(["sleep", "600"], start_new_session=True)
    if how != "deaf":
        application.exit(3 if how == "code" else 0)
QShortcut(QKeySequence("Ctrl+Q"), window, leave)
window.show()
log = pathlib.Path(os.environ["RESNET_DESKTOP_HOME"]) / "log" / "resnet-desktop.log"
log.parent.mkdir(parents=True, exist_ok=True)
log.write_text("answered in 1 ms\\n")
sys.exit(application.exec())
"""


def program(folder: Path, command: str) -> Path:
    """A folder with a program in it, as the freezer lays one."""
    folder.mkdir()
    file = folder / "resnet-desktop"
    file.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    file.chmod(0o755)
    return folder


@pytest.fixture
def apart(tmp_path: Path) -> Path:
    """A home folder that only the program under test is given."""
    return tmp_path / "apart"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The program of this source tree."""
    return program(tmp_path / "source", f"env PYTHONPATH={ROOT} {sys.executable} -m resnet_desktop")


@pytest.fixture
def stand_in(tmp_path: Path, apart: Path) -> Iterator[smoke_test.SmokeTest]:
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)
    yield smoke_test.SmokeTest(program(tmp_path / "stand-in", f"{sys.executable} {script}"), "classify", apart)
    for told in processes_of(apart):
        os.kill(int(told.split()[0]), signal.SIGKILL)


@pytest.fixture
def tested(source: Path, apart: Path, prepared_cache: Path) -> smoke_test.SmokeTest:
    """The program, with its model ready as in a frozen one."""
    shutil.copytree(prepared_cache, apart / "cache")
    return smoke_test.SmokeTest(source, "classify", apart)


@ON_A_SCREEN
def test_the_window_is_left_by_its_own_key(tested: smoke_test.SmokeTest, coffee: Path) -> None:
    with smoke_window.screen() as display:
        said = smoke_test.look(tested, coffee, "he", display)
    assert said.endswith("quit by Ctrl+Q, nothing left")
    assert "answered in" in tested.log()
    tested.check()
    names = {child.name() for child in psutil.Process().children()}
    assert not names & set(smoke_window.X_PROGRAMS)  # nor of the screen


def test_offscreen_it_is_ended_and_nothing_is_left(tested: smoke_test.SmokeTest, coffee: Path) -> None:
    said = smoke_test.look(tested, coffee, "en")
    assert said.endswith("ended by a signal, nothing left")
    tested.check()


@ON_A_SCREEN
@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("code", "the window ended with 3 after it was quit by Ctrl\\+Q"),
        ("deaf", "the window did not end 1 s after it was quit by Ctrl\\+Q"),
        ("child", "left running: \\d+ sleep"),
    ],
)
def test_what_does_not_end_well_does_not_pass(
    how: str, sentence: str, stand_in: smoke_test.SmokeTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke_window, "GONE_SECONDS", 0.5)
    if how == "deaf":
        monkeypatch.setattr(smoke_window, "QUIT_SECONDS", 1.0)
    with smoke_window.screen() as display, pytest.raises(SmokeError, match=sentence):
        smoke_test.look(stand_in, tmp_path / how, "en", display)


@pytest.mark.parametrize(("code", "refusal"), [(0, ""), (1, "takes no request to close")])
def test_on_windows_it_is_closed_by_its_cross(code: int, refusal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command alone is looked at: only Windows can carry it out."""
    asked: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, code)

    ended = subprocess.Popen(["true"])
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(smoke_window, "subprocess", SimpleNamespace(run=run, TimeoutExpired=subprocess.TimeoutExpired))
    with pytest.raises(SmokeError, match=refusal) if refusal else contextlib.nullcontext():
        assert smoke_window.leave(ended, {}) == "closed by its cross"
    ended.wait()
    (command,) = asked
    assert command[0] == "powershell"
    assert f"(Get-Process -Id {ended.pid}).CloseMainWindow()" in command[-1]


def test_on_a_mac_a_signal_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    running = subprocess.Popen(["sleep", "600"], start_new_session=True)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert smoke_window.leave(running, {}) == "ended by a signal"
    assert running.returncode == -signal.SIGTERM


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "xdotool" else f"/usr/bin/{name}")
    assert smoke_window.missing_for_a_screen() == ["xdotool"]


@pytest.mark.parametrize("system", ["win32", "linux"])
def test_offscreen_windows_is_told_where_its_fonts_are(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("SYSTEMROOT", "C:/Windows")
    fonts = {"QT_QPA_FONTDIR": str(Path("C:/Windows/Fonts"))} if system == "win32" else {}
    assert smoke_test.offscreen() == {"QT_QPA_PLATFORM": "offscreen"} | fonts
