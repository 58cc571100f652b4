"""Try the Windows installer for real, under wine: install, run, upgrade, refuse, uninstall; look at files and registry.

python packaging/windows/try_installer.py

Needs makensis, wine and x86_64-w64-mingw32-gcc (Debian: apt install nsis wine64 wine mingw-w64). A small program stands
in for the frozen one, which only Windows can make.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from identity import PROGRAM, PUBLISHER
from windows.package import make_installer

HERE = Path(__file__).resolve().parent
PROGRAMS = ("makensis", "wine", "x86_64-w64-mingw32-gcc")
CLASSES = r"HKCU\Software\Classes"
LISTED = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\ResNetDesktop"
RUNS = 5  # the exit code of an installer that finds the program running
PATIENCE = 120  # seconds for one step


def missing() -> list[str]:
    return [name for name in PROGRAMS if not shutil.which(name)]


@dataclass(frozen=True)
class Wine:
    """A Windows of its own, in a folder."""

    home: Path

    def environment(self) -> dict[str, str]:
        quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=", "DISPLAY": ""}
        return os.environ | quiet | {"WINEPREFIX": str(self.home)}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(["wine", *arguments], env=self.environment(), stdout=nowhere, stderr=nowhere)

    def run(self, *arguments: str) -> int:
        return self._finished(*arguments).returncode

    def batch(self, line: str) -> int:
        """A command line with quotes of its own, by cmd; the exit code of its program."""
        script = self.home / "drive_c" / "line.bat"
        script.write_text(f"@{line}\r\n@exit %errorlevel%\r\n", encoding="ascii")
        return self.run("cmd", "/c", r"C:\line.bat")

    def _finished(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = ["wine", *arguments]
        return subprocess.run(command, env=self.environment(), check=False, capture_output=True, timeout=PATIENCE)

    def value(self, key: str, name: str = "") -> str | None:
        """A registry value as text, or None; "" is the key's own."""
        asked = self._finished("reg", "query", key, *(("/v", name) if name else ("/ve",)))
        words = [
            line.split("    ") for line in asked.stdout.decode(errors="replace").splitlines() if "    REG_" in line
        ]
        return words[0][-1].strip() if asked.returncode == 0 and words else None

    def has_key(self, key: str) -> bool:
        return self.run("reg", "query", key) == 0

    @property
    def local(self) -> Path:
        """%LOCALAPPDATA% as a folder of this machine."""
        return next((self.home / "drive_c" / "users").glob("*/AppData/Local"))

    @property
    def menu(self) -> Path:
        return (
            next((self.home / "drive_c" / "users").glob("*/AppData/Roaming")) / "Microsoft/Windows/Start Menu/Programs"
        )


def expect(sentence: str, holds: bool) -> None:
    print(f"{'ok  ' if holds else 'FAIL'} {sentence}", flush=True)
    if not holds:
        raise SystemExit(1)


def frozen(folder: Path, version: str, extra: str) -> Path:
    """A stand-in for the frozen folder, with one file that only this version has."""
    program = folder / f"payload-{version}" / PROGRAM
    (program / "_internal" / "library").mkdir(parents=True)
    (program / "_internal" / "library" / extra).write_text(version)
    (program / f"NOTES-{version}.txt").write_text("beside the program")
    compiler = ["x86_64-w64-mingw32-gcc", "-O", f'-DVERSION="{version}"', str(HERE / "payload.c")]
    subprocess.run([*compiler, "-o", str(program / f"{PROGRAM}.exe")], check=True)
    return program


def installer(folder: Path, version: str, extra: str) -> Path:
    """A real installer of ``version``, by the same code that makes the ones people get."""
    return make_installer(frozen(folder, version, extra), "full", folder / "out", version)


@contextmanager
def open_window(wine: Wine, program: Path) -> Iterator[None]:
    """The program as it runs."""
    running = wine.start(str(program), "--wait", "60")
    time.sleep(3)  # nothing tells when wine has mapped it
    try:
        yield
    finally:
        running.kill()
        subprocess.run(["wineserver", "-k"], env=wine.environment(), check=False)
        running.wait(PATIENCE)


def check_installed(wine: Wine, folder: Path, version: str) -> None:
    program = folder / f"{PROGRAM}.exe"
    answer = folder.parent / "answer.txt"
    windows_path = rf"C:\users\{folder.parts[-5]}\AppData\Local\Programs\ResNet Desktop\{PROGRAM}.exe"
    expect(f"{version}: the program runs", wine.run(str(program), "--check", str(answer)) == 0)
    expect(f"{version}: it is that version", answer.read_text() == version)
    answer.unlink()
    expect(f"{version}: listed with its version", wine.value(LISTED, "DisplayVersion") == version)
    expect(f"{version}: listed with its size", int(wine.value(LISTED, "EstimatedSize") or "0", 16) > 0)
    expect(f"{version}: listed with its publisher", wine.value(LISTED, "Publisher") == PUBLISHER)
    opened = wine.value(rf"{CLASSES}\ResNetDesktop.Model\shell\open\command")
    expect(f"{version}: .resnetmodel opens with it", opened == f'"{windows_path}" "%1"')
    expect(f"{version}: .resnetmodel is its type", wine.value(rf"{CLASSES}\.resnetmodel") == "ResNetDesktop.Model")
    offered = rf"{CLASSES}\.jpg\OpenWithProgids"
    expect(f"{version}: offered for pictures", wine.value(offered, "ResNetDesktop.Picture") is not None)
    expect(f"{version}: in the Start menu", (wine.menu / "ResNet Desktop.lnk").is_file())


def check_gone(wine: Wine, folder: Path) -> None:
    expect("removed: no files of ours", sorted(path.name for path in folder.rglob("*")) == ["mine.pth", "weights"])
    expect("removed: not in the Start menu", not (wine.menu / "ResNet Desktop.lnk").exists())
    for key in (LISTED, rf"{CLASSES}\.resnetmodel", rf"{CLASSES}\ResNetDesktop.Model", r"HKCU\Software\ResNet Desktop"):
        expect(f"removed: {key}", not wine.has_key(key))
    offered = rf"{CLASSES}\.jpg\OpenWithProgids"
    expect("removed: not offered for pictures", wine.value(offered, "ResNetDesktop.Picture") is None)
    expect("removed: another program's offer stays", wine.value(offered, "Another.Program") is not None)


def main() -> None:
    if absent := missing():
        raise SystemExit(f"Install {', '.join(absent)} first (Debian: apt install nsis wine64 wine mingw-w64).")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        first, second = installer(folder, "1.0.0", "old.txt"), installer(folder, "1.1.0", "new.txt")
        wine = Wine(folder / "windows")
        wine.run("wineboot", "-i")
        try_all(wine, first, second)
        subprocess.run(["wineserver", "-k"], env=wine.environment(), check=False)


def try_all(wine: Wine, first: Path, second: Path) -> None:
    offered = rf"{CLASSES}\.jpg\OpenWithProgids"
    wine.run("reg", "add", offered, "/v", "Another.Program", "/d", "", "/f")
    data = wine.local / "ResNet Desktop" / "models"
    data.mkdir(parents=True)
    (data / "mine").write_text("a person's model")
    folder = wine.local / "Programs" / "ResNet Desktop"

    expect("1.0.0 installs in silence", wine.run(str(first), "/S") == 0)
    check_installed(wine, folder, "1.0.0")
    (folder / "weights").mkdir()
    (folder / "weights" / "mine.pth").write_text("put here by a person")

    with open_window(wine, folder / f"{PROGRAM}.exe"):
        expect("1.1.0 refuses while the program runs", wine.run(str(second), "/S") == RUNS)
        expect("so does the uninstaller", wine.batch(f'"{win(folder)}\\uninstall.exe" /S _?={win(folder)}') == RUNS)
        expect("nothing was touched", (folder / "_internal" / "library" / "old.txt").is_file())

    expect("1.1.0 installs over it", wine.run(str(second), "/S") == 0)
    check_installed(wine, folder, "1.1.0")
    old = [folder / "_internal" / "library" / "old.txt", folder / "NOTES-1.0.0.txt"]
    expect("files of 1.0.0 are gone", not any(path.exists() for path in old))
    expect("files of 1.1.0 are there", (folder / "_internal" / "library" / "new.txt").is_file())

    expect("it uninstalls in silence", wine.run(str(folder / "uninstall.exe"), "/S") == 0)
    wait_until(lambda: not wine.has_key(LISTED))
    check_gone(wine, folder)
    expect("a person's models stay", (data / "mine").read_text() == "a person's model")


def win(path: Path) -> str:
    """A folder within drive C as Windows writes it."""
    parts = path.parts
    return "C:\\" + "\\".join(parts[parts.index("drive_c") + 1 :])


def wait_until(holds: Callable[[], bool]) -> None:
    """An uninstaller copies itself away and returns before the copy has done the work."""
    deadline = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(1)  # two keys come after the one that is looked at


if __name__ == "__main__":
    main()
