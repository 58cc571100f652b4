"""The entry point of the window, the command line and, in a frozen build, every child process."""

from __future__ import annotations

import multiprocessing
import sys

from resnet_desktop.core.frozen import settle_in

COMMANDS = frozenset({"classify", "models", "inspect", "train", "evaluate"})


def main() -> int:
    multiprocessing.freeze_support()
    settle_in()
    arguments = sys.argv[1:]
    if arguments and (arguments[0] in COMMANDS or arguments[0] in {"-h", "--help", "--version"}):
        try:
            from resnet_desktop.cli import run

            return run(arguments)
        except KeyboardInterrupt:  # during the imports
            return 130
    from resnet_desktop.app import run_window

    return run_window(arguments)


if __name__ == "__main__":
    sys.exit(main())
