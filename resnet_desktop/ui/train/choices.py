"""What the person has chosen for the next run. Widgets show it; it outlives them when language or looks change."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from resnet_desktop.core.model_store import free_title
from resnet_desktop.core.training import Preset, TrainingConfig
from resnet_desktop.engine.presets import Recipe, recipe_of

# What one preset's value says nothing about another's.
OF_THE_PRESET = ("epochs", "batch_size", "learning_rate", "image_size", "crop", "mirror", "colour")
PLAIN = TrainingConfig(name="", model="built-in", preset="quick", dataset="")


class Choices(QObject):
    """A config to be; lives in the main thread."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.config = PLAIN
        self.drawer_open = False
        self._wanted = self._suggested = ""  # name that nobody has typed: without its number, and as it is

    @property
    def preset(self) -> Preset:
        return self.config.preset

    @property
    def recipe(self) -> Recipe | None:
        """What the preset makes of it; None for Quick, which has none."""
        return None if self.preset == "quick" else recipe_of(self.config)

    @property
    def plain_recipe(self) -> Recipe | None:
        """The preset's own."""
        plain = dataclasses.replace(PLAIN, preset=self.preset)
        return None if self.preset == "quick" else recipe_of(plain)

    @property
    def is_changed(self) -> bool:
        """Whether there is something to reset."""
        config = self.config
        plain = dataclasses.replace(
            PLAIN, name=config.name, model=config.model, preset=config.preset, dataset=config.dataset
        )
        return config != plain

    def set(self, **values: object) -> None:
        config = dataclasses.replace(self.config, **values)  # type: ignore[arg-type]
        if config != self.config:
            self.config = config
            self.changed.emit()

    def choose(self, preset: Preset) -> None:
        """Another preset, with its own values where it has some; what is the same for all of them stays."""
        if preset != self.preset:
            self.set(preset=preset, **dict.fromkeys(OF_THE_PRESET))

    @property
    def name_is_typed(self) -> bool:
        return self.config.name != self._suggested

    def suggest(self, taken: Iterable[str], wanted: str = "") -> None:
        """Call it as is wanted, or as was before, with a number where that name is taken."""
        self._wanted = wanted or self._wanted
        self._suggested = free_title(self._wanted, taken)
        self.set(name=self._suggested)

    def suggest_another(self, taken: Iterable[str]) -> None:
        """Its name has become a model's."""
        self.suggest(taken, self.config.name if self.name_is_typed else "")

    def reset(self) -> None:
        """All as the preset has it."""
        config = self.config
        self.set(
            **{
                field.name: getattr(PLAIN, field.name)
                for field in dataclasses.fields(config)
                if field.name not in ("name", "model", "preset", "dataset")
            }
        )

    def open_drawer(self, is_open: bool) -> None:
        if is_open != self.drawer_open:
            self.drawer_open = is_open
            self.changed.emit()
