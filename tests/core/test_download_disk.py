"""Downloads into a disk that is full, locked or otherwise in the way."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pytest

from resnet_desktop.core import download, download_part
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import part_of
from resnet_desktop.core.download_errors import DISK_FULL, NOT_WRITABLE, DownloadError
from resnet_desktop.core.paths import weights_dir
from tests.core.download_server import FILE, Server, Turn, fetch, hurry, names_in, refusal, serving, spec_on


class Space(NamedTuple):
    """What shutil.disk_usage tells."""

    total: int
    used: int
    free: int


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


def test_a_full_disk_is_noticed_before_the_first_byte(
    spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = len(FILE) + (64 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Space(needed, 0, needed - 1))
    error = refusal(spec)
    assert error.sentence == DISK_FULL
    assert str(error) == (
        f"The disk with {weights_dir()} is too full: 68 MB are needed. Free some space, then try again."
    )
    assert names_in(weights_dir()) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Space(needed, 0, needed))
    fetch(spec)


def test_a_disk_that_fills_up_on_the_way(spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = []

    def full(file: BinaryIO, data: bytes) -> None:
        pieces.append(data)
        if len(pieces) > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        download_part.write_all(file, data)

    with monkeypatch.context() as patch:
        patch.setattr(download, "write_all", full)
        assert refusal(spec).sentence == DISK_FULL
    kept = part_of(spec).read_bytes()
    assert kept == FILE[: len(kept)] == b"".join(pieces[:3])
    fetch(spec)
    assert server.script.requests[-1].start == len(kept)


def test_a_disk_that_takes_half_a_piece(spec: ModelSpec, server: Server) -> None:
    """By a real limit of the system: the write is short first and fails then."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        error = refusal(spec)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert error.sentence == DISK_FULL
    assert part_of(spec).read_bytes() == FILE[:300_000]
    fetch(spec)
    assert server.script.requests[-1].start == 300_000


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(spec: ModelSpec, server: Server) -> None:
    weights_dir().mkdir(parents=True)
    weights_dir().chmod(0o500)
    assert refusal(spec).sentence == NOT_WRITABLE


@pytest.mark.parametrize("name", ["", "{}.part", "{}.part.json", "{}.part.lock", "{}"])
def test_something_else_stands_in_its_place(name: str, spec: ModelSpec, server: Server) -> None:
    """A file where the folder should be, or a folder where a file should be."""
    place = weights_dir() / name.format(spec.weights)
    if name:
        (place / "inside").mkdir(parents=True)
    else:
        place.parent.mkdir(parents=True)
        place.write_bytes(b"")
    error = refusal(spec)
    assert error.sentence == NOT_WRITABLE
    assert str(weights_dir()) in str(error)


def test_a_disk_that_fails_while_the_part_is_discarded(
    spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    (part_of(spec) / "inside").mkdir(parents=True)
    with pytest.raises(DownloadError) as caught:
        download.discard_part(spec)
    assert caught.value.sentence == NOT_WRITABLE
