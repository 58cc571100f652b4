"""The life of the real process: a second start, a race of thirty, kills, and closing while it works."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.settings import settings_file
from tests.e2e.conftest import Start
from tests.e2e.outside import ROOT, command_line, is_running

pytestmark = pytest.mark.window

RACERS = 30
PICTURES = 1000
CLOSE_MILLISECONDS = 5000


def test_a_second_start_hands_its_paths_over_and_ends(start: Start, built_in: ModelSpec, coffee: Path) -> None:
    first = start()
    second = start(coffee, window=False)
    assert second.wait_for_end(20_000) == 0
    first.wait_for_answer("espresso")
    assert len(first.windows()) == 1


def test_of_thirty_starts_at_once_exactly_one_gets_a_window(
    qtbot: QtBot, start: Start, built_in: ModelSpec, coffee: Path
) -> None:
    racers = [start(coffee, window=False) for _number in range(RACERS)]
    qtbot.waitUntil(lambda: sum(racer.process.poll() is None for racer in racers) <= 1, timeout=90_000)
    winners = [racer for racer in racers if racer.process.poll() is None]
    assert len(winners) == 1
    assert [racer.process.returncode for racer in racers if racer not in winners] == [0] * (RACERS - 1)
    winners[0].wait_for_window()
    assert len(winners[0].windows()) == 1
    winners[0].wait_for_answer("espresso")


def test_a_killed_window_does_not_stand_in_the_way_of_the_next(start: Start, built_in: ModelSpec, coffee: Path) -> None:
    first = start()
    first.process.kill()
    first.wait_for_end(5000)
    second = start(coffee)
    second.wait_for_answer("espresso")
    third = start(window=False)
    assert third.wait_for_end(20_000) == 0


@pytest.mark.parametrize("keys", ["ctrl+q", "alt+F4"], ids=["by its own key", "by the window manager"])
def test_closing_while_a_thousand_pictures_run_ends_the_process(
    start: Start, built_in: ModelSpec, coffee: Path, tmp_path: Path, keys: str
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(PICTURES):
        os.link(coffee, folder / f"{number:04}.png")
    running = start(folder)
    running.wait_for_answer("espresso")
    children = psutil.Process(running.pid).children(recursive=True)
    running.press(keys)
    assert running.wait_for_end(CLOSE_MILLISECONDS) == 0
    assert [child for child in children if is_running(child)] == []
    stored = json.loads(settings_file().read_bytes())
    assert stored["last_folder"] == str(folder)
    assert QWidget().restoreGeometry(QByteArray.fromBase64(stored["geometry"].encode()))


def test_a_terminated_process_leaves_no_lock_that_blocks(start: Start, built_in: ModelSpec) -> None:
    first = start()
    first.process.send_signal(signal.SIGTERM)
    first.wait_for_end(CLOSE_MILLISECONDS)
    assert len(start().windows()) == 1


def test_the_command_line_works_beside_an_open_window(start: Start, built_in: ModelSpec, coffee: Path) -> None:
    start()
    done = subprocess.run(
        command_line("classify", coffee, "--json"), cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout)["predictions"][0]["label"] == "espresso"
