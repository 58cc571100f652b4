"""A Classifier whose network lives in the engine child; nothing here imports torch."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.classifier import Outputs
from resnet_desktop.core.errors import AppError, Cancelled
from resnet_desktop.core.events import EngineDied, Event
from resnet_desktop.engine.process import Engine, Inbox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RemoteReady(Event):
    """The network is on its device."""

    class_weights: NDArray[np.float32]


@dataclass(frozen=True)
class RemoteOutputs(Event):
    """The outputs for request ``number``."""

    number: int
    outputs: Outputs


class RemoteClassifier:
    """Sends pixels through a pipe. Several threads may ask at once; the child answers in turn."""

    def __init__(self, spec: ModelSpec, weights: Path, device: str) -> None:
        self.spec = spec
        self.device = device
        self._token = CancelToken()
        self._engine = Engine(_serve, spec, weights, device)
        self._events = self._engine.events(self._token)
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._failure: AppError | None = None
        try:
            ready = self._next()
        except BaseException:
            self._engine.close()
            raise
        assert isinstance(ready, RemoteReady)  # noqa: S101 - the child's first event by its contract
        self._class_weights = ready.class_weights

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:
        with self._lock:
            if self._token.cancelled:
                raise Cancelled
            if self._failure is not None:
                raise self._failure
            number = next(self._numbers)
            self._engine.send((number, pixels))
            while True:
                event = self._next()
                if isinstance(event, RemoteOutputs) and event.number == number:
                    return event.outputs

    def class_weights(self) -> NDArray[np.float32]:
        return self._class_weights

    def close(self) -> None:
        # A thread that is waiting for its outputs sees the token within the grace time; then the pipe is nobody's.
        self._token.cancel()
        with self._lock:
            self._engine.close()

    def _next(self) -> Event:
        """The child's next event. What went wrong once stays wrong: later calls get the same sentence."""
        try:
            event = next(self._events)
            return next(self._events) if isinstance(event, EngineDied) else event
        except StopIteration as error:
            raise Cancelled from error
        except AppError as error:
            self._failure = error
            raise


def _serve(spec: ModelSpec, weights: Path, device: str, inbox: Inbox) -> Iterator[Event]:
    """Runs in the child: the import of torch happens here."""
    from resnet_desktop.engine.torch_classifier import serve

    yield from serve(spec, weights, device, inbox)
