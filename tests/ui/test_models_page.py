"""The Models page: what it shows of every model, and what its buttons do. The jobs behind it are stood in for."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.devices import Device, DevicesFound
from resnet_desktop.core.download import DownloadProgress, WeightsFetched
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import CONVERTING, Event, ModelReady, Progress, WeightsExamined, WeightsRefused
from resnet_desktop.core.files import sha256_of
from resnet_desktop.core.model_file import read_description
from resnet_desktop.core.model_store import WEIGHTS, NewModel, new_workspace, stored_models
from resnet_desktop.core.storage import NOT_REMOVED, Space
from resnet_desktop.core.weights import DAMAGED, ModelState
from resnet_desktop.ui.classify.answer_card import ClassBar
from resnet_desktop.ui.compare.compare_dialog import CompareDialog, ModelColumn
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models import library as library_module
from resnet_desktop.ui.models import library_jobs, model_facts
from resnet_desktop.ui.models.get_dialog import GetDialog
from resnet_desktop.ui.models.library import IMPORT, ModelLibrary
from resnet_desktop.ui.models.model_facts import CacheSize, ModelFacts
from resnet_desktop.ui.models.model_tile import ModelTile
from resnet_desktop.ui.models.models_page import ModelsPage
from resnet_desktop.ui.models.names_dialog import NamesDialog
from resnet_desktop.ui.pages import MODELS
from resnet_desktop.ui.session import Session
from tests.ui.conftest import Fakes, drop, files_mime

MEGABYTE = 1 << 20
REFUSED = "{file} is no weights file."


@pytest.fixture(autouse=True)
def jobs(monkeypatch: pytest.MonkeyPatch, fakes: Fakes) -> None:
    """No child process and no measuring: facts and devices are there at once."""

    def look(device: str, _idle: bool, _in_use: Path | None, _token: CancelToken) -> Iterator[Event]:
        yield ModelFacts("built-in", Space(18 * MEGABYTE, 14 * MEGABYTE), 12.4, device)
        yield CacheSize(23 * MEGABYTE)

    def devices(_token: CancelToken) -> Iterator[Event]:
        yield DevicesFound((Device("cpu", "A processor"), Device("gpu", "Intel Arc")), fast=True)

    monkeypatch.setattr(library_module, "look_closer", look)
    monkeypatch.setattr(library_module, "find_devices", devices)
    monkeypatch.setattr(library_module, "make_ready", fakes.ready)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> ModelsPage:
    """The page with the facts on it."""
    window.show_models()
    page = window.models()
    qtbot.waitUntil(lambda: tile_of(page, "built-in").isVisible() and "12 ms" in texts_of(page))
    return page


def tile_of(page: ModelsPage, key: str) -> ModelTile:
    return next(tile for tile in page.findChildren(ModelTile) if tile.spec.key == key and not tile.isHidden())


def texts_of(widget: QWidget) -> str:
    lines = (label.text() for label in widget.findChildren(QLabel) if label.isVisible())
    return "\n".join(lines).replace("\u2066", "").replace("\u2069", "")


def buttons_of(widget: QWidget) -> list[str]:
    return [button.text().strip() for button in widget.findChildren(QPushButton) if button.isVisible()]


def press(widget: QWidget, text: str) -> None:
    found = [each for each in widget.findChildren(QPushButton) if each.text().strip() == text and each.isVisible()]
    assert len(found) == 1, buttons_of(widget)
    found[0].click()


def in_dialog(kind: type[QWidget], act: Callable[[QWidget], object]) -> None:
    """Act on the next modal dialog as soon as it is there."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def download_that(monkeypatch: pytest.MonkeyPatch, *events: Event, error: ModelError | None = None) -> None:
    """Stand in for the download: these events, then the error, or waiting for cancel if there is no end."""

    def download(spec: ModelSpec, token: CancelToken, **_places: str) -> Iterator[Event]:
        yield from events
        if error is not None:
            raise error
        if not any(isinstance(event, WeightsFetched) for event in events):
            while not token.wait(0.01):
                pass
            token.check()

    monkeypatch.setattr(library_jobs, "download_weights", download)


def test_every_model_has_a_card_with_its_state(page: ModelsPage, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.models_changed):
        session.models.refresh()
    assert {tile.spec.key for tile in page.findChildren(ModelTile)} == {spec.key for spec in session.models.models}
    built_in = tile_of(page, "built-in")
    assert "answers now" in texts_of(built_in)
    assert "75 % right · 1,000 classes · 18 MB and 14 MB prepared" in texts_of(built_in)
    assert "12 ms a picture · Processor" in texts_of(built_in)
    assert buttons_of(built_in) == ["Use", "Verify"]
    missing = tile_of(page, "resnet152")
    assert "not downloaded" in texts_of(missing)
    assert "230 MB" in texts_of(missing)
    assert buttons_of(missing) == ["Download…"]
    assert {"MODELS", "OLDER WEIGHTS"} <= set(texts_of(page).splitlines())


def test_a_download_shows_how_far_it_is_and_can_be_paused(
    qtbot: QtBot, page: ModelsPage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = DownloadProgress(10 * MEGABYTE, 40 * MEGABYTE, "Downloading", 2.0 * MEGABYTE, 15.0)
    download_that(monkeypatch, step)
    in_dialog(GetDialog, lambda dialog: press(dialog, "Download"))
    tile = tile_of(page, "resnet18")
    press(tile, "Download…")
    qtbot.waitUntil(lambda: "10.0 of" in texts_of(tile))
    assert "2.0 MB/s" in texts_of(tile)
    assert "15 seconds left" in texts_of(tile)
    assert buttons_of(tile) == ["Pause", "Cancel"]
    press(tile, "Pause")
    qtbot.waitUntil(lambda: "Continue" in buttons_of(tile))
    assert "Stopped on the way. What has been downloaded so far is kept." in texts_of(tile)


def test_cancelling_a_download_forgets_what_has_come(
    qtbot: QtBot, page: ModelsPage, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(library_module, "discard_part", lambda spec: forgotten.append(spec.key))
    download_that(monkeypatch, DownloadProgress(1, 40, "Downloading", 1.0, None))
    library.download(find_model("resnet18"))
    tile = tile_of(page, "resnet18")
    qtbot.waitUntil(lambda: "Cancel" in buttons_of(tile))
    press(tile, "Cancel")
    qtbot.waitUntil(lambda: forgotten == ["resnet18"])
    qtbot.waitUntil(lambda: buttons_of(tile) == ["Download…"])


def test_a_failed_download_says_why_on_its_card(
    qtbot: QtBot, page: ModelsPage, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    download_that(monkeypatch, error=ModelError("No network. Plug in the cable."))
    library.download(find_model("resnet34"))
    tile = tile_of(page, "resnet34")
    qtbot.waitUntil(lambda: "No network. Plug in the cable." in texts_of(tile))
    assert "Download…" in buttons_of(tile)


@pytest.mark.usefixtures("page")
def test_a_download_that_arrives_answers_if_it_is_the_chosen_one(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window._session
    fakes.missing.add("resnet50")
    session.choose_model("resnet50")
    qtbot.waitUntil(lambda: session.models.phase is Phase.UNUSABLE)
    fakes.missing.clear()
    spec = find_model("resnet50")
    download_that(monkeypatch, WeightsFetched(spec, Path("weights")))
    library.download(spec)
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY)
    assert session.models.spec.key == "resnet50"
    qtbot.waitUntil(lambda: window.banner.sentence == "ResNet-50 is on this computer now.")


def test_another_model_that_arrives_is_prepared_beside_the_one_that_answers(
    qtbot: QtBot, page: ModelsPage, library: ModelLibrary, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes.hold = CancelToken()
    spec = find_model("resnet50")
    download_that(monkeypatch, WeightsFetched(spec, Path("weights")))
    library.download(spec)
    tile = tile_of(page, "resnet50")
    qtbot.waitUntil(lambda: "Preparing the network…" in texts_of(tile))
    fakes.hold.cancel()
    qtbot.waitUntil(lambda: not library.tasks)


def examined(
    official: str = "", classes: int = 3, names: tuple[str, ...] = (), described: NewModel | None = None
) -> WeightsExamined:
    workspace = None if official else new_workspace()
    if workspace is not None:
        (workspace / WEIGHTS).write_bytes(b"weights")
    return WeightsExamined(
        path=Path("/stick/hats.pth"),
        sha256="0" * 64,
        architecture="resnet18",
        classes=classes,
        parameters=11,
        official=official,
        names=names,
        workspace=workspace,
        described=described,
    )


def examining(monkeypatch: pytest.MonkeyPatch, *events: Event) -> None:
    def examine(_file: Path, _token: CancelToken) -> Iterator[Event]:
        yield Progress(1, 2, "Checking the file")
        yield from events

    monkeypatch.setattr(library_module, "examine", examine)


def test_dropped_weights_become_one_of_your_models(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examining(monkeypatch, examined())
    verdicts: list[str] = []

    def name_them(dialog: QWidget) -> None:
        assert isinstance(dialog, NamesDialog)
        assert "This is a ResNet-18 with 3 classes." in texts_of(dialog)
        keep = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Keep this model")
        dialog._list.setPlainText("hat\nshoe\nhat")
        assert not keep.isEnabled()
        verdicts.append(dialog._verdict.text())
        dialog._list.setPlainText("hat\nshoe\nshirt\n")
        dialog._title.setText("Clothes")
        assert keep.isEnabled()
        keep.click()

    in_dialog(NamesDialog, name_them)
    weights = tmp_path / "hats.pth"
    weights.write_bytes(b"weights")
    assert drop(window.page, files_mime(weights))
    assert window.pages.currentWidget() is window.pages.models_page
    qtbot.waitUntil(lambda: "Clothes is on this computer now." in window.banner.sentence)
    spec = stored_models()[0]
    assert (spec.key, spec.classes) == ("clothes", ("hat", "shoe", "shirt"))
    assert verdicts == ["Give 3 different names, one a line. There are 2 now."]
    qtbot.waitUntil(lambda: any(tile.spec == spec for tile in window.models().findChildren(ModelTile)))
    assert "3 classes" in texts_of(tile_of(window.models(), "clothes"))
    qtbot.waitUntil(lambda: not library.tasks)


def test_a_model_that_describes_itself_asks_for_nothing(
    qtbot: QtBot, window: MainWindow, library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = NewModel(
        title="Clothes",
        architecture="resnet18",
        classes=("hat", "shoe"),
        parameters=11,
        gflops=1.8,
        preprocess=find_model("resnet18").preprocess,
    )
    examining(monkeypatch, examined(classes=2, described=described))
    file = tmp_path / "clothes.resnetmodel"
    file.write_bytes(b"weights")
    assert drop(window.page, files_mime(file))  # on any page
    qtbot.waitUntil(lambda: window.banner.sentence == "Clothes is on this computer now.")
    assert [(spec.key, spec.classes) for spec in stored_models()] == [("clothes", ("hat", "shoe"))]
    qtbot.waitUntil(lambda: not library.tasks)

    examining(monkeypatch, again := examined(classes=2, described=described))
    library.bring([file])
    qtbot.waitUntil(lambda: window.banner.sentence == "Clothes was on this computer already. Nothing was added.")
    assert len(stored_models()) == 1
    assert again.workspace is not None
    assert not again.workspace.exists()
    qtbot.waitUntil(lambda: not library.tasks)


def test_weights_that_are_not_wanted_leave_nothing_behind(
    qtbot: QtBot, page: ModelsPage, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = examined()
    examining(monkeypatch, event)
    in_dialog(NamesDialog, lambda dialog: press(dialog, "Cancel"))
    library.bring([event.path])
    assert event.workspace is not None
    workspace = event.workspace
    qtbot.waitUntil(lambda: not workspace.exists())
    assert stored_models() == ()


def test_official_weights_of_any_name_need_no_question(
    qtbot: QtBot, page: ModelsPage, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    examining(monkeypatch, examined(official="resnet34"))
    monkeypatch.setattr(library_jobs, "keep", lambda event, *_rest: find_model(event.official))
    with qtbot.waitSignal(library.arrived) as caught:
        library.bring([Path("/stick/weights.dat")])
    assert caught.args == [find_model("resnet34")]
    qtbot.waitUntil(lambda: not library.tasks)


def test_a_refused_file_says_why(
    qtbot: QtBot, page: ModelsPage, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = WeightsRefused(Path("/x.pth"), ModelError(REFUSED, file="/x.pth"))
    examining(monkeypatch, refusal)
    library.bring([Path("/x.pth")])
    qtbot.waitUntil(lambda: "x.pth is no weights file." in texts_of(page))
    assert IMPORT in library.errors


def test_pictures_dropped_on_the_models_page_are_answered_on_the_other(
    qtbot: QtBot, page: ModelsPage, window: MainWindow, session: Session, coffee: Path
) -> None:
    assert drop(page, files_mime(coffee))
    assert window.pages.currentWidget() is window.page
    qtbot.waitUntil(lambda: session.answer is not None)


def answer_box(text: str) -> Callable[[QWidget], object]:
    def act(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        press(box, text)

    return act


def stored(qtbot: QtBot, session: Session, weights: bytes = b"weights") -> ModelSpec:
    """One of your models, known to the window."""
    folder = paths.models_dir() / "hats"
    folder.mkdir(parents=True)
    (folder / WEIGHTS).write_bytes(weights)
    record = {
        "format_version": 1,
        "title": "Hats",
        "architecture": "resnet18",
        "classes": ["hat", "cap"],
        "sha256": sha256_of(folder / WEIGHTS),
        "parameters": 1,
        "gflops": 1.8,
        "preprocess": dataclasses.asdict(find_model("resnet18").preprocess),
    }
    (folder / "model.json").write_text(json.dumps(record), encoding="utf-8")
    with qtbot.waitSignal(session.models_changed):
        session.models.refresh()
    return stored_models()[0]


@pytest.mark.parametrize("wanted", [True, False])
def test_removing_asks_first(
    wanted: bool, qtbot: QtBot, page: ModelsPage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = stored(qtbot, session)
    trashed: list[Path] = []
    monkeypatch.setattr(library_jobs, "move_to_trash", lambda path: bool(path.rename(path.with_name(".gone"))))
    in_dialog(QMessageBox, answer_box("Move to the trash" if wanted else "Keep it"))
    press(tile_of(page, "hats"), "Remove…")
    assert trashed == []
    if wanted:
        qtbot.waitUntil(lambda: all(each.spec.key != "hats" for each in page.findChildren(ModelTile)))
    else:
        assert Path(spec.folder).is_dir()


def test_a_model_that_cannot_be_trashed_says_so_and_stays(
    qtbot: QtBot, page: ModelsPage, session: Session, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = stored(qtbot, session)
    monkeypatch.setattr(library_jobs, "move_to_trash", lambda _path: False)
    library.remove(spec)
    qtbot.waitUntil(lambda: "hats" in library.errors)
    assert library.errors["hats"].sentence == NOT_REMOVED
    assert "could not be moved to the trash" in texts_of(tile_of(page, "hats"))


def test_verifying_reads_the_file_through_again(
    qtbot: QtBot, page: ModelsPage, window: MainWindow, session: Session, library: ModelLibrary
) -> None:
    spec = stored(qtbot, session)
    press(tile_of(page, "hats"), "Verify")
    qtbot.waitUntil(lambda: window.banner.sentence == "The file of Hats is whole.")
    weights = Path(spec.folder) / WEIGHTS
    stamp = weights.stat()
    weights.write_bytes(b"wEights")
    os.utime(weights, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # as a failing disk would: nothing shows outside
    press(tile_of(page, "hats"), "Verify")
    qtbot.waitUntil(lambda: "hats" in library.errors)
    assert library.errors["hats"].sentence == DAMAGED
    qtbot.waitUntil(lambda: session.models.states["hats"] is ModelState.DAMAGED)


def test_use_leads_to_the_other_page(qtbot: QtBot, page: ModelsPage, window: MainWindow, session: Session) -> None:
    stored(qtbot, session)
    press(tile_of(page, "hats"), "Use")
    qtbot.waitUntil(lambda: session.models.phase is Phase.READY and session.models.spec.key == "hats")
    assert window.pages.currentWidget() is window.page


def test_the_device_is_chosen_here(
    qtbot: QtBot, page: ModelsPage, session: Session, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = page.device_card
    qtbot.waitUntil(card._buttons["gpu"].isVisible)
    assert not card._buttons["cuda"].isVisible()
    assert "Answers come from the processor" in texts_of(card)
    before = len(fakes.made)
    card._buttons["gpu"].click()
    assert session.settings.device == "gpu"
    qtbot.waitUntil(lambda: len(fakes.made) == before + 1 and session.models.phase is Phase.READY)
    assert "Leaves the processor free" in texts_of(card)


def test_fast_answers_are_a_setting_of_folders_alone(
    qtbot: QtBot, page: ModelsPage, session: Session, fakes: Fakes, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[str] = []
    opener = session.many._opener
    monkeypatch.setattr(
        session.many, "_opener", lambda spec, device, mode: (modes.append(mode), opener(spec, device, mode))[1]
    )
    qtbot.waitUntil(page.device_card._fast.isVisible)
    page.device_card._fast.click()
    assert session.settings.fast
    session.add((photos / "coffee.png", photos / "chelsea.png"))
    qtbot.waitUntil(lambda: bool(modes) and not session.many.running)
    assert modes == ["fast"]


def test_freeing_space_says_how_much(qtbot: QtBot, page: ModelsPage, window: MainWindow, home: Path) -> None:
    waste = paths.prepared_dir() / "old"
    waste.mkdir(parents=True)
    (waste / "network.bin").write_bytes(bytes(3 * MEGABYTE))
    assert "23 MB" in texts_of(page)
    press(page, "Free this space")
    qtbot.waitUntil(lambda: "3 MB\u2069 are free again." in window.banner.sentence)
    assert not waste.exists()


def test_the_get_dialog_has_what_an_it_person_needs(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    dialog = GetDialog(find_model("resnet18"), session, window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog._address.text() == "https://download.pytorch.org/models/resnet18-f37072fd.pth"
    dialog._mirror.setText("https://mirror.example/weights")
    assert dialog._address.text() == "https://mirror.example/weights/resnet18-f37072fd.pth"
    press(dialog, "Copy these facts")
    copied = QGuiApplication.clipboard().text()
    assert "https://mirror.example/weights/resnet18-f37072fd.pth" in copied
    assert "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec" in copied
    press(dialog, "Download")
    assert session.settings.mirror == "https://mirror.example/weights"


def test_names_out_of_a_list(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    dialog = NamesDialog(examined(), window)
    qtbot.addWidget(dialog)
    (tmp_path / "two.txt").write_text("one\ntwo\n", encoding="utf-8")
    dialog.read(tmp_path / "two.txt")
    assert "has 2 names, but the network has 3 classes" in dialog._verdict.text()
    (tmp_path / "three.json").write_text('{"0": "hat", "1": "shoe", "2": "קמץ"}', encoding="utf-8")
    dialog.read(tmp_path / "three.json")
    assert dialog.names == ("hat", "shoe", "קמץ")


def test_the_thousand_classes_of_imagenet_are_offered(qtbot: QtBot, window: MainWindow) -> None:
    dialog = NamesDialog(examined(classes=1000), window)
    qtbot.addWidget(dialog)
    dialog.show()
    press(dialog, "The 1,000 of ImageNet")
    assert dialog.names[967] == "espresso"


def test_one_picture_through_all_ready_models(
    qtbot: QtBot, window: MainWindow, session: Session, fakes: Fakes, coffee: Path
) -> None:
    session.models.states |= {"built-in": ModelState.READY, "resnet18": ModelState.READY}
    fakes.missing.add("resnet18")  # it was there a moment ago
    assert drop(window.page, files_mime(coffee))
    qtbot.waitUntil(lambda: session.answer is not None)
    window.compare()
    dialog = window.findChild(CompareDialog)
    assert isinstance(dialog, CompareDialog)
    qtbot.waitUntil(lambda: not dialog.running)
    built_in, eighteen = dialog.findChildren(ModelColumn)
    assert len(built_in.findChildren(ClassBar)) == 3
    assert " ms" in texts_of(built_in)
    assert "ResNet-18 is not on this computer yet" in texts_of(eighteen)
    dialog.close()


def test_a_closed_comparison_stops(
    qtbot: QtBot, window: MainWindow, session: Session, fakes: Fakes, coffee: Path
) -> None:
    session.models.states |= {"built-in": ModelState.READY, "resnet18": ModelState.READY}
    assert drop(window.page, files_mime(coffee))
    qtbot.waitUntil(lambda: session.answer is not None)
    fakes.hold = CancelToken()  # preparing never ends
    window.compare()
    dialog = window.findChild(CompareDialog)
    assert isinstance(dialog, CompareDialog)
    dialog.close()
    qtbot.waitUntil(lambda: session.host._running == [] or len(session.host._running) == 1)


def test_the_page_survives_a_change_of_looks(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    window.show_models()
    assert window.header._pages.checkedId() == MODELS
    window.show_classify()
    assert window.header._pages.checkedId() == 0


def test_facts_are_measured_and_remembered(
    home: Path, built_in: ModelSpec, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real look at the real built-in model."""
    events = list(model_facts.look_closer("auto", True, None, token))
    facts = [event for event in events if isinstance(event, ModelFacts) and event.key == "built-in"]
    assert facts[0].space.weights == built_in.size
    assert facts[0].space.prepared > 1_000_000
    assert facts[0].milliseconds is None
    assert facts[1].milliseconds is not None
    assert any(isinstance(event, CacheSize) and event.size > 1_000_000 for event in events)
    monkeypatch.setattr(model_facts, "open_classifier", None)  # would raise if it were measured again
    again = [event for event in model_facts.look_closer("auto", True, None, token) if isinstance(event, ModelFacts)]
    assert next(event for event in again if event.key == "built-in").milliseconds == pytest.approx(
        facts[1].milliseconds, abs=0.01
    )


def test_preparing_can_be_asked_for(
    qtbot: QtBot, page: ModelsPage, session: Session, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = stored(qtbot, session)
    prepared: list[str] = []

    def ready(wanted: ModelSpec, _token: CancelToken) -> Iterator[Event]:
        prepared.append(wanted.key)
        yield Progress(1, 3, CONVERTING)
        yield ModelReady(wanted, Path())

    monkeypatch.setattr(library_module, "make_ready", ready)
    library.facts[spec.key] = ModelFacts(spec.key, Space(7, 0), None, "auto")
    library.changed.emit()
    press(tile_of(page, "hats"), "Prepare")
    qtbot.waitUntil(lambda: prepared == ["hats"] and not library.tasks)


def save_as(path: Path) -> Callable[[QWidget], object]:
    def act(dialog: QWidget) -> None:
        assert isinstance(dialog, QFileDialog)
        suggested = Path(dialog.selectedFiles()[0]).name
        assert suggested == "Hats.resnetmodel"
        dialog.selectFile(str(path))
        dialog.accept()

    return act


def test_one_of_your_models_is_exported_as_one_file(
    qtbot: QtBot, page: ModelsPage, window: MainWindow, session: Session, library: ModelLibrary, tmp_path: Path
) -> None:
    spec = stored(qtbot, session, safetensors.numpy.save({"fc.bias": np.zeros(2, np.float32)}))
    in_dialog(QFileDialog, save_as(tmp_path / "for a friend"))
    press(tile_of(page, "hats"), "Export…")
    target = tmp_path / "for a friend.resnetmodel"
    qtbot.waitUntil(lambda: "Hats is in" in window.banner.sentence)
    assert str(target) in window.banner.sentence
    read = read_description(target)
    assert read is not None
    assert read.model.classes == spec.classes
    assert not library.errors


def test_an_export_that_fails_says_why(
    qtbot: QtBot, page: ModelsPage, window: MainWindow, session: Session, library: ModelLibrary, tmp_path: Path
) -> None:
    spec = stored(qtbot, session, safetensors.numpy.save({"fc.bias": np.zeros(2, np.float32)}))
    (tmp_path / "taken").mkdir()
    library.export(spec, tmp_path / "taken")
    qtbot.waitUntil(lambda: "could not be written" in window.banner.sentence)
    qtbot.waitUntil(lambda: not library.tasks)
    assert "Export…" in buttons_of(tile_of(page, "hats"))


def test_only_your_models_have_an_export(page: ModelsPage, session: Session) -> None:
    assert "Export…" not in buttons_of(tile_of(page, "built-in"))
