"""Checkpoints: the newest whole one is taken, and whatever fails while one is written, there is a whole one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from resnet_desktop.core import files
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import Cancelled, EngineError
from resnet_desktop.core.training import TrainingRests
from resnet_desktop.engine import keep
from resnet_desktop.engine.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from resnet_desktop.engine.keep import keep_checkpoint
from resnet_desktop.engine.process import Inbox


def checkpoint(number: int) -> Checkpoint:
    return Checkpoint({"weight": torch.full((50,), float(number))}, {"epoch": number})


def test_the_newest_checkpoint_that_is_whole_is_taken(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path) is None
    for number in range(3):
        save_checkpoint(tmp_path, checkpoint(number))
    loaded = load_checkpoint(tmp_path)
    assert loaded is not None
    assert loaded.state == {"epoch": 2}
    assert torch.equal(loaded.tensors["weight"], checkpoint(2).tensors["weight"])


@pytest.mark.parametrize("suffix", ["safetensors", "json"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_checkpoint_that_is_cut_off_leaves_the_one_before(share: float, suffix: str, tmp_path: Path) -> None:
    for number in range(2):
        save_checkpoint(tmp_path, checkpoint(number))
    newest = tmp_path / f"checkpoint-1.{suffix}"
    data = newest.read_bytes()
    newest.write_bytes(data[: int(len(data) * share)])
    loaded = load_checkpoint(tmp_path)
    assert loaded is not None
    assert loaded.state == {"epoch": 0}


class PowerCutError(BaseException):
    """The end of the process, as far as the code sees it."""


class Faults:
    """Counts what is done to the disk, and lets one of these things fail, before or after it is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done, self.fails_at, self.late = 0, -1, False
        self.error: BaseException = OSError(errno.EIO, "Input/output error")
        monkeypatch.setattr(tempfile, "mkstemp", self._watched(tempfile.mkstemp))
        monkeypatch.setattr(files.os, "fsync", self._watched(os.fsync))
        monkeypatch.setattr(Path, "replace", self._watched(Path.replace))
        monkeypatch.setattr(files.os, "fdopen", self._writer(os.fdopen))

    def _watched(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: object, **named: object) -> Any:
            number = self.done
            self.done += 1
            if number == self.fails_at and not self.late:
                raise self.error
            result = real(*arguments, **named)
            if number == self.fails_at:
                raise self.error
            return result

        return step

    def _writer(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(*arguments: Any, **named: Any) -> Any:
            file = real(*arguments, **named)
            whole = self._watched(file.write)

            class Half:
                """Of what is written when it fails, half arrives."""

                def __enter__(self) -> Any:
                    return self

                def __exit__(self, *_error: object) -> None:
                    file.close()

                def write(_self, data: bytes) -> int:  # noqa: N805 - the faults are outside
                    if self.done == self.fails_at:
                        file.write(data[: len(data) // 2])
                    return int(whole(data))

                def __getattr__(self, name: str) -> Any:
                    return getattr(file, name)

            return Half()

        return opened


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    return Faults(monkeypatch)


@pytest.mark.parametrize("late", [False, True], ids=["undone", "done"])
@pytest.mark.parametrize("error", [OSError(errno.EIO, "I/O"), OSError(errno.ENOSPC, "full"), PowerCutError()])
def test_every_write_fsync_and_rename_fails_once(
    error: BaseException, late: bool, faults: Faults, tmp_path: Path
) -> None:
    """Whichever it is, the checkpoint before or the new one is there, and the next one can be written."""
    faults.error, faults.late = error, late
    fails_at = 0
    while True:
        folder = tmp_path / str(fails_at)
        folder.mkdir()
        faults.fails_at = -1
        save_checkpoint(folder, checkpoint(0))
        save_checkpoint(folder, checkpoint(1))
        faults.done, faults.fails_at = 0, fails_at
        try:
            save_checkpoint(folder, checkpoint(2))
        except BaseException as raised:  # noqa: BLE001 - a power cut is one
            assert raised is error  # noqa: PT017
        count = faults.done
        faults.fails_at = -1
        loaded = load_checkpoint(folder)
        assert loaded is not None
        assert loaded.state["epoch"] in (1, 2)
        assert torch.equal(loaded.tensors["weight"], checkpoint(loaded.state["epoch"]).tensors["weight"])
        save_checkpoint(folder, checkpoint(3))
        newest = load_checkpoint(folder)
        assert newest is not None
        assert newest.state == {"epoch": 3}
        if fails_at >= count:
            break
        fails_at += 1
    assert fails_at == 10  # two files: temporary file, write, fsync, rename, fsync of the folder


class Meanwhile(CancelToken):
    """What happens while a run waits: after so many waits, so many bytes are free."""

    def __init__(self, plan: dict[int, int]) -> None:
        super().__init__()
        self.plan, self.waits, self.room = plan, 0, 0

    def wait(self, _seconds: float) -> bool:
        self.waits += 1
        self.room = self.plan.get(self.waits, self.room)
        return False


def test_a_full_disk_makes_a_run_rest_until_there_is_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = checkpoint(0)
    enough = kept.size + keep.SPARE
    # Tried again after 15 waits, to no avail; then a little is free; then enough.
    meanwhile = Meanwhile({20: enough - 1, 33: enough})
    tried_after: list[int] = []

    def save_where_there_is_room(folder: Path, checkpoint: Checkpoint) -> None:
        tried_after.append(meanwhile.waits)
        if meanwhile.room < enough:
            raise OSError(errno.ENOSPC, "No space left on device")
        save_checkpoint(folder, checkpoint)

    monkeypatch.setattr(keep, "save_checkpoint", save_where_there_is_room)
    monkeypatch.setattr(keep, "_room", lambda _folder: meanwhile.room)
    told = list(keep_checkpoint(tmp_path, kept, Inbox(meanwhile)))
    assert tried_after == [0, 15, 30, 33]
    assert all(isinstance(event, TrainingRests) and "disk is full" in str(event.error) for event in told)
    assert [event.error.values["megabytes"] for event in told if isinstance(event, TrainingRests)] == [2, 1]
    loaded = load_checkpoint(tmp_path)
    assert loaded is not None
    assert loaded.state == {"epoch": 0}


def test_a_quota_that_cannot_be_seen_is_tried_again_more_often_than_other_failures(
    faults: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "WAIT_SECONDS", 0.01)
    faults.error = OSError(errno.EDQUOT, "Disk quota exceeded")
    faults.fails_at = 1
    tries = []

    def save(folder: Path, checkpoint: Checkpoint) -> None:
        tries.append(1)
        faults.fails_at = faults.done + 1 if len(tries) < 7 else -1
        save_checkpoint(folder, checkpoint)

    monkeypatch.setattr(keep, "save_checkpoint", save)
    told = list(keep_checkpoint(tmp_path, checkpoint(0), Inbox()))
    assert (len(tries), len(told)) == (7, 1)
    assert load_checkpoint(tmp_path) is not None


def test_a_person_may_stop_a_run_that_rests_for_a_full_disk(
    faults: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "WAIT_SECONDS", 60)
    faults.error, faults.fails_at = OSError(errno.ENOSPC, "full"), 1
    token = CancelToken()
    told = keep_checkpoint(tmp_path, checkpoint(0), Inbox(token))
    assert isinstance(next(told), TrainingRests)
    token.cancel()
    with pytest.raises(Cancelled):
        next(told)
    faults.fails_at = faults.done + 1
    inbox = Inbox()
    monkeypatch.setattr(keep, "WAIT_SECONDS", 0.01)
    rests = []
    for event in keep_checkpoint(tmp_path, checkpoint(0), inbox):
        rests.append(event)
        faults.fails_at = faults.done + 1
        inbox.hear("finish")
    assert len(rests) == 1, "an early end does not wait for the disk"
    assert load_checkpoint(tmp_path) is None


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "WAIT_SECONDS", 0.01)
    tries: list[int] = []

    def refuse(_folder: Path, _checkpoint: Checkpoint) -> None:
        tries.append(1)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(keep, "save_checkpoint", refuse)
    with pytest.raises(EngineError, match="cannot be kept"):
        list(keep_checkpoint(tmp_path, checkpoint(0), Inbox()))
    assert len(tries) == 4
