"""What the result does off the main thread: reading the report, writing the page, making thumbnails."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.classifier import thread_count
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError, PictureError
from resnet_desktop.core.events import Event, PixelBlock
from resnet_desktop.core.files import write_file
from resnet_desktop.core.looking import preview_of
from resnet_desktop.core.report import Report
from resnet_desktop.core.report_html import report_html
from resnet_desktop.core.run_report import read_report
from resnet_desktop.core.run_store import Run

NOT_WRITTEN = QT_TRANSLATE_NOOP("Sentences", "The page could not be written to {path}: {reason}.")


@dataclass(frozen=True)
class ReportRead(Event):
    """The result of a run, as the engine left it."""

    report: Report


@dataclass(frozen=True)
class PageWritten(Event):
    """The report stands in a file that any browser shows."""

    path: Path


@dataclass(frozen=True)
class MistakeSeen(Event):
    """A wrong picture, small; or why it cannot be shown."""

    path: Path
    block: PixelBlock | None
    error: AppError | None = None


def read(run: Run, _token: CancelToken) -> Iterator[Event]:
    yield ReportRead(read_report(run.folder))


def write_page(report: Report, title: str, path: Path, _token: CancelToken) -> Iterator[Event]:
    try:
        write_file(path, report_html(report, title).encode(), for_others=True)
    except OSError as error:
        raise AppError(NOT_WRITTEN, path=path, reason=error.strerror or str(error)) from error
    yield PageWritten(path)


def make_thumbnails(paths: tuple[Path, ...], edge: int, token: CancelToken) -> Iterator[Event]:
    """Each picture within ``edge`` x ``edge`` pixels, in order."""
    with ThreadPoolExecutor(min(thread_count(), len(paths)), "mistakes") as pool:
        yield from pool.map(partial(_see, edge, token), paths)


def _see(edge: int, token: CancelToken, path: Path) -> MistakeSeen:
    token.check()
    try:
        return MistakeSeen(path, preview_of(path, edge))
    except PictureError as error:
        return MistakeSeen(path, None, error)
