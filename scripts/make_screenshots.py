"""Write docs/*.png: the real window in the states that the documents show.

    python scripts/make_screenshots.py [FOLDER]

Uses the photographs of scikit-image's wheel and a home folder of its own.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import skimage
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from resnet_desktop.app import Application, make_application
from resnet_desktop.core import paths
from resnet_desktop.ui.classify.drop import Dropped, Meaning
from resnet_desktop.ui.model_desk import Phase

PHOTOS = Path(skimage.__file__).parent / "data"
SHOWN = (
    "coffee.png",
    "chelsea.png",
    "rocket.jpg",
    "motorcycle_left.png",
    "camera.png",
    "clock_motion.png",
)
SIZE = (1366, 768)
LIMIT_SECONDS = 60


def wait_until(done: Callable[[], bool]) -> None:
    """Run the event loop until ``done``; the program ends after a minute."""
    loop = QEventLoop()
    look, limit = QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if done() else None)
    limit.timeout.connect(lambda: os._exit(1))
    look.start(20)
    limit.start(LIMIT_SECONDS * 1000)
    loop.exec()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "docs"
    folder.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="resnet-desktop-"))
    os.environ[paths.HOME_VARIABLE] = str(home / "home")
    pictures = make_pictures(home / "pictures")
    application = make_application([])
    program = Application(application)
    program.open(())
    session = program.session

    def shoot(name: str) -> None:
        QApplication.processEvents()
        program.window.resize(*SIZE)
        QApplication.processEvents()
        program.window.grab().save(str(folder / f"{name}.png"))

    def look(**choices: str) -> None:
        session.remember(**choices)
        program.build_window()

    wait_until(lambda: session.models.progress is not None and session.models.progress.done == 1)
    shoot("preparing")
    wait_until(lambda: session.models.phase is Phase.READY)
    shoot("empty")
    session.add((pictures,))
    wait_until(lambda: not session.many.running and session.answer is not None)
    session.select(pictures / "coffee.png")
    wait_until(lambda: session.answer is not None)
    shoot("answered")
    session.remember(heat_map=True)
    look(theme="dark")
    session.select(pictures / "chelsea.png")
    wait_until(lambda: session.answer is not None)
    shoot("dark")
    look(theme="light", language="he")
    shoot("hebrew")
    look(theme="dark", language="he")
    session.select(pictures / "clock_motion.png")
    wait_until(lambda: session.answer is not None)
    shoot("hebrew-dark")
    look(theme="light", language="en")
    session.select(pictures / "holiday.jpg")
    wait_until(lambda: session.error is not None)
    program.window.intake.take(Dropped(Meaning.LINK))
    shoot("error")
    session.choose_model("resnet50")
    wait_until(lambda: session.models.phase is Phase.UNUSABLE)
    look(theme="light")
    shoot("not-downloaded")
    program.shut_down()
    shutil.rmtree(home)


def make_pictures(folder: Path) -> Path:
    folder.mkdir()
    for name in SHOWN:
        shutil.copy(PHOTOS / name, folder)
    (folder / "holiday.jpg").write_bytes((PHOTOS / "rocket.jpg").read_bytes()[:30_000])
    return folder


if __name__ == "__main__":
    main()
