"""models add, download, verify, remove: their lines, their exit codes, their sentences."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torchvision.models import resnet

from resnet_desktop import cli
from resnet_desktop.cli import OK, SOME_FAILED, USAGE
from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.download import DownloadProgress, WeightsFetched
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event, WeightsExamined, WeightsRefused
from resnet_desktop.core.model_store import WEIGHTS, new_workspace, stored_models
from resnet_desktop.engine import add_model, examine
from resnet_desktop.engine.process import Inbox
from resnet_desktop.workers import trash

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def hats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ResNet-18 with three classes, as torch saves it, under a name that says nothing."""
    path = tmp_path_factory.mktemp("stick") / "hats.dat"
    torch.manual_seed(3)
    torch.save(resnet.resnet18(num_classes=3).state_dict(), path)
    path.with_suffix(".txt").write_text("hat\ncap\nכובע\n", encoding="utf-8")
    return path


def records(capsys: Capture) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def examining(monkeypatch: pytest.MonkeyPatch, *, names: tuple[str, ...] = (), classes: int = 3) -> None:
    """Stand in for the engine: a file that passed."""

    def examine(file: Path, _token: CancelToken) -> Iterator[Event]:
        workspace = new_workspace()
        (workspace / WEIGHTS).write_bytes(b"weights")
        yield WeightsExamined(
            path=file,
            sha256="0" * 64,
            architecture="resnet18",
            classes=classes,
            parameters=1,
            official="",
            names=names,
            workspace=workspace,
        )

    monkeypatch.setattr(add_model, "examine", examine)


def test_weights_are_added_by_the_real_engine_and_answer(hats: Path, coffee: Path, capsys: Capture) -> None:
    assert cli.run(["models", "add", str(hats), "--title", "Head gear", "--json"]) == OK
    (record,) = records(capsys)
    assert (record["key"], record["title"], record["state"]) == ("head-gear", "Head gear", "ready")
    assert (record["kind"], record["classes"], record["architecture"]) == ("yours", 3, "resnet18")
    assert find_model("head-gear").classes == ("hat", "cap", "כובע")
    assert cli.run(["classify", str(coffee), "--model", "head-gear", "--json"]) == OK
    (answer,) = records(capsys)
    assert {item["label"] for item in answer["predictions"]} == {"hat", "cap", "כובע"}


def test_a_network_without_names_asks_for_them(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    examining(monkeypatch)
    assert cli.run(["models", "add", "hats.pth"]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "This network has 3 classes and no names for them." in captured.err
    assert "--names FILE" in captured.err
    assert list(paths.models_dir().iterdir()) == []
    (tmp_path / "names.json").write_text('["one", "two", "three"]', encoding="utf-8")
    assert cli.run(["models", "add", "hats.pth", "--names", str(tmp_path / "names.json")]) == OK
    assert stored_models()[0].classes == ("one", "two", "three")


def test_a_wrong_list_of_names_is_one_sentence(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    examining(monkeypatch)
    (tmp_path / "names.txt").write_text("one\ntwo\n", encoding="utf-8")
    assert cli.run(["models", "add", "hats.pth", "--names", str(tmp_path / "names.txt")]) == USAGE
    assert "has 2 names, but the network has 3 classes" in capsys.readouterr().err
    assert list(paths.models_dir().iterdir()) == []


def test_imagenet_is_a_word_for_its_thousand_names(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    examining(monkeypatch, classes=1000)
    assert cli.run(["models", "add", "eighteen.pth", "--names", "imagenet"]) == OK
    assert stored_models()[0].classes[967] == "espresso"


def test_a_refused_file_is_one_sentence(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = WeightsRefused(Path("x"), ModelError("{file} is no weights file.", file="x"))
    monkeypatch.setattr(add_model, "examine", lambda _file, _token: iter([refusal]))
    assert cli.run(["models", "add", "x"]) == SOME_FAILED
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "x is no weights file.\n")


def test_a_download_tells_its_progress_on_stderr(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []

    def download(spec: ModelSpec, _token: CancelToken, **places: str) -> Iterator[Event]:
        asked.append(places)
        for done in range(0, 101, 2):
            yield DownloadProgress(done, 100, "Downloading", 1.0, 1.0)
        yield WeightsFetched(spec, Path())

    monkeypatch.setattr("resnet_desktop.core.download.download_weights", download)
    assert cli.run(["models", "download", "resnet18", "--mirror", "http://m/", "--proxy", "http://p:1"]) == OK
    captured = capsys.readouterr()
    assert asked == [{"mirror": "http://m/", "proxy": "http://p:1"}]
    assert captured.err.splitlines()[0] == "Downloading (0 %)"
    assert captured.err.splitlines()[-1] == "Downloading (100 %)"
    assert len(captured.err.splitlines()) == 21
    assert captured.out.split()[:2] == ["resnet18", "not-downloaded"]  # the file never came, and the line says so


@pytest.mark.parametrize("key", ["built-in", "no-such-model"])
def test_what_cannot_be_downloaded(key: str, capsys: Capture) -> None:
    assert cli.run(["models", "download", key]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert key in captured.err


def test_verify_names_what_is_damaged(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    examining(monkeypatch, names=("one", "two", "three"))
    assert cli.run(["models", "add", "hats.pth"]) == OK
    capsys.readouterr()
    assert cli.run(["models", "verify", "--json"]) == OK
    assert [(record["key"], record["state"]) for record in records(capsys)] == [
        ("built-in", "ready"),
        ("hats", "ready"),
    ]
    weights = paths.models_dir() / "hats" / WEIGHTS
    before = weights.stat()
    weights.write_bytes(b"WEIGHTS")
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cli.run(["models", "verify", "hats"]) == SOME_FAILED
    captured = capsys.readouterr()
    assert captured.out.split()[:2] == ["hats", "damaged"]
    assert "is damaged. Replace it with a good copy." in captured.err


def test_remove_moves_to_the_trash(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    examining(monkeypatch, names=("one", "two", "three"))
    assert cli.run(["models", "add", "hats.pth"]) == OK
    capsys.readouterr()
    trashed: list[Path] = []

    def move(path: Path) -> bool:
        trashed.append(path)
        path.rename(path.with_name(".trash"))
        return True

    monkeypatch.setattr(trash, "move_to_trash", move)
    assert cli.run(["models", "remove", "hats", "--json"]) == OK
    assert [record["state"] for record in records(capsys)] == ["removed"]
    assert trashed == [paths.models_dir() / "hats"]
    assert cli.run(["models", "remove", "hats"]) == USAGE
    assert cli.run(["models", "remove", "built-in"]) == USAGE
    assert "cannot be removed" in capsys.readouterr().err


def test_a_model_goes_out_in_one_file_and_comes_back(
    hats: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The engine's part, without its process: tests/engine has the real one.
    monkeypatch.setattr(add_model, "_in_engine", lambda files, _token: examine.examine_all(files, Inbox()))
    assert cli.run(["models", "add", str(hats), "--title", "Head gear"]) == OK
    file = tmp_path / "head gear.resnetmodel"
    capsys.readouterr()
    assert cli.run(["models", "export", "head-gear", "--output", str(file), "--json"]) == OK
    (record,) = records(capsys)
    assert (record["key"], record["output"]) == ("head-gear", str(file))

    assert cli.run(["models", "add", str(file), "--json"]) == OK
    captured = capsys.readouterr()
    assert json.loads(captured.out)["key"] == "head-gear"
    assert captured.err.splitlines()[-1].startswith("“Head gear” is on this computer already")
    assert [spec.key for spec in stored_models()] == ["head-gear"]

    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "another computer"))
    assert cli.run(["models", "add", str(file), "--title", "Caps", "--json"]) == OK  # nobody is asked for names
    (record,) = records(capsys)
    assert (record["key"], record["title"], record["classes"]) == ("caps", "Caps", 3)
    assert stored_models()[0].classes == ("hat", "cap", "כובע")


def test_what_cannot_be_exported(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    examining(monkeypatch, names=("one", "two", "three"))
    assert cli.run(["models", "add", "hats.pth"]) == OK
    file = tmp_path / "out"
    for key in ("built-in", "resnet18", "no-such-model"):
        assert cli.run(["models", "export", key, "--output", str(file)]) == USAGE
    capsys.readouterr()
    assert cli.run(["models", "export", "hats", "--output", str(file)]) == SOME_FAILED  # these weights are none
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "of hats is damaged" in captured.err
    assert not file.exists()


def test_the_systems_trash_takes_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "share").mkdir()
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights").write_bytes(b"weights")
    assert trash.move_to_trash(folder)
    assert not folder.exists()
    assert not trash.move_to_trash(folder)


@pytest.mark.parametrize(
    "arguments",
    [
        *(["models", action] for action in ("add", "download", "fly", "remove", "export")),
        ["models", "export", "hats"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(arguments)
    assert caught.value.code == USAGE
    assert capsys.readouterr().out == ""
