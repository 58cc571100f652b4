"""What the start model sees in every picture: embeddings through OpenVINO, once, kept by picture and model."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from resnet_desktop.core import paths
from resnet_desktop.core.classifier import OpenVinoClassifier, thread_count
from resnet_desktop.core.dataset import DatasetPicture, changed_pictures
from resnet_desktop.core.errors import Cancelled, PictureError
from resnet_desktop.core.events import Event
from resnet_desktop.core.files import write_file
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import network_pixels
from resnet_desktop.core.training import LOOKING, TrainingProgress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resnet_desktop.core.cancel import CancelToken

    Row = NDArray[np.float32]

log = logging.getLogger(__name__)

AHEAD = 4  # pictures in flight for each thread
SPARE = 2  # threads more than cores: while one waits for its turn in Python, another uses its core
POLL_SECONDS = 0.05
REPORTS_A_SECOND = 15.0  # each goes through a pipe to another process, which is busy with it on the same cores
KEPT_EVERY_SECONDS = 60.0  # what a sudden end costs
LARGEST_CACHE = 256 << 20  # bytes of a model's embeddings of other datasets than the one at hand


@dataclass(frozen=True)
class Embedded(Event):
    """All embeddings, float32 [n, features]; rows of pictures that could not be read are left out."""

    rows: Row
    kept: tuple[int, ...]  # index of each row's picture
    unreadable: tuple[Path, ...]  # or changed


def embed(
    classifier: OpenVinoClassifier, prepared: Path, pictures: Sequence[DatasetPicture], token: CancelToken
) -> Iterator[Event]:
    """TrainingProgress, then Embedded. What was embedded before is read from the cache."""
    features = classifier.class_weights().shape[1]
    known = _read_cache(prepared, features)
    rows = {index: known[key] for index, picture in enumerate(pictures) if (key := _key(picture)) in known}
    missing = [index for index in range(len(pictures)) if index not in rows]
    unreadable: list[Path] = []
    done = len(rows)
    yield TrainingProgress(done, len(pictures), LOOKING)
    told = kept_at = time.monotonic()
    try:
        with contextlib.closing(embed_some(classifier, pictures, missing, token)) as computed:
            for index, row in computed:
                done += 1
                if row is None:
                    unreadable.append(pictures[index].path)
                else:
                    rows[index] = row
                if done == len(pictures) or time.monotonic() - told > 1 / REPORTS_A_SECOND:
                    told = time.monotonic()
                    yield TrainingProgress(done, len(pictures), LOOKING)
                if time.monotonic() - kept_at > KEPT_EVERY_SECONDS:
                    _write_cache(prepared, _by_key(pictures, rows), known)
                    kept_at = time.monotonic()
    finally:  # a cancel keeps what was computed so far
        if missing:
            _write_cache(prepared, _by_key(pictures, rows), known)
    kept = tuple(sorted(rows))
    stacked = np.stack([rows[index] for index in kept]) if kept else np.zeros((0, features), np.float32)
    yield Embedded(stacked, kept, tuple(sorted(unreadable)))


def _by_key(pictures: Sequence[DatasetPicture], rows: dict[int, Row]) -> dict[str, Row]:
    return {_key(pictures[index]): row for index, row in rows.items()}


def missing_embeddings(classifier: OpenVinoClassifier, prepared: Path, pictures: Sequence[DatasetPicture]) -> list[int]:
    """Which pictures would have to be looked at."""
    known = _read_cache(prepared, classifier.class_weights().shape[1])
    return [index for index, picture in enumerate(pictures) if _key(picture) not in known]


def embed_some(
    classifier: OpenVinoClassifier, pictures: Sequence[DatasetPicture], wanted: Sequence[int], token: CancelToken
) -> Generator[tuple[int, Row | None], None, None]:
    """Index and embedding of the wanted pictures as they come; None for one that cannot be read or has changed."""
    preprocess = classifier.spec.preprocess

    def one(index: int) -> tuple[int, Row | None]:
        token.check()
        if changed_pictures((pictures[index],)):
            return index, None
        try:
            image = open_picture(pictures[index].path, edge=preprocess.resize).image
        except PictureError:
            return index, None
        return index, classifier.run(network_pixels(preprocess, image)).embedding

    pool = ThreadPoolExecutor(thread_count() + SPARE, "embed")
    waiting = iter(wanted)
    try:
        flying = {pool.submit(one, index) for _n, index in zip(range(AHEAD * thread_count()), waiting, strict=False)}
        while flying:
            done, flying = wait(flying, POLL_SECONDS, return_when="FIRST_COMPLETED")
            if token.cancelled:
                raise Cancelled
            for future in done:
                yield future.result()
                following = next(waiting, None)
                if following is not None:
                    flying.add(pool.submit(one, following))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _key(picture: DatasetPicture) -> str:
    """A picture as it is now; changed content has another time or size."""
    text = f"{picture.path}\0{picture.size}\0{picture.mtime_ns}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _cache_file(prepared: Path) -> Path:
    return paths.cache_dir() / "embeddings" / f"{prepared.name}.npz"


def _read_cache(prepared: Path, features: int) -> dict[str, Row]:
    """Rows by key; nothing of a file that is not whole."""
    path = _cache_file(prepared)
    try:
        # Numpy leaves a file open that is cut off, and Windows replaces no open file.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            keys, rows = stored["keys"], stored["rows"]
        if rows.dtype != np.float32 or rows.shape != (len(keys), features) or not np.isfinite(rows).all():
            raise ValueError("not the embeddings of this model")
        return {str(key): row for key, row in zip(keys, rows, strict=True)}
    except FileNotFoundError:
        return {}
    except Exception as error:  # noqa: BLE001 - whatever zip and array readers raise on damaged bytes
        log.warning("%s is not used: %s", path, error)
        return {}


def _write_cache(prepared: Path, rows: dict[str, Row], known: dict[str, Row]) -> None:
    """The rows of this dataset, and of others as many as may stay."""
    kept = dict(rows)
    room = LARGEST_CACHE
    for key, row in known.items():
        room -= row.nbytes
        if room < 0:
            break
        kept.setdefault(key, row)
    if not kept:
        return
    buffer = io.BytesIO()
    np.savez(buffer, keys=np.array(list(kept)), rows=np.stack(list(kept.values())))
    try:
        write_file(_cache_file(prepared), buffer.getvalue())
    except OSError as error:
        log.warning("embeddings are not kept: %s", error)
