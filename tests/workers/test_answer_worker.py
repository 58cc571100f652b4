"""The answer thread: opening models, looking at pictures, skipping what nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal, Slot
from pytestqt.qtbot import QtBot

from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.classifier import Classifier, Mode
from resnet_desktop.core.errors import ModelError, PictureError
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.workers.answer_worker import (
    AnswerWorker,
    Looked,
    LookRequest,
    ModelOpened,
    OpenRequest,
    Previewed,
    Refused,
    ThumbnailMade,
    ThumbnailRequest,
)
from resnet_desktop.workers.thread_host import ThreadHost


class Desk(QObject):
    """Asks the worker as the window does, through queued signals."""

    open = Signal(object)
    look = Signal(object)
    thumbnail = Signal(object)
    stop = Signal()

    def __init__(self, worker: AnswerWorker) -> None:
        super().__init__()
        self.replies: list[object] = []
        self.ended = False
        self.open.connect(worker.open_model)
        self.look.connect(worker.look)
        self.thumbnail.connect(worker.make_thumbnail)
        self.stop.connect(worker.stop)
        for signal in (worker.opened, worker.looked, worker.previewed, worker.thumbnail_made, worker.refused):
            signal.connect(self.on_reply)
        worker.finished.connect(self.on_finished)

    @Slot(object)
    def on_reply(self, reply: object) -> None:
        self.replies.append(reply)

    @Slot()
    def on_finished(self) -> None:
        self.ended = True


@pytest.fixture
def made() -> list[FakeClassifier]:
    return []


@pytest.fixture
def worker(host: ThreadHost, made: list[FakeClassifier]) -> AnswerWorker:
    def opener(spec: ModelSpec, _device: str, _mode: Mode) -> Classifier:
        if spec.key == "resnet18":
            raise ModelError("It is not here.")
        if spec.key == "resnet34":
            raise ZeroDivisionError("oops")
        made.append(FakeClassifier(spec))
        return made[-1]

    worker = AnswerWorker(opener)
    host.start(worker, "answers")
    return worker


@pytest.fixture
def desk(qtbot: QtBot, worker: AnswerWorker) -> Iterator[Desk]:
    desk = Desk(worker)
    yield desk
    # Not waitSignal: it hears a worker in the worker's thread, and where that is quicker than its own loop it waits
    # for ever, because its timer is stopped from there, too.
    desk.stop.emit()
    qtbot.waitUntil(lambda: desk.ended, timeout=10_000)


def wait_for(qtbot: QtBot, desk: Desk, count: int) -> list[object]:
    qtbot.waitUntil(lambda: len(desk.replies) >= count, timeout=10_000)
    return desk.replies


def test_a_picture_is_shown_without_an_answer_while_no_model_is_open(qtbot: QtBot, desk: Desk, coffee: Path) -> None:
    desk.look.emit(LookRequest(1, coffee, 100))
    (looked,) = wait_for(qtbot, desk, 1)
    assert isinstance(looked, Looked)
    assert looked.look.answer is None
    assert (looked.look.width, looked.look.height) == (600, 400)
    assert len(looked.look.block.data) == 3 * looked.look.block.width * looked.look.block.height


def test_an_open_model_answers_and_explains_every_class_it_names(qtbot: QtBot, desk: Desk, coffee: Path) -> None:
    desk.open.emit(OpenRequest(1, find_model("built-in"), "auto"))
    desk.look.emit(LookRequest(2, coffee, 100))
    opened, looked = wait_for(qtbot, desk, 2)
    assert isinstance(opened, ModelOpened)
    assert isinstance(looked, Looked)
    assert looked.look.answer is not None
    assert looked.look.answer.model == "built-in"
    assert len(looked.look.heat) == len(looked.look.answer.predictions) == 5
    assert looked.look.answer.milliseconds > 0


def test_a_large_picture_comes_again_as_sharp_as_the_screen_shows_it(
    qtbot: QtBot, desk: Desk, coffee: Path, tmp_path: Path
) -> None:
    from PIL import Image

    large = tmp_path / "large.jpg"
    Image.open(coffee).convert("RGB").resize((3000, 2000)).save(large)
    desk.look.emit(LookRequest(1, large, 1500))
    looked, previewed = wait_for(qtbot, desk, 2)
    assert isinstance(looked, Looked)
    assert isinstance(previewed, Previewed)
    assert looked.look.block.width < previewed.block.width == 1500


def test_looks_that_nobody_waits_for_are_skipped(
    qtbot: QtBot, desk: Desk, worker: AnswerWorker, coffee: Path, cat: Path
) -> None:
    worker.expect(3)
    desk.look.emit(LookRequest(1, coffee, 100))
    desk.look.emit(LookRequest(2, coffee, 100))
    desk.look.emit(LookRequest(3, cat, 100))
    (looked,) = wait_for(qtbot, desk, 1)
    assert isinstance(looked, Looked)
    assert looked.path == cat


def test_what_is_no_picture_is_refused_with_its_sentence(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")
    desk.look.emit(LookRequest(7, text, 100))
    (refused,) = wait_for(qtbot, desk, 1)
    assert isinstance(refused, Refused)
    assert (refused.number, refused.path) == (7, text)
    assert isinstance(refused.error, PictureError)


@pytest.mark.parametrize(("key", "words"), [("resnet18", "It is not here."), ("resnet34", "oops")])
def test_a_model_that_cannot_be_opened_is_refused_and_the_old_one_stays(
    qtbot: QtBot, desk: Desk, coffee: Path, key: str, words: str
) -> None:
    desk.open.emit(OpenRequest(1, find_model("built-in"), "auto"))
    desk.open.emit(OpenRequest(2, find_model(key), "auto"))
    desk.look.emit(LookRequest(3, coffee, 100))
    _opened, refused, looked = wait_for(qtbot, desk, 3)
    assert isinstance(refused, Refused)
    assert words in str(refused.error)
    assert isinstance(looked, Looked)
    assert looked.look.answer is not None


def test_opening_another_model_closes_the_one_before(qtbot: QtBot, desk: Desk, made: list[FakeClassifier]) -> None:
    desk.open.emit(OpenRequest(1, find_model("built-in"), "auto"))
    desk.open.emit(OpenRequest(2, find_model("resnet50"), "auto"))
    wait_for(qtbot, desk, 2)
    assert [each.closed for each in made] == [True, False]


def test_thumbnails_are_small_and_a_broken_picture_makes_none(
    qtbot: QtBot, desk: Desk, coffee: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(coffee.read_bytes()[:2000])
    desk.thumbnail.emit(ThumbnailRequest(broken, 64))
    desk.thumbnail.emit(ThumbnailRequest(coffee, 64))
    (made,) = wait_for(qtbot, desk, 1)
    assert isinstance(made, ThumbnailMade)
    assert made.path == coffee
    assert (made.block.width, made.block.height) == (64, 43)
