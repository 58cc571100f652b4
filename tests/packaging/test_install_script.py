"""The archive's install.sh and uninstall.sh, run as a person runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from identity import APP_ID
from linux.portable import INSTALLERS
from linux.stage import copy_program, write_share

from tests.packaging.conftest import ROOT, needs, run

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="the archive is for Linux")
ODD = 'a "home" of $USER, 50% `odd` \\ כאן'


@pytest.fixture
def unpacked(frozen: Path, tmp_path: Path) -> Path:
    """The archive's folder, as make_tar lays it."""
    top = tmp_path / "unpacked"
    copy_program(frozen, top / "resnet-desktop")
    write_share(top / "share")
    for name in INSTALLERS:
        shutil.copy(ROOT / "packaging" / "linux" / name, top / name)
    return top


def files(folder: Path) -> set[str]:
    """What lies there, but for what desktops keep by themselves."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return {name for name in found if not name.endswith("mimeinfo.cache") and not name.startswith("share/mime/")}


def install(unpacked: Path, prefix: Path) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(unpacked / "install.sh"), "--prefix", str(prefix)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["prefix", ODD])
def test_installs_starts_and_goes(name: str, unpacked: Path, tmp_path: Path) -> None:
    prefix = tmp_path / name
    assert install(unpacked, prefix).returncode == 0
    assert run(prefix / "bin" / "resnet-desktop", "picture.png") == "started with picture.png\n"
    assert f"share/metainfo/{APP_ID}.metainfo.xml" in files(prefix)
    run("sh", prefix / "lib" / "resnet-desktop" / "uninstall.sh")
    assert files(prefix) == set()


@needs("desktop-file-validate", "gio")
def test_the_menu_entry_starts_it_wherever_it_lies(unpacked: Path, tmp_path: Path) -> None:
    prefix = tmp_path / ODD.replace("%", "")  # GLib looks for the program without reading %% as %
    install(unpacked, prefix)
    entry = prefix / "share" / "applications" / f"{APP_ID}.desktop"
    run("desktop-file-validate", entry)
    picture = tmp_path / "picture.png"
    picture.touch()
    answer = tmp_path / "answer"
    (prefix / "lib" / "resnet-desktop" / "resnet-desktop").write_text(f'#!/bin/sh\necho "$1" > "{answer}"\n')
    run("gio", "launch", entry, picture)
    assert answer.read_text() == f"{picture}\n"


def test_into_ones_home_by_default(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "me"
    home.mkdir()
    environment = os.environ | {"HOME": str(home)}
    subprocess.run(["sh", str(unpacked / "install.sh")], env=environment, check=True, capture_output=True)
    assert (home / ".local" / "bin" / "resnet-desktop").exists()
    data = home / ".local" / "share" / "ResNet Desktop" / "models" / "mine"
    data.parent.mkdir(parents=True)
    data.write_text("a person's model")
    subprocess.run(
        ["sh", str(unpacked / "install.sh"), "--uninstall"], env=environment, check=True, capture_output=True
    )
    assert files(home / ".local") == {"share/ResNet Desktop/models/mine"}


def test_a_newer_one_takes_the_place_of_an_older_one(unpacked: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    install(unpacked, prefix)
    old = unpacked / "resnet-desktop" / "_internal" / "library.so.1"
    old.rename(old.with_name("library.so.2"))
    (unpacked / "share" / "man" / "man1" / "resnet-desktop.1").unlink()
    assert install(unpacked, prefix).returncode == 0
    first = files(prefix)
    assert "lib/resnet-desktop/_internal/library.so.2" in first
    assert not {name for name in first if name.endswith(("library.so.1", "resnet-desktop.1"))}
    assert install(unpacked, prefix).returncode == 0
    assert files(prefix) == first


def test_weights_beside_the_program_stay_a_persons(unpacked: Path, tmp_path: Path) -> None:
    shipped = unpacked / "resnet-desktop" / "weights" / "shipped.pth"
    shipped.parent.mkdir()
    shipped.write_text("ours")
    prefix = tmp_path / "prefix"
    install(unpacked, prefix)
    weights = prefix / "lib" / "resnet-desktop" / "weights"
    (weights / "mine.pth").write_text("a person's")
    shipped.rename(shipped.with_name("newer.pth"))
    install(unpacked, prefix)
    assert sorted(path.name for path in weights.iterdir()) == ["mine.pth", "newer.pth"]
    run("sh", prefix / "lib" / "resnet-desktop" / "uninstall.sh")
    assert files(prefix) == {"lib/resnet-desktop/weights/mine.pth"}
    assert install(unpacked, prefix).returncode == 0
    assert (weights / "mine.pth").read_text() == "a person's"


def test_a_running_program_is_not_replaced(unpacked: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    sleeper = shutil.which("sleep")
    assert sleeper
    shutil.copy(sleeper, unpacked / "resnet-desktop" / "resnet-desktop")
    install(unpacked, prefix)
    program = prefix / "lib" / "resnet-desktop"
    with subprocess.Popen([program / "resnet-desktop", "60"]) as running:
        try:
            refused = install(unpacked, prefix)
            removal = subprocess.run(["sh", program / "uninstall.sh"], capture_output=True, text=True, check=False)
        finally:
            running.kill()
    for said in (refused, removal):
        assert (said.returncode, said.stderr) == (1, "ResNet Desktop is running. Close it, then try again.\n")
    assert (program / "resnet-desktop").is_file()


def test_another_installations_launcher_stays(unpacked: Path, tmp_path: Path) -> None:
    launcher = tmp_path / "prefix" / "bin" / "resnet-desktop"
    launcher.parent.mkdir(parents=True)
    launcher.write_text("of another installer")
    said = install(unpacked, tmp_path / "prefix")
    assert "belongs to another installation" in said.stdout
    run("sh", unpacked / "uninstall.sh", "--prefix", tmp_path / "prefix")
    assert launcher.read_text() == "of another installer"


def test_half_an_archive_installs_nothing(unpacked: Path, tmp_path: Path) -> None:
    shutil.rmtree(unpacked / "resnet-desktop")
    said = install(unpacked, tmp_path / "prefix")
    assert said.returncode == 1
    assert "Unpack the whole archive" in said.stderr
    assert not (tmp_path / "prefix").exists()
