"""Real drags out of another process, moved by the X server's own pointer, land in the window."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from resnet_desktop.app import Application
from resnet_desktop.core.catalog import ModelSpec
from tests.e2e.conftest import TARGET, Lines, Start
from tests.e2e.outside import xdotool
from tests.e2e.sockets import Watch, network_sockets

pytestmark = pytest.mark.window

SOURCE = Path(__file__).with_name("drag_source.py")
LEFT, TOP = 1200, 100  # of the source, beside the target
INSIDE = (TARGET[0] + TARGET[2] // 2, TARGET[1] + TARGET[3] // 2)
STEPS = 6
PHOTOGRAPHS = {"coffee.png": "espresso", "chelsea.png": "tiger cat", "motorcycle_left.png": "moped"}

Drag = Callable[..., str]
might_be_rich_text: Callable[[str], bool] = QtGui.Qt.mightBeRichText


@pytest.fixture
def drag(qtbot: QtBot, desktop: None) -> Iterator[Drag]:
    """Drags something onto the middle of the window; returns the action that the source was told."""
    started: list[Lines] = []

    def drag_once(kind: str, *values: str) -> str:
        source = Lines([sys.executable, str(SOURCE), str(LEFT), str(TOP), kind, *values])
        started.append(source)
        qtbot.waitUntil(lambda: "ready" in source.text, timeout=20_000)
        press_and_move(qtbot, source)
        xdotool("mousemove", *INSIDE)
        xdotool("mouseup", 1)
        qtbot.waitUntil(lambda: "dropped" in source.text, timeout=20_000)
        return source.text.split("dropped ")[1].strip()

    yield drag_once
    xdotool("mouseup", 1)
    for source in started:
        source.close()


def press_and_move(qtbot: QtBot, source: Lines) -> None:
    """Button down on the source, then in small steps to the target, as a hand does."""
    start = (LEFT + 40, TOP + 40)

    def pressed() -> bool:
        # Until the X server has mapped the source, a click goes to what lies under it.
        xdotool("mousemove", *start, "mousedown", 1)
        return "pressed" in source.text

    qtbot.waitUntil(pressed, timeout=20_000)
    for step in range(1, STEPS + 1):
        share = step / STEPS
        place = [round(begin + share * (end - begin)) for begin, end in zip(start, INSIDE, strict=True)]
        xdotool("mousemove", *place)
        if step == 1:
            qtbot.waitUntil(lambda: "dragging" in source.text, timeout=20_000)
        QApplication.processEvents()


def wait_for_answers(qtbot: QtBot, program: Application, count: int) -> list[str]:
    """The best label of every picture, once that many are answered."""
    pictures, labels = program.session.pictures, program.session.labels

    def answers() -> list[str]:
        entries = [pictures.entry(row) for row in range(pictures.rowCount())]
        return [labels[entry.answer.best.index] for entry in entries if entry.answer is not None]

    qtbot.waitUntil(lambda: len(answers()) == count, timeout=30_000)
    return answers()


def uri_of(path: Path) -> str:
    return "file://" + quote_from_bytes(os.fsencode(path))


def test_a_file_dragged_from_another_program_is_answered_by_the_running_program(
    drag: Drag, start: Start, built_in: ModelSpec, coffee: Path
) -> None:
    running = start()
    xdotool("windowmove", "--sync", running.windows()[0], TARGET[0], TARGET[1])
    xdotool("windowsize", "--sync", running.windows()[0], TARGET[2], TARGET[3])
    assert drag("files", uri_of(coffee)) == "CopyAction"
    running.wait_for_answer("espresso")


def test_a_dragged_file_gets_the_right_answer(qtbot: QtBot, drag: Drag, program: Application, cat: Path) -> None:
    assert drag("files", uri_of(cat)) == "CopyAction"
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=30_000)
    assert program.session.current == cat
    assert wait_for_answers(qtbot, program, 1) == [PHOTOGRAPHS[cat.name]]


def test_all_pictures_of_a_dragged_folder_are_answered(
    qtbot: QtBot, drag: Drag, program: Application, photos: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "holiday 100%"
    (folder / "inner").mkdir(parents=True)
    for number, name in enumerate(PHOTOGRAPHS):
        shutil.copy(photos / name, folder / "inner" if number else folder)
    drag("files", uri_of(folder))
    assert sorted(wait_for_answers(qtbot, program, len(PHOTOGRAPHS))) == sorted(PHOTOGRAPHS.values())


def test_several_files_and_a_folder_come_in_one_drag(
    qtbot: QtBot, drag: Drag, program: Application, photos: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    shutil.copy(photos / "coffee.png", folder)
    drag("files", uri_of(photos / "chelsea.png"), uri_of(folder))
    assert wait_for_answers(qtbot, program, 2) == ["tiger cat", "espresso"]


@pytest.mark.parametrize("kind", ["browser", "pixels"])
def test_picture_data_without_a_file_is_answered(
    qtbot: QtBot, drag: Drag, program: Application, coffee: Path, kind: str
) -> None:
    drag(kind, str(coffee))
    assert wait_for_answers(qtbot, program, 1) == ["espresso"]


def test_a_link_is_explained_and_nothing_goes_out(qtbot: QtBot, drag: Drag, program: Application) -> None:
    assert program.window is not None
    banner = program.window.banner
    with Watch(os.getpid()) as watch:
        drag("link", "https://pictures.example/espresso.png")
        qtbot.waitUntil(lambda: bool(banner.sentence), timeout=10_000)
    assert "link" in banner.sentence
    assert program.session.pictures.rowCount() == 0
    assert watch.looks
    assert watch.found | network_sockets(os.getpid()) == set()


HOSTILE_NAMES = {
    "emoji": "party \U0001f389\U0001f469\u200d\U0001f52c.png".encode(),
    "right-to-left override": "invoice\u202egnp.exe.png".encode(),
    "newline": b"two\nlines.png",
    "markup": b"<img src=x>.png",
    "more markup": b"<b>bold</b> &amp; <a href='file:///etc'>x</a>.png".replace(b"/", b":"),
    "no text at all": b"caf\xe9 \xff\xfe.png",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
def test_a_dragged_file_with_an_odd_name_is_answered_and_its_name_is_plain_text(
    qtbot: QtBot, drag: Drag, program: Application, coffee: Path, tmp_path: Path, name: bytes
) -> None:
    path = tmp_path / os.fsdecode(name)
    shutil.copy(coffee, path)
    drag("files", uri_of(path))
    assert wait_for_answers(qtbot, program, 1) == ["espresso"]
    assert program.window is not None
    shown = [text for text in texts_of(program.window) if ".png" in text]
    assert shown
    for text in shown:
        assert "\u202e" not in text
        assert "\n" not in text.partition("\u2069")[0]


def test_no_name_is_taken_for_markup(
    qtbot: QtBot, drag: Drag, program: Application, coffee: Path, tmp_path: Path
) -> None:
    path = tmp_path / "<img src=x>.png"
    shutil.copy(coffee, path)
    drag("files", uri_of(path))
    wait_for_answers(qtbot, program, 1)
    assert program.window is not None
    for label in program.window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or not might_be_rich_text(label.text())
    pictures = program.session.pictures
    tips = [widget.toolTip() for widget in program.window.findChildren(QWidget)]
    tips.append(pictures.data(pictures.index(0), Qt.ItemDataRole.ToolTipRole))
    assert [tip for tip in tips if "<img" in tip and might_be_rich_text(tip)] == []


def texts_of(window: QWidget) -> list[str]:
    labels = [label.text() for label in window.findChildren(QLabel)]
    return labels + [widget.accessibleName() for widget in window.findChildren(QWidget)]
