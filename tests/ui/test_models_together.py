"""Where the Models page, the chosen model and the pictures meet: nothing falls silent, nothing is left behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.download import DownloadProgress
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.model_store import NewModel, new_workspace, store_model
from resnet_desktop.core.storage import free_caches
from resnet_desktop.core.weights import ModelState
from resnet_desktop.ui.classify.drop import Dropped, Meaning
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models import library as library_module
from resnet_desktop.ui.models import library_jobs
from resnet_desktop.ui.models.library import IMPORT, ModelLibrary
from resnet_desktop.ui.session import Session
from tests.ui.conftest import Fakes, drop, files_mime
from tests.ui.test_models_page import (
    download_that,
    examined,
    examining,
    jobs,
    page,
    stored,
    texts_of,
    tile_of,
)

__all__ = ["jobs", "page"]  # the fixtures


def choose(qtbot: QtBot, session: Session, key: str) -> None:
    session.choose_model(key)
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY and session.models.spec.key == key)


def test_a_chosen_model_that_cannot_be_removed_goes_on_answering(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, coffee: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window._session
    spec = stored(qtbot, session)
    choose(qtbot, session, "hats")
    monkeypatch.setattr(library_jobs, "move_to_trash", lambda _path: False)
    library.remove(spec)
    qtbot.waitUntil(lambda: "hats" in library.errors and session.models.phase is Phase.READY)
    session.add((coffee,))
    qtbot.waitUntil(lambda: session.answer is not None)
    assert session.answer.model == "hats"
    assert "could not be moved to the trash" in window.banner.sentence  # the Models page is not shown


def test_a_removed_chosen_model_says_that_it_is_gone(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window._session
    spec = stored(qtbot, session)
    choose(qtbot, session, "hats")

    def trash(path: Path) -> bool:
        shutil.rmtree(path)
        fakes.missing.add("hats")
        return True

    monkeypatch.setattr(library_jobs, "move_to_trash", trash)
    library.remove(spec)
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    qtbot.waitUntil(lambda: not library.tasks)


def test_a_model_that_comes_back_under_the_chosen_name_answers(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window._session
    spec = stored(qtbot, session)
    choose(qtbot, session, "hats")
    fakes.missing.add("hats")
    monkeypatch.setattr(library_jobs, "move_to_trash", lambda path: not shutil.rmtree(path))
    library.remove(spec)
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE and not library.tasks)
    fakes.missing.clear()
    event = examined()
    library.keep(event, "Hats", ("hat", "cap", "helmet"))
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY and session.models.spec.key == "hats")
    assert session.models.spec.classes == ("hat", "cap", "helmet")
    qtbot.waitUntil(lambda: not library.tasks)


def test_what_changes_during_a_survey_is_seen_by_the_next(qtbot: QtBot, session: Session) -> None:
    session.models.refresh()
    workspace = new_workspace()
    (workspace / "model.safetensors").write_bytes(b"weights")
    like = find_model("resnet18")
    new = NewModel(
        title="Late",
        architecture="resnet18",
        classes=("a", "b"),
        parameters=1,
        gflops=1.0,
        preprocess=like.preprocess,
    )
    store_model(workspace, new)
    session.models.refresh()  # while the first is on its way
    qtbot.waitUntil(lambda: "late" in session.models.states)
    assert session.models.states["late"] is ModelState.READY


@pytest.mark.parametrize("when", ["before the verdict", "after it"])
def test_a_cancelled_examination_leaves_nothing_and_asks_nothing(
    when: str, qtbot: QtBot, window: MainWindow, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = CancelToken()
    event = examined()

    def examine(_file: Path, token: CancelToken) -> Iterator[Event]:
        yield Progress(1, 2, "Checking the file")
        if when == "after it":
            yield event
        told.cancel()
        while not token.wait(0.01):
            pass
        if when == "before the verdict":
            shutil.rmtree(event.workspace or Path())
            token.check()

    monkeypatch.setattr(library_module, "examine", examine)
    asked: list[object] = []
    library.examined.disconnect(window.flow.ask_names)
    library.examined.connect(asked.append)
    library.bring([event.path])
    qtbot.waitUntil(lambda: told.cancelled and IMPORT in library.tasks)
    library.cancel(IMPORT)
    qtbot.waitUntil(lambda: IMPORT not in library.tasks)
    qtbot.waitUntil(lambda: not event.workspace.exists())  # type: ignore[union-attr]
    assert asked == []
    library.examined.connect(window.flow.ask_names)


def test_files_that_are_dropped_together_are_examined_one_after_another(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def examine(file: Path, _token: CancelToken) -> Iterator[Event]:
        seen.append(file.name)
        yield Progress(1, 2, "Checking the file")
        raise ModelError("no")

    monkeypatch.setattr(library_module, "examine", examine)
    files = [tmp_path / name for name in ("a.pth", "b.safetensors", "c.bin")]
    for file in files:
        file.write_bytes(b"weights")
    assert drop(window.page, files_mime(*files))
    qtbot.waitUntil(lambda: seen == ["a.pth", "b.safetensors", "c.bin"] and not library.tasks)


def test_keys_of_one_page_do_nothing_to_it_from_another(
    qtbot: QtBot, window: MainWindow, coffee: Path, cat: Path
) -> None:
    session = window._session
    session.add((coffee,))
    session.add((cat,))
    qtbot.waitUntil(lambda: session.answer is not None)
    window.show_models()
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_H, Qt.Key.Key_Left):
        QTest.keyClick(window, key)
    assert session.pictures.paths() == (coffee, cat)
    assert session.current == cat
    assert not window.page.bar.heat_shown
    window.show_classify()
    QTest.keyClick(window, Qt.Key.Key_Delete)
    assert session.pictures.paths() == (coffee,)


def test_weights_of_any_name_dropped_on_the_models_page(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show_models()
    examining(monkeypatch, examined(official="resnet34"))
    monkeypatch.setattr(library_jobs, "keep", lambda event, *_rest: find_model(event.official))
    (tmp_path / "weights.dat").write_bytes(b"weights")
    with qtbot.waitSignal(library.arrived):
        assert drop(window.models(), files_mime(tmp_path / "weights.dat"))
    qtbot.waitUntil(lambda: not library.tasks)


def test_the_chosen_models_download_is_seen_beside_the_picture(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes.missing.add("resnet50")
    session = window._session
    session.choose_model("resnet50")
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    download_that(monkeypatch, DownloadProgress(10 << 20, 98 << 20, "Downloading", 1.0, 60.0))
    library.download(find_model("resnet50"))
    card = window.page.model_card
    qtbot.waitUntil(lambda: "10.0 of 98 MB" in texts_of(card))
    assert "ResNet-50 is on its way" in texts_of(card)
    library.pause(find_model("resnet50"))
    qtbot.waitUntil(lambda: "ResNet-50 cannot answer yet" in texts_of(card))


def test_choosing_a_model_that_is_being_prepared_prepares_it_once(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, fakes: Fakes
) -> None:
    session = window._session
    spec = stored(qtbot, session)
    fakes.hold = CancelToken()
    library.prepare(spec)
    qtbot.waitUntil(lambda: "hats" in library.tasks)
    session.choose_model("hats")
    qtbot.waitUntil(lambda: "hats" not in library.tasks)  # the library leaves it to the chosen model's own
    fakes.hold.cancel()
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY)


def test_a_damaged_model_never_looks_like_one_that_answers(
    qtbot: QtBot, page: object, window: MainWindow, library: ModelLibrary
) -> None:
    session = window._session
    spec = stored(qtbot, session)
    choose(qtbot, session, "hats")
    (Path(spec.folder) / "model.safetensors").write_bytes(b"WEIGHTS")
    library.verify(spec)
    qtbot.waitUntil(lambda: session.models.states["hats"] is ModelState.DAMAGED)
    assert session.models.phase is Phase.UNUSABLE
    assert "damaged" in texts_of(tile_of(window.models(), "hats"))
    assert "answers now" not in texts_of(tile_of(window.models(), "hats"))


def test_freeing_space_leaves_what_is_being_prepared(home: Path) -> None:
    at_work = paths.prepared_dir() / ".preparing-abc"
    at_work.mkdir(parents=True)
    (at_work / "half").write_bytes(b"half")
    assert free_caches() == 0
    assert (at_work / "half").is_file()


def test_paths_of_a_second_start_are_sorted_like_a_drop(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examining(monkeypatch, examined(official="resnet34"))
    monkeypatch.setattr(library_jobs, "keep", lambda event, *_rest: find_model(event.official))
    weights = tmp_path / "hats.pth"
    weights.write_bytes(b"weights")
    with qtbot.waitSignal(library.arrived):
        window.intake.take(Dropped(Meaning.PATHS, paths=(weights,)))
    qtbot.waitUntil(lambda: not library.tasks)
