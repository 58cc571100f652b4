"""The one place that imports OpenVINO, with its telemetry switched off before it can start."""

from __future__ import annotations

import logging
import sys
import threading
from functools import cache
from types import ModuleType
from typing import Any

from resnet_desktop.core import paths
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, ModelError

log = logging.getLogger(__name__)

NO_DEVICE = QT_TRANSLATE_NOOP("Sentences", "This computer has no {device} that can be used. Choose the processor.")
_first_look = threading.Lock()
_DEVICES = {"auto": "CPU", "cpu": "CPU", "gpu": "GPU", "npu": "NPU"}


def import_openvino() -> ModuleType:
    """``import openvino`` without its telemetry package, which reports every conversion to a server by default.

    OpenVINO falls back to a stub of its own when the package cannot be imported.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import numpy as np
    import openvino

    with _first_look:
        # The first look at a tensor's memory fills a table behind a C++ guard and lets go of the interpreter lock in
        # between. A second thread that looks just then waits for the guard with that lock held: a standstill for good.
        openvino.Tensor(np.zeros(1, np.float32)).data  # noqa: B018
    module: ModuleType = openvino
    return module


@cache
def openvino_core() -> Any:
    """The process's openvino.Core; compiled models are cached on disk by OpenVINO itself."""
    core = import_openvino().Core()
    folder = paths.cache_dir() / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        core.set_property({"CACHE_DIR": str(folder)})
    except OSError as error:
        log.warning("compiled models are not kept: %s", error)
    return core


def openvino_device(device: str) -> str:
    """OpenVINO's name for a device of the command line; ModelError where this machine has none."""
    name = _DEVICES[device]
    if name != "CPU" and not any(found.split(".")[0] == name for found in openvino_core().available_devices):
        raise ModelError(NO_DEVICE, device=name)
    return name
