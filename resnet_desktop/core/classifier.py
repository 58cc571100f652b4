"""Classifier on OpenVINO: logits, embedding and last feature map of a picture from one pass, without torch."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, Protocol

from resnet_desktop.core.answers import DEFAULT_TOP, Answer, rank
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.devices import has_fast_arithmetic
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.openvino_runtime import openvino_core, openvino_device
from resnet_desktop.core.pictures import Picture, open_picture
from resnet_desktop.core.prepared import CLASS_WEIGHTS, NETWORK, discard
from resnet_desktop.core.preprocess import network_pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

# The least time for one picture; the most pictures in a time, exactly; or more of them still, with bf16 arithmetic
# where the processor has it: 98 of 100 sample pictures keep their answer.
Mode = Literal["one", "many", "fast"]
NOT_RUN = QT_TRANSLATE_NOOP("Sentences", "{title} does not run on {device} here. Choose the processor.")


@dataclass(frozen=True)
class Outputs:
    """What the network says of one picture; all float32."""

    logits: NDArray[np.float32]  # [classes]
    embedding: NDArray[np.float32]  # [features], the average of the feature map
    feature_map: NDArray[np.float32]  # [features, rows, columns], the last one


class Classifier(Protocol):
    """What answers pictures. Implementations: OpenVINO here, torch in the engine, a fake one for tests."""

    spec: ModelSpec
    device: str  # as a person knows it: "cpu", "gpu", "npu", "cuda", "mps"

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:
        """One pass over ``pixels`` [crop, crop, 3]. May be called from several threads at once."""

    def class_weights(self) -> NDArray[np.float32]:
        """The last layer's weights [classes, features]."""

    def close(self) -> None:
        """Give back memory, processes and devices."""


class OpenVinoClassifier:
    """A prepared model on the processor, an Intel GPU or an NPU; exact float32 arithmetic on the processor."""

    def __init__(self, spec: ModelSpec, folder: Path, device: str = "auto", mode: Mode = "one") -> None:
        name = openvino_device(device)
        self.spec = spec
        self.device = name.lower()
        self._folder = folder
        hints: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY" if mode == "one" else "THROUGHPUT"}
        if name == "CPU":
            # OpenVINO takes bf16 by itself where it can, which changes 2 of 100 answers.
            hints["INFERENCE_PRECISION_HINT"] = "bf16" if mode == "fast" and has_fast_arithmetic() else "f32"
            if mode != "one":
                # Each decoding thread runs its own picture on its own core: no queue between decode and network.
                hints["NUM_STREAMS"] = str(thread_count())
        self._compiled = self._compile(name, hints)
        # A pool, not threading.local: a QThread's Python state dies after every slot, and an OpenVINO object that
        # dies with it lets go of the interpreter in the middle of that and crashes the process.
        self._idle: SimpleQueue[Any] = SimpleQueue()

    def _compile(self, name: str, hints: dict[str, Any]) -> Any:
        core, network = openvino_core(), str(self._folder / NETWORK)
        try:
            return core.compile_model(network, name, hints)
        except RuntimeError as error:
            try:
                core.read_model(network)
            except RuntimeError:
                raise discard(self.spec, self._folder) from error
            log.exception("cannot use %s", name)
            raise ModelError(NOT_RUN, title=self.spec.title, device=name) from error

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:
        try:
            request = self._idle.get_nowait()
        except Empty:
            request = self._compiled.create_infer_request()
        request.infer([pixels[None]])
        # Copies: the request's own memory is written again by the next picture.
        logits, embedding, feature_map = (request.get_output_tensor(index).data[0].copy() for index in range(3))
        self._idle.put(request)
        return Outputs(logits, embedding, feature_map)

    def class_weights(self) -> NDArray[np.float32]:
        import numpy as np

        try:
            weights: NDArray[np.float32] = np.load(self._folder / CLASS_WEIGHTS, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise discard(self.spec, self._folder) from error
        return weights

    def close(self) -> None:
        self._idle = SimpleQueue()
        self._compiled = None


def thread_count() -> int:
    """Threads for many pictures: every core that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def answer_picture(classifier: Classifier, picture: Picture, top: int = DEFAULT_TOP) -> tuple[Answer, Outputs]:
    """One pass over an open picture; ``milliseconds`` leaves out its decoding."""
    started = time.perf_counter()
    outputs = classifier.run(network_pixels(classifier.spec.preprocess, picture.image))
    elapsed = (time.perf_counter() - started) * 1000
    return Answer(classifier.spec.key, rank(outputs.logits, top), elapsed), outputs


def answer_file(classifier: Classifier, source: Path | bytes, top: int = DEFAULT_TOP) -> tuple[Answer, Picture]:
    """Decode at the scale that the answer needs, then answer; raises PictureError. ``milliseconds`` counts both."""
    started = time.perf_counter()
    picture = open_picture(source, edge=classifier.spec.preprocess.resize)
    answer, _outputs = answer_picture(classifier, picture, top)
    return Answer(answer.model, answer.predictions, (time.perf_counter() - started) * 1000), picture
