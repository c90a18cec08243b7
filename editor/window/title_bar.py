"""The slim title bar of a dock: its name and a way to close it; absent where tabs already say the name."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from editor import theme as look
from editor.theme import Theme


class TitleBar(QWidget):
    """A row with the dock's name; dragging it moves the dock, a double click floats it (Qt does both)."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        self.setObjectName("title_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._label = QLabel(dock.windowTitle(), self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._close = QToolButton(self)
        self._close.setAccessibleName(self.tr("Close {name}").format(name=dock.windowTitle()))
        self._close.setToolTip(self._close.accessibleName())
        self._close.setIconSize(QSize(look.ICON_S, look.ICON_S))
        self._close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.GAP, 0, look.GAP_XS, 0)
        row.setSpacing(look.GAP_XS)
        row.addWidget(self._label)
        row.addStretch()
        row.addWidget(self._close)
        self._slim = False
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Tint the close sign."""
        self._close.setIcon(look.icon("x", theme.faint, look.ICON_S))

    def set_slim(self, slim: bool) -> None:
        """Hide the row while the dock stands behind tabs that name it."""
        if slim == self._slim:
            return
        self._slim = slim
        for child in (self._label, self._close):
            child.setVisible(not slim)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(look.TITLE, 0 if self._slim else look.TITLE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
