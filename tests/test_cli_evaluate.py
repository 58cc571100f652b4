"""The command ``evaluate``, with a classifier that answers by the redness of a picture."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from resnet_desktop import cli, cli_evaluate
from resnet_desktop.cli import OK, SOME_FAILED, USAGE
from resnet_desktop.core.answers import Answer, Prediction
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.events import Event, ModelReady
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.core.labels import imagenet_labels

Capture = pytest.CaptureFixture[str]
Opened = list[FakeClassifier]
CLASSES = ("Hat", "shoe", "sock", "belt")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The classifiers that were opened. “mine” knows CLASSES, every other key the 1,000 ImageNet classes."""
    classifiers: Opened = []
    mine = replace(find_model("built-in"), key="mine", title="My model", kind="yours", classes=CLASSES)

    def ready(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        yield ModelReady(spec, Path())

    def open_fake(spec: ModelSpec, device: str, mode: str) -> FakeClassifier:
        assert mode == "many"
        classifiers.append(FakeClassifier(spec))
        return classifiers[-1]

    monkeypatch.setattr(cli_evaluate, "find_model", lambda key: mine if key == "mine" else find_model(key))
    monkeypatch.setattr(cli_evaluate, "make_ready", ready)
    monkeypatch.setattr(cli_evaluate, "open_classifier", open_fake)
    return classifiers


def picture(path: Path, answer: int) -> Path:
    """A picture that the fake classifier takes for class ``answer`` (below 16). No two have the same content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unlike = int.from_bytes(os.urandom(2), "big")
    Image.new("RGB", (32, 32), (16 * answer + 8, unlike >> 8, unlike & 255)).save(path)
    return path


def fill(folder: Path, answers: dict[str, list[int]]) -> Path:
    """Subfolders with one picture for each answer that it will get."""
    for name, wanted in answers.items():
        for number, answer in enumerate(wanted):
            picture(folder / name / f"{number}.png", answer)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five right of seven; the model's fourth class is not there."""
    return fill(tmp_path / "clothes", {"hat": [0, 0, 1], "shoe": [1, 1], "sock": [2, 3]})


def evaluate(capsys: Capture, folder: Path, *options: str, code: int = OK) -> dict[str, Any]:
    """The one JSON object that is printed, and nothing else."""
    assert cli.run(["evaluate", str(folder), "--json", *options]) == code
    (line,) = capsys.readouterr().out.splitlines()
    record: dict[str, Any] = json.loads(line)
    return record


def test_json(opened: Opened, folder: Path, capsys: Capture) -> None:
    record = evaluate(capsys, folder, "--model", "mine")
    assert record["classes"] == list(CLASSES)
    assert record["confusion"] == [[2, 1, 0, 0], [0, 2, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]]
    assert (record["count"], record["accuracy"]) == (7, pytest.approx(5 / 7))
    assert record["low"] < record["accuracy"] < record["high"]
    assert [score["count"] for score in record["per_class"]] == [3, 2, 2, 0]
    assert opened[0].closed


def test_probabilities_are_of_all_classes(opened: Opened, folder: Path, capsys: Capture) -> None:
    """The fake classifier is nearly certain, so its calibration error is about its error."""
    record = evaluate(capsys, folder, "--model", "mine")
    assert record["calibration_error"] == pytest.approx(2 / 7, abs=0.001)


def test_imagenet_means_the_classes_of_the_folder_and_the_others(
    opened: Opened, tmp_path: Path, capsys: Capture
) -> None:
    labels = imagenet_labels("en")
    fill(tmp_path / "fish", {labels[4]: [4, 4, 1, 9], labels[1].upper(): [1, 1]})
    record = evaluate(capsys, tmp_path / "fish", "--model", "built-in")
    by_name = dict(zip(record["classes"], record["confusion"], strict=True))
    assert set(by_name) == {labels[1], labels[4], "other"}
    assert record["classes"][-1] == "other"
    assert by_name["other"] == [0, 0, 0]
    assert by_name[labels[1]][record["classes"].index(labels[1])] == 2
    hammerhead = dict(zip(record["classes"], by_name[labels[4]], strict=True))
    assert hammerhead == {labels[4]: 2, labels[1]: 1, "other": 1}
    assert record["accuracy"] == pytest.approx(4 / 6)


def test_the_others_win_only_where_one_of_them_does() -> None:
    """Together they are often more probable than the answer: there are 990 of them and more."""
    columns = cli_evaluate._Columns(("a", "b", "other"), (2, 0), (0, 1))
    answer = Answer("any", tuple(Prediction(*item) for item in [(2, 0.4), (3, 0.3), (1, 0.2), (0, 0.1)]), 1.0)
    assert columns.row(answer) == [0.4, 0.1, 0.3]


@pytest.mark.parametrize(
    ("parts", "count"),
    [(("train", "val", "test"), 4), (("train", "val"), 3), (("train", "validation"), 3)],
)
def test_the_part_that_says_most(
    parts: tuple[str, ...], count: int, opened: Opened, tmp_path: Path, capsys: Capture
) -> None:
    for number, part in enumerate(parts, 2):
        fill(tmp_path / "parts" / part, {"hat": [0] * number, "shoe": [1] * number})
    record = evaluate(capsys, tmp_path / "parts", "--model", "mine")
    assert (record["count"], record["accuracy"]) == (2 * count, 1.0)


def test_html(opened: Opened, folder: Path, tmp_path: Path, capsys: Capture) -> None:
    page = tmp_path / "new folder" / "report.html"
    evaluate(capsys, folder, "--model", "mine", "--html", str(page))
    source = page.read_text(encoding="utf-8")
    assert "71.4 % right" in source
    assert f"mine: {folder}" in source
    assert str(folder / "sock" / "1.png") in source


def test_html_never_replaces_a_picture(opened: Opened, folder: Path, capsys: Capture) -> None:
    target = folder / "hat" / "0.png"
    before = target.read_bytes()
    assert cli.run(["evaluate", str(folder), "--model", "mine", "--html", str(target)]) == USAGE
    assert capsys.readouterr().err == f"{target} is a picture. Choose another name for the report.\n"
    assert target.read_bytes() == before


def test_figures_are_not_lost_with_the_page(opened: Opened, folder: Path, capsys: Capture) -> None:
    assert cli.run(["evaluate", str(folder), "--model", "mine", "--json", "--html", str(folder)]) == USAGE
    captured = capsys.readouterr()
    assert json.loads(captured.out)["count"] == 7
    assert captured.err.splitlines()[-1].startswith(f"The report {folder} cannot be written: ")


def test_without_json_a_table(opened: Opened, folder: Path, capsys: Capture) -> None:
    assert cli.run(["evaluate", str(folder), "--model", "mine"]) == OK
    captured = capsys.readouterr()
    first, head, *rows = captured.out.splitlines()
    assert first.startswith("71.4% right of 7 (")
    assert head.split() == ["precision", "recall", "f1", "pictures", "class"]
    assert rows[0].split() == ["100.0%", "66.7%", "0.800", "3", "Hat"]
    assert len(rows) == len(CLASSES)
    assert captured.err.splitlines()[-1] == "Answering the pictures (100 %)"


def test_unreadable_pictures_are_named_and_the_others_counted(opened: Opened, folder: Path, capsys: Capture) -> None:
    damaged = folder / "hat" / "damaged.jpg"
    damaged.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    assert cli.run(["evaluate", str(folder), "--model", "mine", "--json"]) == SOME_FAILED
    captured = capsys.readouterr()
    assert json.loads(captured.out)["count"] == 7
    assert [line for line in captured.err.splitlines() if str(damaged) in line] == [
        f"{damaged}: This picture is cut off."
    ]


def test_what_is_unreadable_elsewhere_does_not_matter(opened: Opened, tmp_path: Path, capsys: Capture) -> None:
    for part in ("train", "test"):
        fill(tmp_path / "parts" / part, {"hat": [0, 0], "shoe": [1, 1]})
    (tmp_path / "parts" / "train" / "hat" / "damaged.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    assert evaluate(capsys, tmp_path / "parts", "--model", "mine")["count"] == 4
    (tmp_path / "parts" / "test" / "hat" / "damaged.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    assert evaluate(capsys, tmp_path / "parts", "--model", "mine", code=SOME_FAILED)["count"] == 4


def test_a_picture_that_vanishes_meanwhile_is_named(
    opened: Opened, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    vanishing = folder / "sock" / "0.png"

    def ready(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        vanishing.unlink()
        yield ModelReady(spec, Path())

    monkeypatch.setattr(cli_evaluate, "make_ready", ready)
    assert cli.run(["evaluate", str(folder), "--model", "mine", "--json"]) == SOME_FAILED
    captured = capsys.readouterr()
    assert json.loads(captured.out)["count"] == 6
    assert captured.err.splitlines()[-1].startswith(f"{vanishing}: This file is no longer there.")


def test_nothing_that_can_be_read(
    opened: Opened, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ready(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        for path in folder.glob("*/*.png"):
            path.unlink()
        yield ModelReady(spec, Path())

    monkeypatch.setattr(cli_evaluate, "make_ready", ready)
    assert cli.run(["evaluate", str(folder), "--model", "mine", "--json"]) == SOME_FAILED
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1] == f"None of the pictures in {folder} could be read."


@pytest.mark.parametrize(
    ("unknown", "names"),
    [
        (["glove"], "“glove”"),
        (["a", "b", "c", "d", "e"], "“a”, “b”, “c”, and 2 more"),
        (["turned\u202eround"], "“turnedround”"),
    ],
)
def test_classes_that_the_model_does_not_know(
    unknown: list[str], names: str, opened: Opened, folder: Path, capsys: Capture
) -> None:
    fill(folder, {name: [0, 0] for name in unknown})
    assert cli.run(["evaluate", str(folder), "--model", "mine"]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1] == f"My model has no classes of these names: {names}."
    assert not opened


@pytest.mark.parametrize("name", ["CAFÉ", "cafe\u0301", "ca\u200bfé"])
def test_case_composition_and_what_cannot_be_seen_make_no_other_class(
    name: str, opened: Opened, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = replace(find_model("built-in"), kind="yours", classes=("café", "bar"))
    monkeypatch.setattr(cli_evaluate, "find_model", lambda _key: spec)
    fill(tmp_path / "places", {name: [0, 0], "bar": [1, 1]})
    record = evaluate(capsys, tmp_path / "places", "--model", "places")
    assert (record["classes"], record["accuracy"]) == (["café", "bar"], 1.0)


@pytest.mark.skipif(os.name == "nt", reason="Windows takes both for one folder")
def test_classes_that_differ_in_case_only(
    opened: Opened, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = replace(find_model("built-in"), kind="yours", classes=("Polish", "polish"))
    monkeypatch.setattr(cli_evaluate, "find_model", lambda _key: spec)
    fill(tmp_path / "words", {"polish": [1, 1], "Polish": [0, 0, 0]})
    assert evaluate(capsys, tmp_path / "words", "--model", "words")["confusion"] == [[3, 0], [0, 2]]


def test_a_folder_that_is_not_there(opened: Opened, tmp_path: Path, capsys: Capture) -> None:
    assert cli.run(["evaluate", str(tmp_path / "missing"), "--model", "mine"]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_a_model_that_is_not_there(opened: Opened, folder: Path, capsys: Capture) -> None:
    assert cli.run(["evaluate", str(folder), "--model", "resnet19"]) == USAGE
    assert capsys.readouterr().err.startswith("There is no model named “resnet19”.")


@pytest.mark.parametrize("error", [KeyboardInterrupt, Cancelled])
def test_cancelled(
    error: Callable[[], BaseException], opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ready(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
        yield ModelReady(spec, Path())
        raise error()

    monkeypatch.setattr(cli_evaluate, "make_ready", ready)
    assert cli.run(["evaluate", str(folder), "--model", "mine"]) == cli.CANCELLED


@pytest.mark.parametrize("arguments", [[], ["folder"], ["folder", "--model"], ["folder", "--model", "x", "--top", "5"]])
def test_wrong_usage(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(["evaluate", *arguments])
    assert caught.value.code == USAGE
    assert capsys.readouterr().out == ""
