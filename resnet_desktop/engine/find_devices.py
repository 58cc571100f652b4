"""Which devices this machine has. Parent side: torch is asked in the child."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.devices import DevicesFound, has_fast_arithmetic, openvino_devices
from resnet_desktop.core.errors import EngineError
from resnet_desktop.core.events import Event
from resnet_desktop.engine.process import Inbox, run_in_engine

GRACE_SECONDS = 0.3


def find_devices(token: CancelToken) -> Iterator[Event]:
    """DevicesFound at once for what OpenVINO sees, and again when torch has been asked, which takes seconds."""
    found, fast = openvino_devices(), has_fast_arithmetic()
    yield DevicesFound(found, fast)
    with contextlib.suppress(EngineError):  # a broken driver is a device that is not there
        for event in run_in_engine(_ask_torch, token=token, grace=GRACE_SECONDS):
            if isinstance(event, DevicesFound):
                yield DevicesFound(found + event.devices, fast)


def _ask_torch(_inbox: Inbox) -> Iterator[Event]:
    """Runs in the child."""
    from resnet_desktop.engine.torch_devices import torch_devices

    yield DevicesFound(torch_devices())
