"""Convert the built-in model into the cache of RESNET_DESKTOP_HOME, as the program does at its first start."""

from __future__ import annotations

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.engine.ready import make_ready

if __name__ == "__main__":
    for event in make_ready(find_model("built-in"), CancelToken()):
        print(type(event).__name__, flush=True)
