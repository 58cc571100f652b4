"""Downloads that end with a sentence because of the server or of what it sends."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from resnet_desktop.core import download, download_part
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import MOST_TRIES, part_of
from resnet_desktop.core.download_errors import (
    CUT_OFF,
    FORBIDDEN,
    NOT_FOUND,
    PROXY_PASSWORD,
    SIGN_IN,
    STALLED,
    STATUS,
    UNREACHABLE,
    WRONG_LENGTH,
)
from resnet_desktop.core.paths import weights_dir
from tests.core.download_server import (
    FILE,
    LOOPBACK_PORTS,
    PAGE,
    Server,
    Turn,
    fetch,
    hurry,
    names_in,
    refusal,
    serving,
    spec_on,
)


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


@pytest.mark.parametrize(
    ("status", "sentence", "tries"),
    [
        (304, STATUS, 1),
        (401, STATUS, 1),
        (403, FORBIDDEN, 1),
        (404, NOT_FOUND, 1),
        (407, PROXY_PASSWORD, 1),
        (410, NOT_FOUND, 1),
        (416, STATUS, 1),
        (429, STATUS, 3),
        (500, STATUS, 3),
        (503, STATUS, 3),
        (511, SIGN_IN, 1),
    ],
)
def test_statuses(status: int, sentence: str, tries: int, spec: ModelSpec, server: Server) -> None:
    """Those that may pass are tried three times; what has arrived before is kept."""
    server.play(Turn(cut=1000), Turn(status=status, body=PAGE, content_type="text/html", ranges=False))
    if status == 416:
        server.play(Turn(status=416, body=PAGE))  # without having been asked for a part
    error = refusal(spec)
    assert error.sentence == sentence
    assert len(server.script.requests) == tries + (status != 416)
    if status != 416:
        assert part_of(spec).read_bytes() == FILE[:1000]
    server.play(Turn())
    fetch(spec)


@pytest.mark.parametrize("status", [204, 206, 226])
def test_successes_that_are_no_whole_file(status: int, spec: ModelSpec, server: Server) -> None:
    server.play(Turn(status=status))
    assert refusal(spec).sentence == STATUS
    assert names_in(weights_dir()) == []


def test_a_passing_error_passes(spec: ModelSpec, server: Server) -> None:
    server.play(Turn(status=503, body=b""), Turn(status=502, body=b""), Turn())
    fetch(spec)


def test_sentences_name_what_a_person_needs(spec: ModelSpec, server: Server) -> None:
    server.play(Turn(status=404, body=b""))
    assert str(refusal(spec)) == (
        f"There is no file at {spec.url} (404). Check the mirror, if one is set, then try again."
    )
    server.play(Turn(status=500, body=b""))
    assert "127.0.0.1 does not answer as it should (code 500)" in str(refusal(spec))


@pytest.mark.parametrize(
    "page",
    [b"<html>", b"\n\t <HTML lang=en>", b"\xef\xbb\xbf<!doctype HTML>", b" " * 500 + b"<!DOCTYPE html>", PAGE],
    ids=range(5),
)
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
@pytest.mark.parametrize("piece", [1, 5000])
def test_pages_that_claim_to_be_files(page: bytes, framing: str, piece: int, spec: ModelSpec, server: Server) -> None:
    """Also where they come letter by letter."""
    server.play(Turn(body=page, framing=framing, piece=piece))
    sized = dataclasses.replace(spec, size=len(page))
    assert refusal(sized).sentence == SIGN_IN
    assert names_in(weights_dir()) == []
    server.play(Turn())
    fetch(spec)


def test_a_page_by_its_type_however_it_begins(spec: ModelSpec, server: Server) -> None:
    server.play(Turn(content_type="text/html"))
    assert refusal(spec).sentence == SIGN_IN


@pytest.mark.parametrize("body", [b"", FILE[:5], FILE[:-2000], FILE + bytes(2000), FILE + bytes(1 << 21)], ids=len)
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_another_length(body: bytes, framing: str, spec: ModelSpec, server: Server) -> None:
    server.play(Turn(body=body, framing=framing))
    assert refusal(spec).sentence == (WRONG_LENGTH if body else CUT_OFF)
    server.play(Turn())
    fetch(spec)


def test_no_more_is_written_than_the_file_can_have(
    spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream without end is stopped a mebibyte beyond the catalog's size."""
    most = 0
    real = download_part.write_all

    def watched(file: BinaryIO, data: bytes) -> None:
        nonlocal most
        real(file, data)
        most = max(most, file.tell())

    monkeypatch.setattr(download, "write_all", watched)
    server.play(Turn(body=FILE + bytes(10 << 20), framing="chunked"))
    assert refusal(spec).sentence == WRONG_LENGTH
    assert len(FILE) < most <= spec.size + (1 << 20)
    assert names_in(weights_dir()) == []


def test_nobody_listens(spec: ModelSpec, server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    LOOPBACK_PORTS.add(port)
    error = refusal(spec, mirror=f"http://127.0.0.1:{port}")
    LOOPBACK_PORTS.discard(port)
    assert error.sentence == UNREACHABLE


@pytest.mark.parametrize("turn", [Turn(silent=True), Turn(cut=0, stall=True), Turn(cut=1000, stall=True)])
def test_a_server_that_stands_still(
    turn: Turn, spec: ModelSpec, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, timeout=0.05)
    server.play(turn)
    assert refusal(spec).sentence == STALLED


def test_a_server_that_hangs_up_at_once(spec: ModelSpec, server: Server) -> None:
    server.play(Turn(silent=True))
    server.script.over.set()
    assert refusal(spec).sentence == CUT_OFF
    assert len(server.script.requests) == 3


def test_the_number_of_tries_has_an_end(spec: ModelSpec, server: Server) -> None:
    """A byte more each time is progress, but not for ever."""
    server.play(*[Turn(cut=cut) for cut in range(1, 100)])
    assert refusal(spec).sentence == CUT_OFF
    assert len(server.script.requests) == MOST_TRIES


def test_starting_over_is_no_progress(spec: ModelSpec, server: Server) -> None:
    """Cut at the same place each time by a server that knows no ranges: three more tries, not fifty."""
    server.play(Turn(cut=300_000, ranges=False))
    assert refusal(spec).sentence == CUT_OFF
    assert len(server.script.requests) == 4
