"""Why a run failed, kept so that it can be said in the language of whoever looks later."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import Any

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.plain_text import one_line


@dataclass(frozen=True)
class Failure:
    """The English template of an error and what fills it, as text."""

    template: str
    values: dict[str, str]

    @property
    def error(self) -> AppError:
        return AppError(self.template, **self.values)


def failure_of(error: AppError) -> Failure:
    """What is kept of an error."""
    return Failure(error.sentence, {name: str(value) for name, value in error.values.items()})


def read_failure(record: Any) -> Failure | None:
    """The failure in a run.json; None where there is none, or one that could not be said."""
    if not isinstance(record, dict):
        return None
    template, values = record.get("template"), record.get("values")
    if not isinstance(template, str) or not isinstance(values, dict):
        return None
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    return Failure(template, texts) if _can_be_said(template, texts) else None


def _can_be_said(template: str, values: dict[str, str]) -> bool:
    """One line and plain names only: a width out of an edited file could ask for more text than there is memory."""
    if one_line(template) != template:
        return False
    try:
        fields = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(template)]
    except ValueError:
        return False
    return all(name is None or (name in values and not spec and not conversion) for name, spec, conversion in fields)
