"""One request, in a way that a cancel ends at once: every wait on the network looks at the token ten times a second.

Imported late: ssl and urllib cost start-up time that only a download should pay.
"""

from __future__ import annotations

import re
import ssl
import urllib.request
from collections.abc import Mapping
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, InvalidURL
from socket import gaierror, socket
from typing import IO, Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from resnet_desktop.core import download_socket
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.download_errors import (
    CERTIFICATE,
    CUT_OFF,
    NOT_HTTP,
    NOT_SECURE,
    PROXY_ADDRESS,
    STALLED,
    UNENCRYPTED,
    UNKNOWN_HOST,
    UNREACHABLE,
    DownloadError,
    TryAgain,
    log,
    status_error,
)
from resnet_desktop.core.download_socket import PatientSocket

MOST_REDIRECTS = 5
TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})")

# Failures that may be over in a moment; the first that fits counts.
PASSING: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, NOT_SECURE),
    (TimeoutError, STALLED),
    (gaierror, UNKNOWN_HOST),
    (ConnectionResetError, CUT_OFF),
    (BrokenPipeError, CUT_OFF),
    (HTTPException, CUT_OFF),
    (Exception, UNREACHABLE),
)


class RangeRefused(Exception):  # noqa: N818 - an answer, not a failure
    """The server has nothing at or after the asked position (416)."""


def open_address(
    address: str, headers: Mapping[str, str], proxy: str, token: CancelToken, *, redirects: bool = True
) -> HTTPResponse:
    """Ask for an address; DownloadError, TryAgain or RangeRefused where no file comes back."""
    try:
        request = urllib.request.Request(checked(address), headers=dict(headers))  # noqa: S310 - checked
        opener = build_opener(proxy, token, redirects=redirects)
        return cast(HTTPResponse, opener.open(request, timeout=download_socket.TIMEOUT))
    except HTTPError as error:
        error.close()
        log.info("%s answers %s", error.url, error.code)
        if error.code == 416 and "Range" in headers:
            raise RangeRefused from error
        raise status_error(error.code, host_of(address), address) from error
    except (OSError, HTTPException, ValueError) as error:
        raise network_error(error, host_of(address), address) from error


def read_some(response: HTTPResponse, most: int) -> bytes:
    """What has arrived, as soon as anything has; empty at the end. A cut loses nothing that arrived before it."""
    try:
        return response.read1(most)
    except TimeoutError as error:
        raise network_error(error, host_of(response.url), response.url) from error
    except (OSError, HTTPException) as error:
        log.info("%s broke off: %s", response.url, error)
        raise TryAgain(DownloadError(CUT_OFF, host=host_of(response.url))) from error


def checked(address: str) -> str:
    """The address, if it is one that may be asked; urllib alone would read local files as well."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        if parts.username is not None or parts.password is not None:
            # A password would end up in sentences and in the log; urllib does not use it anyway.
            good, address = False, address.replace(f"{parts.netloc.rpartition('@')[0]}@", "")
    except ValueError:
        good = False
    if not good or not address.isascii() or not address.isprintable() or " " in address:
        raise DownloadError(NOT_HTTP, address=address)
    return address


def host_of(address: str) -> str:
    return urlsplit(address).hostname or address


def network_error(error: Exception, host: str, address: str) -> DownloadError | TryAgain:
    """The sentence for a failure before the first byte."""
    reason = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    log.info("%s: %r", address, reason)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return DownloadError(CERTIFICATE, host=host)
    if isinstance(reason, InvalidURL | ValueError):
        return DownloadError(NOT_HTTP, address=address)
    if refused := TUNNEL_REFUSED.search(str(reason)):
        return status_error(int(refused[1]), host, address)
    sentence = next(sentence for kind, sentence in PASSING if isinstance(reason, kind))
    return TryAgain(DownloadError(sentence, host=host, seconds=round(download_socket.TIMEOUT)))


def proxies(setting: str) -> dict[str, str]:
    """The proxy of the settings for everything, else what the system or its environment says."""
    system = urllib.request.getproxies()
    found = {scheme: setting.strip() or system.get(scheme, "") for scheme in ("http", "https")}
    for proxy in found.values():
        if proxy:
            checked_proxy(proxy)
    return {scheme: proxy for scheme, proxy in found.items() if proxy}


def checked_proxy(proxy: str) -> None:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not proxy.isascii() or not proxy.isprintable() or " " in proxy:
        raise DownloadError(PROXY_ADDRESS, proxy=proxy.rpartition("@")[2])  # no password on the screen


def build_opener(proxy: str, token: CancelToken, *, redirects: bool = True) -> urllib.request.OpenerDirector:
    """Put together by hand: urllib's own opener also serves file:, ftp: and data:."""
    opener = urllib.request.OpenerDirector()
    opener.addheaders = []
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.ProxyHandler(proxies(proxy)),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        Handler(token),
    ]
    for handler in [*handlers, Redirects()] if redirects else handlers:
        opener.add_handler(handler)
    return opener


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, none that gives up encryption."""

    max_redirections = MOST_REDIRECTS

    def http_error_302(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any) -> Any:
        fp.close()  # or urllib would read the page that comes with it to the end, however long that is
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        checked(newurl)
        if urlsplit(req.full_url).scheme == "https" and urlsplit(newurl).scheme != "https":
            raise DownloadError(UNENCRYPTED, host=host_of(req.full_url), address=newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Handler(urllib.request.AbstractHTTPHandler):
    """Opens http and https through patient sockets."""

    def __init__(self, token: CancelToken) -> None:
        super().__init__()
        self._token = token

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(cast(Any, partial(Connection, token=self._token)), request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(cast(Any, partial(SecureConnection, token=self._token)), request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


class Connection(HTTPConnection):
    """An HTTP connection whose waits can be cut short."""

    def __init__(self, host: str, *, timeout: float, token: CancelToken) -> None:
        super().__init__(host, timeout=timeout)
        self._token = token
        self._behind_proxy = ""

    def set_tunnel(self, host: str, port: int | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().set_tunnel(host, port, headers)
        self._behind_proxy = urlsplit(f"//{host}").hostname or host

    def connect(self) -> None:
        try:
            patient = PatientSocket.connected(self.host, self.port, self._token)
        except (OSError, UnicodeError) as error:  # named here, for the host may be the proxy
            raise network_error(error, self.host, f"{self.host}:{self.port}") from error
        self.sock = cast(socket, patient)
        if self._behind_proxy:
            self._tunnel()  # type: ignore[attr-defined]  # what HTTPConnection.connect calls itself


class SecureConnection(Connection):
    """The same with TLS, by the certificates that this system trusts."""

    default_port = 443

    def connect(self) -> None:
        import truststore

        super().connect()
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        patient = cast(PatientSocket, self.sock)
        self.sock = cast(socket, patient.secured(context, self._behind_proxy or self.host))
