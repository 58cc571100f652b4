"""Which pictures a drop of files and folders means, in which order, and what is left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.errors import Cancelled
from resnet_desktop.core.picture_search import find_pictures
from tests.core.odd_pictures import cut, small

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """b.png, a folder "inner" with a.jpg, a folder "Zoo" with c.webp, a text file and a hidden picture."""
    root = tmp_path / "drop"
    for name, content in {
        "b.png": small("PNG"),
        "notes.txt": b"text",
        ".hidden.png": small("PNG"),
        "inner/a.jpg": small("JPEG"),
        "inner/.cache/d.jpg": small("JPEG"),
        "Zoo/c.webp": small("WEBP"),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def found(*sources: Path, recursive: bool = True) -> list[Path]:
    return [path for path in find_pictures(sources, CancelToken(), recursive=recursive) if path is not None]


def left_out(*sources: Path) -> int:
    return sum(path is None for path in find_pictures(sources, CancelToken()))


def names(paths: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


def test_a_folder_gives_its_own_pictures_first_and_then_those_of_its_folders(folder: Path) -> None:
    assert names(found(folder), folder) == ["b.png", "Zoo/c.webp", "inner/a.jpg"]


def test_without_recursion_only_the_folder_itself_is_read(folder: Path) -> None:
    assert names(found(folder, recursive=False), folder) == ["b.png"]


def test_a_text_file_is_left_out_and_counted(folder: Path) -> None:
    assert left_out(folder) == 1


def test_hidden_files_and_folders_are_passed_over_and_not_counted(folder: Path) -> None:
    assert not [path for path in found(folder) if "/." in path.as_posix()]
    (folder / "notes.txt").unlink()
    assert left_out(folder) == 0


def test_named_files_come_as_they_are_named_whatever_they_are(folder: Path) -> None:
    sources = [folder / "notes.txt", folder / ".hidden.png", folder / "gone.jpg", folder / "b.png"]
    assert found(*sources) == sources


def test_files_and_folders_keep_the_order_of_the_drop(folder: Path) -> None:
    drop = [folder / "inner", folder / "b.png", folder / "Zoo"]
    assert names(found(*drop), folder) == ["inner/a.jpg", "b.png", "Zoo/c.webp"]


def test_a_folder_dropped_twice_is_read_once(folder: Path) -> None:
    assert names(found(folder / "inner", folder / "inner"), folder) == ["inner/a.jpg"]


def test_names_are_sorted_within_each_folder(tmp_path: Path) -> None:
    for name in ("img10.png", "img9.png", "Img1.png", "á.png"):
        (tmp_path / name).write_bytes(small("PNG"))
    assert names(found(tmp_path), tmp_path) == ["Img1.png", "img10.png", "img9.png", "á.png"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "MPO", "HEIF", "AVIF"])
def test_a_picture_is_found_by_its_content_under_any_name(kind: str, tmp_path: Path) -> None:
    paths = [tmp_path / "nothing", tmp_path / "x.txt"]
    for path in paths:
        path.write_bytes(small(kind))
    assert found(tmp_path) == paths


@pytest.mark.parametrize("content", [cut(small("JPEG"), 0.5), b"<html></html>", b""])
def test_what_is_called_a_picture_is_found_so_that_its_damage_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "holiday.JPG").write_bytes(content)
    assert names(found(tmp_path), tmp_path) == ["holiday.JPG"]


@pytest.mark.parametrize("content", [b"BMW is a car.", b"%PDF-1.7", b"GIF", b"II", b"", b"RIFF....WAVE"])
def test_what_only_looks_a_little_like_a_picture_is_left_out(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    assert (found(tmp_path), left_out(tmp_path)) == ([], 1)


@posix
def test_a_loop_of_links_ends(folder: Path) -> None:
    (folder / "inner" / "again").symlink_to(folder, target_is_directory=True)
    (folder / "inner" / "self").symlink_to("self")
    assert names(found(folder), folder) == ["b.png", "Zoo/c.webp", "inner/a.jpg"]
    assert left_out(folder) == 2  # notes.txt and the link to itself


@posix
def test_links_to_pictures_and_folders_are_followed(folder: Path, tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    (links / "one").symlink_to(folder / "b.png")
    (links / "all").symlink_to(folder / "Zoo", target_is_directory=True)
    assert names(found(links), links) == ["one", "all/c.webp"]


@posix
def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.jpg")
    assert names(found(tmp_path), tmp_path) == ["pipe.jpg"]  # reported, since it is called a picture
    assert left_out(tmp_path) == 1


@posix
def test_names_of_every_kind_are_found(tmp_path: Path) -> None:
    odd = ["two\nlines.png", "right\u202egpj", os.fsdecode(b"\xff.jpg"), "caf\u00e9.png", "cafe\u0301.png", "x" * 255]
    for name in odd:
        (tmp_path / name).write_bytes(small("PNG"))
    assert {path.name for path in found(tmp_path)} == set(odd)


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_passed_over(folder: Path) -> None:
    (folder / "Zoo").chmod(0)
    try:
        assert names(found(folder), folder) == ["b.png", "Zoo", "inner/a.jpg"]
    finally:
        (folder / "Zoo").chmod(0o700)


def test_a_folder_that_cannot_be_read_is_named_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: Path) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "Zoo":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(found(folder), folder) == ["b.png", "Zoo", "inner/a.jpg"]


def test_a_source_that_may_not_even_be_looked_at_is_reported_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_path: Path, **_options: bool) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", forbidden)
    assert found(Path("/locked/x.jpg")) == [Path("/locked/x.jpg")]


@pytest.mark.parametrize("name", ["nul\0.jpg", "half\ud800.jpg", "x" * 300])
def test_a_name_that_cannot_be_there_is_reported_as_a_file(name: str, tmp_path: Path) -> None:
    assert found(tmp_path / name) == [tmp_path / name]


def test_a_cancelled_search_stops_at_the_next_file(folder: Path) -> None:
    token = CancelToken()
    search = find_pictures([folder], token)
    assert next(search) == folder / "b.png"
    token.cancel()
    with pytest.raises(Cancelled):
        next(search)


def test_pictures_are_handed_out_before_the_search_is_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = find_pictures([folder], CancelToken())
    first = next(search)
    (folder / "inner" / "late.png").write_bytes(small("PNG"))
    assert first == folder / "b.png"
    assert folder / "inner" / "late.png" in list(search)


def test_hundreds_of_folders_deep_and_wide_are_read(tmp_path: Path) -> None:
    deep = tmp_path
    for _level in range(200):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "x.png").write_bytes(small("PNG"))
    for number in range(300):
        (tmp_path / f"w{number:03}").mkdir()
    assert names(found(tmp_path), deep) == ["x.png"]
