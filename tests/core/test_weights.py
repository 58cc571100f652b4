"""Which file is taken for a model's weights, and what is said when there is none."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from resnet_desktop.core import paths, weights
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
