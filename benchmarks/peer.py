"""The peer program's own network and transform, warm, in a process with torch; commands come by lines.

python -m benchmarks.peer PREDICT.PY MODEL PICTURE, then on standard input:
    one PATH              answers with the seconds of decode + forward
    folder WORKERS PATH   answers with the pictures a second of a DataLoader with so many workers
"""

from __future__ import annotations

import runpy
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.workshop import BASELINE, ROOT, need_baseline

BATCH = 32


class Peer:
    """The parent's handle on that process."""

    def __init__(self, model: str, picture: Path) -> None:
        need_baseline()
        command = [sys.executable, "-m", "benchmarks.peer", str(BASELINE / "predict.py"), model, str(picture)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=30)

    def seconds_for(self, picture: Path) -> float:
        return self._ask(f"one {picture}")

    def pictures_a_second(self, folder: Path, workers: int) -> float:
        return self._ask(f"folder {workers} {folder}")

    def _ask(self, line: str) -> float:
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)
        return self._read()

    def _read(self) -> float:
        assert self._process.stdout is not None
        while not (line := self._process.stdout.readline()).startswith("= "):
            assert line, "the peer has ended"
        return float(line[2:])


def main() -> None:
    program, model, picture = sys.argv[1:]
    # Running it once gives its network and its transform, and warms both.
    sys.argv = [program, "--model", model, picture]
    names = runpy.run_path(program)
    _say(0)
    for line in sys.stdin:
        kind, rest = line.rstrip("\n").split(" ", 1)
        if kind == "one":
            _say(_seconds_for_one(names, rest))
        else:
            workers, folder = rest.split(" ", 1)
            _say(_pictures_a_second(names, Path(folder), int(workers)))


def _say(number: float) -> None:
    print(f"= {number}", flush=True)


def _seconds_for_one(names: dict[str, Any], path: str) -> float:
    import torch
    from PIL import Image

    started = time.perf_counter()
    batch = names["transform"](Image.open(path).convert("RGB")).unsqueeze(0)
    with torch.no_grad():
        names["network"](batch).argmax(1).item()
    return time.perf_counter() - started


class _Pictures:
    """A dataset of the files of a folder."""

    def __init__(self, folder: Path, transform: Any) -> None:
        self._paths, self._transform = sorted(folder.iterdir()), transform

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> Any:
        from PIL import Image

        return self._transform(Image.open(self._paths[index]).convert("RGB"))


def _pictures_a_second(names: dict[str, Any], folder: Path, workers: int) -> float:
    import torch
    from torch.utils.data import DataLoader

    pictures = _Pictures(folder, names["transform"])
    started = time.perf_counter()
    with torch.no_grad():
        for batch in DataLoader(pictures, batch_size=BATCH, num_workers=workers):  # type: ignore[arg-type]
            names["network"](batch).argmax(1).tolist()
    return len(pictures) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
