"""Sleep is held off by a helper that ends when it should, also when this program dies."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_desktop.core import keep_awake
from resnet_desktop.core.keep_awake import KeepAwake

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there it is a state of the thread")


@pytest.fixture
def pids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in that writes down its number and ends with its standard input, as systemd-inhibit's cat does."""
    file = tmp_path / "pids"
    monkeypatch.setattr(keep_awake, "_command", lambda: ["sh", "-c", f'echo $$ >> "{file}"; exec cat'])
    return file


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def numbers(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def test_one_helper_while_it_is_wanted(pids: Path, qtbot: QtBot) -> None:
    awake = KeepAwake()
    awake.keep(True)
    awake.keep(True)
    qtbot.waitUntil(lambda: len(numbers(pids)) == 1)
    assert awake.held
    assert alive(numbers(pids)[0])
    awake.keep(False)
    awake.keep(False)
    assert not awake.held
    assert not alive(numbers(pids)[0])
    awake.keep(True)
    qtbot.waitUntil(lambda: len(numbers(pids)) == 2)
    awake.keep(False)
    assert not any(map(alive, numbers(pids)))


@pytest.mark.parametrize("command", [["no-such-program"], ["sh", "-c", "exit 3"]])
def test_what_does_not_work_is_logged_once(
    command: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keep_awake, "_command", lambda: command)
    awake = KeepAwake()
    with caplog.at_level(logging.WARNING):
        for _again in range(3):
            awake.keep(True)
            hold = awake._hold
            if isinstance(hold, keep_awake._Helper):
                hold._process.wait(10)
            awake.keep(False)
    assert len(caplog.records) == 1
    assert not awake.held


def test_the_helper_ends_with_a_program_that_is_killed(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "pid"
    code = (
        "import time; from resnet_desktop.core import keep_awake as k\n"
        f"k._command = lambda: ['sh', '-c', 'echo $$ > \"{file}\"; exec cat']\n"
        "k.take_hold_ = k.take_hold(); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as program:
        qtbot.waitUntil(lambda: bool(numbers(file)), timeout=10_000)
        program.send_signal(signal.SIGKILL)
    qtbot.waitUntil(lambda: not alive(numbers(file)[0]), timeout=5_000)
