"""The sentences for drops that are no pictures."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from resnet_desktop.ui.session import Notice


def notice_sentence(notice: Notice, count: int) -> str:
    """One plain sentence that says what to do."""
    translate = QCoreApplication.translate
    if notice is Notice.LINK:
        return translate("Notices", "That is a link to the internet. Save the picture first, then drop its file here.")
    if notice is Notice.SKIPPED:
        return translate("Notices", "%n files that are no pictures were left out.", "", count)
    if notice is Notice.NO_PICTURES:
        return translate("Notices", "There are no pictures in there. Choose a folder that has some.")
    if notice is Notice.SETTINGS_DAMAGED:
        return translate("Notices", "The settings file was damaged and has been set aside. The settings start afresh.")
    return translate("Notices", "There is no picture in that. Drop a picture, a folder, or copied picture data.")
