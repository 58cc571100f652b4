"""Core's English sentences and numbers, in the language of the window."""

from __future__ import annotations

import html

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.plain_text import one_line


def sentence_of(error: AppError) -> str:
    """The sentence of an error, translated, its values filled in as plain text on one line."""
    template = QCoreApplication.translate("Sentences", error.sentence)
    return template.format(**{name: _value(value) for name, value in error.values.items()})


def note_of(sentence: str) -> str:
    return QCoreApplication.translate("Sentences", sentence) if sentence else ""


def stage_of(stage: str) -> str:
    return QCoreApplication.translate("Stages", stage) if stage else ""


def percent(probability: float) -> str:
    """93 %, or below one percent one more digit; never 100 % for what is not certain."""
    value = _hundredfold(probability)
    return _percent(value, 0 if 1 <= value < 99 or value == 100 else 1)


def percents(low: float, high: float) -> tuple[str, str]:
    """Both ends of an interval, as exact as each other; neither is rounded to 0 or 100 % unless it is that."""
    values = _hundredfold(low), _hundredfold(high)
    digits = 1 if any(0 < value < 1 or 99.5 <= value < 100 for value in values) else 0
    return _percent(values[0], digits), _percent(values[1], digits)


def _hundredfold(probability: float) -> float:
    return min(probability * 100, 99.9) if probability < 1 else 100.0


def _percent(value: float, digits: int) -> str:
    locale = QLocale()
    number = locale.toString(value, "f", digits)
    # Hebrew writes no space here; with one, the sign would jump to the other side of the number.
    return f"{number}%" if locale.language() == QLocale.Language.Hebrew else f"{number} %"


def megabytes(size: int) -> str:
    return f"\u2066{QLocale().toString(round(size / 2**20))} MB\u2069"


def moment(seconds: float) -> str:
    """Date and time of these seconds since the epoch."""
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    return f"\u2066{QLocale().toString(when, QLocale.FormatType.ShortFormat)}\u2069"


def capital(label: str) -> str:
    """A class name as the head of a line."""
    return label[:1].upper() + label[1:]


def tip(text: str) -> str:
    """``text`` for a tool tip: Qt has no plain tips, and takes names that look like markup for it."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>"


def left_to_right(text: str) -> str:
    """``text``, a path or a file name, isolated so that Hebrew around it does not rearrange it."""
    return f"\u2066{one_line(text)}\u2069"


def isolated(text: str) -> str:
    """``text`` in its own direction: what ends in … does so on the side where its own script ends."""
    return f"\u2068{text}\u2069"


def _value(value: object) -> str:
    text = one_line(str(value))
    kind = QCoreApplication.translate("Kinds", text)
    return left_to_right(text) if "/" in text or "\\" in text else kind
