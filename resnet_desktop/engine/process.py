"""run_in_engine: a job in a spawned child, its events through a pipe, its death just one more event.

The parent side imports neither Qt nor torch. In the child a thread listens to the pipe: it sets the cancel token,
queues requests, and ends the process when the parent is gone, so no orphan is left.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import pickle
import queue
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any, Literal

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError, Cancelled, EngineError
from resnet_desktop.core.events import EngineDied, Event
from resnet_desktop.core.frozen import NEEDS_FULL, give_streams

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
GRACE_SECONDS = 5.0  # between asking a child to stop and ending it

DIED = QT_TRANSLATE_NOOP("Sentences", "The engine stopped unexpectedly (code {code}). Try again.")
NO_MEMORY = QT_TRANSLATE_NOOP(
    "Sentences", "The engine was ended by the system, most likely for lack of memory. Close other programs, try again."
)
FAILED = QT_TRANSLATE_NOOP("Sentences", "The engine failed: {reason}. The log file has the details.")

Job = Callable[..., Iterator[Event]]


class EngineLostError(EngineError):
    """The child process is gone; what it was asked for can be asked of another one."""


Wish = Literal["finish", "pause", "continue"]
Message = tuple[Literal["event", "done", "failed", "crashed", "cancelled"], Any]


class Inbox:
    """What a job in the child hears from the parent."""

    def __init__(self, cancel: CancelToken | None = None) -> None:
        self.cancel = cancel or CancelToken()
        self._requests: queue.SimpleQueue[object] = queue.SimpleQueue()

        self._finish, self._going = threading.Event(), threading.Event()
        self._going.set()

    def put(self, request: object) -> None:
        self._requests.put(request)

    def hear(self, wish: Wish) -> None:
        """What a person wants of a job that goes on: an early end with what it has, a rest, no more rest."""
        if wish == "finish":
            self._finish.set()
        (self._going.clear if wish == "pause" else self._going.set)()

    @property
    def finish_wanted(self) -> bool:
        return self._finish.is_set()

    @property
    def paused(self) -> bool:
        return not self._going.is_set()

    def rest(self) -> None:
        """Wait while the person wants a pause; a cancel ends that, too."""
        while not self._going.wait(POLL_SECONDS):
            self.cancel.check()

    def requests(self) -> Iterator[Any]:
        """Requests as they come, until the job is cancelled."""
        while not self.cancel.cancelled:
            with contextlib.suppress(queue.Empty):
                yield self._requests.get(timeout=POLL_SECONDS)


class Engine:
    """One child process running one job."""

    def __init__(self, job: Job, *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._saying = threading.Lock()
        self._process = context.Process(target=_child, args=(theirs, job, arguments), daemon=True, name="engine")
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def send(self, request: object) -> None:
        """Hand a request to the job; a child that is already gone is noticed by ``events``."""
        self._say("request", request)

    def wish(self, wish: Wish) -> None:
        """Tell the job what the person wants; may be called from any thread."""
        self._say("wish", wish)

    def _say(self, kind: str, value: object) -> None:
        with self._saying, contextlib.suppress(OSError):
            self._connection.send((kind, value))

    def events(self, token: CancelToken, grace: float | None = None) -> Iterator[Event]:
        """Events until the job ends; raises its AppError, Cancelled, or EngineError after an EngineDied.

        ``grace`` are the seconds between asking the child to stop and ending it.
        """
        asked: float | None = None
        while True:
            if token.cancelled and asked is None:
                asked = time.monotonic()
                self._say("cancel", None)
            if asked is not None and time.monotonic() - asked > (GRACE_SECONDS if grace is None else grace):
                self.kill()
                raise Cancelled
            try:
                if not self._connection.poll(POLL_SECONDS):
                    continue
                kind, value = self._connection.recv()
            except (EOFError, OSError):
                yield from self._died(token)
                return
            except Exception as error:
                # The bytes came through, but what they describe cannot be built here.
                log.exception("the engine sent something that cannot be read")
                raise EngineError(FAILED, reason=f"{type(error).__name__}: {error}") from error
            if kind == "event":
                yield value
            elif kind == "done":
                return
            else:
                raise _ending(kind, value)

    def kill(self) -> None:
        """End the child now. For a process this is safe: all it writes gets its name only when complete."""
        self._process.kill()

    def close(self) -> None:
        """Wait for a child that is done, or end it. Nothing can be asked of the engine afterwards."""
        if self._connection.closed:
            return
        self._connection.close()
        self._process.join(GRACE_SECONDS)
        if self._process.is_alive():
            self.kill()
            self._process.join()
        self._process.close()

    def _died(self, token: CancelToken) -> Iterator[Event]:
        self._process.join(GRACE_SECONDS)
        code = self._process.exitcode or 0
        log.error("the engine ended with code %s", code)
        if token.cancelled:
            raise Cancelled
        yield EngineDied(code)
        if code == -9:
            raise EngineLostError(NO_MEMORY)
        raise EngineLostError(DIED, code=code)


def run_in_engine(job: Job, *arguments: object, token: CancelToken, grace: float | None = None) -> Iterator[Event]:
    """Run ``job(*arguments, inbox)`` in a child and yield its events.

    Raises the job's own AppError, Cancelled when the token was set, and EngineError where the child failed or died.
    """
    engine = Engine(job, *arguments)
    try:
        yield from engine.events(token, grace)
    finally:
        engine.close()


def _ending(kind: str, value: Any) -> Exception:
    """The exception that stands for the last word of a job that did not finish."""
    if kind == "cancelled":
        return Cancelled()
    if kind == "crashed":
        reason, details = value
        # Here, because the child has no log file.
        log.error("the engine failed:\n%s", details)
        return EngineError(FAILED, reason=reason)
    error: AppError = value
    return error


def _child(connection: Connection, job: Job, arguments: tuple[object, ...]) -> None:
    """The child's whole life."""
    # Ctrl+C in a terminal reaches every process; the parent decides what it means and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Torch's threads spin while they wait for each other, which on busy cores takes them from the window and from
    # torch itself: preparing two models at once took 22 s instead of 9 s. Read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Of the GNU library, some microseconds: going to sleep at once made fitting a last layer take twice as long.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    give_streams()
    inbox = Inbox()
    threading.Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    lock = threading.Lock()

    def send(message: Message) -> None:
        with lock:
            connection.send(message)

    try:
        for event in job(*arguments, inbox):
            send(("event", event))
        send(("done", None))
    except Cancelled:
        send(("cancelled", None))
    except Exception as error:  # noqa: BLE001 - it is sent to the parent, which logs it
        send(_failure(error))


def _failure(error: Exception) -> Message:
    """What is said of a job's failure: an AppError as it is where it can cross the pipe, anything else in words."""
    if isinstance(error, AppError):
        with contextlib.suppress(Exception):
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes of a moment ago
            return "failed", error
        return "failed", EngineError(str(error).replace("{", "{{").replace("}", "}}"))
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in {"torch", "torchvision"}:
        return "failed", EngineError(NEEDS_FULL)
    return "crashed", (f"{type(error).__name__}: {error}", traceback.format_exc())


def _listen(connection: Connection, inbox: Inbox) -> None:
    while True:
        try:
            kind, value = connection.recv()
        except (EOFError, OSError):
            # The parent is gone, or has closed the pipe because it has heard enough.
            os._exit(0)
        if kind == "cancel":
            inbox.cancel.cancel()
        elif kind == "wish":
            inbox.hear(value)
        else:
            inbox.put(value)
