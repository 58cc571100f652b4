"""Frozen values that long jobs yield. They cross threads as signals and, from the engine, a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from resnet_desktop.core.answers import Answer
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from resnet_desktop.core.model_store import NewModel

READING_WEIGHTS = QT_TRANSLATE_NOOP("Stages", "Reading the weights")
CONVERTING = QT_TRANSLATE_NOOP("Stages", "Preparing the network")
CHECKING = QT_TRANSLATE_NOOP("Stages", "Checking its answers")
CHECKING_FILE = QT_TRANSLATE_NOOP("Stages", "Checking the file")
WRITING_FILE = QT_TRANSLATE_NOOP("Stages", "Writing the file")


@dataclass(frozen=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True)
class Progress(Event):
    """How far a job is. Only the newest one matters; older ones may be dropped on the way to the screen."""

    done: int
    total: int  # 0 while unknown
    stage: str = ""


@dataclass(frozen=True)
class ModelReady(Event):
    """A model is prepared: from now on it answers without torch."""

    spec: ModelSpec
    folder: Path


@dataclass(frozen=True, kw_only=True)
class WeightsExamined(Event):
    """A foreign weights file that passed the gate."""

    path: Path
    sha256: str  # of the file
    architecture: str
    classes: int
    parameters: int
    official: str  # key of the official model whose file this is, or ""
    names: tuple[str, ...]  # class names found beside the file, or empty
    workspace: Path | None  # where its weights now are as model.safetensors
    described: NewModel | None = None  # what an exported model says of itself; it fits the weights


@dataclass(frozen=True)
class WeightsRefused(Event):
    """A foreign file that is not used."""

    path: Path
    error: AppError


@dataclass(frozen=True)
class EngineDied(Event):
    """The engine child ended without a last word. The sentence of the error that follows says what to do."""

    exit_code: int  # negative: the number of the signal that killed it


@dataclass(frozen=True)
class PixelBlock:
    """An RGB picture small enough to show: ``height`` rows of 3 * ``width`` bytes."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class PicturesFound(Event):
    """Files that will be answered, in the order in which they were found."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class FilesSkipped(Event):
    """How many files in the folders were left out because they are not pictures."""

    count: int


@dataclass(frozen=True)
class PictureAnswered(Event):
    """One picture of many, answered."""

    path: Path
    answer: Answer
    thumbnail: PixelBlock | None = None


@dataclass(frozen=True)
class PictureFailed(Event):
    """One picture of many that could not be answered."""

    path: Path
    error: AppError


PictureDone: TypeAlias = PictureAnswered | PictureFailed
