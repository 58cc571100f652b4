"""All colours, sizes and distances of the window, and how they reach Qt. Nothing else names a colour."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from resnet_desktop.core.paths import resource_path

GAP, SPACE, WIDE = 8, 16, 24
CORNER = 8
SMALL, BODY, TITLE, LARGE = 12, 14, 18, 26  # pixels
THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Tokens:
    """One appearance. Every text colour has a contrast of at least 4.5 to 1 on window and card."""

    window: str
    card: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    accent_soft: str  # behind the chosen row
    hover: str
    good: str
    careful: str
    bad: str
    track: str  # the empty part of a bar


LIGHT = Tokens(
    window="#F6F7F9", card="#FFFFFF", line="#E1E5EA", text="#1B1F24", quiet="#5A6470", accent="#2B62D9",
    on_accent="#FFFFFF", accent_soft="#F3F6FE", hover="#F6F8FA", good="#1B7F4F", careful="#9A6700", bad="#C0362C",
    track="#EDF0F3",
)  # fmt: skip
DARK = Tokens(
    window="#14171B", card="#1C2026", line="#2C323A", text="#E7EAEE", quiet="#9BA5B1", accent="#7AA7FF",
    on_accent="#10151C", accent_soft="#24304A", hover="#242932", good="#4CC38A", careful="#E2A336", bad="#FF7B72",
    track="#2A3039",
)  # fmt: skip
# The heat map's ramp, from nothing to the most: position, colour, opacity. Readable on photographs in both themes.
HEAT_RAMP = (
    (0.0, "#2B1A5E", 0.0),
    (0.3, "#5B2A86", 0.1),
    (0.55, "#C0396B", 0.5),
    (0.8, "#F2813B", 0.8),
    (1.0, "#FCE86A", 0.95),
)
HEAT_FRAME = ("#000000", "#FFFFFF")  # dashes of both, so that the frame shows on any photograph

# Curves of several runs on one plot, told apart by their marks, too. At least 3 to 1 on the card.
CURVES_LIGHT = ("#2B62D9", "#B4540A", "#1B7F4F", "#A62B7F", "#6B4FC9", "#0F7B8A", "#8A6D00", "#C0362C")
CURVES_DARK = ("#7AA7FF", "#F0975A", "#4CC38A", "#E583C4", "#B79CFF", "#4FC7D6", "#D9BE4B", "#FF7B72")

_current = LIGHT


def tokens() -> Tokens:
    """The appearance in use."""
    return _current


def colour(name: str) -> QColor:
    return QColor(getattr(_current, name))


def curve_colours() -> tuple[str, ...]:
    """Colours for curves of equal rank."""
    return CURVES_DARK if is_dark() else CURVES_LIGHT


def is_dark() -> bool:
    return _current is DARK


def apply_theme(application: QApplication, theme: str) -> None:
    """Give the application our light or dark looks; "system" follows the desktop."""
    global _current  # noqa: PLW0603 - there is one appearance, as there is one QApplication
    dark = theme == "dark" or (theme == "system" and _system_is_dark())
    _current = DARK if dark else LIGHT
    application.setStyle("Fusion")
    application.setPalette(_palette(_current))
    application.setFont(_font(application))
    application.setStyleSheet(_style_sheet(_current))


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _font(application: QApplication) -> QFont:
    font = QFont(application.font())
    font.setPixelSize(BODY)
    return font


def _palette(token: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: token.window, role.WindowText: token.text, role.Base: token.card, role.AlternateBase: token.hover,
        role.Text: token.text, role.Button: token.card, role.ButtonText: token.text, role.BrightText: token.bad,
        role.Highlight: token.accent, role.HighlightedText: token.on_accent, role.Link: token.accent,
        role.LinkVisited: token.accent, role.ToolTipBase: token.card, role.ToolTipText: token.text,
        role.PlaceholderText: token.quiet, role.Light: token.card, role.Midlight: token.hover, role.Mid: token.line,
        role.Dark: token.line, role.Shadow: token.line, role.Accent: token.accent,
    }  # fmt: skip
    for each, value in pairs.items():
        palette.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(token.quiet))
    return palette


def _style_sheet(token: Tokens) -> str:
    text = resource_path("style.qss").read_text(encoding="utf-8")
    values = {field.name: getattr(token, field.name) for field in fields(token)}
    values |= {"small": f"{SMALL}px", "body": f"{BODY}px", "title": f"{TITLE}px", "large": f"{LARGE}px"}
    # A style sheet takes images from files only.
    kind = "dark" if token is DARK else "light"
    values |= {name: resource_path("icons", f"{name}_{kind}.svg").as_posix() for name in ("check", "arrow", "arrow_up")}
    # Longest names first, so that @accent does not eat the beginning of @accent_soft.
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(f"@{name}", values[name])
    return text
