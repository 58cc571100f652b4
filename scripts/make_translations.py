"""Collect the strings of the program into resources/translations/*.ts, and compile those into *.qm.

    python scripts/make_translations.py            collect and compile
    python scripts/make_translations.py --check    only say whether both are up to date (exit code 1 if not)

Translate with Qt Linguist (pyside6-linguist) or any editor, then run this again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
# English has a file of its own for its plurals: "1 picture", "2 pictures".
LANGUAGES = ("en", "he")


def sources() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "resnet_desktop").rglob("*.py"))


def tool(name: str) -> str:
    """A tool of PySide6 beside the Python that runs this."""
    return str(Path(sys.executable).parent / f"pyside6-{name}")


def collect(ts: Path, language: str) -> None:
    plural = ["-pluralonly"] if language == "en" else []
    subprocess.run(
        [tool("lupdate"), *sources(), "-ts", str(ts), "-no-obsolete", "-locations", "none",
         "-source-language", "en", "-target-language", language, *plural],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def compile_file(ts: Path, qm: Path) -> None:
    subprocess.run([tool("lrelease"), str(ts), "-qm", str(qm), "-silent"], check=True)


def unfinished(ts: Path) -> list[str]:
    """Strings without a finished translation."""
    missing = []
    for message in ET.parse(ts).iter("message"):  # noqa: S314 - our own file
        translation = message.find("translation")
        forms = list(translation) if translation is not None else []
        texts = [form.text for form in forms] if forms else [translation.text if translation is not None else None]
        if translation is None or translation.get("type") == "unfinished" or not all(texts):
            missing.append(message.findtext("source", ""))
    return missing


def up_to_date() -> list[str]:
    """What is wrong, in words; nothing when all is well."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for language in LANGUAGES:
            ts, qm = FOLDER / f"resnet_desktop_{language}.ts", FOLDER / f"resnet_desktop_{language}.qm"
            fresh, compiled = Path(folder) / ts.name, Path(folder) / qm.name
            fresh.write_bytes(ts.read_bytes())
            collect(fresh, language)
            if fresh.read_text(encoding="utf-8") != ts.read_text(encoding="utf-8"):
                wrong.append(f"{ts.name} does not have the program's strings: run scripts/make_translations.py")
            compile_file(ts, compiled)
            if compiled.read_bytes() != qm.read_bytes():
                wrong.append(f"{qm.name} is not what {ts.name} compiles to: run scripts/make_translations.py")
            wrong += [f"{ts.name}: not translated: {text}" for text in unfinished(ts)]
    return wrong


def main() -> int:
    if "--check" in sys.argv:
        wrong = up_to_date()
        print("\n".join(wrong) or "The translations are up to date.")
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        ts = FOLDER / f"resnet_desktop_{language}.ts"
        collect(ts, language)
        compile_file(ts, ts.with_suffix(".qm"))
        print(f"{ts.name}: {len(unfinished(ts))} not translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
