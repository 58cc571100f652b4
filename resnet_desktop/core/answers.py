"""What a model says about one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_TOP = 5


@dataclass(frozen=True)
class Prediction:
    """One class of an answer."""

    index: int  # of the class
    probability: float  # 0..1


@dataclass(frozen=True)
class Answer:
    """The ranked classes with probabilities for one picture, most probable first."""

    model: str  # key of the model that answered
    predictions: tuple[Prediction, ...]
    milliseconds: float  # decoding, resizing and the network together

    @property
    def best(self) -> Prediction:
        return self.predictions[0]


def rank(logits: NDArray[np.float32], top: int) -> tuple[Prediction, ...]:
    """Softmax over ``logits`` [classes] and the ``top`` most probable classes (all of them where there are fewer)."""
    import numpy as np

    shifted = np.asarray(logits, np.float64)
    exponentials = np.exp(shifted - shifted.max())
    probabilities = exponentials / exponentials.sum()
    order = np.argsort(-probabilities, kind="stable")[:top]
    return tuple(Prediction(int(index), float(probabilities[index])) for index in order)
