"""The page of the main job: models, the picture, its answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from resnet_desktop.ui import words
from resnet_desktop.ui.classify.answer_card import AnswerCard
from resnet_desktop.ui.classify.drop_area import DropArea
from resnet_desktop.ui.classify.filmstrip import Filmstrip
from resnet_desktop.ui.classify.model_card import ModelCard
from resnet_desktop.ui.classify.model_selector import ModelSelector
from resnet_desktop.ui.classify.picture_bar import PictureBar
from resnet_desktop.ui.classify.picture_view import PictureView
from resnet_desktop.ui.classify.run_bar import RunBar
from resnet_desktop.ui.drop_target import DropTarget
from resnet_desktop.ui.models.library import ModelLibrary
from resnet_desktop.ui.session import Session
from resnet_desktop.ui.theme import GAP, SPACE
from resnet_desktop.ui.widgets.basics import scrolling

SIDE, ANSWER = 264, 320
SMALLEST_PREVIEW = 800
GROWN_MILLISECONDS = 200  # of rest after a resize, before the picture is decoded again


class ClassifyPage(DropTarget):
    """Drop a picture, read what it shows."""

    def __init__(self, session: Session, library: ModelLibrary) -> None:
        super().__init__()
        self._session = session
        self.selector = ModelSelector(session)
        self.drop_area = DropArea()
        self.view = PictureView()
        self.view.setAccessibleName(self.tr("The picture"))
        self.bar = PictureBar(session)
        self.filmstrip = Filmstrip(session)
        self.answer_card = AnswerCard(session)
        self.model_card = ModelCard(session, library, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(SPACE)
        self.selector.setMinimumWidth(248)
        self.splitter.addWidget(self.selector)
        self.splitter.addWidget(self._middle())
        self.splitter.addWidget(self._right())
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([SIDE, 760, ANSWER])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self._grown = QTimer(self)
        self._grown.setSingleShot(True)
        self._grown.setInterval(GROWN_MILLISECONDS)
        self._grown.timeout.connect(session.sharpen)
        self._connect()
        self.refresh()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def drop_sentence(self) -> str:
        return self.tr("Drop here to see what it shows")

    def _middle(self) -> QWidget:
        table = QWidget()
        column = QVBoxLayout(table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.view, 1)
        column.addWidget(self.bar)
        column.addWidget(self.filmstrip)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.drop_area)
        self._stack.addWidget(table)
        middle = QWidget()
        outer = QVBoxLayout(middle)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        outer.addWidget(self._stack, 1)
        outer.addWidget(RunBar(self._session, middle))
        return middle

    def _right(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.model_card)
        column.addWidget(self.answer_card, 1)
        scroll = scrolling(inner)
        scroll.setMinimumWidth(300)
        return scroll

    def _connect(self) -> None:
        session = self._session
        session.table_changed.connect(self.refresh)
        session.preview_changed.connect(self._show_preview)
        session.pictures.rowsInserted.connect(self._show_stack)
        session.pictures.rowsRemoved.connect(self._show_stack)
        session.pictures.modelReset.connect(self._show_stack)
        self.bar.heat_changed.connect(self._show_heat)
        self.answer_card.class_chosen.connect(self._on_class)
        self.selector.chosen.connect(session.choose_model)
        self._rank = 0

    @Slot()
    def refresh(self) -> None:
        self._rank = 0
        self.answer_card.choose(0)
        self._show_stack()
        self._show_preview()
        self._show_heat()

    def copy_answer(self) -> None:
        """The answer as text, one class a line, to the clipboard; or the text that is selected in a label."""
        focused = self.window().focusWidget()
        if isinstance(focused, QLabel) and focused.selectedText():
            QGuiApplication.clipboard().setText(focused.selectedText())
            return
        answer = self._session.answer
        if answer is not None:
            labels = self._session.labels
            lines = [f"{words.percent(item.probability)}\t{labels[item.index]}" for item in answer.predictions]
            QGuiApplication.clipboard().setText("\n".join(lines))

    def walk(self, key: int) -> bool:
        """To the picture before or the next one; whether the key means that."""
        if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return False
        forward = (key == Qt.Key.Key_Right) != self.isRightToLeft()
        row = self._session.pictures.row_of(self._session.current) if self._session.current else None
        if row is not None:
            self._session.select_row(row + (1 if forward else -1))
        return True

    @Slot()
    def _show_stack(self) -> None:
        empty = self._session.pictures.rowCount() == 0
        self._stack.setCurrentIndex(0 if empty else 1)

    @Slot()
    def _show_preview(self) -> None:
        session = self._session
        if session.preview is None and session.error is not None:
            self.view.show_error(words.sentence_of(session.error))
        else:
            self.view.show_picture(session.preview)

    @Slot()
    def _show_heat(self) -> None:
        look = self._session.look
        if look is not None and self.bar.heat_shown and self._rank < len(look.heat):
            self.view.show_heat(look.heat[self._rank], look.box, self.bar.opacity)
        else:
            self.view.hide_heat()

    @Slot(int)
    def _on_class(self, rank: int) -> None:
        self._rank = rank
        self._show_heat()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        longest = max(self.view.width(), self.view.height())
        self._session.preview_edge = max(SMALLEST_PREVIEW, int(longest * self.devicePixelRatioF()))
        self._grown.start()
