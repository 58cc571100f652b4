"""A run whose pictures are gone rests until enough of them are back."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from resnet_desktop.core.dataset import DatasetPicture, changed_pictures
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError, PictureError
from resnet_desktop.core.events import Event
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.training import TrainingRests
from resnet_desktop.engine.process import Inbox

WAIT_SECONDS = 5.0  # between two looks
EDGE = 64  # a decode that tells whether a picture can be read

GONE = QT_TRANSLATE_NOOP(
    "Sentences",
    "{count} of the pictures cannot be read any more. The run rests; bring the folder back as it was and it goes on.",
)


def wait_for_pictures(
    pictures: Sequence[DatasetPicture], lost: set[int], most: float, inbox: Inbox
) -> Generator[Event, None, set[int]]:
    """Tells TrainingRests, then waits until at most ``most`` of the ``lost`` indices are still missing; returns those.

    A person who stops the run is heard (Cancelled); one who wants its end gets ``lost`` back as it is.
    """
    yield TrainingRests(EngineError(GONE, count=len(lost)))
    while True:
        inbox.cancel.wait(WAIT_SECONDS)
        inbox.cancel.check()
        if inbox.finish_wanted:
            return lost
        missing = {index for index in lost if changed_pictures((pictures[index],))}
        if len(missing) <= most:
            missing |= {index for index in lost - missing if not _readable(pictures[index])}
        if len(missing) <= most:
            return missing


def _readable(picture: DatasetPicture) -> bool:
    try:
        open_picture(picture.path, edge=EDGE)
    except PictureError:
        return False
    return True
