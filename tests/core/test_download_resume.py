"""Going on where a download stopped: after a pause, a cut, a kill, and with whatever may lie there by then."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import DOWNLOADING, PIECE, DownloadProgress, download_weights, part_of
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.paths import weights_dir
from tests.core.download_server import FILE, Server, Turn, fetch, hurry, names_in, serving, spec_on


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


def pause(spec: ModelSpec, at: int) -> None:
    """Cancel as soon as so many bytes are there."""
    token = CancelToken()
    events = download_weights(spec, token)
    reached = next(event for event in events if isinstance(event, DownloadProgress) and event.done >= at)
    assert reached.stage == DOWNLOADING
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)


def leave_part(spec: ModelSpec, data: bytes, **record: object) -> None:
    """What an earlier download left; ``record`` changes what is noted about it."""
    weights_dir().mkdir(parents=True, exist_ok=True)
    part_of(spec).write_bytes(data)
    good = {"url": spec.url, "etag": '"one"', "last_modified": Turn.last_modified, "size": len(FILE)}
    part_of(spec).with_name(f"{part_of(spec).name}.json").write_text(json.dumps(good | record))


def test_a_pause_keeps_what_is_there_for_another_process(spec: ModelSpec, server: Server) -> None:
    pause(spec, at=200_000)
    kept = part_of(spec).read_bytes()
    assert len(kept) >= 200_000
    assert kept == FILE[: len(kept)]
    assert names_in(weights_dir()) == [f"{spec.weights}.part", f"{spec.weights}.part.json"]
    server.play(Turn())
    progress = fetch(spec)
    (request,) = server.script.requests
    assert (request.headers["range"], request.headers["if-range"]) == (f"bytes={len(kept)}-", '"one"')
    assert server.script.sent == len(FILE) - len(kept)
    assert progress[0].done > len(kept)


def test_pausing_again_and_again_fetches_nothing_twice(spec: ModelSpec, server: Server) -> None:
    starts = []
    for at in range(50_000, len(FILE) - 2 * PIECE, 50_000):
        if part_of(spec).exists() and part_of(spec).stat().st_size >= at:
            continue
        pause(spec, at)
        starts.append(part_of(spec).stat().st_size)
    fetch(spec)
    assert len(starts) > 4
    assert [request.start for request in server.script.requests] == [0, *starts]


def test_killed_between_the_last_byte_and_the_check(spec: ModelSpec, server: Server) -> None:
    leave_part(spec, FILE)
    fetch(spec)
    assert server.script.requests == []


@pytest.mark.parametrize("size", [0, len(FILE) + 5])
def test_a_complete_part_that_the_server_has_nothing_to_add_to(size: int, spec: ModelSpec, server: Server) -> None:
    """The server answers 416."""
    leave_part(spec, FILE, size=size)
    fetch(spec)
    (request,) = server.script.requests
    assert request.start == len(FILE)
    assert server.script.sent == 0


@pytest.mark.parametrize("junk", [FILE[:-1] + b"?", FILE + b"more"], ids=["wrong", "longer"])
def test_a_complete_part_of_junk_is_fetched_again(junk: bytes, spec: ModelSpec, server: Server) -> None:
    """The first is the server's 416, too."""
    leave_part(spec, junk, size=0)
    fetch(spec)
    assert [request.start for request in server.script.requests] == [len(junk), 0]


def test_a_part_that_is_longer_than_the_file_is_fetched_again(spec: ModelSpec, server: Server) -> None:
    leave_part(spec, FILE + b"more")
    fetch(spec)
    assert [request.start for request in server.script.requests] == [0]


JUNK = [
    b"",
    b"\xff\xfe\0",
    b"null",
    b"[]",
    b"7",
    b'{"url": 5}',
    b'{"url": "http://elsewhere/"}',
    b'{"unknown": 1}',
    b"[" * 60_000,
    b"[" * 1_000_000,
]


@pytest.mark.parametrize("record", JUNK, ids=range(len(JUNK)))
def test_a_damaged_record_means_starting_over(record: bytes, spec: ModelSpec, server: Server) -> None:
    leave_part(spec, FILE[:1000])
    part_of(spec).with_name(f"{part_of(spec).name}.json").write_bytes(record)
    fetch(spec)
    assert [request.start for request in server.script.requests] == [0]


@pytest.mark.parametrize(
    "change",
    [
        {"size": "600001"},
        {"size": -1},
        {"size": True},
        {"etag": 1},
        {"etag": "one"},
        {"etag": 'W/"one"'},
        {"etag": '"one"\r\nHost: elsewhere'},
        {"last_modified": "Wed\r\nX: y"},
        {"last_modified": []},
        {"url": "http://127.0.0.1/other"},
        {"more": 1},
    ],
    ids=str,
)
def test_an_odd_record_means_starting_over(change: dict[str, object], spec: ModelSpec, server: Server) -> None:
    leave_part(spec, FILE[:1000], **change)
    fetch(spec)
    assert [request.start for request in server.script.requests] == [0]


def test_without_a_strong_etag_the_date_is_held_on_to(spec: ModelSpec, server: Server) -> None:
    server.play(Turn(etag='W/"weak"', cut=300_000), Turn(etag='W/"weak"'))
    fetch(spec)
    assert server.script.requests[1].headers["if-range"] == Turn.last_modified
    assert server.script.requests[1].start == 300_000


def test_with_nothing_to_hold_on_to_the_hash_decides(spec: ModelSpec, server: Server) -> None:
    bare = Turn(etag="", last_modified="")
    server.play(dataclasses.replace(bare, cut=300_000), bare)
    fetch(spec)
    assert "if-range" not in server.script.requests[1].headers
    assert server.script.sent == len(FILE)
    part_of(spec).parent.joinpath(spec.weights).unlink()
    server.play(dataclasses.replace(bare, cut=300_000), bare)
    fetch(dataclasses.replace(spec, sha256=""))  # and where there is none, nothing is put together
    assert [request.start for request in server.script.requests] == [0, 0]


@pytest.mark.parametrize("framing", ["chunked", "close"])
@pytest.mark.parametrize("size", [0, len(FILE)])
def test_a_server_that_names_no_length(framing: str, size: int, spec: ModelSpec, server: Server) -> None:
    server.play(Turn(framing=framing))
    fetch(dataclasses.replace(spec, size=size))
    assert len(server.script.requests) == 1


@pytest.mark.parametrize("framing", ["chunked", "close"])
def test_a_cut_without_a_length_is_noticed(framing: str, spec: ModelSpec, server: Server) -> None:
    server.play(Turn(framing=framing, cut=300_000), Turn(framing=framing))
    fetch(spec)
    assert [request.start for request in server.script.requests] == [0, 300_000]


def test_many_cuts_are_no_reason_to_give_up(spec: ModelSpec, server: Server) -> None:
    """As long as every try brings something."""
    cuts = range(20_000, 600_000, 20_000)
    server.play(*[Turn(cut=cut) for cut in cuts], Turn())
    fetch(spec)
    assert [request.start for request in server.script.requests] == [0, *cuts]
    assert server.script.sent == len(FILE)
