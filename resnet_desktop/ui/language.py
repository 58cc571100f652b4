"""English or Hebrew, left to right or right to left, switched while the program runs."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from resnet_desktop.core.paths import resource_path

CHOICES = ("system", "en", "he")


class Language:
    """Keeps the installed translators alive."""

    def __init__(self) -> None:
        self._installed: list[QTranslator] = []
        self.code = "en"

    def apply(self, application: QApplication, choice: str) -> None:
        """Translate everything built from now on and turn the layout's direction."""
        for translator in self._installed:
            application.removeTranslator(translator)
        self._installed.clear()
        self.code = choice if choice in ("en", "he") else _system_language()
        QLocale.setDefault(QLocale(self.code))
        self._install(application, f"resnet_desktop_{self.code}", str(resource_path("translations")))
        if self.code != "en":
            self._install(
                application, f"qtbase_{self.code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            )
        right_to_left = self.code == "he"
        application.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight
        )

    def _install(self, application: QApplication, name: str, folder: str) -> None:
        translator = QTranslator()
        if translator.load(name, folder):
            application.installTranslator(translator)
            self._installed.append(translator)


def _system_language() -> str:
    return "he" if QLocale.system().language() == QLocale.Language.Hebrew else "en"
