"""What an installed program does before anything else, and what the edition without PyTorch says and keeps."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from pathlib import Path

import pytest

from resnet_desktop.core import frozen, paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.download import download_weights
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.prepared import FILES, discard, is_prepared, is_shipped, prepared_folder
from resnet_desktop.core.storage import cache_size, free_caches
from resnet_desktop.core.training import TrainingConfig
from resnet_desktop.core.weights import INCOMPLETE
from resnet_desktop.engine.train import train

DIGEST = hashlib.sha256(b"weights").hexdigest()


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that brings one prepared model."""
    folder = tmp_path / "installed" / "prepared"
    monkeypatch.setattr(paths, "shipped_dir", lambda: folder)
    return folder


@pytest.fixture
def classify_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "can_train", lambda: False)


def fill(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).write_bytes(b"prepared")
    return folder


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_program_without_a_terminal_may_print(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, name, None)
    frozen.settle_in()
    assert getattr(sys, name).write("said to nobody") > 0
    getattr(sys, name).close()


@pytest.mark.parametrize(("original", "left"), [("/opt/of/the/person", "/opt/of/the/person"), (None, None)])
def test_programs_started_from_here_find_the_systems_libraries(
    original: str | None, left: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/resnet-desktop/_internal")
    if original is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    else:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", original)
    frozen.settle_in()
    assert frozen.os.environ.get("LD_LIBRARY_PATH") == left
    assert "LD_LIBRARY_PATH_ORIG" not in frozen.os.environ


def test_a_source_tree_leaves_the_library_path_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/of/the/person")
    frozen.settle_in()
    assert frozen.os.environ["LD_LIBRARY_PATH"] == "/of/the/person"


def test_a_prepared_model_that_came_along_is_used(home: Path, shipped: Path) -> None:
    spec = find_model("built-in")
    own = prepared_folder(spec, DIGEST)
    assert own.parent == paths.prepared_dir()
    assert prepared_folder(spec, DIGEST) == own
    theirs = fill(shipped / own.name)
    assert prepared_folder(spec, DIGEST) == theirs
    assert is_shipped(theirs)
    assert not is_shipped(own)


def test_half_of_an_installed_model_is_none(home: Path, shipped: Path) -> None:
    spec = find_model("built-in")
    theirs = fill(shipped / prepared_folder(spec, DIGEST).name)
    (theirs / FILES[0]).unlink()
    assert prepared_folder(spec, DIGEST).parent == paths.prepared_dir()


def test_an_installed_model_that_cannot_be_used_is_left_for_the_installer(home: Path, shipped: Path) -> None:
    spec = find_model("built-in")
    theirs = fill(shipped / prepared_folder(spec, DIGEST).name)
    assert str(discard(spec, theirs)) == INCOMPLETE
    assert is_prepared(theirs)


def prepared_of(spec: ModelSpec) -> Path:
    return fill(prepared_folder(dataclasses.replace(spec), DIGEST))


def test_the_full_edition_gives_back_prepared_models(home: Path) -> None:
    folder = prepared_of(find_model("resnet18"))
    assert free_caches() > 0
    assert not folder.exists()


def test_the_classify_edition_keeps_what_it_cannot_make_again(home: Path, classify_edition: None) -> None:
    folder = prepared_of(find_model("resnet18"))
    assert cache_size() == 0
    assert free_caches() == 0
    assert is_prepared(folder)


def test_the_classify_edition_says_at_once_that_it_cannot_train(
    home: Path, classify_edition: None, token: CancelToken, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match="Classify edition"):
        next(train(TrainingConfig(name="x", model="built-in", preset="quick", dataset=str(tmp_path)), token))
    assert not (home / "data" / "runs").exists()


def test_the_classify_edition_fetches_nothing_that_it_could_not_use(
    home: Path, classify_edition: None, token: CancelToken
) -> None:
    with pytest.raises(EngineError, match="official weights need the full edition"):
        next(download_weights(find_model("resnet18"), token))
    assert not paths.weights_dir().exists()
