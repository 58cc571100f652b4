"""What a server's answer says about the file, and whether it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resnet_desktop.core.download_errors import (
    SIGN_IN,
    STATUS,
    WRONG_LENGTH,
    DownloadError,
    TryAgain,
    log,
)
from resnet_desktop.core.download_part import DATE, STRONG_TAG, Origin, clean

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from resnet_desktop.core.catalog import ModelSpec

SIZE_TOLERANCE = 1049  # bytes: torchvision gives sizes in MiB with three decimals
MOST_EXTRA = 1 << 20  # bytes that a file may go beyond its size in the catalog before the download is stopped
PAGE_START = (b"<!doctype html", b"<html")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")


@dataclass(frozen=True)
class Offer:
    """The bytes that a server is about to send."""

    start: int
    origin: Origin
    framed: bool  # its end can be told from a cut

    def most(self, size: int) -> int | None:
        """The position beyond which nothing is taken; None where neither server nor catalog know the size."""
        limits = [self.origin.size] if self.origin.size else []
        if size:
            limits.append(size + MOST_EXTRA)
        return min(limits) if limits else None


def offer_of(response: HTTPResponse, spec: ModelSpec, host: str, asked: int, kept: Origin | None, url: str) -> Offer:
    """Read the head of an answer to a request for everything from ``asked`` on, 0 for all of it.

    DownloadError for pages and other files; TryAgain where a part was sent that does not fit what is kept.
    """
    if response.headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
        raise DownloadError(SIGN_IN)
    tag = clean(STRONG_TAG, response.headers.get("ETag", ""))
    date = clean(DATE, response.headers.get("Last-Modified", ""))
    if response.status == 200:
        size = response.length or 0
        check_size(size, spec, host)
        return Offer(0, Origin(url, tag, date, size), framed=response.chunked or response.length is not None)
    if response.status != 206 or kept is None or not asked:
        raise DownloadError(STATUS, host=host, status=response.status)
    found = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    first, last, size = (int(number) for number in found.groups()) if found else (0, 0, 0)
    if first == asked <= last < size and kept.size in {0, size} and same_file(kept, tag, date):
        check_size(size, spec, host)
        return Offer(asked, Origin(url, kept.etag, kept.last_modified, size), framed=True)
    log.warning("%s: asked from %s on, got %s", url, asked, response.headers.get("Content-Range"))
    raise TryAgain(DownloadError(STATUS, host=host, status=206))


def same_file(kept: Origin, tag: str, date: str) -> bool:
    """Whether an answer speaks of the file that was begun. Servers that ignore If-Range are found out by this."""
    if kept.etag and tag:
        return tag == kept.etag
    return not kept.last_modified or not date or date == kept.last_modified


def fits(size: int, spec: ModelSpec) -> bool:
    return not spec.size or abs(size - spec.size) <= SIZE_TOLERANCE


def check_size(size: int, spec: ModelSpec, host: str) -> None:
    if size and not fits(size, spec):
        raise DownloadError(WRONG_LENGTH, host=host, file=spec.weights)


def undecided(head: bytes) -> bool:
    """Whether it takes more bytes to tell a page from a file."""
    if BYTE_ORDER_MARK.startswith(head):
        return True
    text = head.removeprefix(BYTE_ORDER_MARK).lstrip().lower()
    return len(head) < 1024 and any(len(text) < len(mark) and mark.startswith(text) for mark in PAGE_START)


def is_page(head: bytes) -> bool:
    return head.removeprefix(BYTE_ORDER_MARK).lstrip().lower().startswith(PAGE_START)
