"""What the start model sees in every picture: embeddings through OpenVINO, once, kept by picture and model."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from resnet_desktop.core import paths
from resnet_desktop.core.classifier import OpenVinoClassifier, thread_count
from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.errors import Cancelled, PictureError
from resnet_desktop.core.events import Event
from resnet_desktop.core.files import write_file
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.preprocess import network_pixels
from resnet_desktop.core.training import LOOKING, TrainingProgress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resnet_desktop.core.cancel import CancelToken

log = logging.getLogger(__name__)

AHEAD = 4  # pictures in flight for each thread
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Embedded(Event):
    """All embeddings, float32 [n, features]; rows of pictures that could not be read are left out."""

    rows: NDArray[np.float32]
    kept: tuple[int, ...]  # index of each row's picture
    unreadable: tuple[Path, ...]


def embed(
    classifier: OpenVinoClassifier, prepared: Path, pictures: Sequence[DatasetPicture], token: CancelToken
) -> Iterator[Event]:
    """TrainingProgress, then Embedded. What was embedded before is read from the cache."""
    known = _read_cache(prepared)
    rows: dict[int, NDArray[np.float32]] = {}
    missing: list[int] = []
    for index, picture in enumerate(pictures):
        row = known.get(_key(picture))
        if row is None:
            missing.append(index)
        else:
            rows[index] = row
    unreadable: list[Path] = []
    done = len(rows)
    yield TrainingProgress(done, len(pictures), LOOKING)
    for index, row in _compute(classifier, pictures, missing, token):
        done += 1
        if row is None:
            unreadable.append(pictures[index].path)
        else:
            rows[index] = row
        yield TrainingProgress(done, len(pictures), LOOKING)
    _write_cache(prepared, known | {_key(pictures[index]): row for index, row in rows.items()})
    kept = tuple(sorted(rows))
    features = classifier.class_weights().shape[1]
    stacked = np.stack([rows[index] for index in kept]) if kept else np.zeros((0, features), np.float32)
    yield Embedded(stacked, kept, tuple(unreadable))


def _compute(
    classifier: OpenVinoClassifier, pictures: Sequence[DatasetPicture], wanted: Sequence[int], token: CancelToken
) -> Iterator[tuple[int, NDArray[np.float32] | None]]:
    preprocess = classifier.spec.preprocess

    def one(index: int) -> tuple[int, NDArray[np.float32] | None]:
        token.check()
        try:
            image = open_picture(pictures[index].path, edge=preprocess.resize).image
        except PictureError:
            return index, None
        return index, classifier.run(network_pixels(preprocess, image)).embedding

    pool = ThreadPoolExecutor(thread_count(), "embed")
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


def _read_cache(prepared: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(_cache_file(prepared), allow_pickle=False) as stored:
            keys, rows = stored["keys"], stored["rows"]
        return {str(key): row for key, row in zip(keys, rows, strict=True)} if rows.dtype == np.float32 else {}
    except (OSError, ValueError, KeyError, EOFError):
        return {}


def _write_cache(prepared: Path, known: dict[str, NDArray[np.float32]]) -> None:
    import io

    if not known:
        return
    buffer = io.BytesIO()
    np.savez(buffer, keys=np.array(list(known)), rows=np.stack(list(known.values())))
    try:
        write_file(_cache_file(prepared), buffer.getvalue())
    except OSError as error:
        log.warning("embeddings are not kept: %s", error)
