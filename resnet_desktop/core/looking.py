"""One picture on the table: its answer, something to show, and what the network looked at, from one decode."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from resnet_desktop.core.answers import Answer
from resnet_desktop.core.classifier import Classifier, Outputs, answer_picture
from resnet_desktop.core.events import PixelBlock
from resnet_desktop.core.folder_run import thumbnail
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import Box, seen_box

WHOLE = Box(0, 0, 1, 1)
FIRST_EDGE = 256  # shorter edge that a decode aims at before any model is open


@dataclass(frozen=True)
class HeatGrid:
    """How much every place of the seen square speaks for a class: ``rows`` x ``columns`` bytes, 255 the most."""

    rows: int
    columns: int
    data: bytes


@dataclass(frozen=True)
class Look:
    """What is known about one picture after one pass."""

    width: int  # of the upright picture at full scale, in pixels
    height: int
    note: str
    block: PixelBlock  # to show at once; may be smaller than the picture
    answer: Answer | None = None  # None while no model is open
    heat: tuple[HeatGrid, ...] = ()  # one for each prediction of the answer
    box: Box = WHOLE  # what the network saw, in fractions of the picture

    def could_be_sharper(self, edge: int) -> bool:
        """Whether showing it ``edge`` pixels long would need more than the block has."""
        return max(self.block.width, self.block.height) < min(edge, max(self.width, self.height))


def look_at(path: Path, classifier: Classifier | None) -> Look:
    """Decode, answer and explain; raises PictureError."""
    started = perf_counter()
    resize = classifier.spec.preprocess.resize if classifier else FIRST_EDGE
    picture = open_picture(path, edge=resize)
    look = Look(picture.width, picture.height, picture.note, thumbnail(picture, 4 * resize))
    if classifier is None:
        return look
    answer, outputs = answer_picture(classifier, picture)
    answer = replace(answer, milliseconds=(perf_counter() - started) * 1000)
    box = seen_box(classifier.spec.preprocess, picture.width, picture.height)
    return replace(look, answer=answer, heat=_heat(classifier, answer, outputs), box=box)


def preview_of(path: Path, edge: int) -> PixelBlock:
    """The picture within ``edge`` x ``edge`` pixels; raises PictureError."""
    return thumbnail(open_picture(path, edge=max(1, edge // 2)), edge)


def _heat(classifier: Classifier, answer: Answer, outputs: Outputs) -> tuple[HeatGrid, ...]:
    import numpy as np

    from resnet_desktop.core.heat_map import class_activation, heat_of

    weights = classifier.class_weights()
    grids = []
    for prediction in answer.predictions:
        heat = heat_of(class_activation(outputs.feature_map, np.asarray(weights[prediction.index])))
        rows, columns = heat.shape
        grids.append(HeatGrid(rows, columns, np.rint(heat * 255).astype(np.uint8).tobytes()))
    return tuple(grids)
