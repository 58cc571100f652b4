"""The Windows installer: what can be looked at anywhere; under wine it is tried whole."""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import signing
from identity import PICTURES, numbers, version
from windows import package, try_installer
from windows.version_info import version_info

from tests.packaging.conftest import needs, run


@pytest.fixture
def program(frozen: Path) -> Path:
    """As PyInstaller lays it on Windows."""
    (frozen / "resnet-desktop").rename(frozen / "resnet-desktop.exe")
    (frozen / "_internal" / "library.so").unlink()
    (frozen / "weights").mkdir()
    (frozen / "weights" / "resnet18.pth").write_text("numbers")
    return frozen


def test_an_uninstaller_removes_what_it_brought_and_nothing_else(program: Path) -> None:
    script = package.names(program)
    removed = re.findall(r'^  (Delete|RMDir|RMDir /r) "\$INSTDIR\\(.+)"$', script, re.MULTILINE)
    assert {name for command, name in removed if command == "RMDir /r"} == {"_internal"}
    assert ("Delete", "weights\\resnet18.pth") in removed
    assert removed.index(("Delete", "weights\\resnet18.pth")) < removed.index(("RMDir", "weights"))
    assert ("Delete", "resnet-desktop.exe") in removed
    offered = re.findall(r'insertmacro \$\{do\} "(.+)"', script)
    assert sorted(offered) == sorted(suffix for group in PICTURES.values() for suffix in group)


def test_a_long_path_is_refused(program: Path) -> None:
    deep = program / "_internal" / "/".join(["folder" * 4] * 8)
    deep.mkdir(parents=True)
    with pytest.raises(SystemExit, match="too long a path for Windows"):
        package.check_limits(program)


def test_what_no_installer_holds_is_refused(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package.check_limits(program)
    monkeypatch.setattr(package, "MOST_BYTES", 10)
    with pytest.raises(SystemExit, match="one installer holds"):
        package.check_limits(program)


def test_the_version_resource_says_who_made_it() -> None:
    def made(name: str) -> Callable[..., Any]:
        return lambda *values, **named: (name, *values, named)

    names = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    tree = eval(version_info(), {name: made(name) for name in names})  # noqa: S307 - as PyInstaller reads it
    assert tree[-1]["ffi"][-1]["filevers"] == numbers(version())
    table = tree[-1]["kids"][0][1][0]
    assert table[1] == "040904b0"
    assert dict(each[1:3] for each in table[2])["ProductVersion"] == version()


def test_what_only_windows_takes_otherwise(program: Path, tmp_path: Path) -> None:
    """Found by reading how NSIS works there; elsewhere it takes both."""
    script = package.SCRIPT.read_text(encoding="utf-8")
    sources = re.findall(r'^\s*File (?:/r )?(?:"/oname=[^"]+" )?"(.+)"', script, re.MULTILINE)
    assert sources == ["${FROZEN}\\*", "${MODEL_ICON}"]
    defines = package._defines(program, tmp_path / "setup.exe", tmp_path, version())
    terms = Path(defines["LICENCE"]).read_bytes()
    assert terms.isascii()
    assert terms.count(b"\r\n") == terms.count(b"\n") > 10


@needs("makensis")
@pytest.mark.parametrize("target", ["amd64-unicode", "x86-unicode"])
def test_it_compiles_for_both_kinds_of_nsis(
    target: str, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is all that its makers' own builds for Windows have. A warning would end it."""
    monkeypatch.setattr(package, "target_of", lambda _makensis: target)
    installer = package.make_installer(program, "full", tmp_path / "out")
    (header,) = struct.unpack_from("<I", installer.read_bytes(), 0x3C)
    (machine,) = struct.unpack_from("<H", installer.read_bytes(), header + 4)
    assert machine == {"amd64-unicode": 0x8664, "x86-unicode": 0x14C}[target]


@needs("makensis")
def test_the_installer_compiles_and_says_who_made_it(
    program: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    installer, sums = package.packages(program, "full", tmp_path / "out")
    assert installer.name == f"resnet-desktop-{version()}-windows-x64.exe"
    assert installer.name in sums.read_text()
    content = installer.read_bytes()
    assert content.startswith(b"MZ")
    for said in ("CompanyName", "ProductVersion", version(), "The ResNet Desktop authors"):
        assert said.encode("utf-16-le") in content, said
    assert "is not signed: RESNET_DESKTOP_CERTIFICATE names no key" in capfd.readouterr().out


@needs("makensis", "osslsigncode", "openssl")
def test_with_a_key_all_is_signed(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate, both = (tmp_path / name for name in ("key.pem", "certificate.pem", "key.pfx"))
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=Test",
        "-keyout",
        key,
        "-out",
        certificate,
    )
    run("openssl", "pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", both, "-passout", "pass:secret")
    monkeypatch.setenv(signing.CERTIFICATE, str(both))
    monkeypatch.setenv(signing.PASSWORD, "secret")
    (program / "resnet-desktop.exe").unlink()  # no real program to sign; an installer of NSIS is one
    plain = package.make_installer(try_stand_in(program), "classify", tmp_path / "out")
    said = run("osslsigncode", "verify", "-CAfile", certificate, "-in", plain)
    assert "Signature verification: ok" in said
    monkeypatch.setenv(signing.PASSWORD, "wrong")
    with pytest.raises(SystemExit, match="could not be signed"):
        signing.sign(plain)


def try_stand_in(program: Path) -> Path:
    """A real program of Windows in the place of the frozen one: the smallest that NSIS makes."""
    script = program.parent / "smallest.nsi"
    script.write_text("Unicode true\nOutFile resnet-desktop.exe\nSection\nSectionEnd\n")
    run("makensis", "-V1", script)
    (program.parent / "resnet-desktop.exe").rename(program / "resnet-desktop.exe")
    return program


@pytest.mark.skipif(bool(try_installer.missing()), reason=f"not installed: {', '.join(try_installer.missing())}")
@pytest.mark.skipif(sys.platform == "win32", reason="tried in a Windows of its own only")
@pytest.mark.slow
def test_installs_upgrades_refuses_and_goes(capfd: pytest.CaptureFixture[str]) -> None:
    try_installer.main()
    said = capfd.readouterr().out
    assert said.count("ok  ") > 30
    assert "FAIL" not in said
