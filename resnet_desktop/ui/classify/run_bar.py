"""How far a run of many pictures is, and a button that stops it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP
from resnet_desktop.ui.widgets.basics import push_button, text_label


class RunBar(QWidget):
    """Visible while pictures are being answered."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)  # from the start: a widget that is shown without one is a window
        self._session = session
        self._text = text_label(role="quiet")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Pictures answered"))
        stop = push_button(self.tr("Stop"), "stop")
        stop.clicked.connect(session.many.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._text)
        row.addWidget(self._progress, 1)
        row.addWidget(stop)
        session.run_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        many = self._session.many
        self.setVisible(many.running)
        progress = many.progress
        if progress is None:
            self._progress.setRange(0, 0)
            self._text.setText(self.tr("Looking for pictures…"))
            return
        self._progress.setRange(0, progress.total)
        self._progress.setValue(progress.done)
        number = QLocale().toString
        self._text.setText(
            self.tr("{done} of {total} pictures").format(done=number(progress.done), total=number(progress.total))
        )
