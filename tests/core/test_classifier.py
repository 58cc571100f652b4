"""The built-in model on real photographs, and the classifier's promises to its callers."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.classifier import (
    Mode,
    OpenVinoClassifier,
    Outputs,
    answer_file,
    answer_picture,
    thread_count,
)
from resnet_desktop.core.errors import ModelError, PictureError
from resnet_desktop.core.fake_classifier import FakeClassifier
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.openvino_runtime import openvino_core, openvino_device
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.core.prepared import CLASS_WEIGHTS, NETWORK, NETWORK_DATA, is_prepared, prepared_folder
from resnet_desktop.core.preprocess import network_pixels
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.open_classifier import open_classifier
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]
CATS = {"tabby", "tiger cat", "Persian cat", "Siamese cat", "Egyptian cat"}


@pytest.fixture
def classifier(built_in: ModelSpec) -> OpenVinoClassifier:
    opened = open_classifier(built_in)
    assert isinstance(opened, OpenVinoClassifier)
    return opened


def folder_of(spec: ModelSpec) -> Path:
    return prepared_folder(spec, spec.sha256)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("coffee.png", {"espresso"}),
        ("chelsea.png", CATS),
        ("camera.png", {"tripod"}),
        ("rocket.jpg", {"missile", "projectile", "space shuttle"}),
        ("motorcycle_left.png", {"moped", "motor scooter"}),
        ("motorcycle_right.png", {"moped", "motor scooter"}),
    ],
)
def test_photographs(name: str, labels: set[str], classifier: OpenVinoClassifier, photos: Path) -> None:
    answer, _picture = answer_file(classifier, photos / name)
    assert labels_of(classifier.spec)[answer.best.index] in labels
    assert answer.model == "built-in"
    assert answer.milliseconds > 0


@pytest.mark.parametrize("mode", ["one", "many", "fast"])
def test_all_modes_give_the_same_answer(mode: Mode, built_in: ModelSpec, coffee: Path) -> None:
    answer, _picture = answer_file(open_classifier(built_in, "cpu", mode), coffee, top=1000)
    assert answer.best.index == 967
    assert answer.best.probability == pytest.approx(0.95, abs=0.02)
    assert sum(item.probability for item in answer.predictions) == pytest.approx(1)


@pytest.mark.shared
def test_a_hundred_pictures_of_a_hundred_classes(classifier: OpenVinoClassifier) -> None:
    paths = sorted((SHARED / "imagenet-samples").iterdir())
    assert len(paths) == 100
    labels = [normal(label) for label in labels_of(classifier.spec)]
    first = five = 0
    for path in paths:
        name = normal(path.stem.split("_", 1)[1])
        assert labels.count(name) == 1, "every file name must be a label, or a right answer would not count"
        answered = [labels[item.index] for item in answer_file(classifier, path)[0].predictions]
        first += answered[0] == name
        five += name in answered
    assert first >= 88
    assert five >= 97


def normal(name: str) -> str:
    """A label or a file name without what they write differently."""
    return "".join(filter(str.isalnum, name.lower()))


def test_bytes_are_answered_like_the_file(classifier: OpenVinoClassifier, coffee: Path) -> None:
    of_file, _picture = answer_file(classifier, coffee)
    of_bytes, _picture = answer_file(classifier, coffee.read_bytes())
    assert of_bytes.predictions == of_file.predictions


def test_a_damaged_picture_is_a_sentence(classifier: OpenVinoClassifier, coffee: Path) -> None:
    with pytest.raises(PictureError, match="cut off"):
        answer_file(classifier, coffee.read_bytes()[:50_000])


def test_answer_and_outputs_come_from_one_pass(classifier: OpenVinoClassifier, cat: Path) -> None:
    picture = open_picture(cat)
    answer, outputs = answer_picture(classifier, picture)
    again = classifier.run(network_pixels(classifier.spec.preprocess, picture.image))
    assert answer.best.index == int(outputs.logits.argmax())
    assert np.array_equal(outputs.logits, again.logits)


def test_shapes(classifier: OpenVinoClassifier) -> None:
    outputs = classifier.run(np.zeros((224, 224, 3), np.uint8))
    assert outputs.logits.shape == (1000,)
    assert outputs.embedding.shape == (1280,)
    assert outputs.feature_map.shape == (1280, 7, 7)
    assert np.allclose(outputs.embedding, outputs.feature_map.mean(axis=(1, 2)), atol=1e-3)
    assert classifier.class_weights().shape == (1000, 1280)


def test_pixels_in_any_memory_layout(classifier: OpenVinoClassifier, coffee: Path) -> None:
    pixels = network_pixels(classifier.spec.preprocess, open_picture(coffee).image)
    expected = classifier.run(pixels).logits
    for other in (np.asfortranarray(pixels), pixels[::-1, ::-1][::-1, ::-1], np.array(pixels)):
        assert np.array_equal(classifier.run(other).logits, expected)


def test_many_threads_get_their_own_answers(built_in: ModelSpec, photos: Path) -> None:
    classifier = open_classifier(built_in, mode="many")
    names = ("coffee.png", "chelsea.png", "camera.png", "rocket.jpg", "coins.png", "horse.png")
    pixels = [network_pixels(built_in.preprocess, open_picture(photos / name).image) for name in names]
    alone = [classifier.run(array).logits for array in pixels]
    with ThreadPoolExecutor(8) as pool:
        together: list[Outputs] = list(pool.map(classifier.run, pixels * 10))
    for index, outputs in enumerate(together):
        assert np.allclose(outputs.logits, alone[index % len(names)], atol=1e-3)


FIRST_LOOK = """
import sys, threading
import numpy as np
from resnet_desktop.core.catalog import find_model
from resnet_desktop.engine.open_classifier import open_classifier

classifier = open_classifier(find_model("built-in"), "cpu", "many")
pixels = np.zeros((224, 224, 3), np.uint8)
together = threading.Barrier(16)

def run():
    together.wait()
    classifier.run(pixels)

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=run) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_the_first_pictures_of_many_threads_do_not_stand_still(built_in: ModelSpec) -> None:
    """Without the first look in ``import_openvino`` one start in four hung for good, holding the interpreter lock."""
    for _ in range(8):
        subprocess.run([sys.executable, "-c", FIRST_LOOK], cwd=ROOT, check=True, timeout=60)


def truncated(path: Path) -> None:
    with path.open("rb+") as file:
        file.truncate(5000)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("name", [NETWORK, NETWORK_DATA])
@pytest.mark.parametrize("damage", [truncated, emptied, Path.unlink])
def test_a_damaged_prepared_form_is_removed(
    name: str, damage: Callable[[Path], None], built_in: ModelSpec, home: Path
) -> None:
    damage(folder_of(built_in) / name)
    with pytest.raises(ModelError) as caught:
        open_classifier(built_in)
    assert str(caught.value) == "The prepared form of Built-in was damaged and has been removed. Try again."
    assert not folder_of(built_in).exists()


@pytest.mark.parametrize("damage", [truncated, emptied, Path.unlink])
def test_damaged_class_weights_are_the_same_sentence(damage: Callable[[Path], None], built_in: ModelSpec) -> None:
    damage(folder_of(built_in) / CLASS_WEIGHTS)
    classifier = open_classifier(built_in)
    with pytest.raises(ModelError, match="The prepared form of Built-in was damaged"):
        classifier.class_weights()
    assert not is_prepared(folder_of(built_in))


def test_a_device_that_fails_does_not_cost_the_prepared_form(
    built_in: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = openvino_core()

    class Failing:
        def compile_model(self, *_arguments: object) -> None:
            raise RuntimeError("out of device memory")

        def read_model(self, *arguments: object) -> object:
            return real.read_model(*arguments)

    monkeypatch.setattr("resnet_desktop.core.classifier.openvino_core", Failing)
    with pytest.raises(ModelError, match=r"^Built-in does not run on CPU here\. Choose the processor\.$"):
        open_classifier(built_in)
    assert is_prepared(folder_of(built_in))


def test_missing_weights_are_a_sentence(home: Path) -> None:
    with pytest.raises(ModelError, match="ResNet-101 is not on this computer yet"):
        open_classifier(find_model("resnet101"))


@pytest.mark.parametrize(("device", "name"), [("gpu", "GPU"), ("npu", "NPU")])
def test_an_absent_device_is_a_sentence(device: str, name: str, home: Path) -> None:
    if any(found.split(".")[0] == name for found in openvino_core().available_devices):
        assert openvino_device(device) == name
        return
    with pytest.raises(ModelError, match=f"^This computer has no {name} that can be used"):
        openvino_device(device)


def test_the_processor_is_always_there(home: Path) -> None:
    assert openvino_device("auto") == openvino_device("cpu") == "CPU"


def test_a_cache_that_cannot_be_made_is_harmless(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    home.mkdir()
    home.joinpath("cache").write_bytes(b"a file where the folder should be")
    assert "CPU" in openvino_core().available_devices
    assert "compiled models are not kept" in caplog.text


def test_compiled_models_are_kept(classifier: OpenVinoClassifier, home: Path) -> None:
    assert list((home / "cache" / "compiled").glob("*.blob"))


def test_telemetry_is_never_imported(classifier: OpenVinoClassifier) -> None:
    assert sys.modules["openvino_telemetry"] is None
    assert [name for name in sys.modules if name.startswith("openvino_telemetry.")] == []


def test_closing_twice_is_harmless(classifier: OpenVinoClassifier) -> None:
    classifier.close()
    classifier.close()


def test_threads_are_as_many_as_cores_allowed() -> None:
    import os

    assert thread_count() == len(os.sched_getaffinity(0))


def test_the_prepared_form_belongs_to_these_very_weights(built_in: ModelSpec) -> None:
    folder = folder_of(built_in)
    assert find_weights(built_in).sha256 == built_in.sha256
    assert prepared_folder(built_in, built_in.sha256) == folder
    other = dataclasses.replace(built_in.preprocess, resize=232)
    assert prepared_folder(dataclasses.replace(built_in, preprocess=other), built_in.sha256) != folder
    assert prepared_folder(dataclasses.replace(built_in, architecture="resnet18"), built_in.sha256) != folder
    assert prepared_folder(built_in, "0" * 64) != folder
    # Its name and title may change.
    assert prepared_folder(dataclasses.replace(built_in, title="B", key="b"), built_in.sha256) == folder


def test_the_fake_one_answers_by_the_colour(home: Path) -> None:
    fake = FakeClassifier(find_model("built-in"))
    outputs = fake.run(np.full((224, 224, 3), (40, 0, 0), np.uint8))
    assert int(outputs.logits.argmax()) == 2
    assert fake.class_weights().shape == (1000, outputs.embedding.shape[0])
    fake.close()
    assert fake.closed
