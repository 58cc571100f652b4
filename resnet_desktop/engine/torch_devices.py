"""What torch can compute on, besides the processor."""

from __future__ import annotations

import torch

from resnet_desktop.core.devices import Device


def torch_devices() -> tuple[Device, ...]:
    """NVIDIA's and Apple's graphics, where they are here and work."""
    devices = []
    if torch.cuda.is_available():
        devices.append(Device("cuda", torch.cuda.get_device_name(0)))
    if torch.backends.mps.is_available():
        devices.append(Device("mps", "Apple"))
    return tuple(devices)
