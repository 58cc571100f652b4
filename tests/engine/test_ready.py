"""make_ready: the way from weights on a disk to a model that answers, for two at once and for impatient people."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from resnet_desktop.core import prepared
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.classifier import answer_file
from resnet_desktop.core.errors import Cancelled, ModelError
from resnet_desktop.core.events import Event, ModelReady, Progress
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.paths import prepared_dir, weights_dir
from resnet_desktop.core.prepared import WORKSPACE, is_prepared, prepared_folder, workspace
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine import process, ready, remote_classifier
from resnet_desktop.engine.open_classifier import open_classifier
from resnet_desktop.engine.ready import make_ready
from resnet_desktop.engine.remote_classifier import RemoteClassifier
from tests.engine import jobs

ROOT = Path(__file__).resolve().parents[2]


def no_engine(*_arguments: object, **_named: object) -> None:
    raise AssertionError("an engine was started")


def leftovers() -> list[str]:
    return [path.name for path in prepared_dir().glob(f"{WORKSPACE}*")]


def test_a_ready_model_needs_no_engine(
    built_in: ModelSpec, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "Engine", no_engine)
    folder = prepared_folder(built_in, built_in.sha256)
    assert list(make_ready(built_in, token)) == [ModelReady(built_in, folder)]


def test_an_unready_model_needs_one(home: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-proof of the test above."""
    monkeypatch.setattr(process, "Engine", no_engine)
    with pytest.raises(AssertionError, match="an engine was started"):
        list(make_ready(find_model("built-in"), token))


def test_missing_weights_start_no_engine(home: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "Engine", no_engine)
    with pytest.raises(ModelError, match="ResNet-18 is not on this computer yet"):
        list(make_ready(find_model("resnet18"), token))


def test_a_cancel_while_preparing_leaves_nothing(home: Path, token: CancelToken) -> None:
    events = make_ready(find_model("built-in"), token)
    assert isinstance(next(events), Progress)
    assert leftovers()
    token.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert list(prepared_dir().iterdir()) == []


def test_a_child_that_had_to_be_ended_leaves_nothing(
    home: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready, "_prepare", jobs.prepare_slowly)
    events = make_ready(find_model("built-in"), token)
    assert next(events) == Progress(0, 3)
    assert [path.name for path in prepared_dir().glob(f"{WORKSPACE}*/*")] == ["half"]
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)
    assert list(prepared_dir().iterdir()) == []


def test_a_listener_that_leaves_early_leaves_nothing(
    home: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready, "_prepare", jobs.prepare_slowly)
    events = make_ready(find_model("built-in"), token)
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert list(prepared_dir().iterdir()) == []


def test_what_a_killed_program_left_is_swept_up_later(home: Path) -> None:
    spec = find_model("built-in")
    old, young = (prepared_dir() / f"{WORKSPACE}{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "half").write_bytes(b"half")
    past = time.time() - prepared.STALE_SECONDS - 60
    os.utime(old, (past, past))
    with workspace(spec, prepared_folder(spec, spec.sha256)):
        assert not old.exists()
        assert (young / "half").exists()


def test_a_cache_that_cannot_be_written_is_a_sentence(home: Path, token: CancelToken) -> None:
    home.joinpath("cache").mkdir(parents=True)
    prepared_dir().write_bytes(b"a file where the folder should be")
    with pytest.raises(ModelError, match=r"Built-in could not be prepared: .* cannot be written"):
        list(make_ready(find_model("built-in"), token))


def test_the_weights_of_another_network_are_a_sentence(home: Path, token: CancelToken) -> None:
    """The right digest in the catalog, but a spec that does not fit the file."""
    spec = dataclasses.replace(find_model("built-in"), architecture="resnet18")
    with pytest.raises(ModelError, match="holds the weights of another network than Built-in"):
        list(make_ready(spec, token))
    assert list(prepared_dir().iterdir()) == []


def test_code_in_a_weights_file_is_not_run(home: Path, token: CancelToken, tmp_path: Path) -> None:
    sung = tmp_path / "sung"

    class Canary:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return os.mkdir, (str(sung),)

    data = pickle.dumps({"fc.bias": Canary(), "filling": bytes(2000)})
    weights_dir().mkdir(parents=True)
    (weights_dir() / "resnet18-f37072fd.pth").write_bytes(data)
    # Somebody forged the eight digits of the name.
    spec = dataclasses.replace(find_model("resnet18"), sha256=hashlib.sha256(data).hexdigest()[:8])
    with pytest.raises(ModelError, match="holds no readable weights"):
        list(make_ready(spec, token))
    assert not sung.exists()


PREPARE = """
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.engine.ready import make_ready

print(*[type(event).__name__ for event in make_ready(find_model("built-in"), CancelToken())], flush=True)
"""


def test_two_programs_at_once_end_with_one_good_model(home: Path, coffee: Path) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-c", PREPARE], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [program.communicate()[0].split() for program in programs]
    assert [program.returncode for program in programs] == [0, 0]
    assert all(names[-1] == "ModelReady" for names in told)
    spec = find_model("built-in")
    (folder,) = prepared_dir().iterdir()
    assert folder == prepared_folder(spec, spec.sha256)
    assert is_prepared(folder)
    classifier = open_classifier(spec)
    assert labels_of(spec)[answer_file(classifier, coffee)[0].best.index] == "espresso"
    classifier.close()


def test_a_remote_classifier_whose_child_dies_says_so_every_time(
    home: Path, coffee: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_model("built-in")
    classifier = RemoteClassifier(spec, find_weights(spec).path, "cpu")
    assert labels_of(spec)[answer_file(classifier, coffee)[0].best.index] == "espresso"
    classifier._engine.kill()
    sentences = []
    for _ in range(3):
        with pytest.raises(process.EngineError) as caught:
            answer_file(classifier, coffee)
        sentences.append(str(caught.value))
    assert sentences == [process.NO_MEMORY] * 3
    classifier.close()
    classifier.close()
    with pytest.raises(Cancelled):
        answer_file(classifier, coffee)


def test_a_remote_device_that_is_not_there_is_one_sentence(home: Path) -> None:
    spec = find_model("built-in")
    with pytest.raises(ModelError, match=r"^This computer has no Apple GPU that can be used\. Choose the processor\.$"):
        RemoteClassifier(spec, find_weights(spec).path, "mps")


def test_closing_while_a_thread_asks_ends_both(home: Path, coffee: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder run is cancelled while its threads still wait for the graphics card."""
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.5)
    monkeypatch.setattr(remote_classifier, "_serve", jobs.serve_never)
    spec = find_model("built-in")
    classifier = RemoteClassifier(spec, find_weights(spec).path, "cpu")
    raised: list[BaseException] = []
    asked = threading.Event()
    reading: list[int] = []
    reading_at_close: list[int] = []
    receive, close = classifier._next, classifier._engine.close

    def watched_receive() -> Event:
        reading.append(1)
        asked.set()
        try:
            return receive()
        finally:
            reading.pop()

    def watched_close() -> None:
        reading_at_close.append(len(reading))
        close()

    monkeypatch.setattr(classifier, "_next", watched_receive)
    monkeypatch.setattr(classifier._engine, "close", watched_close)

    def ask() -> None:
        try:
            answer_file(classifier, coffee)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is looked at below
            raised.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert asked.wait(10)
    classifier.close()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert reading_at_close == [0], "the pipe is closed when no thread reads from it any more"
    assert [type(error) for error in raised] == [Cancelled] * 3
