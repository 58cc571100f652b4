"""One question, no more; and whatever comes back, a sentence or a version."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from resnet_desktop import __version__
from resnet_desktop.core import updates
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.download import USER_AGENT
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.updates import Looked, UpdateError, look_for_updates
from tests.core.download_server import LOOPBACK_PORTS, Script, Server, Turn, hurry, serving

PATH = "/releases/latest"


def turn(content: object, **options: object) -> Turn:
    return Turn(body=json.dumps(content).encode(), content_type="application/json", **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    hurry(monkeypatch)
    monkeypatch.setattr(updates, "RELEASES", running.address(PATH))
    running.play()
    yield running
    assert running.script.problems == []


def newer_than(version: str, proxy: str = "") -> str:
    (event,) = look_for_updates(CancelToken(), proxy=proxy, version=version)
    assert isinstance(event, Looked)
    return event.newer


def refused(script: Script) -> str:
    """The sentence of a look that comes to nothing; the server was asked once."""
    with pytest.raises(UpdateError) as caught:
        list(look_for_updates(CancelToken()))
    assert len(script.requests) == 1
    assert "{" not in str(caught.value)
    return str(caught.value)


def test_one_get_that_carries_nothing_but_the_name_of_the_program(server: Server) -> None:
    script = server.play(turn({"tag_name": "v99.0"}))
    assert newer_than(__version__) == "99.0"
    (request,) = script.requests
    assert (request.method, request.path) == ("GET", PATH)
    host = request.headers.pop("host")
    assert host.startswith("127.0.0.1:")
    assert request.headers == {
        "user-agent": USER_AGENT,
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "close",
    }


@pytest.mark.parametrize(
    ("offered", "here", "newer"),
    [
        ("0.2.0", "0.1.0", "0.2.0"),
        ("v0.2.0", "0.1.0", "0.2.0"),
        ("0.1.0", "0.1.0", ""),
        ("0.0.9", "0.1.0", ""),
        ("0.1.0", "0.1.0rc1", "0.1.0"),
        ("0.1.0rc2", "0.1.0rc1", "0.1.0rc2"),
        ("0.2.0rc1", "0.1.0", ""),  # not finished, and this one is
        ("0.1.0-beta.2", "0.1.0a1", "0.1.0-beta.2"),
    ],
)
def test_only_a_newer_version_is_told(offered: str, here: str, newer: str, server: Server) -> None:
    server.play(turn({"tag_name": offered, "html_url": "https://evil.example", "body": "<script>"}))
    assert newer_than(here) == newer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        b"null",
        b"[]",
        b'"v99.0"',
        b"{}",
        b'{"tag_name": null}',
        b'{"tag_name": 99}',
        b'{"tag_name": ["99.0"]}',
        b'{"tag_name": "<img src=x onerror=alert(1)>99.0"}',
        b'{"tag_name": "<b>99.0</b>"}',
        b'{"tag_name": "99.0\\nPay here"}',
        b'{"tag_name": "' + b"9" * 5000 + b'"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"tag_name": "99.0"',
    ],
)
def test_an_answer_that_names_no_version(body: bytes, server: Server) -> None:
    assert "names no version" in refused(server.play(Turn(body=body, content_type="application/json")))


def test_a_huge_answer_is_not_read_to_its_end(server: Server) -> None:
    body = b'{"tag_name": "99.0", "x": "' + b"x" * (64 << 20) + b'"}'
    script = server.play(Turn(body=body, content_type="application/json"))
    assert "names no version" in refused(script)
    assert script.sent < len(body)  # what the system buffers is sent, and no more


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int, server: Server) -> None:
    script = server.play(Turn(status=status, location=server.address("/elsewhere")), turn({"tag_name": "99.0"}))
    assert "could not be asked" in refused(script)


@pytest.mark.parametrize("status", [401, 403, 404, 407, 416, 429, 500, 503])
def test_a_refusal(status: int, server: Server) -> None:
    assert "could not be asked" in refused(server.play(turn({"tag_name": "99.0"}, status=status)))


@pytest.mark.parametrize("slow", [Turn(silent=True), Turn(cut=3, stall=True)])
def test_a_server_that_stalls(slow: Turn, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "MAX_SECONDS", 0.3)
    assert "could not be asked" in refused(server.play(slow))


@contextmanager
def dripping() -> Iterator[int]:
    """A server on a port that sends the head of an answer without end, a byte at a time: always a sign of life."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _address = listening.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
                while not over.wait(0.02):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        port = listening.getsockname()[1]
        LOOPBACK_PORTS.add(port)
        try:
            yield port
        finally:
            over.set()
            thread.join()
            LOOPBACK_PORTS.discard(port)


def test_a_server_that_drips_has_no_more_time_than_one_that_stalls(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "MAX_SECONDS", 0.5)
    with dripping() as port:
        monkeypatch.setattr(updates, "RELEASES", f"http://127.0.0.1:{port}{PATH}")
        with pytest.raises(UpdateError, match="could not be asked"):
            list(look_for_updates(CancelToken()))


def test_a_cancel_ends_the_wait(server: Server) -> None:
    script = server.play(Turn(silent=True))
    token = CancelToken()
    look = look_for_updates(token)
    token.cancel()
    with pytest.raises(Cancelled):
        next(look)
    assert len(script.requests) <= 1


def test_nobody_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as other:
        address, port = other.address(PATH), other.server_port
    LOOPBACK_PORTS.add(port)  # nobody listens any more
    monkeypatch.setattr(updates, "RELEASES", address)
    with pytest.raises(UpdateError, match=r"127\.0\.0\.1 could not be asked"):
        list(look_for_updates(CancelToken()))
    LOOPBACK_PORTS.discard(port)


def test_the_proxy_of_the_settings_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "RELEASES", "http://releases.example/latest")
    script = server.play(turn({"tag_name": "99.0"}))
    assert newer_than("0.1.0", proxy=server.address()) == "99.0"
    assert [request.path for request in script.requests] == ["http://releases.example/latest"]


def test_a_proxy_that_is_none_is_a_sentence(server: Server) -> None:
    with pytest.raises(UpdateError, match="proxy"):
        list(look_for_updates(CancelToken(), proxy="not a proxy"))
    assert server.script.requests == []


def test_a_build_without_an_address_never_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "RELEASES", "")
    with pytest.raises(UpdateError, match="without an address"):
        list(look_for_updates(CancelToken()))
