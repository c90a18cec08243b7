"""The guide of a sample, readable beside its flow."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument, QTextLength, QTextTable
from PySide6.QtWidgets import QTextBrowser, QWidget

from editor import theme as look


class GuidePanel(QTextBrowser):
    """Shows a page of Markdown. `link_wanted(address)` comes when a web link is pressed; nothing is ever loaded."""

    link_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setProperty("role", "page")
        self.document().setDocumentMargin(look.GAP)
        self.document().setDefaultFont(look.ui_font(look.SECONDARY_TEXT))
        self.document().setIndentWidth(look.GAP_L)
        self.anchorClicked.connect(self._on_link)

    def show_page(self, text: str) -> None:
        """Show a page from its beginning."""
        self.setMarkdown(text)
        give_room(self.document())
        _slim_headings(self.document())

    def _on_link(self, url: QUrl) -> None:
        self.link_wanted.emit(url.toString())


def _slim_headings(document: QTextDocument) -> None:
    """Set headings in the sizes of panels: those of Markdown are meant for pages."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            shape = QTextCharFormat()
            shape.setFont(look.ui_font(look.TITLE_TEXT if level == 1 else look.TEXT, look.SEMIBOLD))
            cursor.setPosition(block.position())
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(shape)  # not merged: Markdown's own size would stay
        block = block.next()


def give_room(document: QTextDocument) -> None:
    """Put space above headings and between paragraphs, which Markdown leaves out; tables take the whole width."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        shape = block.blockFormat()
        level = shape.headingLevel()
        shape.setTopMargin(look.GAP_XL if level > 1 else look.GAP_XS)
        shape.setBottomMargin(look.GAP_S if level else look.GAP_XS)
        cursor.setPosition(block.position())
        cursor.mergeBlockFormat(shape)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            form = frame.format()
            form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            form.setCellPadding(look.GAP_XS)
            frame.setFormat(form)
