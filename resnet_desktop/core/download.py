"""Fetch official weights: resumes where it stopped, believes only what has the right SHA-256, stops when told to."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from resnet_desktop import __version__
from resnet_desktop.core import frozen, paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download_answer import Offer, fits, is_page, offer_of, undecided
from resnet_desktop.core.download_errors import (
    CUT_OFF,
    DAMAGED_ON_THE_WAY,
    SIGN_IN,
    SPARE_SPACE,
    STATUS,
    WRONG_LENGTH,
    DownloadError,
    TryAgain,
    disk_error,
    disk_full,
)
from resnet_desktop.core.download_part import Origin, Part, claimed, write_all
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, Cancelled
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.weights import forget_damage

if TYPE_CHECKING:
    from http.client import HTTPResponse

DOWNLOADING = QT_TRANSLATE_NOOP("Stages", "Downloading")
CHECKING_FILE = QT_TRANSLATE_NOOP("Stages", "Checking the file")

USER_AGENT = f"ResNet-Desktop/{__version__}"  # some servers refuse Python's own
PIECE = 64 << 10  # bytes
TRIES = 3  # in a row that bring nothing new
MOST_TRIES = 50  # altogether
BACK_OFF = 1.0  # seconds before the second try, doubled before the third
EVENTS_APART = 0.1  # seconds
PACE_OVER = 5.0  # seconds over which the speed is measured


@dataclass(frozen=True)
class DownloadProgress(Progress):
    """How much of a file is here, and how long the rest will take."""

    bytes_per_second: float = 0.0
    seconds_left: float | None = None  # None while it cannot be told


@dataclass(frozen=True)
class WeightsFetched(Event):
    """A file has arrived, was checked and is in its place."""

    spec: ModelSpec
    path: Path


def address_of(spec: ModelSpec, mirror: str) -> str:
    """Where a file is fetched from. A mirror has it under its official name."""
    return f"{mirror.strip().rstrip('/')}/{spec.weights}" if mirror.strip() else spec.url


def part_of(spec: ModelSpec, folder: Path | None = None) -> Path:
    """Where the part that has arrived is kept."""
    return _part(spec, folder).path


def discard_part(spec: ModelSpec, folder: Path | None = None) -> None:
    """Forget what has arrived; DownloadError while it is still arriving."""
    part = _part(spec, folder)
    if not part.target.parent.is_dir():
        return
    try:
        with claimed(part):
            part.discard()
    except OSError as error:
        raise disk_error(error, part.target.parent, 0) from error


def download_weights(
    spec: ModelSpec, token: CancelToken, *, mirror: str = "", proxy: str = "", folder: Path | None = None
) -> Iterator[Event]:
    """Fetch, check and place the weights of a model: DownloadProgress events, then one WeightsFetched.

    What has arrived stays for the next call when this one is cancelled (Cancelled) or fails (DownloadError).
    ``mirror`` is a base address, ``proxy`` is http://host:port; empty means the official server, the system's proxy.
    """
    frozen.check_can_train()  # what arrives could not be used
    download = _Download(spec, _part(spec, folder), address_of(spec, mirror), proxy, token)
    try:
        download.part.target.parent.mkdir(parents=True, exist_ok=True)
        with claimed(download.part):
            yield from download.run()
    except OSError as error:
        raise disk_error(error, download.part.target.parent, download.missing()) from error
    forget_damage(download.part.target)
    yield WeightsFetched(spec, download.part.target)


def _part(spec: ModelSpec, folder: Path | None) -> Part:
    return Part((folder or paths.weights_dir()) / spec.weights)


class _Download:
    """One download from its first try to the file in its place. OSError from here is always the disk's."""

    def __init__(self, spec: ModelSpec, part: Part, address: str, proxy: str, token: CancelToken) -> None:
        from resnet_desktop.core import download_network

        self.part = part
        self._network = download_network
        self._spec = spec
        self._address = download_network.checked(address)
        self._host = download_network.host_of(address)
        self._proxy = proxy
        self._token = token
        self._total = spec.size

    def run(self) -> Iterator[Event]:
        farthest, idle = self.part.size, 0
        for _ in range(MOST_TRIES):
            self._token.check()
            try:
                yield from self._try()
            except TryAgain as trouble:
                error = trouble.error
            else:
                return
            # Measured by the farthest byte ever: a server that starts over each time would never come to an end.
            idle = 0 if self.part.size > farthest else idle + 1
            farthest = max(farthest, self.part.size)
            if idle == TRIES:
                break
            if self._token.wait(BACK_OFF * 2 ** max(idle - 1, 0)):
                raise Cancelled
        raise error

    def missing(self) -> int:
        """Bytes that are still to be written."""
        return max(self._total - self.part.size, 0)

    def _try(self) -> Iterator[Event]:
        kept = self._kept()
        if kept is not None and self.part.size == kept.size and (yield from self._finished()):
            return
        asked = self.part.size if kept is not None else 0
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        if kept is not None and asked:
            headers["Range"] = f"bytes={asked}-"
            if kept.validator:
                headers["If-Range"] = kept.validator
        try:
            response = self._network.open_address(self._address, headers, self._proxy, self._token)
        except self._network.RangeRefused as error:
            if not (yield from self._finished()):
                raise TryAgain(DownloadError(STATUS, host=self._host, status=416)) from error
            return
        with closing(response):
            yield from self._receive(response, kept, asked)
        if not (yield from self._finished()):
            raise DownloadError(DAMAGED_ON_THE_WAY, file=self._spec.weights, host=self._host)

    def _kept(self) -> Origin | None:
        """What the kept part belongs to; None where it is nothing to go on from."""
        origin, size = self.part.origin(), self.part.size
        if origin is None or origin.url != self._address or not size or (origin.size and size > origin.size):
            return None
        # With nothing to compare by, only the hash at the end can tell whether two halves belong together.
        return origin if origin.validator or self._spec.sha256 else None

    def _receive(self, response: HTTPResponse, kept: Origin | None, asked: int) -> Iterator[Event]:
        """Write what comes. What is kept is touched only once it is certain that a file comes and not a page."""
        try:
            offer = offer_of(response, self._spec, self._host, asked, kept, self._address)
        except TryAgain:
            self.part.discard()
            raise
        head = self._network.read_some(response, PIECE)
        while offer.start == 0 and undecided(head) and (more := self._network.read_some(response, PIECE)):
            head += more
        if offer.start == 0 and is_page(head):
            raise DownloadError(SIGN_IN)
        self._total = offer.origin.size or self._spec.size
        missing = max(self._total - offer.start, 0)
        if shutil.disk_usage(self.part.target.parent).free < missing + SPARE_SPACE:
            raise disk_full(self.part.target.parent, missing)
        try:
            with self.part.opened(offer.start, offer.origin) as file:
                yield from self._write(response, head, offer, file)
        except DownloadError:  # the wrong length; removed only here, for Windows removes no open file
            self.part.discard()
            raise

    def _write(self, response: HTTPResponse, piece: bytes, offer: Offer, file: BinaryIO) -> Iterator[Event]:
        done, most, pace, due = offer.start, offer.most(self._spec.size), _Pace(offer.start), 0.0
        while piece:
            if most is not None and done + len(piece) > most:
                raise DownloadError(WRONG_LENGTH, host=self._host, file=self._spec.weights)
            write_all(file, piece)
            done += len(piece)
            if time.monotonic() >= due:
                due = time.monotonic() + EVENTS_APART
                yield pace.progress(done, self._total)
            self._token.check()  # what is still to be read may be here already, and then nothing waits for the network
            piece = self._network.read_some(response, PIECE)
        yield pace.progress(done, self._total)
        if not done or done < offer.origin.size or not (offer.framed or fits(done, self._spec)):
            raise TryAgain(DownloadError(CUT_OFF, host=self._host))
        if not fits(done, self._spec):
            raise DownloadError(WRONG_LENGTH, host=self._host, file=self._spec.weights)

    def _finished(self) -> Generator[Event, None, bool]:
        """Check what is here and put it in its place; what does not hold is removed, and the answer is False."""
        size = self.part.size
        yield DownloadProgress(size, size, CHECKING_FILE)
        if not fits(size, self._spec) or not self.part.has_digest(self._spec.sha256, self._token):
            self.part.discard()
            return False
        self.part.publish()
        return True


class _Pace:
    """The speed over the last seconds."""

    def __init__(self, start: int) -> None:
        self._marks = deque([(time.monotonic(), start)])

    def progress(self, done: int, total: int) -> DownloadProgress:
        now = time.monotonic()
        self._marks.append((now, done))
        while len(self._marks) > 2 and self._marks[0][0] < now - PACE_OVER:
            self._marks.popleft()
        since, start = self._marks[0]
        speed = (done - start) / (now - since) if now > since else 0.0
        left = max(total - done, 0) / speed if total and speed else None
        return DownloadProgress(done, total, DOWNLOADING, speed, left)
