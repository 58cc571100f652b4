"""What a model can run on here, and which of it is used."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP
from resnet_desktop.core.events import Event
from resnet_desktop.core.openvino_runtime import openvino_core

# Key of the setting, and what people call it.
TITLES = {
    "auto": QT_TRANSLATE_NOOP("Devices", "Automatic"),
    "cpu": QT_TRANSLATE_NOOP("Devices", "Processor"),
    "cuda": QT_TRANSLATE_NOOP("Devices", "NVIDIA graphics (CUDA)"),
    "mps": QT_TRANSLATE_NOOP("Devices", "Apple graphics (MPS)"),
    "gpu": QT_TRANSLATE_NOOP("Devices", "Intel graphics"),
    "npu": QT_TRANSLATE_NOOP("Devices", "Intel NPU"),
}
WHY = {
    "auto": QT_TRANSLATE_NOOP(
        "Devices", "Answers come from the processor: they take milliseconds there and start at once."
    ),
    "cpu": QT_TRANSLATE_NOOP("Devices", "Always there, starts at once, and answers exactly."),
    "cuda": QT_TRANSLATE_NOOP("Devices", "Fastest for thousands of pictures; takes some seconds to start."),
    "mps": QT_TRANSLATE_NOOP("Devices", "Fast for many pictures; takes some seconds to start."),
    "gpu": QT_TRANSLATE_NOOP("Devices", "Leaves the processor free for other programs."),
    "npu": QT_TRANSLATE_NOOP("Devices", "Needs the least power."),
}
FAST = "BF16"  # OpenVINO's name for arithmetic with half the digits


@dataclass(frozen=True)
class Device:
    """Something that can run a model, by the key of its setting."""

    key: str
    name: str  # as its maker calls it, or ""


@dataclass(frozen=True)
class DevicesFound(Event):
    """The devices of this machine, without "auto"."""

    devices: tuple[Device, ...]
    fast: bool = False  # whether the processor has bf16 arithmetic


def openvino_devices() -> tuple[Device, ...]:
    """The processor and what Intel graphics and NPUs there are."""
    core = openvino_core()
    found: dict[str, Device] = {}
    for name in core.available_devices:
        key = name.split(".")[0].lower()
        if key in TITLES and key not in found:
            found[key] = Device(key, str(core.get_property(name, "FULL_DEVICE_NAME")).strip())
    return tuple(found.values())


def has_fast_arithmetic() -> bool:
    """Whether the processor computes with bf16 by itself; where it does not, fast is not faster."""
    return FAST in openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
