"""Try a frozen program as a person would, before anybody gets it.

python packaging/smoke_test.py PROGRAM_FOLDER --flavour classify|full [--picture FILE]

Everything is asked of the program's own files, in a home folder of its own: versions, an answer, the window offscreen
and, where there can be a screen, for real, in Hebrew, until it is left by its own key; then training, going on after a
kill, and a model that travels as a file. A trace of a Python error, of a missing module or of a warning by Qt ends it
with 1, and so does a process that is left.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

sys.path.insert(0, str(Path(__file__).resolve().parent))

from identity import FLAVOURS, NAME, ROOT
from identity import version as program_version
from smoke_window import HOME, SmokeError, check_gone, end, leave, missing_for_a_screen, screen

from resnet_desktop.engine.layout import layout_of

PATIENCE = 180.0  # seconds for one step; torch is read from a cold disk the first time
BAD = re.compile(r"Traceback|ModuleNotFoundError|No module named|cannot open shared object|qt WARNING|qt ERROR| ERROR ")
# What Qt says on a screen without a window manager or session bus, on Windows of a screen that is smaller than the
# window, and on macOS of a look through the fonts; none of it is seen by a person.
HARMLESS = (
    "propagateSizeHints", "does not support raise", "XDG_RUNTIME_DIR", "dbus",
    "Unable to set geometry", "Populating font family aliases",
)  # fmt: skip
CLASSES = ("brick", "grass", "gravel")
EDITION = "Classify edition"


class SmokeTest:
    """One program, one home folder, and everything that was said."""

    def __init__(self, program: Path, flavour: str, home: Path) -> None:
        program, windows = started_in(program), sys.platform == "win32"
        self.window = program / ("resnet-desktop.exe" if windows else "resnet-desktop")
        self.command = program / ("resnet-desktop-cli.exe" if windows else "resnet-desktop")
        self.flavour, self.home = flavour, home
        self.said: list[str] = []
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "TORCH"))}
        self.environment = kept | {HOME: str(home)}

    def run(self, *arguments: str, code: int = 0) -> list[dict[str, object]]:
        """One command; its JSON lines. Another exit code than ``code`` is a failure."""
        done = subprocess.run(
            [str(self.command), *arguments],
            capture_output=True, text=True, encoding="utf-8", errors="replace", env=self.environment, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
        self.said += [done.stdout, done.stderr]
        if done.returncode != code:
            raise SmokeError(
                f"{' '.join(arguments)}: ended with {done.returncode}\n{done.stdout[-500:]}\n{done.stderr[-2000:]}"
            )
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def check(self) -> None:
        """The log files, and all that was printed, hold nothing that should not be there."""
        logs = [path.read_text(encoding="utf-8", errors="replace") for path in (self.home / "log").glob("*.log*")]
        for line in "\n".join([*self.said, *logs]).splitlines():
            if BAD.search(line) and not any(word in line for word in HARMLESS):
                raise SmokeError(f"this was said:\n{line}\n" + "\n".join(logs)[-3000:])

    def log(self) -> str:
        path = self.home / "log" / "resnet-desktop.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def started_in(program: Path) -> Path:
    """The folder of what people start: on a Mac, of the bundle beside the frozen folder, which has another order."""
    inside = program.parent / f"{NAME}.app" / "Contents" / "MacOS"
    return inside if sys.platform == "darwin" and inside.is_dir() else program


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="smoke_test.py")
    parser.add_argument("program", type=Path)
    parser.add_argument("--flavour", choices=FLAVOURS, required=True)
    parser.add_argument("--picture", type=Path, help="a photograph of a cat; else the one in scikit-image's wheel")
    options = parser.parse_args(arguments)
    picture = options.picture or photographs() / "chelsea.png"
    # Windows may still look through a file that was just written, and then does not let it go.
    with tempfile.TemporaryDirectory(prefix="resnet-desktop-smoke-", ignore_cleanup_errors=True) as folder:
        test = SmokeTest(options.program.resolve(), options.flavour, Path(folder) / "home")
        try:
            for name, outcome in steps(test, picture.resolve(), Path(folder)):
                print(f"   {name}: {outcome}", flush=True)
                test.check()
        except (SmokeError, subprocess.TimeoutExpired) as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            return 1
    return 0


def steps(test: SmokeTest, picture: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Every step, done when it is yielded."""
    yield "version", version(test)
    yield "answer", answer(test, picture)
    yield "iPhone photo", heic(test, folder)
    yield "window offscreen", look(test, picture, "en")
    if missing := missing_for_a_screen():
        yield "window on a screen", f"not installed: {', '.join(missing)}; NOT TRIED"
    else:
        with screen() as display:
            yield "window on a screen, Hebrew", look(test, picture, "he", display)
    pictures = class_folders(folder / "pictures")
    if test.flavour == "classify":
        yield "says what needs the full edition", refuses_to_train(test, pictures)
        yield "a model from elsewhere", bring(test, pictures, folder)
        return
    yield "quick", train(test, pictures, "quick", "smoke quick")
    yield "full, killed and gone on with", train_in_two_parts(test, pictures)
    yield "a model as a file", travel(test, pictures, folder)


def version(test: SmokeTest) -> str:
    test.run("--version")
    said = test.said[-2].strip()
    if said != f"ResNet Desktop {program_version()}":
        raise SmokeError(f"--version says {said}")
    return said


def answer(test: SmokeTest, picture: Path) -> str:
    started = time.monotonic()
    (found,) = test.run("classify", "--json", str(picture))
    best = found["predictions"][0]["label"]  # type: ignore[index]
    if "cat" not in str(best):
        raise SmokeError(f"the cat is taken for: {best}")
    return f"{best}, {time.monotonic() - started:.2f} s from start to answer"


def heic(test: SmokeTest, folder: Path) -> str:
    """Its decoder is loaded by name, in a child of its own."""
    photo = folder / "photo.heic"
    photo.write_bytes(runpy.run_path(str(ROOT / "tests" / "core" / "coffee_heic.py"))["COFFEE_HEIC"])
    (found,) = test.run("classify", "--json", str(photo))
    best = found["predictions"][0]["label"]  # type: ignore[index]
    if "espresso" not in str(best):
        raise SmokeError(f"the cup of espresso in a HEIC is taken for: {best}")
    return str(best)


def look(test: SmokeTest, picture: Path, language: str, display: dict[str, str] | None = None) -> str:
    """Open the window with a picture, wait for the answer in its log, and leave it; nothing may be left of it.

    Without a ``display`` it is offscreen, where only a signal ends it.
    """
    settings = test.home / "config" / "settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"language": language, "theme": "dark" if language == "he" else "light"}))
    before, started = test.log().count("answered in"), time.monotonic()
    with (test.home / f"window-{language}.txt").open("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            [str(test.window), str(picture)],
            env=test.environment | (offscreen() if display is None else display),
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            took = wait_for_answer(test, process, before, started)
            how = "ended by a signal" if display is None else leave(process, display)
        finally:
            end(process)
            output.seek(0)
            test.said.append(output.read())
    check_gone(test.home)
    return f"answered {took:.2f} s after the start, {how}, nothing left"


def offscreen() -> dict[str, str]:
    """Qt's platform without a screen, which on Windows looks for fonts where there are none, and warns of it."""
    fonts = {"QT_QPA_FONTDIR": str(Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "Fonts")}
    return {"QT_QPA_PLATFORM": "offscreen"} | (fonts if sys.platform == "win32" else {})


def wait_for_answer(test: SmokeTest, process: subprocess.Popen[bytes], before: int, started: float) -> float:
    """Seconds from the start to the answer."""
    while test.log().count("answered in") == before:
        if process.poll() is not None or time.monotonic() - started > PATIENCE:
            raise SmokeError(f"the window did not answer (code {process.poll()}):\n{test.log()[-3000:]}")
        time.sleep(0.02)
    took = time.monotonic() - started
    time.sleep(1)  # what goes wrong after the answer is wrong, too
    if process.poll() is not None:
        raise SmokeError(f"the window ended by itself with {process.returncode}")
    return took


def class_folders(folder: Path) -> Path:
    """Three classes of real textures, sixteen pictures each, cut out of photographs."""
    for name in CLASSES:
        with Image.open(photographs() / f"{name}.png") as opened:
            whole = opened.convert("RGB")
        (folder / name).mkdir(parents=True)
        for number in range(16):
            left, top = (number % 4) * whole.width // 5, (number // 4) * whole.height // 5
            whole.crop((left, top, left + whole.width // 4, top + whole.height // 4)).resize((160, 160)).save(
                folder / name / f"{number}.png"
            )
    return folder


def photographs() -> Path:
    import skimage

    return Path(skimage.__file__).parent / "data"


def refuses_to_train(test: SmokeTest, pictures: Path) -> str:
    test.run("train", str(pictures), "--name", "x", "--preset", "quick", "--json", code=1)
    if EDITION not in test.said[-1]:
        raise SmokeError(f"training in the Classify flavour says: {test.said[-1][-500:]}")
    return "one sentence, code 1"


def bring(test: SmokeTest, pictures: Path, folder: Path) -> str:
    """Weights of a ResNet-18 in a safetensors file, added and asked without torch."""
    shapes = layout_of("resnet18").shapes(len(CLASSES))
    random = np.random.default_rng(0)
    state = {name: random.uniform(0.01, 0.02, shape).astype(np.float32) for name, shape in shapes.items()}
    weights, names = folder / "elsewhere.safetensors", folder / "names.txt"
    save_file({name: value for name, value in state.items() if value.ndim}, weights)
    names.write_text("\n".join(CLASSES), encoding="utf-8")
    test.run("models", "add", str(weights), "--title", "elsewhere", "--names", str(names))
    (found,) = test.run("classify", "--model", "elsewhere", "--json", str(pictures / "brick" / "3.png"))
    best = str(found["predictions"][0]["label"])  # type: ignore[index]
    if best not in CLASSES:
        raise SmokeError(f"a model from elsewhere answers {best}")
    return "added and asked"


def train(test: SmokeTest, pictures: Path, preset: str, name: str, *more: str) -> str:
    started = time.monotonic()
    events = test.run("train", str(pictures), "--name", name, "--preset", preset, "--json", *more)
    if events[-1]["event"] != "done":
        raise SmokeError(f"{preset} ended with {events[-1]}")
    accuracy = events[-1]["validation"]["accuracy"]  # type: ignore[index]
    return f"accuracy {accuracy:.2f} in {time.monotonic() - started:.0f} s"


def train_in_two_parts(test: SmokeTest, pictures: Path) -> str:
    """Two epochs of everything; the program is killed after the first."""
    command = [str(test.command), "train", str(pictures), "--name", "smoke full", "--preset", "full", "--epochs", "2"]
    run = ""
    with subprocess.Popen(
        [*command, "--json"], env=test.environment, stdout=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as process:
        for line in process.stdout or ():
            event = json.loads(line)
            run = event.get("run", run)
            if event["event"] == "epoch":
                break
        process.kill()
    check_gone(test.home)  # a run is its engine's until that has noticed
    if not run:
        raise SmokeError("a run of Full told no epoch")
    events = test.run("train", "--resume", run, "--json")
    epochs = [event["epoch"] for event in events if event["event"] == "epoch"]
    if events[-1]["event"] != "done" or not epochs or epochs[-1] != 2:
        raise SmokeError(f"going on with {run} gave {events[-1]}")
    return f"killed after epoch 1, went on with {epochs}"


def travel(test: SmokeTest, pictures: Path, folder: Path) -> str:
    """The model of the quick run, exported, added in an empty home, and asked there."""
    (key,) = {str(row["key"]) for row in test.run("models", "--json", "list") if row.get("title") == "smoke quick"}
    test.run("models", "export", "--output", str(folder / "smoke.resnetmodel"), key)
    other = SmokeTest(test.window.parent, test.flavour, folder / "other")
    other.run("models", "add", str(folder / "smoke.resnetmodel"))
    picture = pictures / "brick" / "3.png"
    (found,) = other.run("classify", "--model", key, "--json", str(picture))
    other.check()
    best = found["predictions"][0]["label"]  # type: ignore[index]
    return f"added elsewhere, takes brick for {best}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
