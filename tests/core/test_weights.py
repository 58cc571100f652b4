"""Which file is taken for a model's weights, and what is said when there is none."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
import time
from pathlib import Path

import pytest

from resnet_desktop.core import paths, weights
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.paths import cache_dir, weight_folders, weights_dir
from resnet_desktop.core.weights import DAMAGED, NOT_HERE, ModelState, find_weights, model_state

GOOD, BAD = b"the numbers of a network", b"<html>Please sign in</html>"


@pytest.fixture
def spec(home: Path) -> ModelSpec:
    """ResNet-18, if its official file held GOOD."""
    return dataclasses.replace(find_model("resnet18"), sha256=hashlib.sha256(GOOD).hexdigest()[:8])


@pytest.fixture
def beside_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A USB stick with the program on it."""
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(sys, "executable", str(stick / "resnet-desktop"))
    return stick / "weights"


def put(folder: Path, spec: ModelSpec, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / spec.weights
    path.write_bytes(data)
    return path


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def counting(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which files are read through, from now on."""
    read: list[Path] = []
    real = weights.sha256_of

    def counted(path: Path) -> str:
        read.append(path)
        return real(path)

    monkeypatch.setattr(weights, "sha256_of", counted)
    return read


def test_the_three_places(spec: ModelSpec, tmp_path: Path, beside_the_program: Path) -> None:
    assert weight_folders() == [weights_dir(), tmp_path / "torch" / "hub" / "checkpoints", beside_the_program]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_good_file_is_found_in_each_place(place: int, spec: ModelSpec, beside_the_program: Path) -> None:
    path = put(weight_folders()[place], spec, GOOD)
    assert find_weights(spec) == weights.WeightsFile(path, digest_of(GOOD))
    assert model_state(spec) is ModelState.READY


def test_torch_without_a_home_of_its_own(spec: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TORCH_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert weight_folders()[1] == tmp_path / "xdg" / "torch" / "hub" / "checkpoints"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert weight_folders()[1] == tmp_path / ".cache" / "torch" / "hub" / "checkpoints"


def test_the_own_folder_comes_first(spec: ModelSpec, beside_the_program: Path) -> None:
    found = [put(folder, spec, GOOD) for folder in weight_folders()]
    assert find_weights(spec).path == found[0]


def test_a_damaged_file_does_not_hide_a_good_one(spec: ModelSpec) -> None:
    put(weights_dir(), spec, BAD)
    good = put(weight_folders()[1], spec, GOOD)
    assert find_weights(spec).path == good


def test_missing_weights_name_the_file_and_the_folder(spec: ModelSpec) -> None:
    with pytest.raises(ModelError) as caught:
        find_weights(spec)
    assert caught.value.sentence == NOT_HERE
    assert str(caught.value) == (
        f"ResNet-18 is not on this computer yet. Put the file resnet18-f37072fd.pth into {weights_dir()}."
    )
    assert model_state(spec) is ModelState.NOT_DOWNLOADED


def test_a_wrong_digest_is_damage(spec: ModelSpec) -> None:
    path = put(weights_dir(), spec, BAD)
    with pytest.raises(ModelError) as caught:
        find_weights(spec)
    assert caught.value.sentence == DAMAGED
    assert str(caught.value) == f"The file {path} of ResNet-18 is damaged. Replace it with a good copy."
    assert model_state(spec) is ModelState.DAMAGED


def test_a_folder_in_place_of_the_file_is_damage(spec: ModelSpec) -> None:
    (weights_dir() / spec.weights).mkdir(parents=True)
    assert model_state(spec) is ModelState.DAMAGED


def test_a_link_to_nowhere_is_no_file(spec: ModelSpec, tmp_path: Path) -> None:
    weights_dir().mkdir(parents=True)
    (weights_dir() / spec.weights).symlink_to(tmp_path / "unplugged")
    assert model_state(spec) is ModelState.NOT_DOWNLOADED


def test_the_built_in_model_is_in_its_wheel(home: Path) -> None:
    spec = find_model("built-in")
    found = find_weights(spec)
    assert found.sha256 == spec.sha256
    assert found.path.stat().st_size == spec.size


def test_a_file_is_read_once(spec: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(weights_dir(), spec, GOOD)
    read = counting(monkeypatch)
    assert find_weights(spec) == find_weights(spec)
    assert read == [path]


def test_a_changed_file_is_read_again(spec: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same size, half a minute later."""
    path = put(weights_dir(), spec, GOOD)
    assert model_state(spec) is ModelState.READY
    read = counting(monkeypatch)
    changed = path.stat().st_mtime + 30
    path.write_bytes(GOOD[::-1])
    os.utime(path, (changed, changed))
    assert model_state(spec) is ModelState.DAMAGED
    path.write_bytes(GOOD)
    assert model_state(spec) is ModelState.READY
    assert read == [path, path]


def test_a_file_of_another_size_is_read_again(spec: ModelSpec) -> None:
    path = put(weights_dir(), spec, GOOD)
    status = path.stat()
    assert model_state(spec) is ModelState.READY
    path.write_bytes(GOOD + b"!")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert model_state(spec) is ModelState.DAMAGED


CORRUPT = [
    b"",
    b"\0\0\0",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b'{"a": 1}',
    b'{"a": []}',
    b'{"a": [1]}',
    b'{"a": ["1:2"]}',
    b'{"a": ["1:2", "3", "4"]}',
    b'{"a": {"b": "c"}}',
    b'{"a": null',
    b"[" * 100_000,
]


@pytest.mark.parametrize("data", CORRUPT, ids=range(len(CORRUPT)))
def test_a_damaged_memory_of_digests_is_harmless(data: bytes, spec: ModelSpec) -> None:
    put(weights_dir(), spec, GOOD)
    cache_dir().mkdir(parents=True)
    memory = cache_dir() / "digests.json"
    memory.write_bytes(data)
    assert model_state(spec) is ModelState.READY
    assert json.loads(memory.read_bytes())[str(weights_dir() / spec.weights)][1] == digest_of(GOOD)


def test_a_memory_that_cannot_be_written_is_harmless(
    spec: ModelSpec, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(weights_dir(), spec, GOOD)
    home.joinpath("cache").write_bytes(b"a file where the folder should be")
    assert model_state(spec) is ModelState.READY
    assert "digests not remembered" in caplog.text


def test_home_variable_puts_everything_under_one_folder(home: Path) -> None:
    places = [paths.data_dir(), paths.cache_dir(), paths.config_dir(), paths.log_dir()]
    assert {place.parent for place in places} == {home}
    assert len(set(places)) == 4


def test_without_it_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE)
    assert all(paths.APP_NAME in str(place) for place in (paths.data_dir(), paths.cache_dir(), paths.config_dir()))


# Damaged files are set aside


LONG_AGO = 3_600


def settle(path: Path) -> Path:
    """As if it had come an hour ago."""
    past = time.time() - LONG_AGO
    os.utime(path, (past, past))
    return path


def test_a_damaged_file_of_its_own_is_set_aside(spec: ModelSpec, caplog: pytest.LogCaptureFixture) -> None:
    path = settle(put(weights_dir(), spec, BAD))
    aside = path.with_name(path.name + weights.ASIDE)
    for _ in range(2):  # it stays the reason
        with pytest.raises(ModelError) as caught:
            find_weights(spec)
        assert caught.value.sentence == DAMAGED
        assert str(aside) in str(caught.value)
        assert model_state(spec) is ModelState.DAMAGED
    assert [entry.name for entry in weights_dir().iterdir()] == [aside.name]
    assert aside.read_bytes() == BAD
    assert caplog.text.count("is damaged and set aside") == 1


def test_a_damaged_file_that_has_just_come_keeps_its_name(spec: ModelSpec) -> None:
    """It may still be on its way from a stick."""
    path = put(weights_dir(), spec, GOOD[:5])
    assert model_state(spec) is ModelState.DAMAGED
    path.write_bytes(GOOD)
    assert find_weights(spec).path == path


@pytest.mark.parametrize("place", [1, 2])
def test_files_of_others_are_left_alone(place: int, spec: ModelSpec, beside_the_program: Path) -> None:
    path = settle(put(weight_folders()[place], spec, BAD))
    assert model_state(spec) is ModelState.DAMAGED
    assert path.read_bytes() == BAD
    assert list(path.parent.iterdir()) == [path]


def test_a_good_file_elsewhere_is_used_while_the_own_one_is_set_aside(spec: ModelSpec) -> None:
    path = settle(put(weights_dir(), spec, BAD))
    good = put(weight_folders()[1], spec, GOOD)
    assert find_weights(spec).path == good
    assert not path.exists()
    assert find_weights(spec).path == good


def test_a_good_file_ends_the_damage(spec: ModelSpec) -> None:
    path = settle(put(weights_dir(), spec, BAD))
    assert model_state(spec) is ModelState.DAMAGED
    put(weights_dir(), spec, GOOD)
    assert model_state(spec) is ModelState.READY
    weights.forget_damage(path)
    weights.forget_damage(path)
    assert list(weights_dir().iterdir()) == [path]


# Older names and official files from anywhere


OLDER = b"the same numbers, written in another year"


@pytest.fixture
def with_older(spec: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    older = dataclasses.replace(spec, older=(("resnet18-5c106cde.pth", digest_of(OLDER)),))
    monkeypatch.setattr(weights, "official_models", lambda: (find_model("built-in"), older))
    return older


def test_a_file_of_an_older_name_is_found(with_older: ModelSpec) -> None:
    weights_dir().mkdir(parents=True)
    path = weights_dir() / "resnet18-5c106cde.pth"
    path.write_bytes(OLDER)
    assert find_weights(with_older) == weights.WeightsFile(path, digest_of(OLDER))
    put(weights_dir(), with_older, GOOD)
    assert find_weights(with_older).sha256 == digest_of(GOOD)


def test_an_older_name_with_the_newer_content_is_damage(with_older: ModelSpec) -> None:
    """Each name promises its own bytes."""
    weights_dir().mkdir(parents=True)
    (weights_dir() / "resnet18-5c106cde.pth").write_bytes(b"neither")
    assert model_state(with_older) is ModelState.DAMAGED


@pytest.mark.parametrize(("data", "name"), [(GOOD, "resnet18-f37072fd.pth"), (OLDER, "resnet18-5c106cde.pth")])
def test_an_official_file_is_kept_under_its_official_name(
    data: bytes, name: str, with_older: ModelSpec, tmp_path: Path
) -> None:
    source = tmp_path / "download (3).bin"
    source.write_bytes(data)
    assert weights.official_by_digest(digest_of(data)) == (with_older, name)
    target = weights.keep_official(source, digest_of(data), CancelToken())
    assert target == weights_dir() / name
    assert target.read_bytes() == source.read_bytes() == data
    assert find_weights(with_older).path == target
    assert list(weights_dir().iterdir()) == [target]


def test_keeping_replaces_what_was_damaged(with_older: ModelSpec, tmp_path: Path) -> None:
    settle(put(weights_dir(), with_older, BAD))
    assert model_state(with_older) is ModelState.DAMAGED
    (tmp_path / "good").write_bytes(GOOD)
    target = weights.keep_official(tmp_path / "good", digest_of(GOOD), CancelToken())
    assert list(weights_dir().iterdir()) == [target]
    assert model_state(with_older) is ModelState.READY


def test_keeping_the_file_that_is_there_already(with_older: ModelSpec) -> None:
    path = put(weights_dir(), with_older, GOOD)
    assert weights.keep_official(path, digest_of(GOOD), CancelToken()) == path
    assert path.read_bytes() == GOOD


def test_a_file_that_changed_meanwhile_is_not_kept(with_older: ModelSpec, tmp_path: Path) -> None:
    before = put(weights_dir(), with_older, GOOD)
    (tmp_path / "changed").write_bytes(BAD)
    with pytest.raises(ModelError) as caught:
        weights.keep_official(tmp_path / "changed", digest_of(GOOD), CancelToken())
    assert caught.value.sentence == weights.CHANGED
    assert [path.read_bytes() for path in weights_dir().iterdir()] == [GOOD]
    assert before.exists()


def test_a_file_that_is_not_official_is_not_kept(with_older: ModelSpec, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(BAD)
    assert weights.official_by_digest(digest_of(BAD)) is None
    with pytest.raises(ModelError):
        weights.keep_official(tmp_path / "other", digest_of(BAD), CancelToken())
    assert not weights_dir().exists()


@pytest.mark.parametrize("what", ["missing", "folder in the way"])
def test_a_copy_that_fails_is_a_sentence(what: str, with_older: ModelSpec, tmp_path: Path, home: Path) -> None:
    source = tmp_path / "good"
    if what != "missing":
        source.write_bytes(GOOD)
        home.mkdir(exist_ok=True)
        home.joinpath("data").write_bytes(b"a file where the folder should be")
    with pytest.raises(ModelError) as caught:
        weights.keep_official(source, digest_of(GOOD), CancelToken())
    assert caught.value.sentence == weights.CANNOT_KEEP
    assert "None" not in str(caught.value)
    if what == "missing":
        assert list(weights_dir().iterdir()) == []


def test_the_built_in_model_is_not_official(home: Path) -> None:
    assert weights.official_by_digest(find_model("built-in").sha256) is None
