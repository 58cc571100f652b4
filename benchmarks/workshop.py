"""What the benchmarks work with: a home with prepared models, real pictures, the peer programs, an X server.

All of it is made once under build/benchmarks, which git ignores and anyone may delete.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PIL import Image

from resnet_desktop.core import paths
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import find_model
from resnet_desktop.engine.ready import make_ready

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "benchmarks"
SHARED = ROOT.parent / "shared"
BASELINE = SHARED / "baseline"
SAMPLES = SHARED / "data" / "imagenet-samples"
SCREEN = "1366x768x24"
LONGEST_EDGE = 500
LIMIT_SECONDS = 30.0


class CannotRunError(Exception):
    """Something that this benchmark needs is not here; the message says what."""


def need(present: bool, what: str) -> None:
    if not present:
        raise CannotRunError(what)


def need_baseline() -> None:
    need(BASELINE.is_dir(), f"the peer programs are not at {BASELINE}")


def log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def use_home(*models: str) -> Path:
    """A home folder where these models are prepared; it is this process's and its children's from now on.

    ``resnet18`` and the like stand for "your models" with random weights, made here.
    """
    home = BUILD / "home"
    os.environ[paths.HOME_VARIABLE] = str(home)
    for key in models:
        if key != "built-in" and not (paths.models_dir() / mine(key)).is_dir():
            subprocess.run([sys.executable, "-m", "benchmarks.make_model", key, mine(key)], cwd=ROOT, check=True)
        for _event in make_ready(find_model(key if key == "built-in" else mine(key)), CancelToken()):
            pass
    return home


def mine(architecture: str) -> str:
    """The key of the stored model with random weights of an architecture."""
    return f"random-{architecture}"


def photographs() -> list[Path]:
    """Real ones: the hundred beside the project, or else those in scikit-image's wheel."""
    if SAMPLES.is_dir():
        return sorted(SAMPLES.iterdir())
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    names = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "motorcycle_right.png", "rocket.jpg")
    return [folder / name for name in names]


def folder_of_pictures(count: int, edge: int = LONGEST_EDGE) -> Path:
    """``count`` JPEG files of at most ``edge`` pixels: every photograph saved once, then copied under other names."""
    folder = BUILD / f"pictures-{count}-{edge}"
    if folder.is_dir():
        return folder
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    originals = [_resaved(path, edge) for path in photographs()]
    for number in range(count):
        (unfinished / f"{number:06}.jpg").write_bytes(originals[number % len(originals)])
    return unfinished.rename(folder)


def folder_of_links(count: int, originals: Path) -> Path:
    """``count`` names for the files of another folder: as many pictures for no more room on the disk."""
    folder = BUILD / f"links-{count}"
    if folder.is_dir():
        return folder
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    files = sorted(originals.iterdir())
    for number in range(count):
        (unfinished / f"{number:06}.jpg").hardlink_to(files[number % len(files)])
    return unfinished.rename(folder)


def photo_of_12_megapixels() -> Path:
    path = BUILD / "photo-12mp.jpg"
    if not path.is_file():
        BUILD.mkdir(parents=True, exist_ok=True)
        with Image.open(photographs()[0]) as image:
            image.convert("RGB").resize((4000, 3000), Image.Resampling.LANCZOS).save(path, quality=90)
    return path


def _resaved(path: Path, edge: int) -> bytes:
    from io import BytesIO

    with Image.open(path) as image:
        small = image.convert("RGB")
    small.thumbnail((edge, edge))
    file = BytesIO()
    small.save(file, "JPEG", quality=90)
    return file.getvalue()


@contextlib.contextmanager
def own_screen() -> Iterator[str]:
    """A private X server with a window manager; DISPLAY and the Qt platform of this process point to it."""
    need(bool(shutil.which("Xvfb") and shutil.which("openbox")), "Xvfb and openbox are not installed")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers, _ended(server):
        display = f":{numbers.readline().strip()}"
        os.environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        with _ended(subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)):
            wait_for(_window_manager_runs, "openbox did not start")
            yield display


def _window_manager_runs() -> bool:
    look = ["xdotool", "get_desktop"]
    return subprocess.run(look, capture_output=True, check=False).returncode == 0


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for(done: Callable[[], bool], complaint: str, step: float = 0.02) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while not done():
        need(time.monotonic() < deadline, complaint)
        time.sleep(step)


def busy_processes(count: int) -> contextlib.AbstractContextManager[None]:
    """That many endless loops beside us, at the usual priority."""
    stack = contextlib.ExitStack()
    for _number in range(count):
        stack.enter_context(_ended(subprocess.Popen([sys.executable, "-c", "while True: pass"])))
    return _closing(stack)


@contextlib.contextmanager
def _closing(stack: contextlib.ExitStack) -> Iterator[None]:
    with stack:
        yield


def resident_bytes() -> int:
    """What this process holds in memory now."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def versions(names: Sequence[str]) -> str:
    from importlib.metadata import version

    return ", ".join(f"{name} {version(name)}" for name in names)
