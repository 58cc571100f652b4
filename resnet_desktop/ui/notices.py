"""The sentences for drops that are no pictures."""

from __future__ import annotations

from PySide6.QtCore import QObject

from resnet_desktop.ui.session import Notice


class NoticeWords(QObject):
    """A QObject for its tr(), which knows plurals."""

    def sentence(self, notice: Notice, count: int) -> str:
        """One plain sentence that says what to do."""
        if notice is Notice.LINK:
            return self.tr("That is a link to the internet. Save the picture, then drop its file here.")
        if notice is Notice.SKIPPED:
            return self.tr("%n files that are not pictures were left out.", "", count)
        if notice is Notice.NO_PICTURES:
            return self.tr("There are no pictures in there. Choose a folder that has some.")
        if notice is Notice.SETTINGS_DAMAGED:
            return self.tr("The settings file was damaged and is set aside. The settings start afresh.")
        return self.tr("There is no picture in that. Drop a picture or a folder of pictures.")
