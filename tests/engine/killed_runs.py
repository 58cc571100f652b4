"""A run that is killed at random moments and goes on, until it ends: python -m tests.engine.killed_runs tiny 100

Torch is loaded once; every life of the run is a fork of this process, ended by SIGKILL. Not for Windows.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.models import resnet

from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.events import Event
from resnet_desktop.core.preprocess import Preprocess
from resnet_desktop.core.training import RunDone, RunStarted, StepDone, TrainingConfig, TrainingJob, Validation
from resnet_desktop.engine import fine_tune as module
from resnet_desktop.engine import learner
from resnet_desktop.engine.checkpoint import load_checkpoint
from resnet_desktop.engine.finish import Checked
from resnet_desktop.engine.networks import ResNet
from resnet_desktop.engine.process import Inbox

PICTURES, CLASSES, BATCH, EDGE = 48, 3, 8, 32
STEPS = PICTURES // BATCH  # an epoch
EPOCHS = {"tiny": 12, "resnet18": 4}
SMALL = Preprocess(resize=EDGE, crop=EDGE, mean=(0.5,) * 3, std=(0.5,) * 3, interpolation="bilinear")
LIFE_SECONDS = {"tiny": 0.5, "resnet18": 6.0}  # the longest
BIRTH_SECONDS = 60.0  # a machine may be busy


class TinyResNet(ResNet):
    """The stages of a ResNet, eight channels wide."""

    def __init__(self) -> None:
        nn.Module.__init__(self)
        net = resnet.ResNet(resnet.BasicBlock, [1, 1, 1, 1], num_classes=CLASSES)
        net.inplanes = 8
        net.conv1, net.bn1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8)
        for name in ("layer1", "layer2", "layer3", "layer4"):
            setattr(net, name, net._make_layer(resnet.BasicBlock, 8, 1, 1 if name == "layer1" else 2))
        net.fc = nn.Linear(8, CLASSES)
        self.network = net


@dataclass(frozen=True)
class Outcome:
    """What became of a run."""

    digest: str  # of the weights that it ended with
    lives: int
    lost_steps: int  # the most that one death cost


def write_pictures(folder: Path) -> tuple[DatasetPicture, ...]:
    dice = np.random.default_rng(1)
    pictures = []
    for number in range(PICTURES):
        path = folder / f"{number}.png"
        Image.fromarray(dice.integers(0, 255, (40, 44, 3), dtype=np.uint8)).save(path)
        status = path.stat()
        pictures.append(DatasetPicture(path, number % CLASSES, status.st_size, status.st_mtime_ns))
    return tuple(pictures)


def job_of(network: str, run: Path, pictures: tuple[DatasetPicture, ...]) -> TrainingJob:
    run.mkdir()
    built_in = find_model("built-in")
    config = TrainingConfig(
        name="Killed", model="built-in", preset="full", dataset="", epochs=EPOCHS[network], batch_size=BATCH
    )
    return TrainingJob(
        run=run.name,
        folder=run,
        config=config,
        start=dataclasses.replace(built_in, preprocess=SMALL),
        weights=Path(),
        prepared=Path(),
        classes=tuple("abc"),
        train=pictures,
        validation=pictures[: PICTURES // 3],
        fingerprint="",
    )


def live(network: str, job: TrainingJob, told: int) -> None:
    """One life of the run; step numbers go to ``told``, the digest of the weights to a file at the end."""
    torch.set_num_threads(1)

    def start(_job: TrainingJob) -> ResNet:
        torch.manual_seed(7)
        return TinyResNet() if network == "tiny" else ResNet(network, CLASSES)

    def finish(
        job: TrainingJob, state: dict[str, Tensor], _checked: Checked, _inbox: Inbox, *, stopped_early: bool = False
    ) -> Iterator[Event]:
        digest = hashlib.sha256(b"".join(state[name].numpy().tobytes() for name in sorted(state))).hexdigest()
        (job.folder / "end").write_text(digest)
        worth = Validation(accuracy=0.0, low=0.0, high=0.0, count=1)
        yield RunDone(run=job.run, model="", validation=worth, stopped_early=stopped_early)

    with (
        mock.patch.object(learner, "start_network", start),
        mock.patch.object(module, "finish", finish),
        mock.patch.object(module._Run, "_fit_head", return_value=()),  # its pictures need OpenVINO
        mock.patch.object(module, "REPORTS_A_SECOND", 1e9),
    ):
        for event in module.fine_tune(job, Inbox()):
            if isinstance(event, RunStarted):
                os.write(told, f"start {event.first_step}\n".encode())
            elif isinstance(event, StepDone):
                os.write(told, f"step {event.step}\n".encode())


def born(network: str, job: TrainingJob) -> tuple[int, int]:
    """A fork that lives: its process id, and the descriptor that its words come from."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        return child, ours
    try:
        live(network, job, theirs)
    finally:
        os._exit(0)


def killed(network: str, job: TrainingJob, seconds: float) -> list[str]:
    """What the run tells in a life that ends ``seconds`` after its first word."""
    child, ours = born(network, job)
    words = os.read(ours, 64)  # or nothing, where it ends before that
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while chunk := os.read(ours, 1 << 16):
        words += chunk
    os.close(ours)
    return words.decode().splitlines()


def run_with_deaths(network: str, job: TrainingJob, deaths: int, dice: random.Random) -> Outcome:
    """Kill it so often, then let it end. AssertionError where a checkpoint cannot be read, or too much is lost."""
    reached = lost = lives = 0
    while lives < deaths and not (job.folder / "end").exists():
        lines = killed(network, job, dice.random() ** 2 * LIFE_SECONDS[network])
        lives += 1
        for line in lines:
            word, number = line.split()
            if word == "start":
                lost = max(lost, reached - int(number) + 1)
            reached = int(number) - (word == "start")
        if reached >= STEPS:
            assert load_checkpoint(job.folder) is not None
    child, ours = born(network, job)
    while os.read(ours, 1 << 16):
        pass
    os.close(ours)
    os.waitpid(child, 0)
    return Outcome((job.folder / "end").read_text(), lives, lost)


def main(network: str, deaths: int, seed: int = 0) -> tuple[Outcome, Outcome]:
    """The run that was never killed, and runs that are, one after the other until all deaths are spent."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    with tempfile.TemporaryDirectory() as place:
        pictures = write_pictures(Path(place))
        whole = run_with_deaths(network, job_of(network, Path(place) / "whole", pictures), 0, dice)
        lives = lost = 0
        while lives < deaths:
            job = job_of(network, Path(place) / f"killed-{lives}", pictures)
            outcome = run_with_deaths(network, job, deaths - lives, dice)
            assert outcome.digest == whole.digest, "other weights"
            assert outcome.lost_steps <= STEPS, f"{outcome.lost_steps} steps were lost"
            lives, lost = lives + outcome.lives, max(lost, outcome.lost_steps)
            print(f"{lives} deaths, at most {lost} of {STEPS} steps lost", flush=True)
    return whole, Outcome(whole.digest, lives, lost)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
