"""The command line: the contract that outside checks use."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resnet_desktop import cli
from resnet_desktop.__main__ import main
from resnet_desktop.cli import OK, SOME_FAILED, USAGE
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model, official_models
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import Event, ModelReady, Progress
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.core.paths import weights_dir

Capture = pytest.CaptureFixture[str]


def records(capsys: Capture) -> list[dict[str, Any]]:
    """Everything on stdout, which must be JSON objects, one a line."""
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line) for line in lines]


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeClassifier:
    """A classifier that answers at once, where the answers themselves do not matter."""
    classifier = FakeClassifier(find_model("built-in"))

    def ready(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        yield ModelReady(spec, Path())

    monkeypatch.setattr(cli, "make_ready", ready)
    monkeypatch.setattr(cli, "open_classifier", lambda _spec, _device, _mode: classifier)
    return classifier


@pytest.fixture
def folder(tmp_path: Path, cat: Path, coffee: Path) -> Path:
    """Two pictures, a text file, and a folder inside with one more picture."""
    top = tmp_path / "pictures"
    (top / "inside").mkdir(parents=True)
    shutil.copy(cat, top / "a cat.png")
    shutil.copy(coffee, top / "b.png")
    shutil.copy(coffee, top / "inside" / "c.png")
    (top / "notes.txt").write_text("not a picture", encoding="utf-8")
    return top


def test_without_json_a_line_of_text_each(fake: FakeClassifier, folder: Path, capsys: Capture) -> None:
    missing = folder / "missing.png"
    assert cli.run(["classify", str(folder / "b.png"), str(missing), "--top", "2"]) == SOME_FAILED
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{folder / 'b.png'}: ")
    assert first.count("%") == 2
    assert second == f"{missing}: This file is no longer there. It may have been moved or renamed."


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "a/" * 3000])
def test_a_name_that_no_disk_can_hold_is_a_failed_picture(name: str, fake: FakeClassifier, capsys: Capture) -> None:
    assert cli.run(["classify", name, "--json"]) == SOME_FAILED
    (record,) = records(capsys)
    assert record["error"] == "This file could not be read: File name too long."


@pytest.mark.parametrize(("top", "count"), [("1", 1), ("7", 7), ("5000", 1000)])
def test_top(top: str, count: int, fake: FakeClassifier, cat: Path, capsys: Capture) -> None:
    assert cli.run(["classify", str(cat), "--json", "--top", top]) == OK
    assert [len(record["predictions"]) for record in records(capsys)] == [count]


def test_a_folder_means_its_own_pictures(fake: FakeClassifier, folder: Path, capsys: Capture) -> None:
    assert cli.run(["classify", str(folder), "--json"]) == OK
    assert [record["path"] for record in records(capsys)] == [str(folder / "a cat.png"), str(folder / "b.png")]


def test_recursive_means_those_in_its_folders_too(fake: FakeClassifier, folder: Path, capsys: Capture) -> None:
    assert cli.run(["classify", str(folder), "--json", "--recursive"]) == OK
    expected = [folder / "a cat.png", folder / "b.png", folder / "inside" / "c.png"]
    assert [record["path"] for record in records(capsys)] == [str(path) for path in expected]


def test_the_classifier_is_closed(fake: FakeClassifier, folder: Path) -> None:
    assert cli.run(["classify", str(folder)]) == OK
    assert fake.closed


@pytest.mark.parametrize("name", ["two\nlines.png", "\u2028.png", "\U0001f600 חתול.png", b"\xff\xfe.png"])
def test_any_file_name_is_one_line_of_text(
    name: str | bytes, fake: FakeClassifier, cat: Path, tmp_path: Path, capsys: Capture
) -> None:
    shutil.copy(cat, tmp_path / os.fsdecode(name))
    assert cli.run(["classify", str(tmp_path)]) == OK
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_csv(
    fake: FakeClassifier, folder: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "=1+1.png").write_bytes(b"not a picture")
    target = tmp_path / "answers.csv"
    target.write_text("an older table, longer than the new one\n" * 100, encoding="utf-8")
    monkeypatch.chdir(folder)
    code = cli.run(["classify", "=1+1.png", "b.png", "--json", "--top", "2", "--csv", str(target)])
    assert code == SOME_FAILED
    failed, answered = records(capsys)
    head, first, second, third = table(target)
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert head == ["path", "rank", "label", "probability", "error"]
    assert first == ["'=1+1.png", "", "", "", failed["error"]]
    for rank, (row, item) in enumerate(zip((second, third), answered["predictions"], strict=True), 1):
        assert row == ["b.png", str(rank), item["label"], str(item["probability"]), ""]


def test_csv_never_replaces_a_picture(fake: FakeClassifier, folder: Path, capsys: Capture) -> None:
    """--csv *.png"""
    before = (folder / "a cat.png").read_bytes()
    assert cli.run(["classify", str(folder / "b.png"), "--csv", str(folder / "a cat.png")]) == USAGE
    assert capsys.readouterr().err == f"{folder / 'a cat.png'} is a picture. Choose another name for the table.\n"
    assert (folder / "a cat.png").read_bytes() == before


@pytest.mark.parametrize("where", ["no folder/answers.csv", "."])
def test_a_csv_that_cannot_be_made(
    where: str, fake: FakeClassifier, cat: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert cli.run(["classify", str(cat), "--csv", str(tmp_path / where)]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"The table {tmp_path / where} cannot be written: ")
    assert len(captured.err.splitlines()) == 1
    assert fake.closed


@pytest.mark.parametrize("device", ["gpu", "npu", "cuda"])
def test_a_device_that_is_not_there_is_one_sentence(
    device: str, built_in: ModelSpec, cat: Path, capsys: Capture
) -> None:
    name = {"gpu": "GPU", "npu": "NPU", "cuda": "NVIDIA GPU"}[device]
    code = cli.run(["classify", str(cat), "--device", device])
    captured = capsys.readouterr()
    if code == OK:
        pytest.skip(f"this machine has the {name}")
    assert code == USAGE
    assert captured.out == ""
    assert captured.err == f"This computer has no {name} that can be used. Choose the processor.\n"


def test_an_unknown_model_is_one_sentence(home: Path, cat: Path, capsys: Capture) -> None:
    assert cli.run(["classify", str(cat), "--model", "resnet19"]) == USAGE
    captured = capsys.readouterr()
    keys = ", ".join(spec.key for spec in official_models())
    assert captured.out == ""
    assert captured.err == f"There is no model named “resnet19”. The models are: {keys}.\n"


def test_a_model_that_is_not_here_is_one_sentence(home: Path, cat: Path, capsys: Capture) -> None:
    assert cli.run(["classify", str(cat), "--model", "resnet50"]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"ResNet-50 is not on this computer yet. Put the file resnet50-11ad3fa6.pth into {weights_dir()}.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["classify"],
        ["paint", "x.png"],
        ["classify", "x.png", "--top", "0"],
        ["classify", "x.png", "--top", "many"],
        ["classify", "x.png", "--device", "quantum"],
        ["classify", "x.png", "--colour"],
        ["models", "burn"],
    ],
)
def test_wrong_usage(arguments: list[str], home: Path, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(arguments)
    assert caught.value.code == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "usage: resnet-desktop" in captured.err


def test_models(home: Path, capsys: Capture) -> None:
    weights_dir().mkdir(parents=True)
    (weights_dir() / find_model("resnet34").weights).write_bytes(b"a sign-in page")
    assert cli.run(["models", "list", "--json"]) == OK
    told = records(capsys)
    assert [record["key"] for record in told] == [spec.key for spec in official_models()]
    by_key = {record["key"]: record for record in told}
    assert list(by_key["resnet18"])[:4] == ["key", "title", "state", "kind"]
    assert by_key["built-in"]["state"] == "ready"
    assert by_key["built-in"]["kind"] == "built-in"
    assert by_key["resnet18"]["state"] == "not-downloaded"
    assert by_key["resnet34"]["state"] == "damaged"
    eighteen = by_key["resnet18"]
    assert (eighteen["title"], eighteen["kind"], eighteen["architecture"]) == ("ResNet-18", "official", "resnet18")
    assert (eighteen["classes"], eighteen["parameters"], eighteen["gflops"]) == (1000, 11_689_512, 1.814)
    assert (eighteen["acc1"], eighteen["acc5"]) == (69.758, 89.078)
    assert (eighteen["file"], eighteen["sha256"][:8]) == ("resnet18-f37072fd.pth", "f37072fd")
    assert eighteen["url"] == "https://download.pytorch.org/models/resnet18-f37072fd.pth"
    assert eighteen["size"] == pytest.approx(44.661 * 2**20, rel=1e-3)


def test_list_is_what_models_means_by_itself(home: Path, capsys: Capture) -> None:
    assert cli.run(["models", "--json"]) == OK
    short = records(capsys)
    assert cli.run(["models", "list", "--json"]) == OK
    assert records(capsys) == short
    assert cli.run(["models"]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(short)
    for record, line in zip(short, lines, strict=True):
        assert line.split()[:2] == [record["key"], record["state"]]
        assert line.endswith(record["title"])


def test_a_failing_engine_is_one_sentence(
    home: Path, cat: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        yield Progress(0, 3, "Reading")
        raise EngineError("The engine is {state}.", state="cold")

    monkeypatch.setattr(cli, "make_ready", fail)
    assert cli.run(["classify", str(cat)]) == SOME_FAILED
    captured = capsys.readouterr()
    assert (captured.out, captured.err.splitlines()[-1]) == ("", "The engine is cold.")


def test_no_window_is_needed_for_help(home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    for argument in ("--help", "--version", "-h"):
        monkeypatch.setattr(sys, "argv", ["resnet-desktop", argument])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == OK
    assert "ResNet Desktop" in capsys.readouterr().out


def test_main_hands_commands_over(
    fake: FakeClassifier, cat: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["resnet-desktop", "classify", str(cat), "--json"])
    assert main() == OK
    assert [record["ok"] for record in records(capsys)] == [True]
