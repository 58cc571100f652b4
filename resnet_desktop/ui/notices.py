"""What the banner says, save errors. Sentences are made when they are asked for, in the language of that moment."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.ui import words
from resnet_desktop.ui.models.model_words import ModelWords
from resnet_desktop.ui.session import Notice


class NoticeWords(QObject):
    """A QObject for its tr(), which knows plurals. Made anew for each sentence, it outlives every window."""

    def sentence(self, notice: Notice, count: int) -> str:
        """Of drops that are no pictures: one plain sentence that says what to do."""
        if notice is Notice.LINK:
            return self.tr("That is a link to the internet. Save the picture, then drop its file here.")
        if notice is Notice.SKIPPED:
            return self.tr("%n files that are not pictures were left out.", "", count)
        if notice is Notice.NO_PICTURES:
            return self.tr("There are no pictures in there. Choose a folder that has some.")
        if notice is Notice.SETTINGS_DAMAGED:
            return self.tr("The settings file was damaged and is set aside. The settings start afresh.")
        return self.tr("There is no picture in that. Drop a picture or a folder of pictures.")

    def copied(self) -> str:
        return self.tr("The answer is on the clipboard.")

    def diagnostics_copied(self) -> str:
        return self.tr("Diagnostics are on the clipboard. They name this computer's system and no picture.")

    def no_such_folder(self) -> str:
        """Of a picture."""
        return self.tr("This folder cannot be opened. It may have been moved, or its drive taken out.")

    def folder_not_opened(self, folder: Path) -> str:
        """One of the program's own."""
        sentence = self.tr("The folder could not be opened: {folder}")
        return sentence.format(folder=words.left_to_right(str(folder)))

    def arrived(self, spec: ModelSpec) -> str:
        return self.tr("{title} is on this computer now.").format(title=spec.title)

    def repeated(self, spec: ModelSpec) -> str:
        return self.tr("{title} was on this computer already. Nothing was added.").format(title=spec.title)

    def exported(self, spec: ModelSpec, file: Path) -> str:
        values = {"title": spec.title, "file": words.left_to_right(str(file))}
        return self.tr("{title} is in {file} now.").format(**values)

    def verified(self, spec: ModelSpec) -> str:
        return self.tr("The file of {title} is whole.").format(title=ModelWords().title(spec))

    def freed(self, size: int) -> str:
        return self.tr("{size} are free again.").format(size=words.megabytes(size))

    def unfinished(self, name: str) -> str:
        """Of a run that can be continued."""
        sentence = self.tr("The run “{name}” has not come to its end. It can go on from where it was.")
        return sentence.format(name=name)
