"""The command line: the contract that outside checks use."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from resnet_desktop import cli
from resnet_desktop.__main__ import main
from resnet_desktop.cli import CANCELLED, OK, SOME_FAILED, USAGE
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model, official_models
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import Event, ModelReady, Progress
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.core.paths import prepared_dir, weights_dir
from resnet_desktop.core.prepared import prepared_folder

ROOT = Path(__file__).resolve().parents[1]
Capture = pytest.CaptureFixture[str]


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


def records(capsys: Capture) -> list[dict[str, Any]]:
    """Everything on stdout, which must be JSON objects, one a line."""
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line) for line in lines]


def program(*arguments: str | Path, **changes: Any) -> subprocess.CompletedProcess[bytes]:
    """The real program in a process of its own."""
    command = [sys.executable, "-m", "resnet_desktop", *map(str, arguments)]
    environment = os.environ | changes.pop("env", {})
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, **changes)


def test_classify_tells_all_of_a_picture(built_in: ModelSpec, coffee: Path) -> None:
    done = program("classify", coffee, "--json")
    assert done.returncode == OK
    assert done.stderr == b""
    (record,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(record) == ["path", "ok", "model", "predictions", "ms"]
    assert (record["path"], record["ok"], record["model"]) == (str(coffee), True, "built-in")
    assert [list(item) for item in record["predictions"]] == [["label", "index", "probability"]] * 5
    first = record["predictions"][0]
    assert (first["label"], first["index"]) == ("espresso", 967)
    assert 0.8 < first["probability"] <= 1
    probabilities = [item["probability"] for item in record["predictions"]]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < record["ms"] < 60_000


def test_failed_pictures_are_named_and_the_others_answered(built_in: ModelSpec, coffee: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.png"
    cut.write_bytes(coffee.read_bytes()[:100_000])
    missing = tmp_path / "missing.png"
    done = program("classify", cut, missing, coffee, "--json")
    assert done.returncode == SOME_FAILED
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told[:2] == [
        {"path": str(cut), "ok": False, "error": "This picture is cut off."},
        {
            "path": str(missing),
            "ok": False,
            "error": "This file is no longer there. It may have been moved or renamed.",
        },
    ]
    assert told[2]["ok"]
    assert told[2]["predictions"][0]["label"] == "espresso"


def test_without_json_a_line_of_text_each(fake: FakeClassifier, folder: Path, capsys: Capture) -> None:
    missing = folder / "missing.png"
    assert cli.run(["classify", str(folder / "b.png"), str(missing), "--top", "2"]) == SOME_FAILED
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{folder / 'b.png'}: ")
    assert first.count("%") == 2
    assert second == f"{missing}: This file is no longer there. It may have been moved or renamed."


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


@pytest.mark.parametrize("name", ["two\nlines.png", "\u2028.png", "tab\t.png", "\U0001f600 חתול.png", b"\xff\xfe.png"])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_any_file_name_is_one_json_line(
    name: str | bytes, encoding: str, built_in: ModelSpec, cat: Path, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(name)
    shutil.copy(cat, path)
    done = program("classify", tmp_path, "--json", "--top", "1", env={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (OK, b"")
    (line,) = done.stdout.decode(encoding).splitlines()
    told = json.loads(line)["path"]
    assert told == (str(path) if isinstance(name, str) else f"{tmp_path}/\\xff\\xfe.png")


@pytest.mark.parametrize("name", ["two\nlines.png", "\u2028.png", "\U0001f600 חתול.png", b"\xff\xfe.png"])
def test_any_file_name_is_one_line_of_text(
    name: str | bytes, fake: FakeClassifier, cat: Path, tmp_path: Path, capsys: Capture
) -> None:
    shutil.copy(cat, tmp_path / os.fsdecode(name))
    assert cli.run(["classify", str(tmp_path)]) == OK
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_text_that_the_terminal_cannot_show(built_in: ModelSpec, cat: Path, tmp_path: Path) -> None:
    shutil.copy(cat, tmp_path / "חתול.png")
    done = program("classify", tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (OK, b"")
    assert b"\\u05d7" in done.stdout


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_csv(fake: FakeClassifier, folder: Path, tmp_path: Path, capsys: Capture) -> None:
    (folder / "=1+1.png").write_bytes(b"not a picture")
    target = tmp_path / "answers.csv"
    target.write_text("an older table, longer than the new one\n" * 100, encoding="utf-8")
    os.chdir(folder)
    try:
        code = cli.run(["classify", "=1+1.png", "b.png", "--json", "--top", "2", "--csv", str(target)])
    finally:
        os.chdir(ROOT)
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
def test_a_csv_that_cannot_be_made(where: str, fake: FakeClassifier, cat: Path, tmp_path: Path, capsys: Capture) -> None:
    assert cli.run(["classify", str(cat), "--csv", str(tmp_path / where)]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"The table {tmp_path / where} cannot be written: ")
    assert len(captured.err.splitlines()) == 1
    assert fake.closed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk at hand")
def test_a_full_disk_under_the_csv(built_in: ModelSpec, cat: Path) -> None:
    done = program("classify", cat, "--csv", "/dev/full")
    assert done.returncode == USAGE
    assert done.stderr.decode() == "The table /dev/full cannot be written: No space left on device.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk at hand")
@pytest.mark.parametrize("arguments", [("classify", "{cat}", "--json"), ("models",)])
def test_a_full_disk_under_the_answers(arguments: tuple[str, ...], built_in: ModelSpec, cat: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "resnet_desktop", *(item.format(cat=cat) for item in arguments)],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == SOME_FAILED
    assert done.stderr.decode() == "The answers cannot be written: No space left on device.\n"


@pytest.mark.parametrize("device", ["gpu", "npu", "cuda", "mps"])
def test_a_device_that_is_not_there_is_one_sentence(
    device: str, built_in: ModelSpec, cat: Path, capsys: Capture
) -> None:
    name = {"gpu": "GPU", "npu": "NPU", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}[device]
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
        "ResNet-50 is not on this computer yet. "
        f"Put the file resnet50-11ad3fa6.pth into {weights_dir()}.\n"
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
    assert (eighteen["file"], eighteen["sha256"]) == ("resnet18-f37072fd.pth", "f37072fd")
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


def test_preparing_is_told_on_stderr(home: Path, cat: Path) -> None:
    done = program("classify", cat, "--json")
    assert done.returncode == OK
    assert [json.loads(line)["ok"] for line in done.stdout.splitlines()] == [True]
    assert done.stderr.decode().splitlines() == [
        "Reading the weights of Built-in (0/3)",
        "Preparing the network of Built-in (1/3)",
        "Checking its answers of Built-in (2/3)",
    ]
    again = program("classify", cat, "--json")
    assert again.stderr == b""


def test_a_failing_engine_is_one_sentence(
    home: Path, cat: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        yield Progress(0, 3, "Reading")
        raise EngineError("The engine is {state}.", state="cold")

    monkeypatch.setattr(cli, "make_ready", fail)
    assert cli.run(["classify", str(cat)]) == USAGE
    captured = capsys.readouterr()
    assert (captured.out, captured.err.splitlines()[-1]) == ("", "The engine is cold.")


def test_a_damaged_prepared_model_mends_itself(built_in: ModelSpec, cat: Path) -> None:
    network = prepared_folder(built_in, built_in.sha256) / "network.bin"
    with network.open("rb+") as file:
        file.truncate(1000)
    first = program("classify", cat, "--json")
    assert first.returncode == USAGE
    assert first.stdout == b""
    assert first.stderr.decode().splitlines()[-1] == (
        "The prepared form of Built-in was damaged and has been removed. Try again."
    )
    assert b"Traceback" not in first.stderr
    assert program("classify", cat, "--json").returncode == OK


def test_a_reader_that_has_seen_enough(built_in: ModelSpec, cat: Path, tmp_path: Path) -> None:
    """resnet-desktop classify ... | head -1"""
    for number in range(200):
        (tmp_path / f"{number:03}.png").symlink_to(cat)
    target = tmp_path / "answers.csv"
    command = [sys.executable, "-m", "resnet_desktop", "classify", str(tmp_path), "--json", "--top", "1000"]
    running = subprocess.Popen(
        [*command, "--csv", str(target)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stderr is not None
    with running.stdout, running.stderr:
        assert json.loads(running.stdout.readline())["ok"]
        running.stdout.close()
        errors = running.stderr.read()
    assert running.wait() == OK
    assert errors == b""
    assert len(table(target)) < 200 * 1000


@pytest.mark.parametrize("arguments", [("models",), ("models", "--json")])
def test_nobody_reads_the_models(arguments: tuple[str, ...], home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "resnet_desktop", *arguments], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (OK, b"")


def wait_until_gone(processes: list[psutil.Process]) -> None:
    _gone, alive = psutil.wait_procs(processes, timeout=5)
    assert [item for item in alive if item.status() != psutil.STATUS_ZOMBIE] == []


def test_ctrl_c_while_answering(built_in: ModelSpec, cat: Path, tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number:04}.png").symlink_to(cat)
    command = [sys.executable, "-m", "resnet_desktop", "classify", str(tmp_path), "--json"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    first = running.stdout.readline()
    running.send_signal(signal.SIGINT)
    started = time.monotonic()
    rest, errors = running.communicate()
    assert running.returncode == CANCELLED
    assert time.monotonic() - started < 3
    assert errors == b""
    lines = [first, *rest.splitlines()]
    assert len(lines) < 2000
    assert all(json.loads(line)["ok"] for line in lines)


def test_ctrl_c_while_preparing(home: Path, cat: Path) -> None:
    """In a terminal the signal reaches the engine as well; it must neither complain nor stay."""
    command = [sys.executable, "-m", "resnet_desktop", "classify", str(cat), "--json"]
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert running.stderr is not None
    first = running.stderr.readline()
    assert first.startswith(b"Reading the weights")
    family = psutil.Process(running.pid).children(recursive=True)
    assert family
    os.killpg(running.pid, signal.SIGINT)
    out, errors = running.communicate()
    assert running.returncode == CANCELLED
    assert out == b""
    assert b"Traceback" not in errors
    wait_until_gone(family)
    assert list(prepared_dir().iterdir()) == []


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
