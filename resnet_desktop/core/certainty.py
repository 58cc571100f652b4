"""When an answer deserves a warning: a plain reading of its probabilities."""

from __future__ import annotations

from enum import Enum

from resnet_desktop.core.answers import Answer

# Below this the best of 1,000 classes is wrong more often than right. Measured with the built-in model on 100 ImageNet
# samples: at or above it 86 of 93 answers are right, below it 3 of 7 (0.4: 82 of 89 and 7 of 11; 0.5: 76 of 83 and
# 13 of 17, so most of the warnings would be wrong).
SURE = 0.3
# The runner-up has at least this share of the best probability; of the 5 such answers among the 100, 3 are right. With
# two classes the best is always 0.5 or more, so this is the only doubt there can be.
CLOSE = 0.75


class Doubt(Enum):
    NONE = "none"
    BETWEEN = "between"  # two classes are about equally likely
    UNFAMILIAR = "unfamiliar"  # no class stands out


def doubt_of(answer: Answer) -> Doubt:
    """Why the person should not rely on this answer, if so."""
    best = answer.best.probability
    second = answer.predictions[1].probability if len(answer.predictions) > 1 else 0.0
    if best + second >= SURE and second >= CLOSE * best:
        return Doubt.BETWEEN
    return Doubt.NONE if best >= SURE else Doubt.UNFAMILIAR
