"""A download that goes well: whole, from a mirror, into another folder, one at a time, and what it tells on the way."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import cast

import pytest

import resnet_desktop
from resnet_desktop.core import download, download_part
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import (
    CHECKING_FILE,
    DOWNLOADING,
    PIECE,
    WeightsFetched,
    address_of,
    discard_part,
    download_weights,
    part_of,
)
from resnet_desktop.core.download_errors import ALREADY, DownloadError
from resnet_desktop.core.events import Event
from resnet_desktop.core.paths import weights_dir
from resnet_desktop.core.weights import find_weights
from tests.core.download_server import FILE, SHA256, Server, Turn, fetch, hurry, names_in, refusal, serving, spec_on


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


def test_a_whole_file(spec: ModelSpec, server: Server) -> None:
    progress = fetch(spec)
    assert find_weights(spec).sha256 == SHA256
    (request,) = server.script.requests
    assert request.path == f"/models/{spec.weights}"
    assert request.headers["user-agent"] == f"ResNet-Desktop/{resnet_desktop.__version__}"
    assert request.headers["accept-encoding"] == "identity"
    assert "range" not in request.headers
    assert [event.stage for event in progress] == [DOWNLOADING] * (len(progress) - 1) + [CHECKING_FILE]


def test_progress_only_grows_and_ends_with_everything(spec: ModelSpec, server: Server) -> None:
    progress = fetch(spec)[:-1]
    done = [event.done for event in progress]
    assert len(progress) >= len(FILE) / PIECE
    assert done == sorted(done)
    assert done[-1] == len(FILE)
    assert {event.total for event in progress} == {len(FILE)}
    assert all(event.bytes_per_second > 0 for event in progress[1:])
    left = [event.seconds_left for event in progress[1:] if event.seconds_left is not None]
    assert len(left) == len(progress) - 1
    assert left[-1] == 0


def test_speed_and_time_left_are_of_the_last_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 bytes a second for 20 s, then 100: soon the speed is 100, and what was kept from yesterday counts nothing."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    pace, done = download._Pace(5000), 5000
    for second in range(40):
        now[0] += 1
        done += 10 if second < 20 else 100
        event = pace.progress(done, 10_000)
        if second == 19:
            assert (event.bytes_per_second, event.seconds_left) == (10, (10_000 - done) / 10)
    assert (event.bytes_per_second, event.seconds_left) == (100, (10_000 - done) / 100)
    assert download._Pace(0).progress(0, 0).seconds_left is None


def test_events_come_in_a_measured_number(spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "EVENTS_APART", 60.0)
    assert len(fetch(spec)) == 3  # the first, the last, and the check


def test_a_mirror(spec: ModelSpec, server: Server) -> None:
    mirror = server.address("/a/b/")
    assert address_of(spec, mirror) == server.address(f"/a/b/{spec.weights}")
    assert address_of(spec, "") == address_of(spec, " ") == spec.url
    fetch(dataclasses.replace(spec, url="https://official.example/nothing"), mirror=mirror)
    assert [request.path for request in server.script.requests] == [f"/a/b/{spec.weights}"]


def test_another_folder(spec: ModelSpec, server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "stick"
    *_, last = download_weights(spec, CancelToken(), folder=folder)
    assert last == WeightsFetched(spec, folder / spec.weights)
    assert names_in(folder) == [spec.weights]
    assert part_of(spec, folder) == folder / f"{spec.weights}.part"
    assert not weights_dir().exists()


def test_a_damaged_file_is_replaced(spec: ModelSpec, server: Server) -> None:
    weights_dir().mkdir(parents=True)
    (weights_dir() / spec.weights).write_bytes(b"damaged")
    fetch(spec)


def test_discarding_the_part(spec: ModelSpec, server: Server) -> None:
    discard_part(spec)
    assert not weights_dir().exists()
    events = download_weights(spec, CancelToken())
    next(events)
    cast("Generator[Event, None, None]", events).close()  # as an owner does who is no longer interested
    assert part_of(spec).exists()
    discard_part(spec)
    assert names_in(weights_dir()) == []


def test_two_at_once(spec: ModelSpec, server: Server) -> None:
    """The second one, and one who wants the part gone, hear that it is taken; the first one comes to its end."""
    first = download_weights(spec, CancelToken())
    next(first)
    for second in (lambda: list(download_weights(spec, CancelToken())), lambda: discard_part(spec)):
        with pytest.raises(DownloadError) as caught:
            second()
        assert caught.value.sentence == ALREADY
    assert isinstance(list(first)[-1], WeightsFetched)
    fetch(spec)


def test_a_lock_that_is_removed_while_it_is_taken(
    spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last holder removes the file that we have just opened: ours would be a lock that nobody else sees."""
    weights_dir().mkdir(parents=True)
    lock = part_of(spec).with_name(f"{spec.weights}.part.lock")
    real = download_part._try_lock
    removed: list[Path] = []

    def late(descriptor: int) -> bool:
        if not removed:
            removed.append(lock)
            lock.unlink()
            lock.touch()  # and the next one comes
        return real(descriptor)

    monkeypatch.setattr(download_part, "_try_lock", late)
    events = download_weights(spec, CancelToken())
    next(events)
    with pytest.raises(DownloadError):
        discard_part(spec)
    assert isinstance(list(events)[-1], WeightsFetched)


LOCK_AND_DIE = """
import os, sys
from pathlib import Path
from resnet_desktop.core.download_part import Part, claimed
claim = claimed(Part(Path(sys.argv[1])))
claim.__enter__()
print("locked", flush=True)
sys.stdin.read()
os._exit(9)
"""


def test_another_process_at_once_and_its_death(spec: ModelSpec, server: Server) -> None:
    weights_dir().mkdir(parents=True)
    target = str(weights_dir() / spec.weights)
    with subprocess.Popen(
        [sys.executable, "-c", LOCK_AND_DIE, target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        assert str(refusal(spec)) == f"{spec.weights} is being downloaded already. Wait until that is done."
        other.communicate()
    assert other.returncode == 9
    assert part_of(spec).with_name(f"{spec.weights}.part.lock").exists()
    fetch(spec)


def test_it_costs_nothing_at_start_up() -> None:
    heavy = ("ssl", "socket", "http.client", "urllib.request", "truststore", "PySide6", "torch")
    program = f"import sys, resnet_desktop.core.download; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
