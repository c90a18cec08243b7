"""Says what this program is, its version and the licences of what it ships."""

from __future__ import annotations

import platform

from PySide6.QtCore import QLibraryInfo, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from editor import theme as look


def program_version() -> str:
    """The version of the installed package."""
    from importlib.metadata import PackageNotFoundError, version  # slow to load, and seldom needed

    try:
        return version("node-engine")
    except PackageNotFoundError:
        return "from source"


class AboutDialog(QDialog):
    """Name, version, licences."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Node Engine"))
        self.setMinimumWidth(look.QUESTION_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_XL, look.GAP_XL, look.GAP_XL, look.GAP_L)
        column.setSpacing(look.GAP)
        column.addWidget(self._label(self.tr("Node Engine"), "display"))
        column.addWidget(self._label(self.tr("Draw a flow, run it, and always see what happened."), ""))
        column.addWidget(
            self._label(
                self.tr("Version {version} · Python {python} · Qt {qt}").format(
                    version=program_version(), python=platform.python_version(), qt=QLibraryInfo.version().toString()
                ),
                "secondary",
            )
        )
        column.addWidget(
            self._label(
                self.tr(
                    "MIT licence. Fonts Inter and JetBrains Mono: SIL Open Font License 1.1. "
                    "Icons Lucide: ISC licence. Qt for Python: LGPL version 3."
                ),
                "secondary",
            )
        )
        row = QHBoxLayout()
        row.addStretch()
        close = QPushButton(self.tr("Close"), self)
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        column.addLayout(row)

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        return label
