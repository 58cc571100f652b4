"""What dmgbuild makes of the program: a window with the program on the left and Applications on the right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

application = Path(defines["app"])  # type: ignore[name-defined]  # noqa: F821 - dmgbuild gives it

format = "ULFO"  # noqa: A001 - dmgbuild's name; LZFSE, read by macOS 10.11 and later
files = [str(application)]
symlinks = {"Applications": "/Applications"}
icon = defines["icon"]  # type: ignore[name-defined]  # noqa: F821
icon_locations: dict[str, tuple[int, int]] = {application.name: (150, 170), "Applications": (450, 170)}
window_rect: Any = ((200, 200), (600, 380))
default_view = "icon-view"
icon_size = 112
text_size = 13
show_toolbar = show_sidebar = show_status_bar = False
