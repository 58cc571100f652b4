"""Names from disks and files, made safe to show: one line, no control or direction characters, no formulas."""

from __future__ import annotations

import unicodedata

# Categories: control, format (U+202E turns text round), surrogate, private use, line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Joiners keep emoji and some scripts together and change no direction.
_KEPT = frozenset("\u200c\u200d")
# The full-width signs count too in East Asian editions.
_NOT_IN_NAMES = frozenset('<>:"/\\|?*')
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def one_line(text: str) -> str:
    """``text`` with unsafe characters written as \\u escapes, so that what is shown is what is there."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def csv_cell(text: str) -> str:
    """``text`` for a table: a spreadsheet must not take it for a formula (CWE-1236)."""
    line = one_line(text)
    return "'" + line if text.startswith(_FORMULA) else line


def file_name(text: str) -> str:
    """``text`` without what a name of a file cannot hold."""
    kept = "".join(" " if letter in _NOT_IN_NAMES or not letter.isprintable() else letter for letter in text)
    return " ".join(kept.split())[:80].strip(" .") or "ResNet Desktop"


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _UNSAFE:
        return character
    if character.isascii():
        return character.encode("unicode_escape").decode("ascii")
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
