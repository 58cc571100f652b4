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
COUNT = 40  # of each class
PHOTOS = ("astronaut.png", "coffee.png", "chelsea.png")


@pytest.fixture(scope="module")
def parts_of_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes: random parts of three photographs, 96 pixels wide."""
    import skimage

    folder, dice = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    for name in PHOTOS:
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


def losses_of(events: list[Event], preset: Preset) -> list[float]:
    """In turn; of Quick, of ever weaker regularisation; of those that begin with its last layer, before and after."""
    if preset == "tutorial":
        return [event.loss for event in events if isinstance(event, StepDone)]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    return [event.train_loss if preset == "quick" else event.validation_loss for event in epochs]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("architecture", [*RESNETS, "built-in"])
def test_an_epoch(
    architecture: str, preset: Preset, parts_of_photos: Path, monkeypatch: pytest.MonkeyPatch, token: CancelToken
) -> None:
    train_in_process(monkeypatch)
    key = architecture if architecture == "built-in" else start_model(architecture, parts_of_photos)
    config = TrainingConfig(
        name="Photos", model=key, preset=preset, dataset=str(parts_of_photos), epochs=1, batch_size=8
    )
    events = list(train(config, token))
    done = events[-1]
    assert isinstance(done, RunDone)
    assert find_model(done.model).architecture == find_model(key).architecture
    losses = losses_of(events, preset)
    third = max(1, len(losses) // 3)
    first, last = statistics.fmean(losses[:third]), statistics.fmean(losses[-third:])
    print(f"{architecture} {preset}: {first:.4f} -> {last:.4f}, right {done.validation.accuracy:.3f}")
    if architecture == "built-in" or preset in ("quick", "tutorial"):
        assert last < first
    else:
        # Random weights give features that a last layer fits by a hair; an epoch may shake that, and is then not kept.
        before = next(event for event in events if isinstance(event, EpochDone))
        assert done.validation.accuracy >= before.validation_accuracy
