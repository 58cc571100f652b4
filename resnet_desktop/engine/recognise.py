"""Which network a file's weights belong to, by names and shapes alone: one rule for both gates. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.model_store import MAX_CLASSES
from resnet_desktop.engine.layout import COUNTER, LITE, RESNETS, layout_of
from resnet_desktop.engine.refusals import NO_RESNET, WRONG_CLASSES, WRONG_NAMES, WRONG_SHAPE, shown

# Whether the blocks are bottlenecks and how many the third stage has: no two ResNets agree in both.
_FEATURES = {(bottleneck, stages[2]): name for name, (stages, bottleneck) in RESNETS.items()}

DIFFERENT = QT_TRANSLATE_NOOP("Sentences", "The file {file} holds the weights of another network than {title}.")


def recognise(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, int]:
    """Architecture and number of classes; ModelError unless ``shapes`` are exactly a network's, counters or none."""
    architecture = _architecture(path, shapes)
    layout = layout_of(architecture)
    bias = shapes.get(f"{layout.head}.bias", ())
    classes = bias[0] if len(bias) == 1 else 2
    if not 2 <= classes <= MAX_CLASSES:
        raise ModelError(WRONG_CLASSES, file=str(path), count=classes)
    expected = layout.shapes(classes)
    counted = any(name.endswith(COUNTER) for name in shapes)
    wanted = {name for name in expected if counted or not name.endswith(COUNTER)}
    network = architecture.replace("resnet", "ResNet-").replace(LITE, "EfficientNet-Lite0")
    if different := sorted(wanted ^ shapes.keys()):
        raise ModelError(WRONG_NAMES, file=str(path), network=network, count=len(different), name=shown(different[0]))
    for name, found in shapes.items():
        if found != expected[name]:
            both = {"found": found, "expected": expected[name]}
            raise ModelError(WRONG_SHAPE, file=str(path), network=network, name=name, **both)
    return architecture, classes


def check_belongs(path: Path, spec: ModelSpec, architecture: str, classes: int) -> None:
    """ModelError where what was recognised is another network than the model's."""
    if (architecture, classes) != (spec.architecture, len(labels_of(spec))):
        raise ModelError(DIFFERENT, title=spec.title, file=str(path))


def _architecture(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> str:
    if "_conv_stem.weight" in shapes:
        return LITE
    blocks = {name.split(".")[1] for name in shapes if name.startswith("layer3.") and name.count(".") > 1}
    found = _FEATURES.get(("layer1.0.conv3.weight" in shapes, len(blocks)))
    if found is None or "conv1.weight" not in shapes:
        raise ModelError(NO_RESNET, file=str(path))
    return found
