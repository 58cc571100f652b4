"""Jobs that run in a spawned child. They must be importable there, and quick to import: no torch at the top."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import AppError, ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.engine.process import Inbox

FOREVER = 600.0


@dataclass(frozen=True)
class Said(Event):
    """Anything that a job wants to say."""

    value: object


@dataclass(frozen=True)
class Riddle(Event):
    """Can be pickled, but not unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return int, ("not a number",)


def count(total: int, inbox: Inbox) -> Iterator[Event]:
    for done in range(total):
        yield Progress(done, total)


def say_pid(inbox: Inbox) -> Iterator[Event]:
    """The child's number, and then nothing until it is told to stop."""
    yield Said(os.getpid())
    inbox.cancel.wait(FOREVER)
    inbox.cancel.check()


def fail(inbox: Inbox) -> Iterator[Event]:
    yield Said("started")
    raise ModelError("{title} is {adjective}, 100 {{percent}}.", title="A {model}", adjective="gone")


def fail_with_unpicklable_values(inbox: Inbox) -> Iterator[Event]:
    yield Said("started")
    raise ModelError("The lock {lock} is in the way.", lock=_Unpicklable())


def need_torch(inbox: Inbox) -> Iterator[Event]:
    """In an edition without PyTorch; ``None`` makes Python say that there is no such module."""
    yield Said("started")
    sys.modules["torch"] = None  # type: ignore[assignment]
    from resnet_desktop.engine import convert  # noqa: F401


class _Unpicklable:
    def __str__(self) -> str:
        return "{of iron}"

    def __reduce__(self) -> str:
        raise TypeError("cannot be pickled")


class OddError(AppError):
    """Cannot be made from its ``args``, so it cannot be unpickled."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__("{first} and {second}", first=first, second=second)


def fail_oddly(inbox: Inbox) -> Iterator[Event]:
    yield Said("started")
    raise OddError("one", "two")


def crash(inbox: Inbox) -> Iterator[Event]:
    yield Said("started")
    raise ZeroDivisionError("a slip of the pen")


def exit_early(code: int | None, inbox: Inbox) -> Iterator[Event]:
    yield Said("started")
    sys.exit(code)


def die(number: int, inbox: Inbox) -> Iterator[Event]:
    """End by a signal, without a core dump and its seconds."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    yield Said("started")
    os.kill(os.getpid(), number)
    time.sleep(FOREVER)


def ignore_cancel(inbox: Inbox) -> Iterator[Event]:
    """A job inside a library call that hears nothing."""
    yield Said(os.getpid())
    time.sleep(FOREVER)


def say_unpicklable(inbox: Inbox) -> Iterator[Event]:
    yield Said("started")
    yield Said(lambda: None)


def say_riddle(inbox: Inbox) -> Iterator[Event]:
    yield Said("started")
    yield Riddle()


def echo(inbox: Inbox) -> Iterator[Event]:
    """Every request comes back, until "stop"."""
    for request in inbox.requests():
        if request == "stop":
            return
        yield Said(request)


def interrupt_self(inbox: Inbox) -> Iterator[Event]:
    """What a Ctrl+C in the terminal does to every process of the group."""
    os.kill(os.getpid(), signal.SIGINT)
    yield Said("still here")


def print_to_nothing(inbox: Inbox) -> Iterator[Event]:
    print("a library's chatter")
    print("and its complaints", file=sys.stderr)
    yield Said("printed")


def say_modules(names: tuple[str, ...], inbox: Inbox) -> Iterator[Event]:
    """Which of the top-level modules are loaded before a job has imported anything."""
    yield Said(tuple(name for name in names if sys.modules.get(name) is not None))


def convert_and_tell(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """A conversion; says which sockets Python code opened and which modules of OpenVINO's telemetry were loaded."""
    sockets: list[str] = []

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith("socket.") or event == "urllib.Request":
            sockets.append(f"{event} {arguments}")

    sys.addaudithook(listen)
    from resnet_desktop.engine.convert import prepare_model

    yield from prepare_model(spec, weights, folder, temporary, inbox)
    telemetry = [name for name, module in sys.modules.items() if "openvino_telemetry" in name and module is not None]
    yield Said((tuple(sockets), tuple(telemetry)))


def open_socket_and_tell(inbox: Inbox) -> Iterator[Event]:
    """The counter-proof of the hook above."""
    import socket

    sockets: list[str] = []
    sys.addaudithook(lambda event, _arguments: sockets.append(event) if event.startswith("socket.") else None)
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)):
        yield Said(tuple(sockets))


def prepare_slowly(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """Stands for engine.ready._prepare: writes something, then hears nothing any more."""
    (temporary / "half").write_bytes(b"half")
    yield Progress(0, 3)
    time.sleep(FOREVER)


def serve_never(spec: ModelSpec, weights: Path, device: str, inbox: Inbox) -> Iterator[Event]:
    """Stands for engine.remote_classifier._serve: ready, and then lost in a driver."""
    import numpy as np

    from resnet_desktop.engine.remote_classifier import RemoteReady

    yield RemoteReady(np.zeros((2, 2), np.float32))
    time.sleep(FOREVER)
