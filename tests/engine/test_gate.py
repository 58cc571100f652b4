"""Every hostile weights file is refused with one plain sentence, soon, in little memory, and nothing in it is run."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event, WeightsExamined, WeightsRefused
from resnet_desktop.engine import container, gate, limits, refusals
from resnet_desktop.engine.container import check_container
from resnet_desktop.engine.process import Engine, run_in_engine
from tests.engine import (
    gate_jobs,
    hostile_weights,
    hostile_weights_pickle,
    hostile_weights_safetensors,
    hostile_weights_values,
    hostile_weights_zip,
)
from tests.engine.gate_jobs import Verdict
from tests.engine.hostile_weights import Kind, good_state, saved, saved_legacy

KINDS = [
    *hostile_weights.NO_WEIGHTS,
    *hostile_weights_zip.KINDS,
    *hostile_weights_pickle.KINDS,
    *hostile_weights_safetensors.KINDS,
    *hostile_weights_values.KINDS,
]
SENTENCES = frozenset(
    value
    for module in (container, refusals)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str) and value.endswith(".") and " " in value
)
# Far above the half a second that the slowest takes when nothing else runs: a file that hangs is what must fail.
SECONDS = 10.0
MEGABYTES = limits.EXTRA_BYTES / 2**20
SUFFIXES = (".pth", ".pt", ".bin", ".safetensors", ".txt", ".jpg", ".PTH", "")


class Judge:
    """A running engine that looks into one file after the other."""

    def __init__(self, good: Path) -> None:
        self._engine = Engine(gate_jobs.judge, good)
        self._events = self._engine.events(CancelToken())
        self.verdicts: dict[str, Verdict] = {}

    def ask(self, path: Path, name: str) -> Verdict:
        self._engine.send(path)
        verdict = next(self._events)
        assert isinstance(verdict, Verdict)
        self.verdicts[name] = verdict
        return verdict

    def close(self) -> None:
        self._engine.close()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "good.pth"
    saved(path, good_state())
    return path


@pytest.fixture(scope="module")
def judge(good: Path) -> Iterator[Judge]:
    judging = Judge(good)
    yield judging
    for field in ("seconds", "megabytes"):
        name, worst = max(judging.verdicts.items(), key=lambda item: getattr(item[1], field))
        logging.getLogger(__name__).info("worst %s: %s, %.2f", field, name, getattr(worst, field))
    judging.close()


def sentence_of(verdict: Verdict, path: Path) -> str:
    """The sentence of a refusal that is as a refusal must be."""
    refused = verdict.event
    assert isinstance(refused, WeightsRefused), refused
    assert type(refused.error) is ModelError
    text = str(refused.error)
    assert text.isprintable()
    assert text.endswith(".")
    assert str(path) in text
    assert len(text) < len(str(path)) + 300
    assert verdict.seen == ()
    assert verdict.seconds < SECONDS
    assert verdict.megabytes < MEGABYTES
    return refused.error.sentence


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Where a hostile file is made; it is gone at once, for together they are gigabytes."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    yield folder / "weights.pth"
    for left in folder.iterdir():
        left.rmdir() if left.is_dir() and not left.is_symlink() else left.unlink()


@pytest.mark.parametrize("hostile", [pytest.param(kind, id=kind.name) for kind in KINDS])
@pytest.mark.filterwarnings("ignore")  # what torch and zipfile remark on while the file is made
def test_a_hostile_file_is_refused_and_not_run(hostile: Kind, judge: Judge, place: Path) -> None:
    hostile.make(place, good_state())
    assert sentence_of(judge.ask(place, hostile.name), place) in hostile.says
    assert not Path(hostile_weights_pickle.sung(place)).exists()


def test_there_are_hundreds_of_kinds_and_none_is_there_twice() -> None:
    assert len(KINDS) > 250
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_every_sentence_of_the_gate_is_said_of_some_kind() -> None:
    assert frozenset().union(*(kind.says for kind in KINDS)) == SENTENCES


def test_what_was_made_hostile_had_been_good(judge: Judge, good: Path) -> None:
    verdict = judge.ask(good, "good")
    assert isinstance(verdict.event, WeightsExamined)
    assert (verdict.event.architecture, verdict.event.classes) == ("resnet18", hostile_weights.CLASSES)
    assert verdict.seen == ()


def test_the_watch_sees_programs_where_pickles_are_trusted(tmp_path: Path, token: CancelToken) -> None:
    """The proof that the tests above could fail."""
    (verdict,) = run_in_engine(gate_jobs.sing, tmp_path / "sung", token=token)
    assert isinstance(verdict, Verdict)
    seen = " ".join(verdict.seen)
    assert all(event in seen for event in ("os.system", "subprocess.Popen", "exec", "os.mkdir", "pickle.find_class"))
    assert (tmp_path / "sung").exists()


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_a_file_cut_at_every_percent_is_refused(form: str, judge: Judge, place: Path) -> None:
    make_form(form, place)
    whole = place.stat().st_size
    assert isinstance(judge.ask(place, form).event, WeightsExamined)
    for percent in reversed(range(100)):
        os.truncate(place, whole * percent // 100)
        sentence = sentence_of(judge.ask(place, f"{form}-cut-at-{percent}"), place)
        assert sentence == (container.CUT_OFF if percent else container.TOO_SMALL), percent


def make_form(form: str, path: Path) -> None:
    from safetensors.torch import save_file

    if form == "safetensors":
        save_file(good_state(), path)
    else:
        (saved if form == "zip" else saved_legacy)(path, good_state())


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_a_good_file_is_good_under_every_extension(form: str, judge: Judge, place: Path) -> None:
    make_form(form, place)
    for suffix in SUFFIXES:
        place = place.rename(place.with_suffix(suffix))
        assert isinstance(judge.ask(place, f"{form}{suffix}").event, WeightsExamined), suffix


SMALL = [
    kind
    for kind in KINDS
    if kind.name.startswith(("legacy-", "zip-", "pickle-", "safetensors-", "a-", "json", "optimizer"))
    and "with" not in kind.name
]


@pytest.mark.filterwarnings("ignore")
def test_the_verdict_does_not_depend_on_the_extension(judge: Judge, tmp_path: Path) -> None:
    asked = 0
    for hostile in SMALL:
        folder = tmp_path / hostile.name
        folder.mkdir()
        path = folder / "weights"
        hostile.make(path, good_state())
        if path.is_file() and path.stat().st_size < 1 << 20:
            for suffix in SUFFIXES:
                path = path.rename(path.with_suffix(suffix))
                assert sentence_of(judge.ask(path, f"{hostile.name}{suffix}"), path) in hostile.says
                asked += 1
    assert asked > 300


def test_damage_in_the_head_of_a_file_never_raises_anything_else(judge: Judge, tmp_path: Path) -> None:
    """Bits turned where the structure is; in the numbers they make other numbers, which is no damage to be seen."""
    import random

    accepted = 0
    for form in ("zip", "legacy", "safetensors"):
        path = tmp_path / form
        make_form(form, path)
        data = path.read_bytes()
        for seed in range(25):
            dice = random.Random(seed)  # noqa: S311 - the same dice every time
            damaged = bytearray(data)
            for _ in range(dice.choice((1, 40))):
                at = dice.randrange(12_000) if dice.random() < 0.5 or form != "zip" else -1 - dice.randrange(12_000)
                damaged[at] ^= 1 << dice.randrange(8)
            path.write_bytes(damaged)
            event = judge.ask(path, f"{form}-turned-{seed}").event
            if isinstance(event, WeightsRefused):
                assert type(event.error) is ModelError
                assert event.error.sentence in SENTENCES
                assert str(event.error).isprintable()
            else:
                accepted += 1
    assert accepted < 25


def test_a_file_that_ends_the_child_ends_only_the_child(tmp_path: Path, token: CancelToken) -> None:
    """Python takes the hash of a deep tuple by recursion without a limit; here the file has a process to itself."""
    from resnet_desktop.engine import add_model

    path = tmp_path / "deep.pth"
    hostile_weights.with_pickle(path, b"\x80\x02}N" + b"\x85" * ((1 << 20) - 10) + b"Ns.")
    events: list[Event] = list(add_model.examine(path, token))
    refused = events[-1]
    assert isinstance(refused, WeightsRefused)
    assert refused.error.sentence in (add_model.ENDED, container.CUT_OFF)


def test_a_hundred_cores_do_not_use_up_the_memory(good: Path) -> None:
    """A thread of torch's takes address space for its stack, and one that cannot be made ends the process."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(100)
    try:
        with limits.limited(extra=200 << 20):
            assert gate.read_weights(good).classes == hostile_weights.CLASSES
        assert torch.get_num_threads() == 100
    finally:
        torch.set_num_threads(threads)


def test_too_little_memory_is_a_sentence(tmp_path: Path) -> None:
    """Of safetensors, which are mapped: what this process has freed lately does not help."""
    make_form("safetensors", tmp_path / "weights")
    with pytest.raises(ModelError) as caught, limits.limited(extra=1 << 20):
        gate.read_weights(tmp_path / "weights")
    assert caught.value.sentence == gate.NO_MEMORY


def test_the_limit_is_gone_afterwards(good: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with limits.limited():
        assert resource.getrlimit(resource.RLIMIT_AS) != before
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_warnings_of_torch_are_not_needed_and_not_shown(good: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gate.read_weights(good)


def test_a_container_is_told_by_its_bytes(good: Path) -> None:
    assert check_container(good) == "zip"
