"""The line at the bottom: which model answered, on what, how fast; and how many pictures there are."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QUrl, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from resnet_desktop.core import updates
from resnet_desktop.core.classifier import thread_count
from resnet_desktop.ui.file_manager import open_web_page
from resnet_desktop.ui.model_desk import BUILT_IN, Phase
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import SPACE
from resnet_desktop.ui.widgets.basics import push_button, text_label


class StatusLine(QFrame):
    """Follows the session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "status")
        self.model = text_label(role="small")
        self.count = text_label(role="small")
        self.newer = push_button("")
        self.newer.setProperty("role", "link")
        self.newer.clicked.connect(self._open_releases)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 6, SPACE, 6)
        row.addWidget(self.model, 1)
        row.addWidget(self.newer)
        row.addSpacing(SPACE)
        row.addWidget(self.count)
        session.updates.changed.connect(self._show_newer)
        pictures = session.pictures
        for signal in (session.table_changed, session.model_changed):
            signal.connect(self._show_model)
        for signal in (pictures.rowsInserted, pictures.rowsRemoved, pictures.modelReset, pictures.dataChanged):
            signal.connect(self._show_count)
        self._show_model()
        self._show_count()
        self._show_newer()

    @Slot()
    def _show_newer(self) -> None:
        newer = self._session.updates.newer
        sentence = self.tr("Version {version} is out").format(version=newer)
        self.newer.setText(sentence)
        self.newer.setAccessibleName(sentence)
        self.newer.setVisible(bool(newer))

    @Slot()
    def _open_releases(self) -> None:
        open_web_page(QUrl(updates.RELEASES_PAGE))

    @Slot()
    def _show_model(self) -> None:
        models = self._session.models
        title = self.tr("Built-in model") if models.spec.key == BUILT_IN else models.spec.title
        parts = [title]
        if models.phase is Phase.READY:
            parts.append(self._device())
        else:
            parts.append(self.tr("preparing") if models.phase is Phase.PREPARING else self.tr("not ready"))
        answer = self._session.answer
        if answer is not None:
            parts.append(self.tr("{number} ms").format(number=QLocale().toString(round(answer.milliseconds))))
        self.model.setText(" · ".join(parts))

    def _device(self) -> str:
        names = {"gpu": "Intel GPU", "npu": "NPU", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}
        if self._session.device in names:
            return names[self._session.device]
        return self.tr("processor (%n cores)", "", thread_count())

    @Slot()
    def _show_count(self) -> None:
        pictures = self._session.pictures
        total, failed = pictures.rowCount(), pictures.failed
        parts = [self.tr("%n pictures", "", total)] if total else []
        if failed:
            parts.append(self.tr("%n unreadable", "", failed))
        self.count.setText(" · ".join(parts))
