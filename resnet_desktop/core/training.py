"""What a training is asked for, and what it tells: frozen values that cross threads, the pipe and the run's journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from resnet_desktop.core.events import Event, Progress

Preset = Literal["quick", "standard", "full", "tutorial"]
PRESETS: tuple[Preset, ...] = ("quick", "standard", "full", "tutorial")

LOOKING = QT_TRANSLATE_NOOP("Stages", "Looking at every picture once")
FITTING = QT_TRANSLATE_NOOP("Stages", "Fitting the last layer")
TRAINING = QT_TRANSLATE_NOOP("Stages", "Training")
VALIDATING = QT_TRANSLATE_NOOP("Stages", "Checking on pictures it has not seen")
STORING = QT_TRANSLATE_NOOP("Stages", "Keeping the model")


IMAGE_SIZES = range(128, 513, 32)  # all that the networks halve five times without a remainder


@dataclass(frozen=True)
class Look:
    """How pictures are shown to a network while it learns."""

    # A random part; just what answers see; or the whole picture squeezed into a square, as the tutorials do it.
    base: Literal["part", "answered", "stretched"]
    mirror: bool = False  # half of them
    colour: bool = False  # brightness, contrast and saturation at random


ANSWERED = Look("answered")


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """What a person asks for; None means what the preset finds best."""

    name: str  # of the model that comes out
    model: str  # key of the model to start from
    preset: Preset
    dataset: str  # the folder
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    validation_fraction: float = 0.2
    seed: int = 0
    device: str = "auto"
    image_size: int | None = None  # edge in pixels of what the network sees
    crop: bool | None = None  # a random part of each picture
    mirror: bool | None = None  # half of them left to right
    colour: bool | None = None  # in other light
    class_weights: bool = False  # a rare class counts as much as a frequent one


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """Everything the engine needs for one run."""

    run: str
    folder: Path  # of the run
    config: TrainingConfig
    start: ModelSpec
    weights: Path  # of the start model
    prepared: Path  # its OpenVINO form
    classes: tuple[str, ...]
    train: tuple[DatasetPicture, ...]
    validation: tuple[DatasetPicture, ...]
    fingerprint: str  # of the dataset


@dataclass(frozen=True, kw_only=True)
class RunStarted(Event):
    """The first word of a run, also of one that goes on."""

    run: str
    folder: Path
    config: TrainingConfig
    classes: tuple[str, ...]
    train_count: int
    validation_count: int
    epochs: int
    steps: int  # in all epochs; 0 where there are none
    device: str
    first_epoch: int = 1  # above 1 where the run goes on from a checkpoint
    first_step: int = 1  # what was told of this step and later ones is told again


@dataclass(frozen=True, kw_only=True)
class StepDone(Event):
    """One step of the optimiser."""

    step: int  # from 1, through all epochs
    epoch: int  # from 1
    loss: float
    learning_rate: float
    pictures_per_second: float


@dataclass(frozen=True, kw_only=True)
class EpochDone(Event):
    """One pass over the training pictures, and what it is worth on the others."""

    epoch: int  # from 1; 0 for the fitted last layer that it begins with
    train_loss: float
    validation_loss: float
    validation_accuracy: float  # 0..1
    learning_rate: float
    best: bool  # so far


@dataclass(frozen=True)
class TrainingProgress(Progress):
    """Where a run is: ``done`` of ``total`` steps."""

    seconds_left: float | None = None


@dataclass(frozen=True)
class TrainingNote(Event):
    """Something a person should know, that does not end the run."""

    error: AppError
    paths: tuple[Path, ...] = ()  # of the pictures that it is about


@dataclass(frozen=True)
class TrainingRests(Event):
    """The run waits until a person has done something; whatever it tells next says that it goes on."""

    error: AppError


@dataclass(frozen=True)
class TrainingPaused(Event):
    """The run rests as a person wished, and what it has learned is kept."""


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What the finished model is worth on the validation pictures."""

    accuracy: float
    low: float  # of the 95 % interval
    high: float
    count: int


@dataclass(frozen=True, kw_only=True)
class RunDone(Event):
    """The last word of a run that ended well: the model is stored and prepared."""

    run: str
    model: str  # its key
    validation: Validation
    stopped_early: bool = False
