"""One error base, a subclass a domain. The message is the sentence that the person reads."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, sentence: str) -> str:  # noqa: N802, ARG001 - lupdate looks for this very name
    """Mark an English sentence for the translators; the window looks it up, this module stays free of Qt."""
    return sentence


class AppError(Exception):
    """An expected failure.

    ``sentence`` is an English template and ``values`` fill it, so that the window can translate the one
    without guessing at the other. Errors cross the pipe from the engine, hence plain positional ``args``.
    """

    def __init__(self, sentence: str, /, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class PictureError(AppError):
    """A file is not a picture that can be answered."""


class ModelError(AppError):
    """A model is missing, damaged or not usable here."""


class EngineError(AppError):
    """The engine could not do its job."""


class Cancelled(Exception):  # noqa: N818 - not a failure
    """The person stopped a job."""
