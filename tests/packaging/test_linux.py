"""Linux packages: what is in them, and what Debian's own programs say of it."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from identity import APP_ID, MODEL_TYPE
from linux import deb
from linux.package import make_appdir, make_deb, make_tar, packages
from linux.stage import stage, write_share

from resnet_desktop.core.model_file import SUFFIX
from tests.core.test_model_file import exported, stored
from tests.packaging.conftest import needs, run

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="Linux packages are made on Linux")
NAMESPACE = {"mime": "http://www.freedesktop.org/standards/shared-mime-info"}


def test_the_tree(frozen: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    stage(frozen, root, "full")
    program = root / "opt" / "resnet-desktop"
    assert (root / "usr" / "bin" / "resnet-desktop").readlink() == Path("/opt/resnet-desktop/resnet-desktop")
    assert (program / "_internal" / "library.so").readlink() == Path("library.so.1")
    assert not (program / "_internal" / ".gitignore").exists()
    modes = {path.stat().st_mode & 0o777 for path in root.rglob("*") if not path.is_symlink() and path.is_file()}
    assert modes == {0o644, 0o755}
    assert (program / "resnet-desktop").stat().st_mode & 0o777 == 0o755
    assert frozen.joinpath("resnet-desktop").stat().st_mode & 0o777 == 0o700  # what was frozen stays as it is


@needs("dpkg-deb")
@pytest.mark.parametrize("flavour", ["full", "classify"])
def test_a_debian_package(flavour: str, frozen: Path, tmp_path: Path) -> None:
    package = make_deb(frozen, flavour, tmp_path / "out")
    fields = dict(re.findall(r"^([\w-]+): (.*)$", run("dpkg-deb", "--field", package), re.MULTILINE))
    mine, other = deb.NAMES[flavour], deb.NAMES["classify" if flavour == "full" else "full"]
    assert (fields["Package"], fields["Conflicts"], fields["Replaces"]) == (mine, other, other)
    assert "libc6 (>= 2.34)" in fields["Depends"]
    out = tmp_path / "unpacked"
    run("dpkg-deb", "--raw-extract", package, out)
    assert sorted(path.name for path in (out / "DEBIAN").iterdir()) == ["control", "md5sums"]
    sums = (out / "DEBIAN" / "md5sums").read_text().splitlines()
    files = [path for path in out.rglob("*") if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts]
    assert len(sums) == len(files)
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.md5((out / name).read_bytes(), usedforsecurity=False).hexdigest() == digest
    documents = out / "usr" / "share" / "doc" / mine
    assert "Permission is hereby granted" in (documents / "copyright").read_text()
    assert gzip.decompress((documents / "changelog.gz").read_bytes()).decode().startswith(f"{mine} (")


@needs("dpkg-deb")
def test_owners_are_root_whoever_builds(frozen: Path, tmp_path: Path) -> None:
    listing = run("dpkg-deb", "--contents", make_deb(frozen, "full", tmp_path))
    assert {line.split()[1] for line in listing.splitlines()} == {"root/root"}


@pytest.mark.parametrize(
    ("version", "debian"),
    [("1.0.0", "1.0.0"), ("1.0.0rc1", "1.0.0~rc1"), ("1.0.0.dev2", "1.0.0~dev2"), ("1.0b3", "1.0~b3")],
)
def test_early_versions_come_early(version: str, debian: str) -> None:
    assert deb.debian_version(version) == debian


@needs("dpkg-deb", "lintian")
@pytest.mark.parametrize("flavour", ["full", "classify"])
def test_lintian_has_nothing_to_say(flavour: str, frozen: Path, tmp_path: Path) -> None:
    package = make_deb(frozen, flavour, tmp_path)
    said = run("lintian", "--allow-root", "--fail-on", "error,warning", package)
    assert not [line for line in said.splitlines() if line.startswith(("E:", "W:"))]


@needs("desktop-file-validate")
def test_the_menu_entry_is_valid(tmp_path: Path) -> None:
    write_share(tmp_path)
    entry = tmp_path / "applications" / f"{APP_ID}.desktop"
    assert run("desktop-file-validate", entry) == ""
    types = re.findall(r"^MimeType=(.*);$", entry.read_text(encoding="utf-8"), re.MULTILINE)[0].split(";")
    assert {"image/jpeg", "image/heic", "inode/directory", MODEL_TYPE} <= set(types)


@needs("appstreamcli")
def test_the_metainfo_is_valid(tmp_path: Path) -> None:
    write_share(tmp_path)
    run("appstreamcli", "validate", "--no-net", tmp_path / "metainfo" / f"{APP_ID}.metainfo.xml")


@needs("update-mime-database")
def test_the_file_type_is_known_by_its_name(tmp_path: Path) -> None:
    write_share(tmp_path)
    run("update-mime-database", tmp_path / "mime")
    assert f"50:{MODEL_TYPE}:*{SUFFIX}" in (tmp_path / "mime" / "globs2").read_text().splitlines()
    icon = tmp_path / "icons" / "hicolor" / "48x48" / "mimetypes" / f"{MODEL_TYPE.replace('/', '-')}.png"
    assert icon.is_file()


def test_the_file_type_is_known_by_its_beginning(home: Path, tmp_path: Path) -> None:
    """What the magic says is what stands in a file that the program itself has written."""
    write_share(tmp_path / "share")
    type_file = tmp_path / "share" / "mime" / "packages" / f"{APP_ID}.xml"
    match = ET.parse(type_file).getroot().find(".//mime:match", NAMESPACE)  # noqa: S314 - our own file
    assert match is not None
    file = exported(stored("Hats", ("hat", "cap")), tmp_path / "hats.resnetmodel")
    value, offset = match.attrib["value"].encode(), int(match.attrib["offset"])
    assert file.read_bytes()[offset : offset + len(value)] == value


@needs("tar", "zstd")
def test_the_archive(frozen: Path, tmp_path: Path) -> None:
    archive = make_tar(frozen, "classify", tmp_path / "out")
    assert re.fullmatch(r"resnet-desktop-classify-[\d.]+-linux-\w+\.tar\.zst", archive.name)
    names = run("tar", "-I", "zstd", "-tf", archive).splitlines()
    assert len({name.split("/")[0] for name in names}) == 1
    inside = {name.split("/", 1)[1] for name in names}
    wanted = {"install.sh", "uninstall.sh", "resnet-desktop/resnet-desktop", f"share/applications/{APP_ID}.desktop"}
    assert wanted <= inside


def test_an_appdir_starts_from_anywhere(frozen: Path, tmp_path: Path) -> None:
    appdir = make_appdir(frozen, "full", tmp_path / "out")
    moved = appdir.rename(tmp_path / "else where")
    link = tmp_path / "link"
    link.symlink_to(moved / "AppRun")
    assert run(link, "a picture.png") == "started with a picture.png\n"
    assert {f"{APP_ID}.desktop", f"{APP_ID}.svg", ".DirIcon", "AppRun"} <= {path.name for path in moved.iterdir()}


@needs("dpkg-deb", "tar", "zstd", "sha256sum")
def test_all_packages_and_their_sums(frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPIMAGETOOL", "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    out = tmp_path / "out"
    made = packages(frozen, "full", out)
    assert [path.suffix for path in made] == [".deb", ".zst", ""]
    assert sorted(out.iterdir()) == sorted(made)
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=out)
    made[0].write_bytes(b"another")
    assert subprocess.run(["sha256sum", "--check", "--status", "SHA256SUMS"], cwd=out, check=False).returncode == 1
