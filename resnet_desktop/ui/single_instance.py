"""One window a person: a second start hands its paths to the first and ends."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
from pathlib import Path

from PySide6.QtCore import QByteArray, QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from resnet_desktop.core import paths

log = logging.getLogger(__name__)
WAIT_MILLISECONDS = 2000
MAX_BYTES = 16 << 20


class SingleInstance(QObject):
    """A lock file decides who is first; a local socket, never a network port, carries the paths."""

    received = Signal(object)  # tuple of Paths, empty for "just come to the front"

    def __init__(self) -> None:
        super().__init__()
        folder = paths.data_dir()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.warning("no data folder: %s", error)
        self._lock = QLockFile(str(folder / "window.lock"))
        # A lock whose process is gone is taken over; one that is alive is never stale, however old.
        self._lock.setStaleLockTime(0)
        self._name = "resnet-desktop-" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        self._server = QLocalServer()
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._id = secrets.token_hex(8)
        self._heard: set[str] = set()
        self._buffers: dict[QLocalSocket, bytes] = {}

    def claim(self) -> bool:
        """True if this is the first window, which from now on listens."""
        if not self._lock.tryLock(0) and self._lock.error() == QLockFile.LockError.LockFailedError:
            return False
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            log.warning("a second start will open a second window: %s", self._server.errorString())
        return True

    def hand_over(self, given: tuple[Path, ...]) -> bool:
        """Give paths to the first window; False if it does not answer."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MILLISECONDS):
            return False
        message = json.dumps([self._id, *(os.fsencode(path).hex() for path in given)]).encode() + b"\n"
        socket.write(QByteArray(message))
        sent = socket.waitForBytesWritten(WAIT_MILLISECONDS)
        # The first window closes the connection when it has understood.
        return bool(sent) and socket.waitForDisconnected(WAIT_MILLISECONDS)

    def release(self) -> None:
        self._server.close()
        self._lock.unlock()

    @Slot()
    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._buffers[socket] = b""
            socket.readyRead.connect(self._on_data)
            socket.disconnected.connect(self._on_gone)
            if socket.bytesAvailable():
                self._read(socket)

    @Slot()
    def _on_data(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    @Slot()
    def _on_gone(self) -> None:
        for socket in [
            each for each in self._buffers if each.state() == QLocalSocket.LocalSocketState.UnconnectedState
        ]:
            del self._buffers[socket]
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        data = self._buffers.get(socket, b"") + bytes(socket.readAll().data())
        if len(data) > MAX_BYTES:
            socket.abort()
            return
        self._buffers[socket] = data
        if not data.endswith(b"\n"):
            return
        try:
            sender, *names = json.loads(data)
            given = tuple(Path(os.fsdecode(bytes.fromhex(name))) for name in names)
        except (ValueError, TypeError) as error:
            log.warning("odd message from a second start: %s", error)
            sender, given = "", ()
        socket.disconnectFromServer()
        # A start that had to wait long says it again.
        if sender not in self._heard:
            self._heard.add(sender)
            self.received.emit(given)
