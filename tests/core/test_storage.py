"""What models take on the disk, and giving it back."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from pathlib import Path

import pytest

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.model_store import NewModel, new_workspace, store_model
from resnet_desktop.core.prepared import FILES, prepared_folder
from resnet_desktop.core.storage import (
    BUILT_IN_STAYS,
    NOT_OURS,
    NOT_REMOVED,
    NOTHING_TO_REMOVE,
    Space,
    cache_size,
    free_caches,
    remove,
    size_of,
    space_of,
    verify,
)
from resnet_desktop.core.weights import DAMAGED, find_weights

GOOD = b"the numbers of a network"


@pytest.fixture
def spec(home: Path) -> ModelSpec:
    """ResNet-18, if its official file held GOOD, in its place."""
    spec = dataclasses.replace(find_model("resnet18"), sha256=hashlib.sha256(GOOD).hexdigest(), older=())
    paths.weights_dir().mkdir(parents=True)
    (paths.weights_dir() / spec.weights).write_bytes(GOOD)
    return spec


def prepare(spec: ModelSpec, size: int = 1000) -> Path:
    folder = prepared_folder(spec, find_weights(spec).sha256)
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).write_bytes(bytes(size))
    return folder


def trash(path: Path) -> bool:
    """Stands for the system's."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    return True


def test_the_space_of_a_model(spec: ModelSpec) -> None:
    assert space_of(find_model("resnet50")) == Space(0, 0)
    assert space_of(spec) == Space(len(GOOD), 0)
    prepare(spec)
    assert space_of(spec) == Space(len(GOOD), 3000)
    assert space_of(spec).total == len(GOOD) + 3000


def test_a_link_in_a_folder_is_not_followed(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(bytes(10))
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    assert size_of(folder) == 10
    assert size_of(tmp_path / "nothing") == 0


def test_removing_takes_the_file_and_the_prepared_form(spec: ModelSpec) -> None:
    folder = prepare(spec)
    remove(spec, trash)
    assert not (paths.weights_dir() / spec.weights).exists()
    assert not folder.exists()
    with pytest.raises(ModelError) as caught:
        remove(spec, trash)
    assert caught.value.sentence == NOTHING_TO_REMOVE


def test_a_damaged_file_can_be_removed(spec: ModelSpec) -> None:
    good = paths.weights_dir() / spec.weights
    good.rename(good.with_name(good.name + ".damaged"))
    with pytest.raises(ModelError) as caught:
        find_weights(spec)
    assert caught.value.sentence == DAMAGED
    remove(spec, trash)
    assert list(paths.weights_dir().iterdir()) == []


def test_a_trash_that_fails_loses_nothing(spec: ModelSpec) -> None:
    folder = prepare(spec)
    with pytest.raises(ModelError) as caught:
        remove(spec, lambda _path: False)
    assert caught.value.sentence == NOT_REMOVED
    assert find_weights(spec).path.is_file()
    assert folder.is_dir()


def test_your_model_goes_as_a_whole(home: Path) -> None:
    workspace = new_workspace()
    (workspace / "model.safetensors").write_bytes(GOOD)
    like = find_model("resnet18")
    new = NewModel(
        title="Hats",
        architecture="resnet18",
        classes=("hat", "cap"),
        parameters=1,
        gflops=1.0,
        preprocess=like.preprocess,
    )
    spec = store_model(workspace, new)
    remove(spec, trash)
    assert not Path(spec.folder).exists()
    assert paths.models_dir().is_dir()


def test_other_programs_files_stay(spec: ModelSpec, tmp_path: Path) -> None:
    """torch's own cache is read, never written."""
    theirs = tmp_path / "torch" / "hub" / "checkpoints"
    theirs.mkdir(parents=True)
    (paths.weights_dir() / spec.weights).rename(theirs / spec.weights)
    with pytest.raises(ModelError) as caught:
        remove(spec, trash)
    assert caught.value.sentence == NOT_OURS
    assert (theirs / spec.weights).is_file()


def test_the_built_in_model_stays() -> None:
    with pytest.raises(ModelError) as caught:
        remove(find_model("built-in"), trash)
    assert caught.value.sentence == BUILT_IN_STAYS


def test_verify_believes_no_memory(spec: ModelSpec) -> None:
    path = find_weights(spec).path
    before = path.stat()
    path.write_bytes(GOOD[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert find_weights(spec).path == path, "the size and the time are the same, so the digest is remembered"
    with pytest.raises(ModelError) as caught:
        verify(spec)
    assert caught.value.sentence == DAMAGED


def test_free_caches_keeps_what_is_in_use(spec: ModelSpec) -> None:
    used, other = prepare(spec), paths.prepared_dir() / "other"
    other.mkdir()
    (other / "network.bin").write_bytes(bytes(5000))
    compiled = paths.cache_dir() / "compiled"
    compiled.mkdir()
    (compiled / "blob").write_bytes(bytes(700))
    before = cache_size()
    assert free_caches([used]) == 5700
    assert cache_size() == before - 5700
    assert used.is_dir()
    assert not other.exists()
    assert find_weights(spec).path.is_file()
