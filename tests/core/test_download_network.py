"""The way to the server: addresses, redirects, proxies, certificates."""

from __future__ import annotations

import dataclasses
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from resnet_desktop.core import download_network
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import download_weights
from resnet_desktop.core.download_errors import (
    CERTIFICATE,
    CUT_OFF,
    NOT_HTTP,
    NOT_SECURE,
    PROXY_ADDRESS,
    PROXY_PASSWORD,
    STATUS,
    UNKNOWN_HOST,
    UNREACHABLE,
    DownloadError,
    TryAgain,
)
from tests.core.download_server import LOOPBACK_PORTS, Server, Turn, fetch, hurry, refusal, serving, spec_on


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


ADDRESSES = [
    "",
    "models/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "data:text/plain,x",
    "http:///x",
    "http://",
    "http://[::1/x",
    "http://127.0.0.1:port/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://a b/",
    "http://127.0.0.1/a b",
    "http://127.0.0.1/a\r\nHost: elsewhere",
    "http://127.0.0.1/é",
    "http://name:password@127.0.0.1/",
    f"http://{'a' * 70}.example/",
    "http://a..b/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_are_none(address: str, spec: ModelSpec, server: Server) -> None:
    odd = dataclasses.replace(spec, url=address)
    assert refusal(odd).sentence == NOT_HTTP
    assert server.script.requests == []


def test_a_mirror_that_is_no_address_is_named(spec: ModelSpec, server: Server) -> None:
    assert str(refusal(spec, mirror="mirror.example")) == (
        f"“mirror.example/{spec.weights}” is not an address that begins with http:// or https://. Correct the mirror."
    )


def test_a_host_that_nobody_knows(spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def unknown(host: str, *arguments: object, **options: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = refusal(spec, mirror="https://mirror.example/")
    assert error.sentence == UNKNOWN_HOST
    assert "mirror.example" in str(error)
    assert asked == ["mirror.example"] * 3
    assert refusal(spec, proxy="http://proxy.example:3128").values["host"] == "proxy.example"


def test_the_next_address_of_a_host_is_tried(spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first is refused."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    LOOPBACK_PORTS.add(port)
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    both = [(*kind, ("127.0.0.1", port)), (*kind, ("127.0.0.1", server.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    fetch(dataclasses.replace(spec, url="http://official.example/file"))
    assert server.script.requests[0].headers["host"] == "official.example"
    LOOPBACK_PORTS.discard(port)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_keep_the_range(status: int, spec: ModelSpec, server: Server) -> None:
    moved = Turn(status=status, body=b"moved", location="/else where", ranges=False)
    server.play(moved, Turn(cut=1000), moved, Turn())
    fetch(spec)
    paths = [(request.path, request.start) for request in server.script.requests]
    first = f"/models/{spec.weights}"
    assert paths == [(first, 0), ("/else%20where", 0), (first, 1000), ("/else%20where", 1000)]
    assert server.script.requests[3].headers["user-agent"].startswith("ResNet-Desktop/")


def test_the_page_that_comes_with_a_redirect_is_not_waited_for(spec: ModelSpec, server: Server) -> None:
    server.play(Turn(status=302, location="/b", length=1 << 40, cut=10, stall=True), Turn())
    fetch(spec)


def test_redirects_have_an_end(spec: ModelSpec, server: Server) -> None:
    server.play(*[Turn(status=302, location=f"/{number}", body=b"") for number in range(20)])
    assert refusal(spec).sentence == STATUS
    assert len(server.script.requests) == download_network.MOST_REDIRECTS + 1
    server.play(Turn(status=302, location="/round", body=b""))
    assert refusal(spec).sentence == STATUS
    assert len(server.script.requests) <= download_network.MOST_REDIRECTS + 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://[x/"])
def test_redirects_to_no_address(target: str, spec: ModelSpec, server: Server) -> None:
    server.play(Turn(status=302, location=target, body=b""))
    assert refusal(spec).sentence in {STATUS, NOT_HTTP}
    assert len(server.script.requests) == 1


def test_the_proxy_of_the_settings_sees_the_whole_address(spec: ModelSpec, server: Server) -> None:
    """No look-up of the host here: that is the proxy's work."""
    far = dataclasses.replace(spec, url="http://official.example/file")
    fetch(far, proxy=server.address())
    fetch(far, proxy=f" 127.0.0.1:{server.server_port} ")
    fetch(far, proxy=f"http://ann:s%40cret@127.0.0.1:{server.server_port}")
    assert {request.path for request in server.script.requests} == {"http://official.example/file"}
    assert server.script.requests[2].headers["proxy-authorization"] == "Basic YW5uOnNAY3JldA=="


def test_the_proxy_of_the_environment(spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    far = dataclasses.replace(spec, url="http://official.example/file")
    monkeypatch.setenv("http_proxy", server.address())
    fetch(far)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    fetch(far, proxy=server.address())  # the settings come first
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    fetch(spec)
    assert [request.path for request in server.script.requests] == [far.url, far.url, f"/models/{spec.weights}"]


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:1080", "http://", "http://a:port", "a b", "http://u:pw@[x", "é:80"]
)
def test_proxies_that_are_none(proxy: str, spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    error = refusal(spec, proxy=proxy)
    assert error.sentence == PROXY_ADDRESS
    assert "pw" not in str(error)
    if proxy.isascii():
        monkeypatch.setenv("http_proxy", proxy)
        assert refusal(spec).sentence == PROXY_ADDRESS
    assert server.script.requests == []


@pytest.mark.parametrize(("status", "sentence"), [(407, PROXY_PASSWORD), (502, STATUS)])
def test_a_proxy_that_refuses(status: int, sentence: str, spec: ModelSpec, server: Server) -> None:
    """As the answer to a request and to the tunnel that https needs."""
    server.play(Turn(status=status, body=b""))
    for scheme in ("http", "https"):
        far = dataclasses.replace(spec, url=f"{scheme}://official.example/file")
        assert refusal(far, proxy=server.address()).sentence == sentence
    assert {request.method for request in server.script.requests} == {"GET", "CONNECT"}


def test_no_https_where_https_should_be(spec: ModelSpec, server: Server) -> None:
    assert refusal(dataclasses.replace(spec, url=spec.url.replace("http", "https"))).sentence == NOT_SECURE


@pytest.mark.parametrize(
    ("reason", "sentence", "again"),
    [
        (ssl.SSLCertVerificationError(1, "certificate verify failed"), CERTIFICATE, False),
        (ssl.SSLError(1, "handshake failure"), NOT_SECURE, True),
        (ConnectionResetError(104, "reset"), CUT_OFF, True),
        (ConnectionRefusedError(111, "refused"), UNREACHABLE, True),
        (OSError(101, "Network is unreachable"), UNREACHABLE, True),
        ("unknown url type: x", UNREACHABLE, True),
    ],
)
def test_what_urllib_reports(
    reason: Any, sentence: str, again: bool, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise URLError(reason)

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", broken)
    with pytest.raises(TryAgain if again else DownloadError) as caught:
        download_network.open_address("https://official.example/", {}, "", CancelToken())
    error = caught.value.error if isinstance(caught.value, TryAgain) else caught.value
    assert isinstance(error, DownloadError)
    assert error.sentence == sentence
    assert "official.example" in str(error)


def test_a_password_in_the_mirror_is_refused_and_not_repeated(spec: ModelSpec, token: CancelToken) -> None:
    with pytest.raises(DownloadError) as caught:
        list(download_weights(spec, token, mirror="http://user:secret@127.0.0.1:9/weights"))
    assert caught.value.sentence == NOT_HTTP
    assert "secret" not in str(caught.value)
