"""The state of the window and its transitions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.weights import NOT_HERE
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.session import Notice, Session
from tests.ui.conftest import Fakes


class Notices(QObject):
    """Writes the notices down."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.heard: list[tuple[Notice, int]] = []
        session.notice.connect(self.on_notice)

    @Slot(object, int)
    def on_notice(self, notice: Notice, count: int) -> None:
        self.heard.append((notice, count))


@pytest.fixture
def album(tmp_path: Path, coffee: Path, cat: Path) -> Path:
    """Two pictures, one that is cut off, one text file, one more picture in a folder below."""
    folder = tmp_path / "album"
    (folder / "more").mkdir(parents=True)
    shutil.copy(coffee, folder / "a coffee.png")
    shutil.copy(cat, folder / "cat without ending")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut")
    (folder / "notes.txt").write_text("no picture")
    shutil.copy(cat, folder / "more" / "cat.png")
    return folder


def wait_for_answer(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.answer is not None, timeout=10_000)


def wait_for_run(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.many.running, timeout=20_000)


def test_one_file_is_shown_and_answered(qtbot: QtBot, session: Session, coffee: Path) -> None:
    session.add((coffee,))
    assert session.current == coffee
    wait_for_answer(qtbot, session)
    assert session.preview is not None
    assert session.look is not None
    assert len(session.look.heat) == 5
    entry = session.pictures.entry(0)
    assert entry.answer == session.answer


def test_a_folder_gives_all_its_pictures_and_says_what_it_left_out(qtbot: QtBot, session: Session, album: Path) -> None:
    notices = Notices(session)
    session.add((album,))
    wait_for_run(qtbot, session)
    names = [path.relative_to(album).as_posix() for path in session.pictures.paths()]
    assert names == ["a coffee.png", "cat without ending", "holiday.jpg", "more/cat.png"]
    assert [bool(session.pictures.entry(row).answer) for row in range(4)] == [True, True, False, True]
    assert session.pictures.failed == 1
    assert notices.heard == [(Notice.SKIPPED, 1)]
    assert session.current == album / "a coffee.png"


def test_the_same_picture_twice_stands_there_once(qtbot: QtBot, session: Session, coffee: Path, cat: Path) -> None:
    session.add((coffee,))
    session.add((cat, coffee))
    wait_for_run(qtbot, session)
    assert session.pictures.paths() == (coffee, cat)


def test_a_folder_without_pictures_says_so(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("no picture")
    notices = Notices(session)
    session.add((tmp_path / "empty",))
    wait_for_run(qtbot, session)
    assert notices.heard == [(Notice.NO_PICTURES, 1)]


def test_a_quite_empty_folder_says_so_too(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    notices = Notices(session)
    session.add((tmp_path / "empty",))
    wait_for_run(qtbot, session)
    assert notices.heard == [(Notice.NO_PICTURES, 0)]


def test_a_picture_that_cannot_be_read_has_its_sentence_on_the_table(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "page.png").write_text("<!doctype html><p>hello")
    session.add((tmp_path / "page.png",))
    qtbot.waitUntil(lambda: session.error is not None)
    assert "a web page" in str(session.error)
    assert session.answer is None


def test_pictures_dropped_before_the_model_is_ready_are_shown_and_answered_later(
    qtbot: QtBot, idle_session: Session, fakes: Fakes, coffee: Path, album: Path
) -> None:
    session = idle_session
    fakes.hold = CancelToken()
    session.models.choose("built-in", "auto")
    session.add((coffee,))
    session.add((album,))
    qtbot.waitUntil(lambda: session.preview is not None)
    assert session.answer is None
    assert session.many.progress is None
    fakes.hold.cancel()
    wait_for_answer(qtbot, session)
    qtbot.waitUntil(lambda: session.pictures.rowCount() == 5 and not session.many.running)
    assert session.pictures.failed == 1


def test_a_model_that_is_not_here_answers_nothing_and_nothing_answers_for_it(
    qtbot: QtBot, session: Session, fakes: Fakes, coffee: Path
) -> None:
    session.add((coffee,))
    wait_for_answer(qtbot, session)
    fakes.missing.add("resnet50")
    session.choose_model("resnet50")
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    assert session.models.error is not None
    assert session.models.error.sentence == NOT_HERE
    session.select(coffee)
    qtbot.waitUntil(lambda: session.preview is not None)
    assert session.answer is None
    assert session.pictures.entry(0).answer is None


def test_another_model_answers_all_pictures_again(qtbot: QtBot, session: Session, coffee: Path, cat: Path) -> None:
    session.add((coffee, cat))
    wait_for_run(qtbot, session)
    session.choose_model("resnet18")

    def all_answered_by_it() -> bool:
        answers = [session.pictures.entry(row).answer for row in range(2)]
        return all(answer is not None and answer.model == "resnet18" for answer in answers)

    qtbot.waitUntil(all_answered_by_it, timeout=10_000)
    wait_for_answer(qtbot, session)
    assert session.answer is not None
    assert session.answer.model == "resnet18"
    assert session.settings.model == "resnet18"


def test_quick_changes_of_mind_end_with_the_last_choice(qtbot: QtBot, session: Session, coffee: Path) -> None:
    session.add((coffee,))
    for key in ("resnet18", "resnet34", "resnet50", "resnet101"):
        session.choose_model(key)
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY)
    wait_for_answer(qtbot, session)
    assert session.models.spec.key == "resnet101"
    assert session.answer is not None
    assert session.answer.model == "resnet101"


def test_stop_ends_a_run_at_once_and_adds_nothing_afterwards(
    qtbot: QtBot, session: Session, fakes: Fakes, coffee: Path, tmp_path: Path
) -> None:
    fakes.seconds = 0.05
    for number in range(100):
        shutil.copy(coffee, tmp_path / f"{number}.png")
    session.add((tmp_path,))
    qtbot.waitUntil(lambda: session.many.progress is not None)
    session.many.cancel()
    assert not session.many.running
    answered = sum(session.pictures.entry(row).answer is not None for row in range(session.pictures.rowCount()))
    with qtbot.waitSignal(session.many.changed, timeout=500, raising=False):
        pass
    still = sum(session.pictures.entry(row).answer is not None for row in range(session.pictures.rowCount()))
    assert still - answered <= 1  # the picture on the table, which is no part of the run


def test_removing_moves_on_to_the_next_and_clearing_leaves_an_empty_table(
    qtbot: QtBot, session: Session, coffee: Path, cat: Path
) -> None:
    session.add((coffee, cat))
    wait_for_run(qtbot, session)
    session.select(coffee)
    session.remove_current()
    assert session.current == cat
    session.remove_current()
    assert session.current is None
    session.add((coffee,))
    session.clear()
    assert session.pictures.rowCount() == 0
    assert session.current is None
    assert session.answer is None


def test_the_last_folder_is_remembered(qtbot: QtBot, session: Session, coffee: Path) -> None:
    session.add((coffee,))
    assert session.settings.last_folder == str(coffee.parent)


def test_nothing_dropped_is_a_notice(session: Session) -> None:
    notices = Notices(session)
    session.add(())
    assert notices.heard == [(Notice.NOTHING, 0)]
