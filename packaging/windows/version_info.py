"""The version resource of the Windows programs, in the form that PyInstaller reads.

python packaging/windows/version_info.py FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from identity import COPYRIGHT, NAME, PROGRAM, PUBLISHER, SUMMARY, numbers, version

ENGLISH, UTF_16 = 0x409, 1200


def version_info() -> str:
    """Who made it, what it is and which one; programs without this are what virus scanners distrust."""
    words = {
        "CompanyName": PUBLISHER,
        "FileDescription": NAME,  # what Windows shows as the program's name
        "Comments": SUMMARY,
        "FileVersion": version(),
        "InternalName": PROGRAM,
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": f"{PROGRAM}.exe",
        "ProductName": NAME,
        "ProductVersion": version(),
    }
    lines = ",\n      ".join(f"StringStruct({name!r}, {text!r})" for name, text in words.items())
    four = numbers(version())
    return f"""VSVersionInfo(
  ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1, subtype=0x0),
  kids=[
    StringFileInfo([StringTable('{ENGLISH:04x}{UTF_16:04x}', [
      {lines}])]),
    VarFileInfo([VarStruct('Translation', [{ENGLISH}, {UTF_16}])])
  ]
)
"""


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python packaging/windows/version_info.py FILE")
    Path(sys.argv[1]).write_text(version_info(), encoding="utf-8")
