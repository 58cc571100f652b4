"""The guide's Markdown as the window looks: our sizes, distances and colours instead of Qt's."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextFrame,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
)

from resnet_desktop.ui.theme import BODY, GAP, LARGE, SPACE, TITLE, WIDE, colour

LINE_PERCENT = 135.0
HEADING_SIZES = {1: LARGE, 2: TITLE}
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
ROW = re.compile(r"^\|(.*)\|$", re.MULTILINE)
INDENT = 28  # of lists, in pixels
MARKDOWN = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


def turned(text: str) -> str:
    """Markdown as it has to be for a page that is read from the right.

    Names of files and commands are isolated, or Hebrew around them would move their dots; and tables have their first
    column last, since Qt sets columns from left to right whatever the direction of a table is.
    """
    return ROW.sub(_turned_row, CODE.sub("`\u2066\\1\u2069`", text))


def _turned_row(row: re.Match[str]) -> str:
    return "|".join(("", *reversed(row[1].split("|")), ""))


def dress(document: QTextDocument, *, right_to_left: bool) -> None:
    """Give a document that was just read from Markdown the looks of the theme."""
    direction = Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight
    option = QTextOption(document.defaultTextOption())
    option.setTextDirection(direction)
    document.setDefaultTextOption(option)
    document.setDocumentMargin(0)
    document.setIndentWidth(INDENT)
    block = document.begin()
    while block.isValid():
        _dress_block(block, first=block == document.begin())
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, direction)


def _dress_block(block: QTextBlock, *, first: bool) -> None:
    cursor = QTextCursor(block)
    level = block.blockFormat().headingLevel()
    looks = QTextBlockFormat()
    looks.setTopMargin(0 if first else WIDE if level == 2 else SPACE if level else 0)
    fenced = _is_fenced(block)
    in_table = cursor.currentTable() is not None
    in_list = block.textList() is not None and block.next().textList() is block.textList()
    looks.setBottomMargin(0 if in_table else GAP / 2 if in_list else GAP if level else SPACE)
    if fenced:
        looks.setBackground(QBrush(colour("hover")))
        looks.setNonBreakableLines(False)  # a long command may go on in the next line, the page never scrolls sideways
        looks.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        looks.setBottomMargin(0 if _is_fenced(block.next()) else SPACE)
    pieces = _pieces(block)
    if not (fenced or in_table or any(piece.charFormat().isImageFormat() for piece in pieces)):
        # Of a picture it would be a third more in height.
        looks.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(looks)
    for piece in pieces:
        cursor.setPosition(piece.position())
        cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(_dressed(piece.charFormat(), level, fenced=fenced))


def _pieces(block: QTextBlock) -> list[QTextFragment]:
    """Stretches of one format, before any of them is changed."""
    pieces, at = [], block.begin()
    while not at.atEnd():
        pieces.append(at.fragment())
        at += 1
    return pieces


def _is_fenced(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)


def _dressed(looks: QTextCharFormat, level: int, *, fenced: bool) -> QTextCharFormat:
    if level:
        looks.clearProperty(QTextFormat.Property.FontSizeAdjustment)  # it would win over the size in pixels
        looks.setProperty(QTextFormat.Property.FontPixelSize, HEADING_SIZES.get(level, BODY))
        looks.setFontWeight(QFont.Weight.DemiBold)
    elif looks.fontFixedPitch():
        looks.setProperty(QTextFormat.Property.FontPixelSize, BODY - 1)
        if not fenced:
            looks.setBackground(QBrush(colour("track")))
    return looks


def _dress_table(table: QTextFrame, direction: Qt.LayoutDirection) -> None:
    looks = table.frameFormat().toTableFormat()
    looks.setLayoutDirection(direction)
    looks.setBorderCollapse(True)
    looks.setBorder(1)
    looks.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    looks.setBorderBrush(QBrush(colour("line")))
    looks.setCellPadding(GAP - 1)
    looks.setBottomMargin(SPACE)
    looks.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    assert isinstance(table, QTextTable)  # noqa: S101 - for mypy; the caller has looked
    table.setFormat(looks)
