"""Writing a prepared form that answers as its reference does: torch's network, or the same form unrounded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError, ModelError
from resnet_desktop.core.events import CHECKING, CONVERTING, READING_WEIGHTS, Event, ModelReady, Progress
from resnet_desktop.core.files import publish_folder
from resnet_desktop.core.openvino_runtime import import_openvino
from resnet_desktop.core.prepared import CANNOT_WRITE, CLASS_WEIGHTS, NETWORK, is_prepared
from resnet_desktop.engine.layout import layout_of
from resnet_desktop.engine.plain_network import State, build_model
from resnet_desktop.engine.process import Inbox

# Weights are stored as fp16 and used as fp32; the largest difference seen between probabilities was 0.005. A network
# that was hardly trained can make much more of the rounding, and is then stored as fp32.
MAX_DIFFERENCE = 0.01
PROBE_BLOCKS = (1, 8, 32)  # pixels: to a network all fine noise is alike
PROBE_SPREAD = 2.0  # of the logits: probes drive some networks so far into certainty that no difference would show
STEPS = 3
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}
NOT_EQUAL = QT_TRANSLATE_NOOP(
    "Sentences", "{title} does not answer the same after preparing it (difference {difference}). It was not kept."
)

Numbers = NDArray[np.float32]
Reference = Callable[[NDArray[np.uint8]], Numbers]  # pixels [1, crop, crop, 3] to logits [1, classes]


def prepare(
    spec: ModelSpec, read: Callable[[], tuple[State, Reference | None]], folder: Path, temporary: Path, inbox: Inbox
) -> Iterator[Event]:
    """Write the prepared form of what ``read`` gives into ``folder``; Progress, then ModelReady.

    Without a reference the form is held against itself with unrounded weights. ``temporary`` is an empty folder
    beside ``folder``, from ``core.prepared.workspace``.
    """
    if not is_prepared(folder):
        yield Progress(0, STEPS, READING_WEIGHTS)
        state, reference = read()
        inbox.cancel.check()
        yield Progress(1, STEPS, CONVERTING)
        model = build_model(spec, state)
        inbox.cancel.check()
        yield Progress(2, STEPS, CHECKING)
        head = state[f"{layout_of(spec.architecture).head}.weight"]
        _write(model, reference or _answering(model), head, spec, temporary, folder)
        if folder.exists() and not is_prepared(folder):
            # A disk cleaner took some of its files; it would stand in the way for good.
            shutil.rmtree(folder, ignore_errors=True)
        publish_folder(temporary, folder)
    yield ModelReady(spec, folder)


def _write(
    model: Any, reference: Reference, class_weights: Numbers, spec: ModelSpec, temporary: Path, folder: Path
) -> None:
    """All files of a prepared form into ``temporary``, which will be ``folder``; EngineError where it is none."""
    try:
        np.save(temporary / CLASS_WEIGHTS, class_weights.astype(np.float32))
        _save(model, reference, spec, temporary)
    except (OSError, RuntimeError) as error:  # OpenVINO says "iostream error" when the disk is full
        reason = getattr(error, "strerror", None) or _free_space(temporary)
        raise ModelError(CANNOT_WRITE, title=spec.title, folder=str(folder.parent), reason=reason) from error


def _answering(model: Any) -> Reference:
    """An openvino.Model, or a file with one, as a reference."""
    compiled = import_openvino().Core().compile_model(model, "CPU", EXACT)

    def answer(pixels: NDArray[np.uint8]) -> Numbers:
        logits: Numbers = compiled([pixels])[0].copy()
        return logits

    return answer


def _free_space(folder: Path) -> str:
    return f"{shutil.disk_usage(folder).free // 2**20} MB free"


def _save(model: Any, reference: Reference, spec: ModelSpec, folder: Path) -> None:
    """Write the model, as fp16 where it then still gives the reference's probabilities."""
    difference = float("nan")
    for compressed in (True, False):
        import_openvino().save_model(model, str(folder / NETWORK), compress_to_fp16=compressed)
        difference = _difference(_answering(str(folder / NETWORK)), reference, spec.preprocess.crop)
        if difference <= MAX_DIFFERENCE:  # false for nan
            return
    raise EngineError(NOT_EQUAL, title=spec.title, difference=f"{difference:.3f}")


def _difference(ours: Reference, theirs: Reference, crop: int) -> float:
    """The largest difference between the probabilities of both forms; nan where one of them has no answer."""
    differences = []
    for pixels in _probes(crop):
        expected, found = theirs(pixels).astype(np.float64), ours(pixels).astype(np.float64)
        scale = max(float(expected.std(ddof=1)) / PROBE_SPREAD, 1.0)
        differences.append(np.abs(_softmax(found / scale) - _softmax(expected / scale)).max())
    return float(np.stack(differences).max())


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _probes(crop: int) -> Iterator[NDArray[np.uint8]]:
    """Random blocks of several sizes, uint8 [1, crop, crop, 3]."""
    random = np.random.default_rng(0)
    for block in PROBE_BLOCKS:
        edge = -(-crop // block)
        blocks = random.integers(0, 256, (1, edge, edge, 3), dtype=np.uint8)
        yield np.ascontiguousarray(blocks.repeat(block, 1).repeat(block, 2)[:, :crop, :crop])
