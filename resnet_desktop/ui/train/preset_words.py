"""What a preset is called, what it does, and how long it takes."""

from __future__ import annotations

from PySide6.QtCore import QObject

from resnet_desktop.core.training import Preset

ROUND_SECONDS = 5
MOST_SECONDS, MOST_MINUTES = 90, 100  # before the next larger unit says it better


class PresetWords(QObject):
    """Sentences for the cards."""

    def title(self, preset: Preset) -> str:
        return {
            "quick": self.tr("Quick"),
            "standard": self.tr("Standard"),
            "full": self.tr("Full"),
            "tutorial": self.tr("Tutorial"),
        }[preset]

    def text(self, preset: Preset) -> str:
        return {
            "quick": self.tr("Looks at every picture once and fits the last layer."),
            "standard": self.tr("The last layers learn, too; usually a few points better."),
            "full": self.tr("All layers learn; worth it with many pictures."),
            "tutorial": self.tr("The program of any ResNet tutorial, number for number."),
        }[preset]

    def about(self, seconds: float) -> str:
        """A duration as a person would say it."""
        if seconds < MOST_SECONDS:
            rounded = ROUND_SECONDS * max(1, round(seconds / ROUND_SECONDS))
            return self.tr("about %Ln seconds", "", rounded)
        if seconds < MOST_MINUTES * 60:
            return self.tr("about %Ln minutes", "", round(seconds / 60))
        return self.tr("about %Ln hours", "", round(seconds / 3600))
