"""prepare_model for the edition without PyTorch: safetensors weights to the OpenVINO form, built by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import CHECKING, CONVERTING, READING_WEIGHTS, Event, ModelReady, Progress
from resnet_desktop.core.files import publish_folder
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.prepared import is_prepared
from resnet_desktop.engine.layout import COUNTER, layout_of
from resnet_desktop.engine.limits import limited
from resnet_desktop.engine.plain_gate import read_weights
from resnet_desktop.engine.plain_network import State, build_model
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.refusals import DIFFERENT, READING_SECONDS
from resnet_desktop.engine.save_form import answering, write_form

STEPS = 3


def prepare_model(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """As ``convert.prepare_model``; what is written is held against the same network with unrounded weights."""
    if not is_prepared(folder):
        yield Progress(0, STEPS, READING_WEIGHTS)
        state = _read(spec, weights)
        inbox.cancel.check()
        yield Progress(1, STEPS, CONVERTING)
        model = build_model(spec, state)
        inbox.cancel.check()
        yield Progress(2, STEPS, CHECKING)
        head = state[f"{layout_of(spec.architecture).head}.weight"]
        write_form(model, answering(model), head, spec, temporary, folder)
        if folder.exists() and not is_prepared(folder):
            shutil.rmtree(folder, ignore_errors=True)  # a disk cleaner took some of its files
        publish_folder(temporary, folder)
    yield ModelReady(spec, folder)


def _read(spec: ModelSpec, weights: Path) -> State:
    with limited(seconds=READING_SECONDS):
        read = read_weights(weights)
    if (read.architecture, read.classes) != (spec.architecture, len(labels_of(spec))):
        raise ModelError(DIFFERENT, title=spec.title, file=str(weights))
    return {name: np.asarray(value, np.float32) for name, value in read.state.items() if not name.endswith(COUNTER)}
