"""What the Advanced drawer and the command line may change of a preset, and what becomes of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from resnet_desktop.cli import run
from resnet_desktop.core.augmentation import dice_of, kept_form, shown
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.classifier import OpenVinoClassifier, answer_file
from resnet_desktop.core.dataset import DatasetInspected, DatasetPicture, fingerprint, inspect_dataset
from resnet_desktop.core.events import Event, ModelReady
from resnet_desktop.core.model_store import DESCRIPTION
from resnet_desktop.core.prepared import is_prepared, prepared_folder
from resnet_desktop.core.preprocess import resized
from resnet_desktop.core.run_store import RUN, find_run, new_run
from resnet_desktop.core.training import Look, RunDone, TrainingConfig
from resnet_desktop.engine import ready as ready_module
from resnet_desktop.engine import train as train_module
from resnet_desktop.engine.class_weights import weights_of
from resnet_desktop.engine.fine_tune import fine_tune
from resnet_desktop.engine.learner import Learner
from resnet_desktop.engine.linear_head import Examples, fit_heads
from resnet_desktop.engine.loader import Batch, Loader, Room
from resnet_desktop.engine.presets import recipe_of
from resnet_desktop.engine.process import Inbox, Job
from resnet_desktop.engine.ready import make_ready
from resnet_desktop.engine.train import job_for, new_split, start_model
from tests.engine.test_training import colours, config_of, job_of

__all__ = ["colours"]
EVERYTHING = Look("part", mirror=True, colour=True)


def in_this_process(job: Job, *arguments: object, token: CancelToken, grace: float) -> Iterator[Event]:
    yield from job(*arguments, Inbox(token))


def test_the_recipe_takes_what_was_changed_and_nothing_else() -> None:
    def look(**changes: bool) -> Look:
        return recipe_of(dataclasses.replace(config_of(Path(), "full"), **changes)).look

    assert look() == Look("part", mirror=True)
    assert look(crop=False) == Look("answered", mirror=True)
    assert look(mirror=False, colour=True) == Look("part", colour=True)
    tutorial = config_of(Path(), "tutorial")
    assert recipe_of(tutorial).look == Look("stretched")
    assert recipe_of(dataclasses.replace(tutorial, crop=False)).look == Look("stretched")
    assert recipe_of(dataclasses.replace(tutorial, crop=True)).look == Look("part")


@pytest.mark.parametrize("base", ["part", "answered", "stretched"])
@pytest.mark.parametrize("colour", [False, True])
def test_what_a_picture_becomes_follows_from_seed_epoch_and_index(base: str, colour: bool, coffee: Path) -> None:
    preprocess = find_model("built-in").preprocess
    look = Look(base, mirror=True, colour=colour)  # type: ignore[arg-type]
    kept = kept_form(coffee, preprocess, look)

    def made(seed: int, epoch: int, index: int) -> np.ndarray:
        return shown(kept, preprocess, look, dice_of(seed, epoch, index))

    first = made(1, 2, 3)
    assert first.shape == (224, 224, 3)
    assert np.array_equal(first, made(1, 2, 3))
    several = [made(1, epoch, 3) for epoch in range(12)]
    kinds = len({each.tobytes() for each in several})
    assert kinds == (12 if colour or base == "part" else 2), "mirrored or not, unless there is more to vary"


def test_colours_are_left_alone_unless_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.new("RGB", (300, 300), (120, 90, 60)).save(path)
    preprocess = find_model("built-in").preprocess
    kept = kept_form(path, preprocess, EVERYTHING)
    plain = shown(kept, preprocess, Look("part", mirror=True), dice_of(0, 1, 2))
    assert (plain == (120, 90, 60)).all()
    coloured = shown(kept, preprocess, EVERYTHING, dice_of(0, 1, 2))
    assert not (coloured == (120, 90, 60)).all()


def test_the_loader_shows_the_same_in_whatever_order_it_is_asked(coffee: Path, cat: Path) -> None:
    def picture(path: Path) -> DatasetPicture:
        status = path.stat()
        return DatasetPicture(path, 0, status.st_size, status.st_mtime_ns)

    pictures = (picture(coffee), picture(cat))
    preprocess = resized(find_model("built-in").preprocess, 160)

    def batch(*indices: int) -> Batch:
        loader = Loader(pictures, preprocess, EVERYTHING, Room(), seed=5)
        return next(loader.batches([indices], epoch=4))

    both = batch(0, 1).pixels
    assert both.shape == (2, 160, 160, 3)
    assert torch.equal(both[1], batch(1).pixels[0])


def test_an_image_size_reaches_the_model_and_its_answers(
    built_in: ModelSpec, colours: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready_module, "run_in_engine", in_this_process)
    config = dataclasses.replace(config_of(colours, "standard", 1), image_size=128)
    *_others, inspected = inspect_dataset(colours, token)
    assert isinstance(inspected, DatasetInspected)
    *_others, ready = make_ready(start_model(config), token)
    assert isinstance(ready, ModelReady)
    run = new_run(config, inspected.dataset.classes, fingerprint(inspected.dataset))
    job = job_for(config, inspected.dataset, new_split(config, inspected.dataset), ready.folder, run)
    *_others, done = fine_tune(job, Inbox())
    assert isinstance(done, RunDone)
    spec = find_model(done.model)
    assert (spec.preprocess.crop, spec.preprocess.resize) == (128, 146)
    record = json.loads((Path(spec.folder) / DESCRIPTION).read_bytes())
    assert record["preprocess"]["crop"] == 128
    assert record["training"]["image_size"] == 128
    folder = prepared_folder(spec, spec.sha256)
    assert is_prepared(folder)
    classifier = OpenVinoClassifier(spec, folder)
    answer, _picture = answer_file(classifier, colours / "red" / "0.png")
    assert spec.classes[answer.predictions[0].index] == "red"


def test_a_resized_preprocess_sees_as_much_of_the_picture() -> None:
    preprocess = find_model("built-in").preprocess
    assert (preprocess.crop, preprocess.resize) == (224, 256)
    larger = resized(preprocess, 448)
    assert (larger.crop, larger.resize) == (448, 512)
    assert larger.mean == preprocess.mean


def test_class_weights_are_balanced_as_usual() -> None:
    weights = weights_of([0] * 6 + [1] * 2 + [3] * 4, 4)
    assert weights.tolist() == [0.5, 1.5, 0.0, 0.75]
    assert weights_of([0, 1, 2] * 5, 3).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("part", [0, 3])
def test_class_weights_change_the_loss_as_torch_does(
    part: int, built_in: ModelSpec, colours: Path, tmp_path: Path
) -> None:
    """Also where memory does not suffice for a whole batch."""
    for number in range(7):
        (colours / "red" / f"{number}.png").unlink()
    job = job_of(colours, tmp_path / "run")
    job = dataclasses.replace(job, config=dataclasses.replace(job.config, class_weights=True))
    recipe = dataclasses.replace(recipe_of(job.config), label_smoothing=0.0)
    learner = Learner(job, recipe)
    learner.network.eval()  # one picture's logits are the same in every part
    learner.part = part
    labels = torch.tensor([0, 0, 1, 1, 1, 2, 2, 2])
    pixels = torch.randint(0, 256, (8, 224, 224, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    batch = Batch(pixels, labels, tuple(range(8)), ())
    counts = torch.bincount(torch.tensor([picture.label for picture in job.train])).float()
    assert counts[2] < counts[0]
    with torch.inference_mode(), learner._autocast():
        logits = learner._answering(pixels)[0].float()
    expected = functional.cross_entropy(logits, labels, weight=len(job.train) / (3 * counts))
    assert learner.step(batch, 1.0, 0) == pytest.approx(float(expected), rel=2e-2)
    assert float(expected) != pytest.approx(float(functional.cross_entropy(logits, labels)), rel=2e-2)


def test_class_weights_make_a_rare_class_count_in_the_fitted_head(token: CancelToken) -> None:
    dice = torch.Generator().manual_seed(1)
    frequent = torch.randn(190, 4, generator=dice)
    rare = torch.randn(10, 4, generator=dice) + 0.8
    train_side = Examples(torch.cat([frequent, rare]), torch.tensor([0] * 190 + [1] * 10))

    def found(balance: torch.Tensor | None) -> int:
        fit = next(fit_heads(train_side, train_side, 2, token, balance))
        return int(fit.logits[190:].argmax(1).sum())

    assert found(None) < found(weights_of([0] * 190 + [1] * 10, 2))


@pytest.mark.parametrize("size", ["200", "96", "544", "large"])
def test_the_command_line_takes_sizes_that_the_networks_can_halve(
    size: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["train", str(tmp_path), "--name", "x", "--image-size", size])
    assert ended.value.code == 2
    assert "--image-size" in capsys.readouterr().err


def test_the_command_line_hands_its_choices_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[TrainingConfig] = []

    def train(config: TrainingConfig, _token: CancelToken) -> Iterator[Event]:
        asked.append(config)
        yield from ()

    monkeypatch.setattr(train_module, "train", train)
    assert run(["train", str(tmp_path), "--name", "x", "--image-size", "128", "--class-weights"]) == 0
    assert run(["train", str(tmp_path), "--name", "x"]) == 0
    assert [(config.image_size, config.class_weights) for config in asked] == [(128, True), (None, False)]


def test_a_run_of_before_these_choices_is_still_read(home: Path) -> None:
    config = TrainingConfig(name="Old", model="built-in", preset="full", dataset="/fruit", epochs=3)
    old = new_run(config, ("apple", "pear"), "0")
    record = json.loads((old.folder / RUN).read_bytes())
    for name in ("image_size", "crop", "mirror", "colour", "class_weights"):
        del record["config"][name]
    (old.folder / RUN).write_text(json.dumps(record), encoding="utf-8")
    assert find_run(old.id).config == config
