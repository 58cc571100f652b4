"""What each preset means: numbers, in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from resnet_desktop.core.training import Look, Preset, TrainingConfig

# Quick's weight decay, strong to weak: each fit starts from the one before, which is near.
STRENGTHS = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4)

Part = Literal["last-stage", "all"]
AUGMENTED = Look("part", mirror=True)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a deep run goes."""

    epochs: int
    batch_size: int
    learning_rate: float  # the highest, of the last layer
    part: Part  # what is trained
    optimizer: Literal["adam", "adamw"] = "adamw"
    weight_decay: float = 0.01
    one_cycle: bool = True
    decay_by_depth: float = 1.0  # each stage further down learns this many times slower
    label_smoothing: float = 0.0
    average: float = 0.0  # decay of the exponential moving average of the weights; 0 for none
    look: Look = AUGMENTED  # how pictures are shown to it while it learns
    patience: int = 0  # epochs without a better validation loss before it ends; 0 for no end
    exact: bool = False  # the order, layout and digits of a plain torch program; else what is fastest
    fitted_head: bool = True  # starts from Quick's last layer; else from a random one


RECIPES: dict[Preset, Recipe] = {
    "standard": Recipe(epochs=6, batch_size=32, learning_rate=5e-4, part="last-stage", patience=3, average=0.98),
    "full": Recipe(
        epochs=10,
        batch_size=32,
        learning_rate=5e-4,
        part="all",
        decay_by_depth=0.4,
        label_smoothing=0.1,
        average=0.99,
        patience=4,
    ),
    # The program of any ResNet tutorial, number for number.
    "tutorial": Recipe(
        epochs=5,
        batch_size=32,
        learning_rate=1e-3,
        part="all",
        optimizer="adam",
        weight_decay=0.0,
        one_cycle=False,
        exact=True,
        fitted_head=False,
        look=Look("stretched"),
    ),
}


def recipe_of(config: TrainingConfig) -> Recipe:
    """The preset's recipe with what the person changed."""
    recipe = RECIPES[config.preset]
    return replace(
        recipe,
        epochs=config.epochs or recipe.epochs,
        batch_size=config.batch_size or recipe.batch_size,
        learning_rate=config.learning_rate or recipe.learning_rate,
        look=_look_of(recipe.look, config),
    )


def _look_of(look: Look, config: TrainingConfig) -> Look:
    base = look.base
    if config.crop is not None:
        base = "part" if config.crop else "answered" if base == "part" else base
    return Look(
        base,
        mirror=look.mirror if config.mirror is None else config.mirror,
        colour=look.colour if config.colour is None else config.colour,
    )
