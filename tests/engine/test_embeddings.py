"""Embeddings are computed once for each picture and model, and what was computed is not lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.classifier import Outputs
from resnet_desktop.core.dataset import DatasetPicture
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.fake_classifier import FEATURES, FakeClassifier
from resnet_desktop.core.training import TrainingProgress
from resnet_desktop.engine import embeddings as embeddings_module
from resnet_desktop.engine.embeddings import Embedded, embed
from tests.engine.colours import make_colours, picture_of, pictures_in, touch_later

ROW = 4 * FEATURES  # bytes


class Counting(FakeClassifier):
    """Says how many pictures it has looked at, and may stop the work there."""

    def __init__(self) -> None:
        super().__init__(find_model("built-in"))
        self.count = 0
        self.token = CancelToken()
        self.cancel_at = 0

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:
        self.count += 1
        if self.count == self.cancel_at:
            self.token.cancel()
        return super().run(pixels)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_colours(tmp_path / "colours", 4, (24, 30))


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """The cache goes by the name of the model's prepared form."""
    return tmp_path / "prepared" / "0123abcd"


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that pictures are counted one after the other."""
    monkeypatch.setattr(embeddings_module, "thread_count", lambda: 1)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    paths: list[Path] = []
    real = embeddings_module.open_picture

    def open_noting(path: Path, **options: Any) -> Any:
        paths.append(path)
        return real(path, **options)

    monkeypatch.setattr(embeddings_module, "open_picture", open_noting)
    return paths


def embedded(prepared: Path, pictures: Sequence[DatasetPicture], classifier: Counting | None = None) -> Embedded:
    counting = classifier or Counting()
    last = list(embed(counting, prepared, pictures, counting.token))[-1]  # type: ignore[arg-type]
    assert isinstance(last, Embedded)
    return last


def computed(prepared: Path, pictures: Sequence[DatasetPicture]) -> int:
    """How many pictures are looked at when these are asked for."""
    counting = Counting()
    embedded(prepared, pictures, counting)
    return counting.count


def cache_of(prepared: Path, home: Path) -> Path:
    (path,) = (home / "cache" / "embeddings").iterdir()
    assert path.name == f"{prepared.name}.npz"
    return path


def test_rows_in_the_order_of_the_pictures(folder: Path, prepared: Path) -> None:
    pictures = pictures_in(folder)
    found = embedded(prepared, pictures)
    assert (found.rows.shape, found.rows.dtype) == ((12, FEATURES), np.float32)
    assert (found.kept, found.unreadable) == (tuple(range(12)), ())
    backwards = embedded(prepared.with_name("another"), pictures[::-1])
    assert np.array_equal(backwards.rows, found.rows[::-1])


@pytest.fixture(autouse=True)
def every_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings_module, "REPORTS_A_SECOND", 1e9)


def test_not_every_picture_is_told_but_the_last_one_always(
    folder: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings_module, "REPORTS_A_SECOND", 1e-9)
    counting = Counting()
    events = embed(counting, prepared, pictures_in(folder), counting.token)  # type: ignore[arg-type]
    assert [event.done for event in events if isinstance(event, TrainingProgress)] == [0, 12]


def test_rows_are_kept_while_it_goes_on(folder: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a sudden end: whoever is killed writes nothing any more."""
    monkeypatch.setattr(embeddings_module, "KEPT_EVERY_SECONDS", 0)
    counting, pictures = Counting(), pictures_in(folder)
    events = iter(embed(counting, prepared, pictures, counting.token))  # type: ignore[arg-type]
    while next(event.done for event in events if isinstance(event, TrainingProgress)) < 6:
        pass
    kept = embeddings_module._read_cache(prepared, counting.class_weights().shape[1])
    assert 5 <= len(kept) <= 6


def test_progress_begins_at_what_is_known_and_ends_at_all(folder: Path, prepared: Path) -> None:
    pictures = pictures_in(folder)
    embedded(prepared, pictures[:5])
    counting = Counting()
    events = embed(counting, prepared, pictures, counting.token)  # type: ignore[arg-type]
    places = [(event.done, event.total) for event in events if isinstance(event, TrainingProgress)]
    assert places == [(done, 12) for done in range(5, 13)]


def test_the_second_time_nothing_is_decoded(folder: Path, prepared: Path, opened: list[Path]) -> None:
    pictures = pictures_in(folder)
    before = embedded(prepared, pictures)
    assert len(opened) == 12
    counting = Counting()
    again = embedded(prepared, pictures, counting)
    assert (len(opened), counting.count) == (12, 0)
    assert np.array_equal(again.rows, before.rows)


def test_only_new_and_changed_pictures_are_computed(folder: Path, prepared: Path) -> None:
    assert computed(prepared, pictures_in(folder)[:8]) == 8
    touch_later(pictures_in(folder)[2].path)
    assert computed(prepared, pictures_in(folder)) == 5


def test_another_model_has_embeddings_of_its_own(folder: Path, prepared: Path) -> None:
    assert computed(prepared, pictures_in(folder)) == 12
    assert computed(prepared.with_name("another"), pictures_in(folder)) == 12


def test_names_that_are_no_unicode(folder: Path, prepared: Path) -> None:
    path = pictures_in(folder)[0].path
    odd = path.rename(path.with_name("\udcff שלום\u202e.png"))
    assert computed(prepared, [picture_of(odd)]) == 1
    assert computed(prepared, [picture_of(odd)]) == 0


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(bytes(data))


def no_numbers(path: Path) -> None:
    _rewrite(path, lambda keys, rows: (keys, np.full_like(rows, np.nan)))


def other_features(path: Path) -> None:
    _rewrite(path, lambda keys, rows: (keys, rows[:, 1:]))


def too_few_rows(path: Path) -> None:
    _rewrite(path, lambda keys, rows: (keys, rows[1:]))


def objects(path: Path) -> None:
    _rewrite(path, lambda keys, rows: (keys.astype(object), rows))


def another_file(path: Path) -> None:
    np.savez(path, anything=np.zeros(3))


def _rewrite(path: Path, change: Callable[[Any, Any], tuple[Any, Any]]) -> None:
    with np.load(path) as stored:
        keys, rows = change(stored["keys"], stored["rows"])
    np.savez(path, keys=keys, rows=rows)


@pytest.mark.parametrize("harm", [cut, empty, spoil, no_numbers, other_features, too_few_rows, objects, another_file])
def test_a_damaged_cache_is_not_used_and_made_anew(
    harm: Callable[[Path], None], folder: Path, prepared: Path, home: Path
) -> None:
    pictures = pictures_in(folder)
    before = embedded(prepared, pictures)
    harm(cache_of(prepared, home))
    counting = Counting()
    assert np.array_equal(embedded(prepared, pictures, counting).rows, before.rows)
    assert counting.count == 12
    assert computed(prepared, pictures) == 0


def test_a_cancel_keeps_what_was_computed(folder: Path, prepared: Path) -> None:
    pictures = pictures_in(folder)
    counting = Counting()
    counting.cancel_at = 7
    with pytest.raises(Cancelled):
        embedded(prepared, pictures, counting)
    # Each row is kept once the caller has heard of it: those of before the cancel, if perhaps not the last of them.
    left = computed(prepared, pictures)
    assert 12 - 7 <= left < 12
    assert computed(prepared, pictures) == 0


def test_who_stops_listening_keeps_what_was_told(folder: Path, prepared: Path) -> None:
    pictures = pictures_in(folder)
    counting = Counting()
    events = embed(counting, prepared, pictures, counting.token)  # type: ignore[arg-type]
    for event in events:
        if isinstance(event, TrainingProgress) and event.done == 6:
            events.close()  # type: ignore[attr-defined]
    assert computed(prepared, pictures) == 6


def test_unreadable_and_changed_pictures_are_listed(folder: Path, prepared: Path) -> None:
    pictures = pictures_in(folder)
    damaged = pictures[1].path
    damaged.write_bytes(damaged.read_bytes()[:60])
    pictures[1] = picture_of(damaged)
    touch_later(pictures[4].path)
    pictures[9].path.unlink()
    found = embedded(prepared, pictures)
    assert found.unreadable == tuple(sorted(pictures[index].path for index in (1, 4, 9)))
    assert found.kept == (0, 2, 3, 5, 6, 7, 8, 10, 11)
    assert len(found.rows) == 9
    # Nothing was remembered of them.
    assert embedded(prepared, pictures).unreadable == found.unreadable


def test_nothing_readable_at_all(folder: Path, prepared: Path, home: Path) -> None:
    pictures = pictures_in(folder)
    for picture in pictures:
        picture.path.unlink()
    found = embedded(prepared, pictures)
    assert (found.rows.shape, found.kept, len(found.unreadable)) == ((0, FEATURES), (), 12)
    assert not (home / "cache" / "embeddings").exists()


def test_the_cache_has_a_limit_for_other_datasets(
    folder: Path, prepared: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings_module, "LARGEST_CACHE", 2 * ROW)
    pictures = pictures_in(folder)
    assert computed(prepared, pictures[:6]) == 6
    assert computed(prepared, pictures[6:]) == 6, "all of the one at hand, whatever the limit"
    with np.load(cache_of(prepared, home)) as stored:
        assert stored["rows"].shape == (6 + 2, FEATURES)
    assert computed(prepared, pictures) == 4


def test_a_disk_that_takes_nothing_costs_only_the_cache(
    folder: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(embeddings_module, "write_file", full)
    assert len(embedded(prepared, pictures_in(folder)).rows) == 12
