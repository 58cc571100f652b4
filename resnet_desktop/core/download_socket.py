"""A socket for code that must be able to stop: no wait lasts longer than a tenth of a second before it asks."""

from __future__ import annotations

import errno
import io
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from resnet_desktop.core.cancel import CancelToken

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TIMEOUT = 30.0  # seconds without a sign of life
TICK = 0.1  # seconds between two looks at the token

P = ParamSpec("P")
T = TypeVar("T")


class PatientSocket:
    """As much of a socket as http.client uses. After TIMEOUT in vain: TimeoutError; after a cancel: Cancelled."""

    def __init__(self, connection: socket.socket, token: CancelToken) -> None:
        connection.settimeout(min(TICK, TIMEOUT))
        self._connection = connection
        self._token = token
        self._streams = 0
        self._closed = False

    @classmethod
    def connected(cls, host: str, port: int, token: CancelToken) -> PatientSocket:
        """Connect to the first address of a host that answers."""
        addresses = look_up(host, port, token)
        problem = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in addresses:
            connection = socket.socket(family, kind, protocol)
            try:
                reach(connection, address, token, TIMEOUT / len(addresses))
                return cls(connection, token)
            except OSError as error:
                connection.close()
                problem = error
            except BaseException:
                connection.close()
                raise
        raise problem

    def secured(self, context: ssl.SSLContext, host: str) -> PatientSocket:
        """The same connection inside TLS. The socket that was given up its descriptor to the new one."""
        wrapped = context.wrap_socket(self._connection, server_hostname=host, do_handshake_on_connect=False)
        secure = PatientSocket(wrapped, self._token)
        try:
            secure._patiently(wrapped.do_handshake)
        except BaseException:
            wrapped.close()
            raise
        return secure

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._patiently(self._connection.send, rest) :]

    def recv_into(self, buffer: WriteableBuffer) -> int:
        return self._patiently(self._connection.recv_into, buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"  # noqa: S101 - all that http.client asks for
        self._streams += 1
        return io.BufferedReader(_Stream(self))

    def close(self) -> None:
        """As with real sockets, streams that were made stay open until they are closed themselves."""
        self._closed = True
        if not self._streams:
            self._connection.close()

    def stream_closed(self) -> None:
        self._streams -= 1
        if self._closed and not self._streams:
            self._connection.close()

    def _patiently(self, action: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        last = time.monotonic() + TIMEOUT
        while True:
            self._token.check()
            try:
                return action(*arguments, **keywords)
            except TimeoutError:
                if time.monotonic() >= last:
                    raise


class _Stream(io.RawIOBase):
    """The socket as bytes to read. socket.makefile is of no use here: it refuses to go on after a time-out."""

    def __init__(self, patient: PatientSocket) -> None:
        super().__init__()
        self._patient = patient

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._patient.recv_into(buffer)

    def close(self) -> None:
        if not self.closed:
            self._patient.stream_closed()
        super().close()


def look_up(host: str, port: int, token: CancelToken) -> list[Any]:
    """The addresses of a host. The system's resolver cannot be interrupted, so a thread of its own waits for it."""
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            answer.set_exception(error)

    asking = threading.Thread(target=ask, name="look-up", daemon=True)
    asking.start()
    last = time.monotonic() + TIMEOUT
    while not answer.done():
        token.check()
        if time.monotonic() >= last:
            raise TimeoutError
        with suppress(NotYet):
            answer.exception(min(TICK, TIMEOUT))
    asking.join()
    return answer.result()


def reach(connection: socket.socket, address: Any, token: CancelToken, seconds: float) -> None:
    """Connect without ever waiting long."""
    connection.setblocking(False)
    problem = connection.connect_ex(address)
    if problem not in {0, errno.EINPROGRESS, errno.EWOULDBLOCK}:
        raise OSError(problem, os.strerror(problem))
    last = time.monotonic() + seconds
    with selectors.DefaultSelector() as waiting:
        waiting.register(connection, selectors.EVENT_WRITE)
        while not waiting.select(min(TICK, seconds)):
            token.check()
            if time.monotonic() >= last:
                raise TimeoutError
    problem = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if problem:
        raise OSError(problem, os.strerror(problem))
