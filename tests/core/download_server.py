"""A server for weights on 127.0.0.1 that misbehaves as it is told, request by request."""

from __future__ import annotations

import dataclasses
import hashlib
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from resnet_desktop.core import download, download_socket
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.download import DownloadProgress, WeightsFetched
from resnet_desktop.core.download_errors import DownloadError
from resnet_desktop.core.paths import weights_dir

LOOPBACK_PORTS: set[int] = set()  # tests may connect to these ports of 127.0.0.1 and to nothing else

FILE = hashlib.shake_256(b"weights").digest(600_001)
SHA256 = hashlib.sha256(FILE).hexdigest()
PAGE = b"  \r\n<!DOCTYPE html><title>Welcome to the hotel</title>" + b"." * 4000


@dataclass(frozen=True)
class Turn:
    """How one request is answered. Without arguments: as a good server does."""

    status: int = 0  # another status than the right one
    body: bytes = FILE
    cut: int | None = None  # the position in the file before which the connection is closed
    stall: bool = False  # stand still at the cut instead of closing
    ranges: bool = True  # honour Range
    if_range: bool = True  # honour If-Range
    etag: str = '"one"'
    last_modified: str = "Wed, 21 Oct 2015 07:28:00 GMT"
    content_range: str = ""  # in place of the right one
    content_type: str = "application/octet-stream"
    length: int | None = None  # in place of the right Content-Length
    piece: int = 30_000  # bytes that are sent at once; a chunk, where chunks frame it
    framing: str = "length"  # or "chunked", or "close"
    location: str = ""
    silent: bool = False  # take the request and never answer


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]  # names in lower case
    start: int  # where the asked range begins
    method: str = "GET"


@dataclass
class Script:
    """What the server does next and what it has seen since."""

    turns: list[Turn] = field(default_factory=list)  # used up one by one; the last one stays
    requests: list[Request] = field(default_factory=list)
    sent: int = 0  # bytes of bodies
    problems: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)  # stalls end
    reached: threading.Event = field(default_factory=threading.Event)  # a stall has begun
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_turn(self, request: Request) -> Turn:
        with self.lock:
            self.requests.append(request)
            if not self.turns:
                return Turn()
            return self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]


class Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.script = Script()
        self.tls = tls
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Without the look-up of the own name that HTTPServer does."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def play(self, *turns: Turn) -> Script:
        """Begin anew: these turns, and nothing seen yet."""
        self.script.over.set()
        self.script = Script(list(turns))
        return self.script

    def address(self, path: str = "") -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's names
        problem = sys.exception()
        # A client that does not trust the certificate, or is cancelled, hangs up.
        if problem is not None and not isinstance(problem, ConnectionError | ssl.SSLError):
            self.script.problems.append(problem)


def spec_on(server: Server) -> ModelSpec:
    """ResNet-18, if its official file were FILE on that server. The catalog's size is off by some rounding."""
    known = find_model("resnet18")
    url = server.address(f"/models/{known.weights}")
    return dataclasses.replace(known, sha256=SHA256[:8], size=len(FILE) + 500, url=url)


def hurry(monkeypatch: pytest.MonkeyPatch, timeout: float = 10.0) -> None:
    """Try again at once, report every piece, use no proxy of this machine. Tests of stalls shorten the time-out."""
    monkeypatch.setattr(download_socket, "TIMEOUT", timeout)
    monkeypatch.setattr(download, "BACK_OFF", 0.0005)
    monkeypatch.setattr(download, "EVENTS_APART", 0.0)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fetch(spec: ModelSpec, mirror: str = "", proxy: str = "") -> list[DownloadProgress]:
    """Download to the end, with nothing left over; the progress on the way."""
    *progress, last = download.download_weights(spec, CancelToken(), mirror=mirror, proxy=proxy)
    assert last == WeightsFetched(spec, weights_dir() / spec.weights)
    assert (weights_dir() / spec.weights).read_bytes() == FILE
    assert names_in(weights_dir()) == [spec.weights]
    return [event for event in progress if isinstance(event, DownloadProgress)]


def refusal(spec: ModelSpec, mirror: str = "", proxy: str = "") -> DownloadError:
    """The error of a download that fails, as a person can read it; nothing has the file's name then."""
    with pytest.raises(DownloadError) as caught:
        list(download.download_weights(spec, CancelToken(), mirror=mirror, proxy=proxy))
    assert not (weights_dir() / spec.weights).is_file()
    assert "{" not in str(caught.value)
    return caught.value


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(tls)
    LOOPBACK_PORTS.add(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.script.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
        LOOPBACK_PORTS.discard(server.server_port)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    tunnel: ssl.SSLContext | None = None  # set by the test of tunnels

    def setup(self) -> None:
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()
        self.script = self.server.script

    def finish(self) -> None:
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):  # socketserver closes the one that was wrapped, which is empty
            self.request.close()

    def do_GET(self) -> None:
        self._answer()

    def do_CONNECT(self) -> None:
        """The proxy and what is behind it in one: refuses as its turn says, or speaks TLS from here on."""
        turn = self.script.next_turn(
            Request(self.path, {name.lower(): value for name, value in self.headers.items()}, 0, "CONNECT")
        )
        self.send_response(turn.status or 200)
        self.end_headers()
        self.close_connection = True
        if not turn.status and self.tunnel is not None:
            self.request = self.tunnel.wrap_socket(self.request, server_side=True)
            super().setup()
            self.handle_one_request()

    def log_message(self, *arguments: object) -> None:
        """Nothing on stderr."""

    def _answer(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        start = int(headers["range"].removeprefix("bytes=").removesuffix("-")) if "range" in headers else 0
        turn = self.script.next_turn(Request(self.path, headers, start, self.command))
        if turn.silent:
            self._wait()
            return
        valid = headers.get("if-range", turn.etag) in {turn.etag, turn.last_modified}
        if not turn.ranges or not (valid or not turn.if_range):
            start = 0
        with suppress(ConnectionError):
            self._send_head(turn, start)
            self._send_body(turn, start)

    def _send_head(self, turn: Turn, start: int) -> None:
        size = len(turn.body)
        gone = start >= size > 0
        self.send_response(turn.status or (416 if gone else 206 if start else 200))
        body = b"" if gone else turn.body[start:]
        if turn.framing == "length":
            self.send_header("Content-Length", str(len(body) if turn.length is None else turn.length))
        elif turn.framing == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
        if start:
            right = f"bytes */{size}" if gone else f"bytes {start}-{size - 1}/{size}"
            self.send_header("Content-Range", turn.content_range or right)
        pairs = {
            "Content-Type": turn.content_type,
            "ETag": turn.etag,
            "Last-Modified": turn.last_modified,
            "Location": turn.location,
        }
        for name, value in pairs.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def _send_body(self, turn: Turn, start: int) -> None:
        end = len(turn.body) if turn.cut is None else turn.cut
        for position in range(start, end, turn.piece):
            piece = turn.body[position : min(position + turn.piece, end)]
            frame = turn.framing == "chunked"
            with self.script.lock:  # before whoever asked can have it, and look at the count
                self.script.sent += len(piece)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if frame else piece)
        if turn.stall:
            self._wait()
        elif turn.framing == "chunked" and turn.cut is None:
            self.wfile.write(b"0\r\n\r\n")

    def _wait(self) -> None:
        self.script.reached.set()
        self.script.over.wait(10)
