"""What is said of a weights file that does not pass the gate, in either edition. No torch."""

from __future__ import annotations

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP
from resnet_desktop.core.model_store import plain_name

MAX_SHOWN = 80  # characters of a name out of the file

CODE = QT_TRANSLATE_NOOP(
    "Sentences", "{file} holds more than numbers and could run a program. It is not used; ask for a safetensors file."
)
NO_MEMORY = QT_TRANSLATE_NOOP("Sentences", "{file} asks for more memory than any ResNet needs. It is not used.")
NOT_A_STATE_DICT = QT_TRANSLATE_NOOP(
    "Sentences", "{file} holds something else than the named weights of a network. Ask for the state dict."
)
NO_RESNET = QT_TRANSLATE_NOOP("Sentences", "{file} holds the weights of another network than ResNet-18 to ResNet-152.")
WRONG_NAMES = QT_TRANSLATE_NOOP(
    "Sentences", "{file} is almost a {network}: {count} of its weights are missing or too many, such as {name}."
)
WRONG_SHAPE = QT_TRANSLATE_NOOP(
    "Sentences", "{file} is almost a {network}: its {name} has the shape {found} instead of {expected}."
)
WRONG_CLASSES = QT_TRANSLATE_NOOP("Sentences", "{file} has {count} classes; this program takes from 2 to 100,000.")
ODD_TENSOR = QT_TRANSLATE_NOOP("Sentences", "The weights {name} in {file} are stored in a way that is not used.")
ODD_TYPE = QT_TRANSLATE_NOOP("Sentences", "The weights {name} in {file} are of the type {type}, not real numbers.")
HOLLOW = QT_TRANSLATE_NOOP("Sentences", "The weights {name} in {file} claim more numbers than the file holds.")
NOT_FINITE = QT_TRANSLATE_NOOP("Sentences", "The weights {name} in {file} are broken: some are not finite numbers.")
NEGATIVE = QT_TRANSLATE_NOOP("Sentences", "The weights {name} in {file} are broken: a variance is below zero.")


def shown(name: str) -> str:
    """A name out of a file, as a sentence may show it."""
    return plain_name(name)[:MAX_SHOWN] or "?"
