"""Cuts at 100 places, each with every way in which the next answer can go wrong.

Either the right file stands at the end, or a sentence and nothing that is in the way of the next download.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.download import PIECE, part_of
from resnet_desktop.core.download_errors import CUT_OFF, DAMAGED_ON_THE_WAY, SIGN_IN, WRONG_LENGTH
from resnet_desktop.core.paths import weights_dir
from tests.core.download_server import (
    FILE,
    PAGE,
    Script,
    Server,
    Turn,
    fetch,
    hurry,
    names_in,
    refusal,
    serving,
    spec_on,
)

SIZE = len(FILE)
BORDERS = (0, 1, 2, 13, 14, 15, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE - 1, 2 * PIECE, 2 * PIECE + 1, SIZE - 1, SIZE)
SPREAD = [SIZE * number // 87 for number in range(1, 87)]
CUTS = sorted({*BORDERS, *SPREAD})
OTHER = FILE[:-5] + b"other"
MORE = FILE + bytes(300)  # as long as the catalog's rounding allows


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture
def spec(home: Path, running: Server) -> ModelSpec:
    return dataclasses.replace(spec_on(running), size=SIZE)


def refused(spec: ModelSpec, server: Server) -> str:
    """The sentence of a download that fails. Whatever it left, the next one from a good server succeeds."""
    error = refusal(spec)
    assert set(names_in(weights_dir())) <= {f"{spec.weights}.part", f"{spec.weights}.part.json"}
    if part_of(spec).exists():
        kept = part_of(spec).read_bytes()
        assert kept == FILE[: len(kept)]
    server.play(Turn())
    fetch(spec)
    return error.sentence


def starts(script: Script) -> list[int]:
    return [request.start for request in script.requests]


def test_a_hundred_cuts() -> None:
    assert len(CUTS) == 100


@pytest.mark.parametrize("stall", [False, True], ids=["closed", "stalled"])
@pytest.mark.parametrize("cut", CUTS)
def test_range_honoured(
    cut: int, stall: bool, spec: ModelSpec, running: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stall:
        hurry(monkeypatch, timeout=0.1)
    script = running.play(Turn(cut=cut, stall=stall), Turn())
    fetch(spec)
    assert script.sent - SIZE <= PIECE
    assert script.sent == SIZE  # nothing twice, even
    assert starts(script) == ([0] if cut == SIZE else [0, cut])


@pytest.mark.parametrize("cut", CUTS)
def test_a_second_call_goes_on_where_the_first_gave_up(cut: int, spec: ModelSpec, running: Server) -> None:
    """After three tries that bring nothing new."""
    script = running.play(Turn(cut=cut))
    if cut < SIZE:
        refusal(spec)
        assert starts(script) == [0, *[cut] * (3 if cut else 2)]
        assert script.sent == cut
        script = running.play(Turn())
    fetch(spec)
    assert script.sent == SIZE - (cut if cut < SIZE else 0)


@pytest.mark.parametrize("cut", CUTS)
def test_range_ignored(cut: int, spec: ModelSpec, running: Server) -> None:
    """200 and the whole file."""
    script = running.play(Turn(cut=cut, ranges=False), Turn(ranges=False))
    fetch(spec)
    assert script.sent == (cut + SIZE if cut < SIZE else SIZE)


@pytest.mark.parametrize("wrong", ["bytes 7-{last}/{size}", "bytes {cut}-{last}/{more}", "bytes {cut}-/*", "nonsense"])
@pytest.mark.parametrize("cut", CUTS)
def test_wrong_content_range(cut: int, wrong: str, spec: ModelSpec, running: Server) -> None:
    wrong = wrong.format(cut=cut, last=SIZE - 1, size=SIZE, more=SIZE + 1)
    script = running.play(Turn(cut=cut), Turn(content_range=wrong), Turn())
    fetch(spec)
    assert starts(script) == ([0] if cut == SIZE else [0, cut, 0] if cut else [0, 0])


@pytest.mark.parametrize("if_range", [True, False], ids=["minded", "ignored"])
@pytest.mark.parametrize("cut", CUTS)
def test_changed_etag(cut: int, if_range: bool, spec: ModelSpec, running: Server) -> None:
    """The first bytes are of another file; also where a server sends the rest of the new one all the same."""
    new = Turn(etag='"two"', last_modified="Thu, 22 Oct 2015 07:28:00 GMT", if_range=if_range)
    running.play(Turn(cut=cut, body=bytes(SIZE - 1) + b"!"), new)
    if cut == SIZE:
        refusal(spec)
    fetch(spec)


@pytest.mark.parametrize("cut", CUTS)
def test_wrong_hash(cut: int, spec: ModelSpec, running: Server) -> None:
    script = running.play(Turn(cut=cut, body=OTHER), Turn(body=OTHER))
    assert refusal(spec).sentence == DAMAGED_ON_THE_WAY
    assert names_in(weights_dir()) == []
    assert script.sent == SIZE
    running.play(Turn())
    fetch(spec)


@pytest.mark.parametrize("length", [SIZE - 5000, SIZE + 5000])
@pytest.mark.parametrize("cut", CUTS)
def test_another_length_announced(cut: int, length: int, spec: ModelSpec, running: Server) -> None:
    """Longer or shorter than the catalog allows: refused before a byte of it is kept."""
    running.play(Turn(cut=cut), Turn(ranges=False, length=length))
    if cut < SIZE:
        assert refused(spec, running) == WRONG_LENGTH
    else:
        fetch(spec)


@pytest.mark.parametrize("cut", CUTS)
def test_a_length_that_is_not_kept(cut: int, spec: ModelSpec, running: Server) -> None:
    """Announced with 300 bytes more than ever come: waits for them in vain, and takes no other file for them."""
    running.play(Turn(cut=cut, length=SIZE + 300), Turn(length=SIZE + 300, ranges=False))
    assert refused(spec, running) == CUT_OFF


@pytest.mark.parametrize("framing", ["chunked", "close"])
@pytest.mark.parametrize("cut", CUTS)
def test_more_than_the_file_without_a_length(cut: int, framing: str, spec: ModelSpec, running: Server) -> None:
    first = Turn(body=MORE, framing=framing, cut=cut)
    running.play(first, Turn(body=MORE, framing=framing, ranges=False))
    if framing == "close" and cut == SIZE:
        fetch(spec)  # all that the client ever sees is the right file
        return
    assert refusal(spec).sentence == DAMAGED_ON_THE_WAY
    assert names_in(weights_dir()) == []


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/octet-stream"], ids=["said", "seen"])
@pytest.mark.parametrize("cut", CUTS)
def test_a_page_instead(cut: int, content_type: str, spec: ModelSpec, running: Server) -> None:
    """The hotel's network asks to sign in: what had arrived stays as it was."""
    page = Turn(body=PAGE, ranges=False, content_type=content_type)
    running.play(Turn(cut=cut), dataclasses.replace(page, body=PAGE.ljust(SIZE)))
    if cut == SIZE:
        fetch(spec)
        return
    assert refusal(spec).sentence == SIGN_IN
    assert not (weights_dir() / spec.weights).exists()
    assert not cut or part_of(spec).read_bytes() == FILE[:cut]
    script = running.play(Turn())
    fetch(spec)
    assert script.sent == SIZE - cut
