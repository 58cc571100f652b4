"""Sign a Windows program with the key that the environment names; without one, say so and go on.

python packaging/signing.py FILE...

RESNET_DESKTOP_CERTIFICATE names a PKCS #12 file (.pfx), RESNET_DESKTOP_CERTIFICATE_PASSWORD its password, and
RESNET_DESKTOP_TIMESTAMP the address of a time-stamping service, without which a signature ends with its certificate.
signtool does it on Windows, osslsigncode elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from identity import NAME

CERTIFICATE = "RESNET_DESKTOP_CERTIFICATE"
PASSWORD = "RESNET_DESKTOP_CERTIFICATE_PASSWORD"  # noqa: S105 - a variable's name
TIMESTAMP = "RESNET_DESKTOP_TIMESTAMP"


def can_sign() -> bool:
    return bool(os.environ.get(CERTIFICATE))


def sign(file: Path) -> bool:
    """Sign a .exe in place. False without a key; SystemExit where a key is named and signing fails."""
    if not can_sign():
        print(f"{file.name} is not signed: {CERTIFICATE} names no key. Windows will warn about it.")
        return False
    tool = shutil.which("signtool" if sys.platform == "win32" else "osslsigncode")
    if not tool:
        raise SystemExit("A key is named, but signtool (Windows SDK) or osslsigncode (elsewhere) is not installed.")
    with tempfile.TemporaryDirectory() as folder:
        signed = Path(folder) / file.name
        command = _signtool(tool, file) if sys.platform == "win32" else _osslsigncode(tool, file, signed)
        if subprocess.run(command, check=False).returncode:
            raise SystemExit(f"{file} could not be signed. Check the key, its password and the time-stamping service.")
        if signed.exists():
            shutil.move(signed, file)
    return True


def _signtool(tool: str, file: Path) -> list[str]:
    password, timestamp = os.environ.get(PASSWORD), os.environ.get(TIMESTAMP)
    command = [tool, "sign", "/fd", "sha256", "/d", NAME, "/f", os.environ[CERTIFICATE]]
    command += ["/p", password] if password else []
    command += ["/tr", timestamp, "/td", "sha256"] if timestamp else []
    return [*command, str(file)]


def _osslsigncode(tool: str, file: Path, signed: Path) -> list[str]:
    password, timestamp = os.environ.get(PASSWORD), os.environ.get(TIMESTAMP)
    command = [tool, "sign", "-pkcs12", os.environ[CERTIFICATE], "-h", "sha256", "-n", NAME]
    command += ["-pass", password] if password else []
    command += ["-ts", timestamp] if timestamp else []
    return [*command, "-in", str(file), "-out", str(signed)]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sign(Path(name))
