"""prepare_model: the OpenVINO form appears whole, checked, once, and without a word to the network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import Cancelled, EngineError
from resnet_desktop.core.events import CHECKING, CONVERTING, READING_WEIGHTS, ModelReady, Progress
from resnet_desktop.core.prepared import FILES, NETWORK_DATA, is_prepared, prepared_folder, workspace
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine import convert, save_form
from resnet_desktop.engine.convert import prepare_model
from resnet_desktop.engine.process import Inbox, run_in_engine
from tests.engine import jobs
from tests.engine.jobs import Said

ROOT = Path(__file__).resolve().parents[2]
SPEC = find_model("built-in")


@pytest.fixture
def weights() -> Path:
    return find_weights(SPEC).path


@pytest.fixture
def folder(home: Path) -> Path:
    return prepared_folder(SPEC, SPEC.sha256)


def files_beside(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir()} - {folder.name}


def test_progress_then_ready(weights: Path, folder: Path) -> None:
    with workspace(SPEC, folder) as temporary:
        events = list(prepare_model(SPEC, weights, folder, temporary, Inbox()))
    assert events == [
        Progress(0, 3, READING_WEIGHTS),
        Progress(1, 3, CONVERTING),
        Progress(2, 3, CHECKING),
        ModelReady(SPEC, folder),
    ]
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert not files_beside(folder)


def test_what_is_there_is_not_made_again(weights: Path, folder: Path, built_in: ModelSpec) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    with workspace(SPEC, folder) as temporary:
        assert list(prepare_model(SPEC, weights, folder, temporary, Inbox())) == [ModelReady(SPEC, folder)]
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("steps", [1, 2])
def test_a_cancel_between_the_steps_leaves_nothing(steps: int, weights: Path, folder: Path) -> None:
    inbox = Inbox()
    with workspace(SPEC, folder) as temporary:
        events = prepare_model(SPEC, weights, folder, temporary, inbox)
        for _ in range(steps):
            next(events)
        inbox.cancel.cancel()
        with pytest.raises(Cancelled):
            next(events)
    assert list(folder.parent.iterdir()) == []


def test_a_form_that_answers_differently_is_not_kept(
    weights: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_form, "MAX_DIFFERENCE", -1.0)
    with pytest.raises(EngineError, match="Built-in does not answer the same"), workspace(SPEC, folder) as temporary:
        list(prepare_model(SPEC, weights, folder, temporary, Inbox()))
    assert list(folder.parent.iterdir()) == []


def test_a_form_without_an_answer_is_not_kept(weights: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = convert.load_answering

    def broken(spec: ModelSpec, path: Path) -> torch.nn.Module:
        network = load(spec, path)
        torch.nn.init.constant_(network.network.head.bias, float("nan"))
        return network

    monkeypatch.setattr(convert, "load_answering", broken)
    with pytest.raises(EngineError, match="difference nan"), workspace(SPEC, folder) as temporary:
        list(prepare_model(SPEC, weights, folder, temporary, Inbox()))
    assert not folder.exists()


def test_weights_that_suffer_from_rounding_are_stored_whole(
    weights: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below what fp16 makes of these weights and above what fp32 does."""
    monkeypatch.setattr(save_form, "MAX_DIFFERENCE", 1e-5)
    with workspace(SPEC, folder) as temporary:
        list(prepare_model(SPEC, weights, folder, temporary, Inbox()))
    assert (folder / NETWORK_DATA).stat().st_size > 3.9 * SPEC.parameters


def test_weights_are_stored_as_fp16(built_in: ModelSpec, folder: Path) -> None:
    assert (folder / NETWORK_DATA).stat().st_size < 2.1 * SPEC.parameters


@pytest.mark.parametrize("lost", FILES)
def test_a_form_that_a_disk_cleaner_took_parts_of_is_made_again(
    lost: str, weights: Path, folder: Path, built_in: ModelSpec
) -> None:
    (folder / lost).unlink()
    with workspace(SPEC, folder) as temporary:
        *_progress, ready = prepare_model(SPEC, weights, folder, temporary, Inbox())
    assert ready == ModelReady(SPEC, folder)
    assert is_prepared(folder)
    assert not files_beside(folder)


def test_no_telemetry_and_no_socket_in_python(weights: Path, folder: Path, token: CancelToken) -> None:
    with workspace(SPEC, folder) as temporary:
        *_events, told = run_in_engine(jobs.convert_and_tell, SPEC, weights, folder, temporary, token=token)
    assert told == Said(((), ()))
    assert is_prepared(folder)


def test_the_hook_hears_a_socket(token: CancelToken) -> None:
    """The counter-proof of the test above."""
    assert list(run_in_engine(jobs.open_socket_and_tell, token=token)) == [Said(("socket.__new__",))]


PROGRAM = """
import sys
from pathlib import Path
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.prepared import workspace
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.convert import prepare_model
from resnet_desktop.engine.process import Inbox

spec, folder = find_model("built-in"), Path(sys.argv[1])
with workspace(spec, folder) as temporary:
    print(len(list(prepare_model(spec, find_weights(spec).path, folder, temporary, Inbox()))))
"""
COUNTER = "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close(); print(0)"


def _sockets(program: str, folder: Path, log: Path) -> list[str]:
    """The sockets a program opens, seen from outside, so that those of libraries in C count too."""
    command = ["strace", "-f", "-qq", "-e", "trace=socket", "-o", str(log), sys.executable, "-c", program, str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return [line for line in log.read_text(encoding="utf-8").splitlines() if "AF_INET" in line]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")
def test_no_socket_to_the_network_in_any_library(folder: Path, tmp_path: Path) -> None:
    assert len(_sockets(COUNTER, folder, tmp_path / "counter")) == 1
    assert _sockets(PROGRAM, folder, tmp_path / "log") == []
    assert is_prepared(folder)
