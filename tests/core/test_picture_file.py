"""What is no file, or none that can be read: one sentence at once, and never a wait. Names of every kind are good."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.picture_file import (
    EMPTY,
    FOLDER,
    FORBIDDEN,
    LOOP,
    MISSING,
    NOT_A_FILE,
    TOO_LARGE,
    UNREADABLE,
    read_picture_file,
)
from tests.core.odd_pictures import encode, opened, photo, picture_of, small

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
as_root = os.name == "posix" and os.geteuid() == 0


def assert_refused_at_once(path: Path, template: str) -> None:
    refused = opened(path)
    assert isinstance(refused, PictureError)
    assert refused.sentence == template
    assert str(refused).endswith(".")
    assert "\n" not in str(refused)


def test_a_folder_named_like_a_picture_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").mkdir()
    assert_refused_at_once(tmp_path / "x.jpg", FOLDER)


@posix
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jpg")
    assert_refused_at_once(tmp_path / "x.jpg", NOT_A_FILE)


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random", "/dev/tty"])
def test_a_device_is_not_read(device: str) -> None:
    assert_refused_at_once(Path(device), NOT_A_FILE)


@posix
def test_a_socket_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket may have 107 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("x.jpg")
        assert_refused_at_once(Path("x.jpg"), NOT_A_FILE)


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").touch()
    assert_refused_at_once(tmp_path / "x.jpg", EMPTY)


@posix
def test_an_endless_file_of_the_system_is_empty() -> None:
    assert_refused_at_once(Path("/proc/self/mem"), EMPTY)


@posix
def test_a_link_to_itself_is_a_loop(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").symlink_to("x.jpg")
    assert_refused_at_once(tmp_path / "x.jpg", LOOP)


@posix
def test_a_link_to_nothing_is_missing(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").symlink_to("y.jpg")
    assert_refused_at_once(tmp_path / "x.jpg", MISSING)


@posix
def test_a_link_to_a_picture_is_a_picture(tmp_path: Path, coffee: Path) -> None:
    (tmp_path / "x.jpg").symlink_to(coffee)
    assert picture_of(tmp_path / "x.jpg").width == 600


@pytest.mark.parametrize("name", ["gone.jpg", "gone/x.jpg", "file.txt/x.jpg", "nul\0.jpg", "half\ud800.jpg"])
def test_a_name_that_cannot_be_there_is_missing(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").touch()
    assert_refused_at_once(tmp_path / name, MISSING)


@posix
def test_a_name_that_is_too_long_is_unreadable(tmp_path: Path) -> None:
    assert_refused_at_once(tmp_path / ("x" * 300 + ".jpg"), UNREADABLE)


@posix
@pytest.mark.skipif(as_root, reason="root may read everything")
def test_a_file_without_permission_is_forbidden(tmp_path: Path, coffee: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(coffee.read_bytes())
    path.chmod(0)
    assert_refused_at_once(path, FORBIDDEN)


def test_a_system_that_forbids_is_told_from_one_that_fails(monkeypatch: pytest.MonkeyPatch, coffee: Path) -> None:
    for error, template in (
        (PermissionError(13, "Permission denied"), FORBIDDEN),
        (OSError(5, "I/O error"), UNREADABLE),
    ):

        def fail(*_arguments: object, error: OSError = error) -> int:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(os, "open", fail)
            assert_refused_at_once(coffee, template)


def test_a_file_above_200_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    with path.open("wb") as file:
        file.write(small("JPEG"))
        file.truncate(200_000_001)  # sparse: no such room is taken
    refused = opened(path)
    assert isinstance(refused, PictureError)
    assert refused.sentence == TOO_LARGE
    assert str(refused) == "This file has 200 MB; the most that can be read is 200 MB."


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(bytes(50))
    real = os.fstat

    def grown(number: int) -> os.stat_result:
        status = real(number)
        path.write_bytes(bytes(500))
        return status

    monkeypatch.setattr(os, "fstat", grown)
    with pytest.raises(PictureError, match="the most that can be read"):
        read_picture_file(path, limit=100)


# Names

NAMES = (
    "📷 emoji 👩‍👩‍👧.png",
    "right\u202egpj.exe.png",
    "two\nlines.png",
    "<img src=x>.jpg",
    os.fsdecode(b"half \xff.jpg"),
    "=cmd|' .png",
    "-rf.png",
    "caf\u00e9.png",
    "cafe\u0301.png",
    "trailing dot..png.",
    "CON.png",
    "x" * 251 + ".png",
    "é" * 125 + ".png",
    " blanks .png ",
)


@posix
@pytest.mark.parametrize("name", [pytest.param(name, id=ascii(name)[:40]) for name in NAMES])
def test_a_picture_under_any_name_opens(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(small("PNG"))
    assert picture_of(path).image.size == (96, 64)


@posix
def test_twins_that_look_alike_are_two_pictures(tmp_path: Path) -> None:
    composed, decomposed = tmp_path / "caf\u00e9.png", tmp_path / "cafe\u0301.png"
    composed.write_bytes(small("PNG"))
    decomposed.write_bytes(encode(photo().resize((30, 20)), "PNG"))
    assert [picture_of(path).width for path in (composed, decomposed)] == [96, 30]
