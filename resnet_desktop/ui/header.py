"""The line at the top: name, pages, language, more."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QMenu, QToolButton

from resnet_desktop.core.settings import Settings
from resnet_desktop.ui import icons
from resnet_desktop.ui.theme import GAP, SPACE, WIDE
from resnet_desktop.ui.widgets.basics import beside_icon, flat_button, text_label


class Header(QFrame):
    """Choices made here rebuild the window in the new language or looks."""

    page_chosen = Signal(int)
    language_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setProperty("role", "header")
        mark = QLabel()
        mark.setPixmap(icons.pixmap("app", 28))
        title = text_label("ResNet Desktop", "title")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, SPACE, GAP)
        row.setSpacing(GAP)
        row.addWidget(mark)
        row.addWidget(title)
        row.addSpacing(WIDE)
        self._pages = QButtonGroup(self)
        self._pages.idClicked.connect(self.page_chosen)
        for number, name in enumerate((self.tr("Classify"), self.tr("Train"), self.tr("Runs"), self.tr("Models"))):
            row.addWidget(self._tab(number, name))
        row.addStretch(1)
        row.addWidget(self._language_button(settings.language))
        row.addWidget(self._theme_button(settings.theme))
        self.more = flat_button("more", self.tr("More"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.addWidget(self.more)

    def _tab(self, number: int, name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "tab")
        button.setText(name)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} (Ctrl+{number + 1})")
        button.setCheckable(True)
        button.setChecked(number == 0)
        self._pages.addButton(button, number)
        return button

    def show_page(self, number: int) -> None:
        """Mark the page that is shown."""
        self._pages.button(number).setChecked(True)

    def _language_button(self, current: str) -> QToolButton:
        # Each language is named in itself, so that nobody is locked out.
        choices = (("system", self.tr("Same as the system")), ("en", "English"), ("he", "עברית"))
        button = flat_button("language", self.tr("Language"))
        button.setText(beside_icon(self.tr("Language")))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(18, 18))
        button.setMenu(self._menu(choices, current, self.language_chosen))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _theme_button(self, current: str) -> QToolButton:
        choices = (
            ("system", self.tr("Same as the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        )
        button = flat_button("theme", self.tr("Looks"))
        button.setMenu(self._menu(choices, current, self.theme_chosen))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _menu(self, choices: tuple[tuple[str, str], ...], current: str, chosen: SignalInstance) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for value, text in choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setChecked(value == current)
            action.setData(value)
            menu.addAction(action)
        group.triggered.connect(lambda action: chosen.emit(action.data()))
        return menu
