"""The command line as a process of its own: streams, signals, odd names, full disks."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from resnet_desktop.cli import CANCELLED, OK, SOME_FAILED, USAGE
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.paths import prepared_dir
from resnet_desktop.core.prepared import prepared_folder

ROOT = Path(__file__).resolve().parents[1]


def hear_ctrl_c() -> None:
    """A background job of a shell ignores Ctrl+C, and so would every child of tests that run in one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def buffered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a person's shell starts it; unbuffered, some failures come earlier."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


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


def test_text_that_the_terminal_cannot_show(built_in: ModelSpec, cat: Path, tmp_path: Path) -> None:
    shutil.copy(cat, tmp_path / "חתול.png")
    done = program("classify", tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (OK, b"")
    assert b"\\u05d7" in done.stdout


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
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _row in csv.reader(file)) < 200 * 1000


@pytest.mark.parametrize("arguments", [("models",), ("models", "--json")])
def test_nobody_reads_the_models(arguments: tuple[str, ...], home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "resnet_desktop", *arguments],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
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
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - as below
    )
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
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - no thread holds a lock that it needs
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
