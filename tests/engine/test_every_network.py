"""All networks in all presets, an epoch each on parts of real photographs: minutes, so only when asked for (--slow)."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.events import Event
from resnet_desktop.core.files import sha256_of
from resnet_desktop.core.model_store import DESCRIPTION, WEIGHTS
from resnet_desktop.core.training import PRESETS, EpochDone, Preset, RunDone, StepDone, TrainingConfig
from resnet_desktop.engine.networks import RESNETS
from resnet_desktop.engine.train import train
from tests.engine.in_process import train_in_process
from tests.engine.stored import store_model

pytestmark = pytest.mark.slow

EDGE = 64
COUNT = 200  # of each class
PHOTOS = ("brick.png", "grass.png", "gravel.png", "moon.png", "page.png")
OTHER_PHOTOS = ("motorcycle_left.png", "hubble_deep_field.jpg", "ihc.png", "retina.jpg", "rocket.jpg")
EPOCHS_BEFORE = 3


@pytest.fixture(scope="module")
def parts_of_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes."""
    return make_parts(tmp_path_factory.mktemp("photos"), PHOTOS)


@pytest.fixture(scope="module")
def parts_of_others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five other classes, to see the world by: the published weights are too large to come with the tests."""
    return make_parts(tmp_path_factory.mktemp("others"), OTHER_PHOTOS)


def make_parts(folder: Path, names: tuple[str, ...]) -> Path:
    """A class for every photograph: random parts of it, 96 pixels wide."""
    import skimage

    dice = np.random.default_rng(0)
    for name in names:
        (folder / Path(name).stem).mkdir()
        with Image.open(Path(skimage.__file__).parent / "data" / name) as photo:
            for number in range(COUNT):
                left, top = int(dice.integers(photo.width - 96)), int(dice.integers(photo.height - 96))
                part = photo.convert("RGB").crop((left, top, left + 96, top + 96))
                part.save(folder / Path(name).stem / f"{number}.png")
    return folder


def start_model(architecture: str, folder: Path) -> str:
    """The key of a stored network with random weights that has seen these pictures, for small squares."""
    paths = sorted(folder.rglob("*.png"))[::4]
    pixels = np.stack([np.asarray(Image.open(path).resize((EDGE, EDGE))) for path in paths])
    spec = store_model(f"random-{architecture}", architecture, 5, pixels)
    description = Path(spec.folder) / DESCRIPTION
    record = json.loads(description.read_bytes())
    record["preprocess"] |= {"resize": EDGE, "crop": EDGE}
    description.write_text(json.dumps(record), encoding="utf-8")
    assert sha256_of(Path(spec.folder) / WEIGHTS) == spec.sha256
    return spec.key


def experienced(architecture: str, folder: Path, token: CancelToken) -> str:
    """The key of a model that was trained here from random weights, on other pictures."""
    key = start_model(architecture, folder)
    config = TrainingConfig(
        name="Before", model=key, preset="tutorial", dataset=str(folder), epochs=EPOCHS_BEFORE, batch_size=16
    )
    *_events, done = train(config, token)
    assert isinstance(done, RunDone)
    return done.model


def losses_of(events: list[Event], preset: Preset) -> list[float]:
    """Of the pictures learned from, in turn: of every step, and of Quick with ever weaker regularisation."""
    if preset == "quick":
        return [event.train_loss for event in events if isinstance(event, EpochDone)]
    return [event.loss for event in events if isinstance(event, StepDone)]


@pytest.mark.parametrize("architecture", [*RESNETS, "built-in"])
def test_an_epoch_of_every_preset(
    architecture: str,
    parts_of_photos: Path,
    parts_of_others: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: CancelToken,
) -> None:
    train_in_process(monkeypatch)
    key = architecture if architecture == "built-in" else experienced(architecture, parts_of_others, token)
    told = []
    for preset in PRESETS:
        config = TrainingConfig(name="Photos", model=key, preset=preset, dataset=str(parts_of_photos), epochs=1)
        events = list(train(config, token))
        done = events[-1]
        assert isinstance(done, RunDone)
        assert find_model(done.model).architecture == find_model(key).architecture
        losses = losses_of(events, preset)
        third = len(losses) // 3 or 1
        first, last = statistics.fmean(losses[:third]), statistics.fmean(losses[-third:])
        print(f"{architecture} {preset}: {first:.4f} -> {last:.4f}, right {done.validation.accuracy:.3f}")
        told.append((preset, last < first))
    assert [preset for preset, fell in told if not fell] == []
