"""prepare_model for the edition without PyTorch: safetensors weights to the OpenVINO form, built by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import Event
from resnet_desktop.engine.layout import COUNTER
from resnet_desktop.engine.limits import READING_SECONDS, limited
from resnet_desktop.engine.plain_gate import read_weights
from resnet_desktop.engine.plain_network import State
from resnet_desktop.engine.process import Inbox
from resnet_desktop.engine.recognise import check_belongs
from resnet_desktop.engine.save_form import prepare


def prepare_model(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """As ``convert.prepare_model``, held against the same network with unrounded weights."""
    yield from prepare(spec, lambda: (_read(spec, weights), None), folder, temporary, inbox)


def _read(spec: ModelSpec, weights: Path) -> State:
    with limited(seconds=READING_SECONDS):
        read = read_weights(weights)
    check_belongs(weights, spec, read.architecture, read.classes)
    return {name: np.asarray(value, np.float32) for name, value in read.state.items() if not name.endswith(COUNTER)}
