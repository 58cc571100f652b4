"""What every test gets: a home folder of its own, no network, and real photographs out of scikit-image's wheel."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

# Before torch is imported: threads that spin while they wait slow every other test down.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.events import ModelReady
from resnet_desktop.core.openvino_runtime import openvino_core
from tests.core.download_server import LOOPBACK_PORTS

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


# No test is timed: on a busy machine an example may take any time.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows instead of running offscreen")
    parser.addoption("--slow", action="store_true", help="also what takes minutes")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--headed"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("slow") and not config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="runs with --slow only"))
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="the shared pictures are not here"))
        if item.get_closest_marker("gpu") and not _has_cuda():
            item.add_marker(pytest.mark.skip(reason="no CUDA device"))


def _has_cuda() -> bool:
    import torch

    return bool(torch.cuda.is_available())


def _is_loopback(address: object) -> bool:
    """One of the servers that a test started itself; see tests/core/download_server.py."""
    return isinstance(address, tuple) and address[0] == "127.0.0.1" and address[1] in LOOPBACK_PORTS


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        if not _is_loopback(arguments[:2]):
            raise AssertionError(f"a test looked up a host: {arguments}")
    elif event == "socket.connect":
        connecting = arguments[0]
        if _is_loopback(arguments[1]):
            return
        if isinstance(connecting, socket.socket) and connecting.family in (socket.AF_INET, socket.AF_INET6):
            raise AssertionError(f"a test opened a connection: {arguments[1]}")


sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session")
def qapp_cls() -> type[QCoreApplication]:
    """The program's own application, for every test that has one."""
    from resnet_desktop.app import DesktopApplication

    return DesktopApplication


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; nothing of the person who runs the tests is read or written."""
    folder = tmp_path / "home"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(folder))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    openvino_core.cache_clear()
    return folder


@pytest.fixture(scope="session")
def prepared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in model, prepared once by the real engine child for the whole session."""
    from resnet_desktop.engine.ready import make_ready

    folder = tmp_path_factory.mktemp("prepared-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder))
        events = list(make_ready(find_model("built-in"), CancelToken()))
    assert isinstance(events[-1], ModelReady)
    return folder / "cache"


@pytest.fixture
def built_in(home: Path, prepared_cache: Path) -> ModelSpec:
    """The built-in model, ready in this test's home."""
    shutil.copytree(prepared_cache, home / "cache", dirs_exist_ok=True)
    return find_model("built-in")


@pytest.fixture
def collected_in_main_thread() -> Iterator[None]:
    """As in the program: garbage that holds Qt objects is never collected by a thread that decodes pictures."""
    gc.disable()
    yield
    gc.collect()
    gc.freeze()  # what is left lives on, and need not be looked at after every test
    gc.enable()


@pytest.fixture
def token() -> Iterator[CancelToken]:
    cancel = CancelToken()
    yield cancel
    cancel.cancel()


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder of real photographs in scikit-image's wheel: astronaut.png, coffee.png, chelsea.png (a cat)."""
    import skimage

    return Path(skimage.__file__).parent / "data"


@pytest.fixture
def coffee(photos: Path) -> Path:
    """A cup of espresso, 600 x 400."""
    return photos / "coffee.png"


@pytest.fixture
def cat(photos: Path) -> Path:
    """A tabby cat, 451 x 300."""
    return photos / "chelsea.png"
