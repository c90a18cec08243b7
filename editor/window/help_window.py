"""The help window: a list of pages at the left, the page at the right; web links open only in a browser."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser, QWidget

from editor import theme as look
from editor.window.guide import give_room
from editor.window.help_pages import PAGES, page_text


class HelpWindow(QWidget):
    """A window of its own beside the main window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Help"))
        self.resize(look.PAGE_WIDTH, look.HELP_HEIGHT)
        self._url: str | None = None
        self.pages = QListWidget(self)
        self.pages.setAccessibleName(self.tr("Pages"))
        self.pages.setFixedWidth(look.PANEL_LEFT)
        self.pages.addItems([self.tr(title) for title in PAGES.values()])
        self.pages.currentRowChanged.connect(self._on_row)
        self.text = QTextBrowser(self)
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._on_link)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.GAP_S, look.GAP_S, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.pages)
        row.addWidget(self.text, 1)

    def show_page(self, name: str, url: str | None) -> None:
        """Show a page and come to the front."""
        self._url = url
        row = list(PAGES).index(name)
        if self.pages.currentRow() == row:
            self._on_row(row)
        self.pages.setCurrentRow(row)
        self.show()
        self.raise_()
        self.activateWindow()

    def _on_row(self, row: int) -> None:
        self.text.setMarkdown(page_text(list(PAGES)[row], self._url))
        give_room(self.text.document())

    def _on_link(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
