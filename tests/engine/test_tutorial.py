"""The preset Tutorial is the program of any ResNet tutorial, step for step."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
import runpy
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.training import Look, StepDone, TrainingJob
from resnet_desktop.engine import fine_tune as fine_tune_module
from resnet_desktop.engine import learner as learner_module
from resnet_desktop.engine.fine_tune import fine_tune
from resnet_desktop.engine.finish import start_network
from resnet_desktop.engine.networks import ResNet
from resnet_desktop.engine.presets import RECIPES
from resnet_desktop.engine.process import Inbox
from tests.conftest import SHARED
from tests.engine.colours import SEED, finish_without_storing, job_of, make_colours, small

EDGE = 32
TOLERANCE = 1e-3  # of the loss of every step
PROGRAM = SHARED.parent / "baseline" / "fine_tune.py"


@pytest.fixture(autouse=True)
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fine_tune_module, "REPORTS_A_SECOND", 1e9)
    monkeypatch.setattr(fine_tune_module, "finish", finish_without_storing)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A ResNet-18 that has seen nothing, in the place of the published one."""
    torch.manual_seed(18)
    path = tmp_path / "resnet18.safetensors"
    save_file(models.resnet18().state_dict(), path)
    return path


def with_resnet18(job: TrainingJob, weights: Path, edge: int) -> TrainingJob:
    return dataclasses.replace(job, start=small(find_model("resnet18"), edge), weights=weights)


def losses_of(job: TrainingJob) -> list[float]:
    return [event.loss for event in fine_tune(job, Inbox()) if isinstance(event, StepDone)]


def plain_losses(weights: Path, pictures: list[DatasetPicture], classes: int, epochs: int, batch: int) -> list[float]:
    """What the tutorials write, with a seed for the new layer and one for the order."""
    transform = transforms.Compose(
        [
            transforms.Resize((EDGE, EDGE)),
            transforms.ToTensor(),
            transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
        ]
    )
    data = [(transform(Image.open(picture.path).convert("RGB")), picture.label) for picture in pictures]
    loader = DataLoader(data, batch, shuffle=True, generator=torch.Generator().manual_seed(SEED))  # type: ignore[arg-type]
    torch.manual_seed(SEED)
    network = models.resnet18()
    network.load_state_dict(load_file(weights))
    network.fc = nn.Linear(network.fc.in_features, classes)
    network.double()
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(network.parameters(), lr=0.001)
    losses = []
    for _epoch in range(epochs):
        network.train()
        for shown, labels in loader:
            optimizer.zero_grad()
            loss = criterion(network(shown.double()), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours reckons with 64 bits.

    Adam makes a step of full length of a gradient that is nothing but rounding, and the order of sums differs between
    the layouts of memory: with 32 bits two programs that do the same are some hundredths apart after two steps.
    """
    features = ResNet.features
    monkeypatch.setattr(learner_module, "start_network", lambda job: start_network(job).double())
    monkeypatch.setattr(ResNet, "features", lambda self, pictures: features(self, pictures.double()))


def test_every_step_has_the_loss_of_a_plain_torch_program(exact: None, weights: Path, tmp_path: Path) -> None:
    folder = make_colours(tmp_path / "colours", 6)
    job = with_resnet18(job_of(folder, tmp_path / "run", preset="tutorial"), weights, EDGE)
    ours = losses_of(job)
    assert len(ours) == 4
    assert ours == pytest.approx(plain_losses(weights, list(job.train), 3, epochs=2, batch=8), abs=TOLERANCE)
    assert ours[-1] < ours[0]


def test_the_numbers_of_the_tutorials() -> None:
    recipe = RECIPES["tutorial"]
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (5, 32, 1e-3)
    assert (recipe.optimizer, recipe.weight_decay, recipe.one_cycle, recipe.part) == ("adam", 0.0, False, "all")
    assert (recipe.label_smoothing, recipe.average, recipe.patience, recipe.decay_by_depth) == (0.0, 0.0, 0, 1.0)
    assert (recipe.look, recipe.fitted_head) == (Look("stretched"), False)


@pytest.mark.shared
def test_the_peer_program_itself_has_these_losses(weights: Path, tmp_path: Path) -> None:
    """On real pictures, at 224 x 224 in batches of 32; it prints the mean loss of each epoch."""
    folder = some_clothes(tmp_path / "clothes")
    parts = job_of(folder, tmp_path / "run", preset="tutorial", batch_size=32)
    # Its order of names is another one: "10" before "9".
    in_its_order = sorted(parts.train, key=lambda picture: (picture.label, picture.path.name))
    job = with_resnet18(dataclasses.replace(parts, train=tuple(in_its_order)), weights, 224)
    ours = losses_of(job)
    theirs = peer_losses(folder / "train", weights, tmp_path)
    assert [statistics.fmean(ours[:2]), statistics.fmean(ours[2:])] == pytest.approx(theirs, abs=TOLERANCE)


def some_clothes(folder: Path) -> Path:
    """Twenty pictures each of two classes to learn from, two each to check on."""
    source = SHARED / "clothing" / "train"
    for name in sorted(path.name for path in source.iterdir())[:2]:
        for number, path in enumerate(sorted((source / name).iterdir())[:22]):
            part = folder / ("train" if number < 20 else "val") / name
            part.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, part / path.name)
    return folder


def peer_losses(folder: Path, weights: Path, tmp_path: Path) -> list[float]:
    """Of its two epochs, by its own code, with an order and a last layer that follow from the seed."""
    published = tmp_path / "resnet18.pth"
    torch.save(load_file(weights), published)
    with pytest.MonkeyPatch.context() as patch:
        arguments = [str(PROGRAM), str(folder), "--weights", str(published), "--epochs", "2"]
        patch.setattr(sys, "argv", arguments)
        patch.setattr(torch.utils.data, "DataLoader", seeded(DataLoader))
        torch.manual_seed(SEED)
        with contextlib.redirect_stdout(io.StringIO()) as told:
            runpy.run_path(str(PROGRAM), run_name="__main__")
    assert datasets.ImageFolder(folder).classes == sorted(path.name for path in folder.iterdir())
    return [float(loss) for loss in re.findall(r"loss ([\d.]+)", told.getvalue())]


def seeded(kind: Callable[..., Any]) -> Callable[..., Any]:
    def make(*arguments: Any, **options: Any) -> Any:
        return kind(*arguments, generator=torch.Generator().manual_seed(SEED), **options)

    return make
