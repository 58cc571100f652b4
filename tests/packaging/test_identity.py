"""One identity: what packages say is what the program says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import identity
import pytest

import packaging
import resnet_desktop
from resnet_desktop.core.model_file import SUFFIX
from resnet_desktop.core.picture_formats import PICTURE_SUFFIXES
from tests.packaging.conftest import ROOT


def test_the_version_is_the_programs() -> None:
    assert identity.version() == resnet_desktop.__version__


def test_the_window_bears_the_id_of_the_menu_entry() -> None:
    assert f'setDesktopFileName("{identity.APP_ID}")' in (ROOT / "resnet_desktop" / "app.py").read_text(
        encoding="utf-8"
    )


def test_offered_for_every_picture_that_it_opens() -> None:
    suffixes = [suffix for group in identity.PICTURES.values() for suffix in group]
    assert len(suffixes) == len(set(suffixes))
    assert set(suffixes) == PICTURE_SUFFIXES
    assert identity.MODEL_SUFFIX == SUFFIX


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("1.2", (1, 2, 0, 0)), ("1.2.3rc4", (1, 2, 3, 0)), ("1.2.3.4.5", (1, 2, 3, 4))],
)
def test_windows_wants_four_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert identity.numbers(text) == numbers


def test_the_folder_does_not_hide_the_library_of_its_name() -> None:
    assert Path(str(packaging.__file__)).parent.parent.name == "site-packages"
    code = "import packaging.version; print(packaging.version.Version('1.10') > packaging.version.Version('1.9'))"
    asked = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert asked.stdout == "True\n"


def test_what_is_no_frozen_program_is_refused(tmp_path: Path, frozen: Path) -> None:
    with pytest.raises(SystemExit, match=r"dev\.py package"):
        identity.check(tmp_path, "full")
    with pytest.raises(SystemExit, match="no flavour 'small'"):
        identity.check(frozen, "small")
    identity.check(frozen, "classify")
