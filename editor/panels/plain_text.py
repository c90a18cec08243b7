"""Text that came from a file, a flow or a run: always shown as plain text, never cut without a tooltip."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from editor.theme import HAIRLINE

_TOOLTIP_LENGTH = 2_000


def tooltip(text: str) -> str:
    """Make a tooltip that shows `text` as it is: markup in it stays text, long text is shortened."""
    shown = text if len(text) <= _TOOLTIP_LENGTH else text[:_TOOLTIP_LENGTH] + "…"
    return f'<span style="white-space: pre-wrap">{escape(shown)}</span>' if shown else ""


def one_line(text: str, length: int = 200) -> str:
    """Put text on one line of at most `length` characters; controls and line ends become visible or spaces."""
    shown = " ".join(text[: length * 2].split()) if any(c in text[: length * 2] for c in "\n\r\t") else text
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def size_words(size_bytes: int) -> str:
    """Say a size for people: "812 bytes", "64 KB", "1.2 MB"."""
    if size_bytes < 1_000:
        return f"{size_bytes} bytes"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1_000:.0f} KB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def duration_words(elapsed_ms: float) -> str:
    """Say a duration for people: "0.1 ms", "412 ms", "1.20 s", "3:05 min"."""
    if elapsed_ms < 9.95:
        return f"{elapsed_ms:.1f} ms" if elapsed_ms >= 0.05 else "0 ms"
    if elapsed_ms < 999.5:
        return f"{elapsed_ms:.0f} ms"
    if elapsed_ms < 59_995:
        return f"{elapsed_ms / 1_000:.2f} s"
    minutes, seconds = divmod(round(elapsed_ms / 1_000), 60)
    return f"{minutes}:{seconds:02} min"


class PlainLabel(QLabel):
    """A label that never reads its text as markup; `role` is a style of theme.py."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None, *, wrap: bool = False) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        self.setText(text)


class ElidedLabel(PlainLabel):
    """A label of one line that ends in "…" where it does not fit and then shows the whole text as its tooltip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        self._whole = text
        super().__init__(text, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_whole_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self._elide()

    def whole_text(self) -> str:
        """The text as it was given, not shortened."""
        return self._whole

    def _elide(self) -> None:
        self.ensurePolished()
        shown = QFontMetrics(self.font()).elidedText(one_line(self._whole), Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(tooltip(self._whole) if shown != self._whole else "")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()


class Line(QFrame):
    """A horizontal hairline between parts of a panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "line")
        self.setFixedHeight(HAIRLINE)
