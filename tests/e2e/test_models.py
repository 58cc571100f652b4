"""Weights off a USB stick, and one that is hostile, through the real window, engine and network."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_desktop.app import Application
from resnet_desktop.core import paths
from resnet_desktop.core.model_store import stored_models
from resnet_desktop.ui.model_desk import Phase
from resnet_desktop.ui.models.library import IMPORT
from resnet_desktop.ui.models.names_dialog import NamesDialog
from tests.e2e.test_drag import Drag, drag, uri_of

pytestmark = pytest.mark.window

__all__ = ["drag"]  # the fixture

LONG = 60_000
MAKE = (
    "import sys, torch; from torchvision.models import resnet; torch.manual_seed(1);"
    "torch.save(resnet.resnet18(num_classes=3).state_dict(), sys.argv[1])"
)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A ResNet-18 with three classes and their names beside it."""
    folder = tmp_path / "stick"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", MAKE, folder / "hats.pth"], check=True)
    (folder / "hats.txt").write_text("hat\ncap\nhelmet\n", encoding="utf-8")
    return folder / "hats.pth"


def keep_what_is_asked() -> None:
    """Press "Keep this model" as soon as the question is there."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, NamesDialog):
        dialog._keep.click()
    else:
        QTimer.singleShot(50, keep_what_is_asked)


def test_dragged_weights_are_examined_kept_prepared_and_answer(
    qtbot: QtBot, drag: Drag, program: Application, stick: Path, coffee: Path
) -> None:
    keep_what_is_asked()
    drag("files", uri_of(stick))
    qtbot.waitUntil(lambda: bool(stored_models()), timeout=LONG)
    spec = stored_models()[0]
    assert spec.classes == ("hat", "cap", "helmet")
    qtbot.waitUntil(lambda: not program.library.tasks, timeout=LONG)  # prepared
    qtbot.waitUntil(lambda: program.library.facts[spec.key].milliseconds is not None, timeout=LONG)
    program.session.choose_model(spec.key)
    qtbot.waitUntil(lambda: program.session.models.phase is Phase.READY, timeout=LONG)
    program.session.add((coffee,))
    qtbot.waitUntil(lambda: program.session.answer is not None, timeout=LONG)
    assert {program.session.labels[each.index] for each in program.session.answer.predictions} == set(spec.classes)


class Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(Path(os.environ["CANARY"])),)


def test_hostile_weights_are_refused_with_a_sentence_and_not_run(
    qtbot: QtBot, drag: Drag, program: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "sung"
    monkeypatch.setenv("CANARY", str(canary))
    hostile = tmp_path / "resnet50-11ad3fa6.pth"
    hostile.write_bytes(pickle.dumps({"fc.weight": Hostile(), "filling": bytes(5000)}, protocol=2))
    drag("files", uri_of(hostile))
    qtbot.waitUntil(lambda: IMPORT in program.library.errors, timeout=LONG)
    assert "holds no readable weights" in str(program.library.errors[IMPORT])
    assert not canary.exists()
    assert not list(paths.models_dir().iterdir())
    assert program.session.models.phase is Phase.READY
