"""Old content or new, never a mix; nothing left lying about."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resnet_desktop.core import files
from resnet_desktop.core.files import publish_folder, sha256_of, write_file


class PowerCutError(BaseException):
    """Nobody catches this one."""


def failing(error: BaseException) -> Callable[..., Any]:
    def fail(*_arguments: object, **_named: object) -> None:
        raise error

    return fail


def test_a_new_file_in_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "settings.json"
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old and longer")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "no space"), PowerCutError()], ids=["full", "cut"])
@pytest.mark.parametrize("old", [b"old", None])
def test_a_failure_leaves_the_old_content_and_nothing_else(
    step: str, error: BaseException, old: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    if old is not None:
        path.write_bytes(old)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    if step == "replace":
        monkeypatch.setattr(Path, "replace", failing(error))
    else:
        monkeypatch.setattr(files.os, "fdopen" if step == "open" else "fsync", failing(error))
    with pytest.raises(type(error)):
        write_file(path, b"new")
    monkeypatch.undo()
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before


@pytest.mark.parametrize("limit", [0, 1, 5000])
def test_a_disk_that_fills_up_while_writing(limit: int, tmp_path: Path) -> None:
    """A real one, as far as this process is concerned."""
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    path = tmp_path / "file"
    path.write_bytes(b"old")
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        with pytest.raises(OSError, match="File too large"):
            write_file(path, b"new" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_the_order_of_the_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data is on the disk before the name is, and the name before the function returns."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def watched_fsync(descriptor: int) -> None:
        target = Path(f"/proc/self/fd/{descriptor}").readlink()
        steps.append(f"fsync {'folder' if target.is_dir() else 'file'}")
        fsync(descriptor)

    def watched_replace(self: Path, target: Path) -> Path:
        steps.append("replace")
        return replace(self, target)

    monkeypatch.setattr(files.os, "fsync", watched_fsync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    write_file(tmp_path / "file", b"new")
    assert steps == ["fsync file", "replace", "fsync folder"]
    steps.clear()
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "one").write_bytes(b"1")
    publish_folder(ours, tmp_path / "target")
    assert steps == ["fsync file", "fsync folder", "replace", "fsync folder"]


def test_a_folder_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    ours, target = tmp_path / "ours", tmp_path / "target"
    ours.mkdir()
    (ours / "one").write_bytes(b"1")
    publish_folder(ours, target)
    assert (target / "one").read_bytes() == b"1"
    assert not ours.exists()


def test_a_faster_process_keeps_its_result(tmp_path: Path) -> None:
    ours, target = tmp_path / "ours", tmp_path / "target"
    for folder, data in ((ours, b"ours"), (target, b"theirs")):
        folder.mkdir()
        (folder / "one").write_bytes(data)
    publish_folder(ours, target)
    assert (target / "one").read_bytes() == b"theirs"
    assert not ours.exists()


def test_a_folder_that_cannot_be_named_is_an_error(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    (tmp_path / "target").write_bytes(b"a file where the folder should be")
    with pytest.raises(OSError, match="target"):
        publish_folder(ours, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"a file where the folder should be"


@pytest.mark.parametrize("size", [0, 1, files.CHUNK, files.CHUNK + 1])
def test_sha256(size: int, tmp_path: Path) -> None:
    data = bytes(size)
    (tmp_path / "file").write_bytes(data)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(data).hexdigest()
