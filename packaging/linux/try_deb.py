"""Install a .deb in a fresh minimal Debian, use it there without a network and without Python, and remove it again.

python packaging/linux/try_deb.py PACKAGE.deb [bookworm] [trixie] [--keep FOLDER]

Needs root, and the Debian packages debootstrap and util-linux. Everything happens in roots of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

SUITES = ("bookworm", "trixie")
MOUNTS = ("proc", "sys", "dev")
PATIENCE = 60.0
FULL = "resnet-desktop"  # the package that trains
PERSON = "/root"  # whose home folder must survive
WITHOUT_NETWORK = ["unshare", "--net"]
SCREEN = "-screen 0 1366x768x24 -fbdir /tmp"


class DebError(Exception):
    """What the package does wrong, in words."""


class Root:
    """A fresh Debian in a folder."""

    def __init__(self, folder: Path, suite: str) -> None:
        self.folder = folder
        print(f"-- {suite}: making a minimal root", flush=True)
        _run(["debootstrap", "--variant=minbase", suite, str(folder)], quiet=True)

    def run(self, *command: str, network: bool = True, code: int | None = 0) -> str:
        """A command inside; its output. ``code`` None takes any exit code."""
        inside = ["chroot", str(self.folder), "env", "-i", f"HOME={PERSON}", "DEBIAN_FRONTEND=noninteractive",
                  "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", *command]  # fmt: skip
        done = subprocess.run(
            [*([] if network else WITHOUT_NETWORK), *inside], capture_output=True, text=True, check=False
        )
        if code is not None and done.returncode != code:
            raise DebError(f"{' '.join(command)}: code {done.returncode}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")
        return done.stdout + done.stderr

    def has(self, place: str) -> bool:
        return os.path.lexists(self.folder / place.lstrip("/"))

    @contextlib.contextmanager
    def mounted(self) -> Iterator[None]:
        for name in MOUNTS:
            _run(["mount", "--rbind", f"/{name}", str(self.folder / name)])
            _run(["mount", "--make-rslave", str(self.folder / name)])
        try:
            yield
        finally:
            for name in MOUNTS:
                _run(["umount", "-l", str(self.folder / name)])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="try_deb.py")
    parser.add_argument("package", type=Path)
    parser.add_argument("suites", nargs="*", help=f"of {', '.join(SUITES)}; all where none is named")
    parser.add_argument("--picture", type=Path, help="a photograph of a cat; else the one in scikit-image's wheel")
    parser.add_argument("--keep", type=Path, help="where to put pictures of the window")
    options = parser.parse_args(arguments)
    if os.geteuid() != 0:
        parser.error("making a root needs root")
    picture = options.picture or _photo("chelsea.png")
    for suite in options.suites or SUITES:
        with tempfile.TemporaryDirectory(prefix=f"resnet-desktop-{suite}-") as folder:
            try:
                root = Root(Path(folder), suite)
                with root.mounted():
                    for line in steps(root, options.package, picture, options.keep and options.keep / f"{suite}.png"):
                        print(f"   {line}", flush=True)
            except DebError as error:
                print(f"FAILED on {suite}: {error}", file=sys.stderr)
                return 1
    return 0


def steps(root: Root, package: Path, picture: Path, shot: Path | None) -> Iterator[str]:
    """Install, answer, train, open the window, remove, purge; a line for each that went well."""
    shutil.copy(package, root.folder / "tmp")
    shutil.copy(picture, root.folder / "tmp" / "cat.png")
    before = set(root.run("dpkg-query", "-W", "-f", "${Package}\\n").split())
    root.run("apt-get", "update", "-q")
    started = time.monotonic()
    root.run("apt-get", "install", "-y", "--no-install-recommends", f"/tmp/{package.name}")
    name = _field(root, package, "Package")
    added = set(root.run("dpkg-query", "-W", "-f", "${Package}\\n").split()) - before
    yield f"installed in {time.monotonic() - started:.0f} s with {len(added) - 1} packages it depends on"
    if found := [path for path in ("usr/bin/python3", "usr/bin/python") if root.has(path)]:
        raise DebError(f"Python is there: {found}")
    yield "no Python on this system"
    said = root.run("resnet-desktop", "classify", "/tmp/cat.png", network=False)
    if "cat" not in said.split("\n")[0]:
        raise DebError(f"without a network the answer was: {said}")
    yield f"without a network: {' '.join(said.split())[:80]}"
    if name == FULL:
        yield train(root)
    root.run("apt-get", "install", "-y", "--no-install-recommends", "xvfb", "xauth")
    yield f"window answered {open_window(root, shot):.1f} s after the start, without a network"
    kept = f"{PERSON}/.config/ResNet Desktop"
    root.run("apt-get", "remove", "-y", name)
    _gone(root, name)
    yield "removed: nothing left in /opt, /usr/bin, /usr/share"
    root.run("apt-get", "install", "-y", "--no-install-recommends", f"/tmp/{package.name}")
    root.run("apt-get", "purge", "-y", name)
    _gone(root, name)
    if not root.has(kept):
        raise DebError(f"{kept} of a person is gone")
    yield "installed again and purged: what belongs to the person is still there"


def train(root: Root) -> str:
    """An epoch of every layer on parts of two photographs, and an answer by the model that came of it."""
    photos = {name: Image.open(_photo(name)).convert("RGB") for name in ("chelsea.png", "coffee.png")}
    for name, photo in photos.items():
        folder = root.folder / "tmp" / "classes" / Path(name).stem
        folder.mkdir(parents=True)
        for left in range(0, photo.width - 96, 16):
            photo.crop((left, 96, left + 96, 192)).save(folder / f"{left}.png")
    how = ("--name", "Mine", "--preset", "full", "--epochs", "1", "--json")
    said = root.run("resnet-desktop", "train", "/tmp/classes", *how, network=False)
    done = [line for line in said.splitlines() if '"event": "done"' in line]
    if not done:
        raise DebError(f"no model came of a training:\n{said[-3000:]}")
    key = json.loads(done[0])["model"]
    answer = root.run("resnet-desktop", "classify", "/tmp/cat.png", "--model", key, network=False)
    if "chelsea" not in answer.split("\n")[0]:
        raise DebError(f"its own model answered: {answer}")
    return f"trained an epoch without a network; its own model: {' '.join(answer.split())[:60]}"


def open_window(root: Root, shot: Path | None) -> float:
    """Seconds until the window under Xvfb has answered; a picture of it goes to ``shot``."""
    log = root.folder / PERSON.lstrip("/") / ".local/state/ResNet Desktop/log/resnet-desktop.log"
    script = f"xvfb-run -a -s '{SCREEN}' resnet-desktop /tmp/cat.png >/tmp/said.txt 2>&1"
    inside = ["env", "-i", f"HOME={PERSON}", "PATH=/usr/bin:/bin:/usr/sbin", "sh", "-c", script]
    command = [*WITHOUT_NETWORK, "chroot", str(root.folder), *inside]
    started = time.monotonic()
    process = subprocess.Popen(command, start_new_session=True)
    try:
        while "answered in" not in (log.read_text() if log.exists() else ""):
            if process.poll() is not None or time.monotonic() - started > PATIENCE:
                raise DebError(f"no answer in the window:\n{_said(root)}\n{log.read_text() if log.exists() else ''}")
            time.sleep(0.05)
        took = time.monotonic() - started
        time.sleep(2)
        if shot is not None:
            shot.parent.mkdir(parents=True, exist_ok=True)
            _screen(root).save(shot)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(20)
        subprocess.run(["pkill", "-f", str(root.folder)], check=False)
    if "Traceback" in _said(root) + log.read_text():
        raise DebError(_said(root) + log.read_text())
    return took


def _said(root: Root) -> str:
    return (root.folder / "tmp/said.txt").read_text(errors="replace")


def _screen(root: Root) -> Image.Image:
    """Xvfb keeps its screen in a file: a head of big-endian numbers, a colour table, then rows of BGRX."""
    data = (root.folder / "tmp" / "Xvfb_screen0").read_bytes()
    head = struct.unpack(">25I", data[:100])
    size, width, height, row, colours = head[0], head[4], head[5], head[12], head[19]
    pixels = data[size + 12 * colours :]
    return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", row, 1)


def _field(root: Root, package: Path, name: str) -> str:
    return root.run("dpkg-deb", "-f", f"/tmp/{package.name}", name).strip()


def _gone(root: Root, name: str) -> None:
    """Nothing of the package is left, and the package manager agrees."""
    left = [place for place in ("/opt/resnet-desktop", "/usr/bin/resnet-desktop") if root.has(place)]
    left += [str(path) for path in (root.folder / "usr/share").rglob("*esnetdesktop*")]
    if left:
        raise DebError(f"{name} left {left}")


def _photo(name: str) -> Path:
    import skimage

    return Path(skimage.__file__).parent / "data" / name


def _run(command: list[str], *, quiet: bool = False) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL if quiet else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
