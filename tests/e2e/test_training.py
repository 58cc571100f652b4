"""A window that trains, killed in the middle; the next one goes on and ends with a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.model_store import stored_models
from resnet_desktop.core.run_store import Run, stored_runs
from resnet_desktop.core.settings import Settings, save_settings
from tests.e2e.outside import is_running
from tests.e2e.person import open_window
from tests.engine.colours import make_colours

pytestmark = pytest.mark.window

ORPHAN_MILLISECONDS = 5000
PATIENCE_MILLISECONDS = 180_000
COUNT = 27  # of each: an epoch takes seconds
OpenWindow = Callable[..., psutil.Process]


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    return make_colours(tmp_path / "colours", COUNT)


@pytest.fixture
def window(desktop: None, home: Path, built_in: ModelSpec) -> Iterator[OpenWindow]:
    """Opens windows in this test's home, in English, and sees to their end."""
    save_settings(Settings(language="en"))
    opened = []

    def open_one(folder: Path | None, *buttons: str) -> psutil.Process:
        opened.append(open_window(folder, *buttons))
        return psutil.Process(opened[-1].pid)

    yield open_one
    for process in opened:
        process.kill()
        process.wait()


def newest_run() -> Run | None:
    return next(iter(stored_runs()), None)


def test_no_engine_outlives_a_window_that_was_killed_and_the_next_one_goes_on(
    qtbot: QtBot, window: OpenWindow, colours: Path
) -> None:
    first = window(colours, "Tutorial", "Start")

    def has_kept_an_epoch() -> bool:
        run = newest_run()
        return run is not None and any(run.folder.glob("checkpoint-*.json"))

    qtbot.waitUntil(has_kept_an_epoch, timeout=PATIENCE_MILLISECONDS)
    children = first.children(recursive=True)
    assert len(children) >= 2  # the engine, and what multiprocessing and the inhibition of sleep may have beside it
    first.kill()
    qtbot.waitUntil(lambda: not any(is_running(each) for each in [first, *children]), timeout=ORPHAN_MILLISECONDS)
    cut = newest_run()
    assert cut is not None
    assert (cut.state, stored_models()) == ("running", ())

    second = window(None, "Continue")
    qtbot.waitUntil(lambda: len(stored_models()) == 1, timeout=PATIENCE_MILLISECONDS)

    def is_done() -> bool:
        run = newest_run()
        return run is not None and run.state == "done"

    qtbot.waitUntil(is_done, timeout=PATIENCE_MILLISECONDS)
    ended = newest_run()
    assert ended is not None
    assert (ended.id, len(stored_runs())) == (cut.id, 1)
    assert is_running(second)
    second.kill()
