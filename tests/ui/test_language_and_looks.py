"""Hebrew, English, light, dark: complete translations, mirrored layout, readable colours."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from resnet_desktop.core.errors import PictureError
from resnet_desktop.core.picture_formats import EXPORT
from resnet_desktop.core.pictures import CUT_OFF
from resnet_desktop.ui import theme, words
from resnet_desktop.ui.classify.drop import PastedPictures
from resnet_desktop.ui.language import Language
from resnet_desktop.ui.main_window import MainWindow
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.train.trainer import Trainer

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "make_translations.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_translations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_string_is_translated_and_compiled() -> None:
    assert load_script().up_to_date() == []


def test_the_hebrew_window_is_mirrored_and_speaks_hebrew(
    qtbot: QtBot,
    qapp: QApplication,
    session: Session,
    library: ModelLibrary,
    language: Language,
    pasted: PastedPictures,
) -> None:
    language.apply(qapp, "he")
    session.set_language("he")
    window = MainWindow(session, library, Trainer(session, session.host), pasted)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    page = window.page
    assert window.isRightToLeft()
    middle = page.mapFromGlobal(page.drop_area.mapToGlobal(page.drop_area.rect().center())).x()
    models = page.mapFromGlobal(page.selector.mapToGlobal(page.selector.rect().center())).x()
    assert models > middle
    texts = [label.text() for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    hebrew = [text for text in texts if any("\u0590" <= letter <= "\u05ff" for letter in text)]
    assert set(texts) - set(hebrew) <= {"ResNet Desktop"}


def test_labels_and_sentences_change_their_language(qapp: QApplication, session: Session, language: Language) -> None:
    english = session.labels[967]
    language.apply(qapp, "he")
    session.set_language("he")
    assert (english, session.labels[967]) == ("espresso", "אספרסו")
    assert words.sentence_of(PictureError(CUT_OFF)) != CUT_OFF
    translated = words.sentence_of(PictureError(EXPORT, kind="a PDF document"))
    assert "PDF" in translated
    assert "document" not in translated


def test_an_unknown_choice_of_language_is_the_system_s(qapp: QApplication, language: Language) -> None:
    language.apply(qapp, "klingon")
    assert language.code in ("en", "he")


@pytest.mark.parametrize(
    ("probability", "text"),
    [(1.0, "100 %"), (0.99999, "99.9 %"), (0.934, "93 %"), (0.0123, "1 %"), (0.0044, "0.4 %"), (0.0, "0.0 %")],
)
def test_percentages_never_claim_certainty(language: Language, probability: float, text: str) -> None:
    assert words.percent(probability) == text


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.74, 0.99, ("74 %", "99 %")),
        (0.744, 0.9949, ("74 %", "99 %")),
        (0.744, 0.9951, ("74.4 %", "99.5 %")),
        (0.744, 0.99999, ("74.4 %", "99.9 %")),
        (0.74, 1.0, ("74 %", "100 %")),
        (0.9972, 1.0, ("99.7 %", "100.0 %")),
        (0.004, 0.33, ("0.4 %", "33.0 %")),
        (0.0, 0.33, ("0 %", "33 %")),
    ],
)
def test_both_ends_of_an_interval_are_as_exact_as_each_other(
    language: Language, low: float, high: float, texts: tuple[str, str]
) -> None:
    assert words.percents(low, high) == texts


def test_paths_are_isolated_from_the_direction_of_the_text(language: Language) -> None:
    assert words.left_to_right("/home/x") == "\u2066/home/x\u2069"


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    channels = [value / 255 for value in QColor(colour).getRgb()[:3]]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_all_text_has_enough_contrast(tokens: theme.Tokens) -> None:
    grounds = (tokens.window, tokens.card, tokens.hover, tokens.accent_soft)
    inks = (tokens.text, tokens.quiet, tokens.accent, tokens.good, tokens.careful, tokens.bad)
    weak = [(ink, ground) for ink in inks for ground in grounds if contrast(ink, ground) < 4.5]
    assert weak == []
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.accent, tokens.accent_soft) >= 4.5
    assert contrast(tokens.quiet, tokens.accent_soft) >= 4.5


def test_light_and_dark_reach_every_widget(
    qtbot: QtBot,
    qapp: QApplication,
    session: Session,
    library: ModelLibrary,
    language: Language,
    pasted: PastedPictures,
) -> None:
    brightness = {}
    for name in ("light", "dark"):
        theme.apply_theme(qapp, name)
        window = MainWindow(session, library, Trainer(session, session.host), pasted)
        qtbot.addWidget(window)
        window.show()
        image = window.grab().toImage()
        points = [(x, y) for x in range(0, image.width(), 20) for y in range(0, image.height(), 20)]
        brightness[name] = sum(image.pixelColor(x, y).lightness() for x, y in points) / len(points)
    theme.apply_theme(qapp, "light")
    assert brightness["light"] > 200
    assert brightness["dark"] < 60


def test_every_token_is_used_by_the_style_sheet_or_a_painter() -> None:
    sheet = theme._style_sheet(theme.LIGHT)
    assert "@" not in sheet
    source = "".join(
        path.read_text(encoding="utf-8") for path in (SCRIPT.parent.parent / "resnet_desktop").rglob("*.py")
    )
    for field in dataclasses.fields(theme.Tokens):
        assert (
            f'"{field.name}"' in source or f"token.{field.name}" in source or getattr(theme.LIGHT, field.name) in sheet
        )


def test_nothing_but_the_theme_names_a_colour() -> None:
    package = SCRIPT.parent.parent / "resnet_desktop"
    for path in package.rglob("*.py"):
        if path.name != "theme.py":
            assert 'QColor("#' not in path.read_text(encoding="utf-8"), path


def test_hebrew_numbers_and_directions(qapp: QApplication, language: Language) -> None:
    language.apply(qapp, "he")
    assert QLocale().language() == QLocale.Language.Hebrew
    assert qapp.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert words.percent(0.5) == "50%"
