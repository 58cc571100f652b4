"""Whether there is a newer version: one question to the project's releases, and only after a person allowed it.

Nothing is sent but the request itself. Of the answer nothing is used but a version that reads as one; the page that a
person may open is our own constant, never an address out of the answer.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resnet_desktop import __version__
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.download_errors import DownloadError, TryAgain
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from resnet_desktop.core.events import Event
from resnet_desktop.core.versions import is_newer, is_preliminary, is_version

if TYPE_CHECKING:
    from http.client import HTTPResponse

log = logging.getLogger(__name__)

# Where the project publishes its releases: an address whose answer is a JSON object with "tag_name", as those of the
# usual forges are, and the page for people. A build that has no such place leaves both empty, and never asks.
RELEASES = ""
RELEASES_PAGE = ""

MAX_BYTES = 1 << 18
MAX_SECONDS = 15.0  # from the first look-up to the last byte
PIECE = 1 << 14

NOWHERE = QT_TRANSLATE_NOOP(
    "Sentences", "This version was published without an address of newer ones. Look where you got it from."
)
UNREACHABLE = QT_TRANSLATE_NOOP(
    "Sentences",
    "{host} could not be asked for newer versions. Check the network connection, and the proxy if one is set, then "
    "look again.",
)
NOT_UNDERSTOOD = QT_TRANSLATE_NOOP(
    "Sentences", "{host} answers with something that names no version. Look again later."
)


class UpdateError(AppError):
    """It could not be found out whether there is a newer version."""


@dataclass(frozen=True)
class Looked(Event):
    """The end of a look: a newer version, or nothing."""

    newer: str


class _TimeLimit(CancelToken):
    """The job's own token, and the end of the time that a look may take: every wait on the network asks it."""

    def __init__(self, token: CancelToken, host: str) -> None:
        super().__init__()
        self._token, self._host = token, host
        self._last = time.monotonic() + MAX_SECONDS

    def check(self) -> None:
        self._token.check()
        if time.monotonic() > self._last:
            raise TryAgain(DownloadError(UNREACHABLE, host=self._host))


def look_for_updates(token: CancelToken, *, proxy: str = "", version: str = __version__) -> Iterator[Event]:
    """Ask once, following no redirect: yields one Looked. Raises UpdateError and Cancelled."""
    if not RELEASES:
        raise UpdateError(NOWHERE)
    from resnet_desktop.core.download_network import host_of

    host = host_of(RELEASES)
    try:
        answer = _ask(_TimeLimit(token, host), proxy)
    except (DownloadError, TryAgain, OSError) as error:
        log.info("looking for updates: %s", error)
        raise UpdateError(UNREACHABLE, host=host) from error
    offered = _version_in(answer)
    if offered is None:
        raise UpdateError(NOT_UNDERSTOOD, host=host)
    # Nobody is talked into a version that is not finished who does not use one already.
    wanted = is_newer(offered, version) and (is_preliminary(version) or not is_preliminary(offered))
    yield Looked(offered if wanted else "")


def _ask(token: CancelToken, proxy: str) -> bytes:
    from resnet_desktop.core import download_network
    from resnet_desktop.core.download import USER_AGENT

    headers = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"}
    response: HTTPResponse = download_network.open_address(RELEASES, headers, proxy, token, redirects=False)
    parts: list[bytes] = []
    size = 0
    with closing(response):
        while size <= MAX_BYTES and (piece := download_network.read_some(response, PIECE)):
            parts.append(piece)
            size += len(piece)
            token.check()
    return b"".join(parts) if size <= MAX_BYTES else b""


def _version_in(answer: bytes) -> str | None:
    """The version that an answer names; None where it is anything else."""
    try:
        content: Any = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    name = content.get("tag_name") if isinstance(content, dict) else None
    return name.strip().removeprefix("v") if isinstance(name, str) and is_version(name) else None
