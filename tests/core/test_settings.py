"""What a person chose survives, and whatever happens to the file, the program starts."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core.settings import CHOICES, MAX_BYTES, Settings, load_settings, save_settings, settings_file

CHOSEN = Settings(
    language="he",
    theme="dark",
    model="hats",
    device="cuda",
    fast=True,
    mirror="https://mirror.example/weights",
    proxy="http://proxy:8080",
    look_for_updates=True,
    last_folder="/home/דנה/תמונות",
    heat_map=True,
    heat_opacity=35,
    geometry="AdnQywADAAA=",
    splitter="AAAA/wAAAAE=",
)


def write(data: bytes) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_bytes(data)


def aside() -> Path:
    return settings_file().with_name("settings.damaged.json")


def stored() -> bytes:
    save_settings(CHOSEN)
    return settings_file().read_bytes()


def assert_sane(settings: Settings) -> None:
    """Every value has its type, and one of its choices where there are some."""
    for field in dataclasses.fields(Settings):
        value = getattr(settings, field.name)
        assert type(value) is type(field.default)
        assert value in CHOICES.get(field.name, (value,))


def test_everything_differs_from_its_default() -> None:
    """Or the next test would not see that a value was lost."""
    assert [name for name, value in dataclasses.asdict(CHOSEN).items() if getattr(Settings(), name) == value] == []


def test_what_was_chosen_is_there_again(home: Path) -> None:
    save_settings(CHOSEN)
    assert load_settings() == (CHOSEN, False)


def test_the_first_start(home: Path) -> None:
    assert load_settings() == (Settings(), False)
    assert not settings_file().exists()


def test_unknown_names_come_from_a_newer_version(home: Path) -> None:
    write(json.dumps({"theme": "dark", "hologram": True}).encode())
    assert load_settings() == (Settings(theme="dark"), False)


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
@pytest.mark.parametrize("value", [None, [], {}, 1.5, [[]], True, 7, "text", -1, 10**30, "\ud800"])
def test_a_wrong_value_is_as_good_as_none(field: dataclasses.Field[object], value: object, home: Path) -> None:
    write(json.dumps({"splitter": "AAAA", field.name: value}).encode())
    settings, damaged = load_settings()
    assert not damaged
    assert_sane(settings)
    if type(value) is not type(field.default):
        assert getattr(settings, field.name) == field.default
    if field.name != "splitter":
        assert settings.splitter == "AAAA"


DAMAGED = {
    "empty": b"",
    "zeros": bytes(4096),
    "null": b"null",
    "a list": b"[]",
    "a word": b'"dark"',
    "not UTF-8": b'{"theme": "\xff\xfe"}',
    "two files in one": b"{}{}",
    "endless digits": b'{"heat_opacity": ' + b"9" * 10_000 + b"}",
    "deep": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "10 MB deep": b"[" * 10_000_000,
    "10 MB of blanks": b" " * 10_000_000,
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_set_aside(what: str, home: Path) -> None:
    write(DAMAGED[what])
    assert load_settings() == (Settings(), True)
    assert not settings_file().exists()
    assert aside().read_bytes() == DAMAGED[what]
    assert load_settings() == (Settings(), False)
    save_settings(CHOSEN)
    assert load_settings() == (CHOSEN, False)


def mutations() -> Iterator[bytes]:
    """The file cut at every byte, and with bits turned."""
    save_settings(CHOSEN)
    good = settings_file().read_bytes()
    yield from (good[:length] for length in range(len(good)))
    dice = random.Random(9)  # noqa: S311 - the same dice every time
    for _ in range(400):
        data = bytearray(good)
        for _ in range(dice.randrange(1, 5)):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        yield bytes(data)


def test_it_always_starts(home: Path) -> None:
    tried = set()
    for data in mutations():
        write(data)
        settings, damaged = load_settings()
        assert_sane(settings)
        # Either it was read, or it was kept for whoever wants to know.
        assert damaged != settings_file().exists()
        if damaged:
            assert aside().read_bytes() == data
        tried.add((data, damaged))
    assert len(tried) > 600
    assert {damaged for _data, damaged in tried} == {True, False}


def test_a_cut_file_is_never_taken_for_a_whole_one(home: Path) -> None:
    good = stored()
    for length in range(len(good)):
        write(good[:length])
        assert load_settings() == (Settings(), True)


def test_a_folder_in_place_of_the_file(home: Path) -> None:
    settings_file().mkdir(parents=True)
    assert load_settings() == (Settings(), True)
    assert load_settings() == (Settings(), False)


def test_a_folder_that_cannot_be_written_is_harmless(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    home.mkdir()
    settings_file().parent.write_bytes(b"a file where the folder should be")
    assert load_settings()[0] == Settings()
    save_settings(CHOSEN)
    assert "settings could not be saved" in caplog.text
    assert load_settings()[0] == Settings()


def test_a_disk_that_cannot_set_aside_is_harmless(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(b"{")
    (aside() / "in the way").mkdir(parents=True)
    assert load_settings() == (Settings(), True)
    assert "could not be set aside" in caplog.text


def test_the_limit_is_beyond_any_real_file(home: Path) -> None:
    assert len(stored()) < MAX_BYTES / 100
