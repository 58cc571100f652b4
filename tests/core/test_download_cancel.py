"""A cancel ends a download within half a second, whatever it is waiting for, and keeps what has arrived."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from resnet_desktop.core import download, download_socket
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import DownloadProgress, download_weights, part_of
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.events import Event
from resnet_desktop.core.paths import weights_dir
from tests.core.download_server import FILE, LOOPBACK_PORTS, Server, Turn, fetch, hurry, names_in, serving, spec_on


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    hurry(monkeypatch)
    script = running.play(Turn())
    yield running
    assert script.problems + running.script.problems == []


@pytest.fixture
def spec(home: Path, running: Server) -> ModelSpec:
    return spec_on(running)


def cancelled_after(
    spec: ModelSpec, wait: Callable[[], object], seen: Callable[[Event], object] = lambda _: None
) -> float:
    """Cancel from another thread once ``wait`` returns; how many seconds later the download ended."""
    token = CancelToken()
    moment: list[float] = []

    def cancel() -> None:
        wait()
        moment.append(time.monotonic())
        token.cancel()

    def download_all() -> None:
        for event in download_weights(spec, token):
            seen(event)

    other = threading.Thread(target=cancel)
    other.start()
    with pytest.raises(Cancelled):
        download_all()
    ended = time.monotonic()
    other.join()
    return ended - moment[0]


@pytest.mark.parametrize("turn", [Turn(silent=True), Turn(cut=0, stall=True)], ids=["silent", "headed"])
def test_a_cancel_ends_a_stall_before_the_first_byte(turn: Turn, spec: ModelSpec, server: Server) -> None:
    script = server.play(turn)
    assert cancelled_after(spec, lambda: script.reached.wait(10)) < 0.5
    assert names_in(weights_dir()) == []
    server.play(Turn())
    fetch(spec)


def test_a_cancel_ends_a_stall_on_the_way(spec: ModelSpec, server: Server) -> None:
    before = set(threading.enumerate())
    script = server.play(Turn(cut=100_000, stall=True))
    arrived = threading.Event()

    def seen(event: Event) -> None:
        if isinstance(event, DownloadProgress) and event.done == 100_000:
            arrived.set()

    assert cancelled_after(spec, lambda: arrived.wait(10), seen) < 0.5
    assert part_of(spec).read_bytes() == FILE[:100_000]
    left = set(threading.enumerate()) - before
    assert all("process_request_thread" in thread.name for thread in left), left  # the server's own
    script.over.set()
    server.play(Turn())
    fetch(spec)
    assert server.script.requests[0].start == 100_000


def test_a_cancel_ends_the_wait_for_a_connection(spec: ModelSpec, server: Server) -> None:
    """A server that is too busy to take any more connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy, ExitStack() as waiting:
        port = busy.getsockname()[1]
        LOOPBACK_PORTS.add(port)
        for _ in range(4):
            waiting.enter_context(caller := socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        started = threading.Event()
        real = download_socket.reach

        def reach(connection: socket.socket, address: Any, token: CancelToken, seconds: float) -> None:
            started.set()
            real(connection, address, token, seconds)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(download_socket, "reach", reach)
            far = dataclasses.replace(spec, url=f"http://127.0.0.1:{port}/file")
            assert cancelled_after(far, lambda: started.wait(10)) < 0.5
    LOOPBACK_PORTS.discard(port)


def test_a_cancel_counts_though_everything_is_here_already(spec: ModelSpec, server: Server) -> None:
    """A small file comes along with the head of the answer, and nothing waits for the network any more."""
    token = CancelToken()
    server.play(Turn(body=FILE[:3000]))
    events = download_weights(dataclasses.replace(spec, size=3000), token)
    next(events)
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_cancel_ends_the_wait_for_a_server_that_never_speaks(scheme: str, spec: ModelSpec, server: Server) -> None:
    """In plain HTTP and in the midst of TLS's first steps."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        LOOPBACK_PORTS.add(port)
        silent = dataclasses.replace(spec, url=f"{scheme}://127.0.0.1:{port}/file")
        caller: list[socket.socket] = []
        assert cancelled_after(silent, lambda: caller.append(mute.accept()[0])) < 0.5
        caller[0].close()
    LOOPBACK_PORTS.discard(port)


def test_a_cancel_ends_a_look_up(spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver itself cannot be interrupted; nobody waits for it, though."""
    asked, over = threading.Event(), threading.Event()

    def slow(*arguments: object, **options: object) -> list[object]:
        asked.set()
        over.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    assert cancelled_after(spec, lambda: asked.wait(10)) < 0.5
    over.set()
    for thread in threading.enumerate():
        if thread.name == "look-up":
            thread.join(10)


def test_a_cancel_ends_the_pause_between_two_tries(
    spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "BACK_OFF", 60.0)
    server.play(Turn(status=503, body=b""))
    waiting = threading.Event()
    real = CancelToken.wait

    def wait(token: CancelToken, seconds: float) -> bool:
        waiting.set()
        return real(token, seconds)

    monkeypatch.setattr(CancelToken, "wait", wait)
    assert cancelled_after(spec, lambda: waiting.wait(10)) < 0.5


def test_a_cancel_ends_the_check(spec: ModelSpec, server: Server) -> None:
    token = CancelToken()
    events = download_weights(spec, token)
    next(event for event in events if isinstance(event, DownloadProgress) and event.stage == download.CHECKING_FILE)
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)
    assert names_in(weights_dir()) == [f"{spec.weights}.part", f"{spec.weights}.part.json"]
    fetch(spec)
    assert len(server.script.requests) == 1
