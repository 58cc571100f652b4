"""Nothing goes out: no process of the program opens a network socket, and none is missed where there is no network."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_desktop.core.catalog import ModelSpec
from tests.e2e.conftest import Start
from tests.e2e.outside import ROOT, command_line
from tests.e2e.sockets import Watch, network_sockets

# Every socket that a process of this program may ask the kernel for: the X server, the session bus and the
# socket of a second start are AF_UNIX. Nothing, no library either, asks for AF_NETLINK.
ALLOWED = {"AF_UNIX"}
SOCKET_CALL = re.compile(r"\bsocket(?:pair)?\((\w+)")
NO_NETWORK = ("unshare", "--net")
STRACE = ("strace", "--follow-forks", "--seccomp-bpf", "--trace=network", "--output")


def can_unshare() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False).returncode == 0


needs_unshare = pytest.mark.skipif(not can_unshare(), reason="no network namespaces here (unshare --net needs root)")
needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def classify(*before: str, picture: Path, timeout: float = 120) -> dict[str, object]:
    """The first line of ``classify --json``, run by the program ``before``."""
    command = [*before, *command_line("classify", picture, "--json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def families_in(trace: Path) -> set[str]:
    return set(SOCKET_CALL.findall(trace.read_text(errors="replace")))


def test_the_audit_finds_a_socket_where_there_is_one() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp, closing(socket.socket()) as tcp:
        udp.bind(("127.0.0.1", 0))
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        assert len(network_sockets(os.getpid())) == 2


@pytest.mark.window
def test_from_the_first_start_to_the_answer_no_socket_is_opened(
    qtbot: QtBot, start: Start, coffee: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    for number in range(20):
        shutil.copy(coffee, folder / f"{number}.png")
    running = start(coffee, folder)
    with Watch(running.pid) as watch:
        running.wait_for_answer("espresso")
        running.press("ctrl+q")
        assert running.wait_for_end(10_000) == 0
    assert watch.looks > 40
    assert len(watch.seen) > 1, "the engine child was not looked at"
    assert watch.found == set()


@needs_strace
def test_the_command_line_asks_for_no_network_socket_from_preparing_to_answering(coffee: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    answer = classify(*STRACE, str(trace), picture=coffee)
    assert answer["predictions"][0]["label"] == "espresso"  # type: ignore[index]
    assert trace.stat().st_size
    assert families_in(trace) <= ALLOWED


@needs_strace
@pytest.mark.window
def test_the_window_asks_for_no_network_socket(start: Start, built_in: ModelSpec, coffee: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    running = start(coffee, before=(*STRACE, str(trace)))
    running.wait_for_answer("espresso")
    running.press("ctrl+q")
    assert running.wait_for_end(10_000) == 0
    assert families_in(trace) == ALLOWED


@needs_unshare
def test_preparing_and_answering_need_no_network(coffee: Path) -> None:
    answer = classify(*NO_NETWORK, picture=coffee)
    assert answer["predictions"][0]["label"] == "espresso"  # type: ignore[index]


@needs_unshare
@pytest.mark.window
def test_the_window_answers_where_there_is_no_network(start: Start, built_in: ModelSpec, coffee: Path) -> None:
    start(coffee, before=NO_NETWORK).wait_for_answer("espresso")


@needs_unshare
def test_the_namespace_really_has_no_network() -> None:
    program = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run([*NO_NETWORK, sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "Network is unreachable" in done.stderr


@needs_unshare
def test_without_a_network_a_download_says_why(home: Path) -> None:
    command = [*NO_NETWORK, *command_line("models", "download", "resnet18")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stdout == ""
    (sentence,) = [line for line in done.stderr.splitlines() if "network" in line]
    assert sentence.startswith("The address download.pytorch.org was not found.")
    assert "Traceback" not in done.stderr
