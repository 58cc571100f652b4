"""How long each preset would take on this machine with this dataset."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_desktop.core.devices import Device
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import Preset


@dataclass(frozen=True, kw_only=True)
class PresetTime:
    """Seconds, by what they depend on."""

    preset: Preset
    fixed: float  # starting, fitting the last layer, keeping the model
    looking: float  # at every picture for the first time
    epoch: float  # one more of them
    epochs: int  # as the preset has it

    def seconds(self, epochs: int | None = None, enlarged: float = 1.0) -> float:
        """Of the whole run; ``enlarged`` is how many times more pixels than was measured with."""
        return self.fixed + enlarged * (self.looking + self.epoch * (self.epochs if epochs is None else epochs))


@dataclass(frozen=True, kw_only=True)
class TimesMeasured(Event):
    """What is known so far; it comes again whenever another preset has been measured."""

    fingerprint: str  # of the dataset
    model: str  # key
    device: str
    times: tuple[PresetTime, ...] = ()
    devices: tuple[Device, ...] = ()  # that torch can train on, besides the processor
    whole: bool = False  # nothing more will come

    @property
    def key(self) -> tuple[str, str, str]:
        return self.fingerprint, self.model, self.device

    def seconds(self, preset: Preset, epochs: int | None = None, enlarged: float = 1.0) -> float | None:
        """Of a run; None while it is not known."""
        found = next((time for time in self.times if time.preset == preset), None)
        return found.seconds(epochs, enlarged) if found is not None else None
