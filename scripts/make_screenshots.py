"""Write docs/*.png and the guide's pictures: the real window in the states that the documents show.

    python scripts/make_screenshots.py [FOLDER [GUIDE_FOLDER]]

Uses the photographs of scikit-image's wheel and a home folder of its own.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import skimage
from guide_pictures import GuidePictures
from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from resnet_desktop.app import Application, make_application
from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.events import WeightsExamined
from resnet_desktop.engine.add_model import examine, keep
from resnet_desktop.ui.classify.drop import Dropped, Meaning
from resnet_desktop.ui.compare.compare_dialog import CompareDialog
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models.get_dialog import GetDialog
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.train.trainer import Stage

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
CLASSES = {name: f"{name}.png" for name in ("brick", "grass", "gravel", "ihc", "moon", "page", "text")}
RUN_EPOCHS, STEPS_SHOWN = 2, 3
LIMIT_SECONDS = 180
ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
GUIDE = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "resources" / "guide"


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
    FOLDER.mkdir(exist_ok=True)
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
        program.window.grab().save(str(FOLDER / f"{name}.png"))

    def look(**choices: str) -> None:
        session.remember(**choices)
        program.build_window()

    guide = GuidePictures(program, look, GUIDE)
    shoot_classify(program, pictures, shoot, look, guide)
    shoot_models(program, pictures, shoot, look, guide)
    shoot_train(program, make_dataset(home / "Surfaces"), shoot, look, guide)
    program.shut_down()
    shutil.rmtree(home)


def shoot_classify(
    program: Application, pictures: Path, shoot: Callable[[str], None], look: Callable[..., None], guide: GuidePictures
) -> None:
    """The Classify page, from the first start on."""
    session = program.session
    wait_until(lambda: session.models.progress is not None and session.models.progress.done == 1)
    shoot("preparing")
    wait_until(lambda: session.models.phase is Phase.READY)
    shoot("empty")
    session.add((pictures,))
    wait_until(lambda: not session.many.running and session.answer is not None)
    session.select(pictures / "coffee.png")
    wait_until(lambda: session.answer is not None)
    shoot("answered")
    guide.window("answered")
    session.remember(heat_map=True)
    look(theme="dark")
    session.select(pictures / "chelsea.png")
    wait_until(lambda: session.answer is not None)
    shoot("dark")
    guide.window("looked-at")
    look(theme="dark")
    look(theme="light", language="he")
    shoot("hebrew")
    look(theme="dark", language="he")
    session.select(pictures / "clock_motion.png")
    wait_until(lambda: session.answer is not None)
    shoot("hebrew-dark")
    look(theme="light", language="en")
    session.select(pictures / "holiday.jpg")
    wait_until(lambda: session.error is not None)
    guide.window("unreadable")
    program.window.intake.take(Dropped(Meaning.LINK))
    shoot("error")
    session.choose_model("resnet50")
    wait_until(lambda: session.models.phase is Phase.UNUSABLE)
    look(theme="light")
    shoot("not-downloaded")


def shoot_models(
    program: Application, pictures: Path, shoot: Callable[[str], None], look: Callable[..., None], guide: GuidePictures
) -> None:
    """The Models page with a model from a file, and its dialogs."""
    session, library = program.session, program.library
    session.choose_model("built-in")
    wait_until(lambda: session.models.phase is Phase.READY)
    keep_model(pictures.parent, "Hats and caps", ("baseball cap", "bowler", "sun hat"))
    with_part = paths.weights_dir() / f"{find_model('resnet34').weights}.part"
    with_part.parent.mkdir(parents=True, exist_ok=True)
    with_part.write_bytes(bytes(1 << 20))
    session.models.refresh()
    wait_until(lambda: "hats-and-caps" in session.models.states)
    library.prepare(find_model("hats-and-caps"))
    wait_until(lambda: not library.tasks)
    program.window.banner.hide()
    program.window.show_models()
    wait_until(lambda: all(has_speed(library, key) for key in ("built-in", "hats-and-caps")))
    wait_until(lambda: library.devices_known)
    shoot("models")
    guide.window("models")
    look(theme="dark", language="he")
    shoot("models-hebrew-dark")
    look(theme="light", language="en")
    grab(GetDialog(find_model("resnet50"), session, program.window), "download")
    guide.dialog(lambda: GetDialog(find_model("resnet50"), session, program.window), "download")
    session.select(pictures / "coffee.png")
    dialog = CompareDialog(pictures / "coffee.png", session, program.window)
    wait_until(lambda: not dialog.running)
    grab(dialog, "compare")


def shoot_train(
    program: Application, dataset: Path, shoot: Callable[[str], None], look: Callable[..., None], guide: GuidePictures
) -> None:
    """The Train page: a dataset, a run in the middle, a result."""
    trainer = program.trainer
    program.window.show_train()
    trainer.choose(dataset)
    wait_until(lambda: trainer.prober.times is not None and trainer.prober.times.whole)
    shoot("train-ready")
    guide.window("train-ready")
    program.window.train().presets.choose("standard")
    trainer.choices.open_drawer(True)
    guide.window("advanced")
    trainer.choices.open_drawer(False)
    presets = program.window.train().presets
    presets.begin()
    wait_until(lambda: len(trainer.curves.epoch) >= RUN_EPOCHS)
    wait_until(lambda: len(trainer.curves.step) % STEPS_SHOWN == 0)
    shoot("train")
    look(theme="dark", language="he")
    shoot("train-hebrew-dark")
    guide.window("train")
    wait_until(lambda: trainer.stage is Stage.DONE)
    shoot("train-done")
    guide.window("train-done")
    run = trainer.result.run
    wait_until(lambda: any(known.id == run for known, *_ in trainer.runs))
    program.window.train().show_result(next(known for known, *_ in trainer.runs if known.id == run))
    guide.window("result")
    program.window.show_runs()
    page = program.window.runs()
    wait_until(page.plots.isVisible)
    shoot("runs")
    guide.window("runs")


def make_dataset(folder: Path) -> Path:
    """Surfaces: small random parts of photographs, some of which nobody could tell apart."""
    dice = random.Random(0)  # noqa: S311 - the same dice every time
    for label, name in CLASSES.items():
        target = folder / label
        target.mkdir(parents=True)
        with Image.open(PHOTOS / name) as photo:
            whole = photo.convert("RGB")
        for number in range(dice.randrange(24, 60)):
            edge = dice.randrange(10, 28)
            left, top = (dice.randrange(length - edge + 1) for length in whole.size)
            whole.crop((left, top, left + edge, top + edge)).resize((256, 256)).save(target / f"{number}.jpg")
    return folder


def grab(dialog: QDialog, name: str) -> None:
    dialog.show()
    QApplication.processEvents()
    dialog.grab().save(str(FOLDER / f"{name}.png"))
    dialog.close()


def has_speed(library: ModelLibrary, key: str) -> bool:
    return key in library.facts and library.facts[key].milliseconds is not None


def keep_model(folder: Path, title: str, names: tuple[str, ...]) -> None:
    """A ResNet-18 of as many classes, brought as a person brings one."""
    weights = folder / "hats.pth"
    make = "import sys, torch; from torchvision.models import resnet; "
    make += f"torch.save(resnet.resnet18(num_classes={len(names)}).state_dict(), sys.argv[1])"
    subprocess.run([sys.executable, "-c", make, weights], check=True)
    (event,) = (event for event in examine(weights, CancelToken()) if isinstance(event, WeightsExamined))
    keep(event, title, names)


def make_pictures(folder: Path) -> Path:
    folder.mkdir()
    for name in SHOWN:
        shutil.copy(PHOTOS / name, folder)
    (folder / "holiday.jpg").write_bytes((PHOTOS / "rocket.jpg").read_bytes()[:30_000])
    return folder


if __name__ == "__main__":
    main()
