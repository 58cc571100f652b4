"""What can go wrong with a download, each kind in a sentence of its own that says what to do."""

from __future__ import annotations

import errno
import logging
import math
from pathlib import Path

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError

log = logging.getLogger(__name__)

UNKNOWN_HOST = QT_TRANSLATE_NOOP(
    "Sentences", "The address {host} was not found. Check the network connection, then try again."
)
UNREACHABLE = QT_TRANSLATE_NOOP(
    "Sentences",
    "{host} cannot be reached. Check the network connection, and the proxy if one is set, then try again.",
)
CERTIFICATE = QT_TRANSLATE_NOOP(
    "Sentences",
    "Something between this computer and {host}, often a company’s network, answers in the server’s place with a "
    "certificate that is not trusted here. Ask the IT department for its certificate, or fetch the file on another "
    "computer.",
)
NOT_SECURE = QT_TRANSLATE_NOOP(
    "Sentences",
    "No secure connection to {host} could be made. Ask the IT department whether something blocks it, or try "
    "another network.",
)
PROXY_PASSWORD = QT_TRANSLATE_NOOP(
    "Sentences",
    "The proxy between this computer and {host} asks for a password. Give the proxy as "
    "http://name:password@host:port, or ask the IT department.",
)
PROXY_ADDRESS = QT_TRANSLATE_NOOP(
    "Sentences", "“{proxy}” is not a proxy that can be used. Give it as http://host:port."
)
FORBIDDEN = QT_TRANSLATE_NOOP(
    "Sentences",
    "{host} refuses to hand out the file (403). Ask the IT department whether it is blocked, or try another network.",
)
NOT_FOUND = QT_TRANSLATE_NOOP(
    "Sentences", "There is no file at {address} (404). Check the mirror, if one is set, then try again."
)
STATUS = QT_TRANSLATE_NOOP(
    "Sentences", "{host} does not answer as it should (code {status}). Try again later, or use a mirror."
)
SIGN_IN = QT_TRANSLATE_NOOP(
    "Sentences",
    "Instead of the file, the network answers with a web page, most likely to sign in. Open any page in a web "
    "browser, sign in, then try again.",
)
STALLED = QT_TRANSLATE_NOOP(
    "Sentences",
    "{host} has sent nothing for {seconds} seconds. What has arrived is kept; try again to go on from there.",
)
CUT_OFF = QT_TRANSLATE_NOOP(
    "Sentences",
    "The connection to {host} breaks off again and again. What has arrived is kept; try again to go on from there.",
)
DAMAGED_ON_THE_WAY = QT_TRANSLATE_NOOP(
    "Sentences",
    "{file} from {host} is not the official file or was damaged on the way. It was removed; download it again.",
)
WRONG_LENGTH = QT_TRANSLATE_NOOP(
    "Sentences",
    "The file that {host} offers as {file} has another length than the official one. It was not kept; check the "
    "mirror, then try again.",
)
DISK_FULL = QT_TRANSLATE_NOOP(
    "Sentences", "The disk with {folder} is too full: {megabytes} MB are needed. Free some space, then try again."
)
NOT_WRITABLE = QT_TRANSLATE_NOOP(
    "Sentences",
    "The folder {folder} cannot be written to. Give this program the permission, or close programs that use its "
    "files, then try again.",
)
NOT_HTTP = QT_TRANSLATE_NOOP(
    "Sentences", "“{address}” is not an address that begins with http:// or https://. Correct the mirror."
)
UNENCRYPTED = QT_TRANSLATE_NOOP(
    "Sentences", "{host} passes on to {address}, which is not encrypted. Use another mirror or another network."
)
ALREADY = QT_TRANSLATE_NOOP("Sentences", "{file} is being downloaded already. Wait until that is done.")

NO_SPACE = {errno.ENOSPC, errno.EFBIG} | {getattr(errno, name) for name in ("EDQUOT",) if hasattr(errno, name)}
SPARE_SPACE = 64 << 20  # bytes that stay free beside the file, for everything else on that disk


class DownloadError(ModelError):
    """A file could not be fetched or kept."""


class TryAgain(Exception):  # noqa: N818 - told to the loop that tries again, never to a person
    """A try failed in a way that may pass; ``error`` is what to say if it does not."""

    def __init__(self, error: DownloadError) -> None:
        super().__init__(str(error))
        self.error = error


def disk_full(folder: Path, missing: int) -> DownloadError:
    """``missing`` is how many bytes are still to be written, 0 where nobody knows."""
    return DownloadError(DISK_FULL, folder=str(folder), megabytes=math.ceil((missing + SPARE_SPACE) / 1e6))


def disk_error(error: OSError, folder: Path, missing: int) -> DownloadError:
    log.warning("cannot write in %s: %s", folder, error)
    if error.errno in NO_SPACE:
        return disk_full(folder, missing)
    return DownloadError(NOT_WRITABLE, folder=str(folder))


def status_error(status: int, host: str, address: str) -> DownloadError | TryAgain:
    """What an HTTP status other than success means. 511 is how honest sign-in pages introduce themselves."""
    known = {403: FORBIDDEN, 404: NOT_FOUND, 407: PROXY_PASSWORD, 410: NOT_FOUND, 511: SIGN_IN}
    error = DownloadError(known.get(status, STATUS), host=host, address=address, status=status)
    passing = status in {408, 425, 429} or (status >= 500 and status not in known)
    return TryAgain(error) if passing else error
