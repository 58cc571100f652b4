"""A run whose pictures are gone rests until enough of them are back."""

from __future__ import annotations

from collections.abc import Callable, Generator

from resnet_desktop.core.dataset import DatasetPicture, changed_pictures
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError, ModelError, PictureError
from resnet_desktop.core.events import Event
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.training import TrainingJob, TrainingNote, TrainingRests
from resnet_desktop.engine.process import Inbox

MAX_LOST = 0.05  # of the pictures; a run without more of them would no longer be the one that was asked for
WAIT_SECONDS = 5.0  # between two looks
EDGE = 64  # a decode that tells whether a picture can be read

GONE = QT_TRANSLATE_NOOP(
    "Sentences",
    "{count} of the pictures cannot be read any more. The run rests; bring the folder back as it was and it goes on.",
)
LOST = QT_TRANSLATE_NOOP("Sentences", "{count} pictures could not be read any more and are left out.")


class LostPictures:
    """Pictures that cannot be read any more, by their number: those to learn from, and behind them those to check on.

    Counted anew by every process: they may come back before a run goes on.
    """

    def __init__(self, job: TrainingJob, inbox: Inbox, before_rest: Callable[[], None] = lambda: None) -> None:
        """``before_rest`` is called before the run rests for them: the machine may be switched off meanwhile."""
        self._pictures = (*job.train, *job.validation)
        self._first_to_check, self._to_check = len(job.train), len(job.validation)
        self._inbox, self._before_rest = inbox, before_rest
        self._lost: set[int] = set()

    def note(self, lost: tuple[int, ...]) -> Generator[Event, None, bool]:
        """A TrainingNote where there are new ones. Rests while too many are gone; True where they came back."""
        before = len(self._lost)
        self._lost.update(lost)
        if len(self._lost) == before:
            return False
        back = yield from self.rest_for(self._lost)
        paths = tuple(self._pictures[index].path for index in sorted(self._lost))
        if paths:
            yield TrainingNote(ModelError(LOST, count=len(paths)), paths)
        return back

    def rest_for(self, lost: set[int]) -> Generator[Event, None, bool]:
        """Where these are too many, rest until they no longer are; True where they came back."""
        self._lost = lost
        if not self._too_many(lost):
            return False
        self._before_rest()
        if not self._inbox.finish_wanted:
            self._lost = yield from self._wait()
        return not self._too_many(self._lost)

    def too_many_to_check(self, count: int) -> bool:
        """Whether so many of them are too many: all is judged by them, however few they are beside the others. One may
        always go, as long as there are others."""
        return count > max(1, MAX_LOST * self._to_check) or count == self._to_check

    def _too_many(self, lost: set[int]) -> bool:
        to_check = sum(index >= self._first_to_check for index in lost)
        return len(lost) > MAX_LOST * len(self._pictures) or self.too_many_to_check(to_check)

    def _wait(self) -> Generator[Event, None, set[int]]:
        """Tells TrainingRests, then waits until those that are still missing are not too many; returns them.

        A person who stops the run is heard (Cancelled); one who wants its end gets all of them back as they are.
        """
        yield TrainingRests(EngineError(GONE, count=len(self._lost)))
        while True:
            self._inbox.cancel.wait(WAIT_SECONDS)
            self._inbox.cancel.check()
            if self._inbox.finish_wanted:
                return self._lost
            missing = {index for index in self._lost if changed_pictures((self._pictures[index],))}
            if not self._too_many(missing):
                missing |= {index for index in self._lost - missing if not _readable(self._pictures[index])}
            if not self._too_many(missing):
                return missing


def _readable(picture: DatasetPicture) -> bool:
    try:
        open_picture(picture.path, edge=EDGE)
    except PictureError:
        return False
    return True
