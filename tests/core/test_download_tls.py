"""Encrypted downloads from a server whose certificate is trusted, or not."""

from __future__ import annotations

import dataclasses
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import part_of
from resnet_desktop.core.download_errors import CERTIFICATE, UNENCRYPTED
from tests.core import download_server
from tests.core.download_server import FILE, Server, Turn, fetch, hurry, refusal, serving, spec_on


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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.1 and official.example, signed by itself; with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    arguments = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "-", "-out", "-"]
    names = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:official.example"]
    file.write_bytes(subprocess.run(["openssl", "req", *arguments, *names], check=True, capture_output=True).stdout)
    return file


@pytest.fixture(scope="module")
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def secure(server: Server, tls: ssl.SSLContext) -> Iterator[Server]:
    with serving(tls) as secure:
        yield secure
        assert secure.script.problems == []


def trust(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an IT department does it on Linux."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def test_a_certificate_that_nobody_trusts(spec: ModelSpec, secure: Server) -> None:
    error = refusal(dataclasses.replace(spec, url=secure.address("/file")))
    assert error.sentence == CERTIFICATE
    assert secure.script.requests == []


def test_a_certificate_for_another_host(
    spec: ModelSpec, secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(certificate, monkeypatch)
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", secure.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here)
    assert refusal(dataclasses.replace(spec, url="https://other.example/file")).sentence == CERTIFICATE
    fetch(dataclasses.replace(spec, url="https://official.example/file"))


def test_a_download_over_tls_with_a_cut(
    spec: ModelSpec, secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(certificate, monkeypatch)
    script = secure.play(Turn(cut=300_000), Turn())
    fetch(dataclasses.replace(spec, url=secure.address("/file")))
    assert [request.start for request in script.requests] == [0, 300_000]


def test_a_redirect_gives_up_no_encryption(
    spec: ModelSpec, server: Server, secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(certificate, monkeypatch)
    safe = dataclasses.replace(spec, url=secure.address("/file"))
    secure.play(Turn(cut=1000), Turn(status=302, location=spec.url, body=b"", ranges=False))
    error = refusal(safe)
    assert error.sentence == UNENCRYPTED
    assert spec.url in str(error)
    assert server.script.requests == []
    assert part_of(spec).read_bytes() == FILE[:1000]
    server.play(Turn(status=302, location=secure.address("/file"), body=b""))
    secure.play(Turn())
    fetch(spec)  # the other way round is welcome


def test_a_tunnel_through_the_proxy(
    spec: ModelSpec, server: Server, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_server._Handler, "tunnel", tls)
    far = dataclasses.replace(spec, url="https://official.example/file")
    assert refusal(far, proxy=server.address()).sentence == CERTIFICATE
    trust(certificate, monkeypatch)
    server.play(Turn())
    fetch(far, proxy=server.address())
    assert [(request.method, request.path) for request in server.script.requests] == [
        ("CONNECT", "official.example:443"),
        ("GET", "/file"),
    ]
