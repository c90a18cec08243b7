"""The strip above the canvas: says which run and which moment is shown; absent when there is nothing to say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from editor import theme as look
from editor.theme import Theme


@dataclass(frozen=True, slots=True)
class Notice:
    """What the strip says. `tone`: "", "paused", "past" or "failed"; `links` are (action id or own id, text)."""

    state: str
    run: str = ""
    details: str = ""
    tone: str = ""
    links: tuple[tuple[str, str], ...] = ()
    color: str = "accent"
    """The colour token of the state word."""
    whole: str = ""
    """All that there is to say, shown as a tool tip; empty: the details."""
    strong: str = ""
    """A part of the details that is emphasised."""


class Strip(QFrame):
    """One line of words with links at its end. `link_chosen(id)` comes when one is pressed."""

    link_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAccessibleName(self.tr("Shown run"))
        self.setFixedHeight(look.STRIP)
        self._theme = theme
        self._notice: Notice | None = None
        self._state, self._run, self._lead, self._strong, self._details = (self._label() for _ in range(5))
        self._state.setFont(look.ui_font(look.SECONDARY_TEXT, look.SEMIBOLD))
        self._strong.setFont(look.ui_font(look.SECONDARY_TEXT, look.SEMIBOLD))
        for label in (self._lead, self._details):
            label.setProperty("role", "secondary")
        self._details.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(look.GAP_L, 0, look.GAP_S, 0)
        self._row.setSpacing(look.GAP_S)
        for label in (self._state, self._run):
            self._row.addWidget(label)
        words = QHBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._lead)
        words.addWidget(self._strong)
        words.addWidget(self._details, 1)
        self._row.addLayout(words, 1)
        self._links: list[QPushButton] = []
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is said now."""
        return self._notice

    def say(self, notice: Notice | None) -> None:
        """Show a notice, or nothing."""
        if notice == self._notice:
            return
        previous, self._notice = self._notice, notice
        self.setVisible(notice is not None)
        if notice is None:
            return
        self._state.setText(notice.state)
        self._run.setText(notice.run)
        lead, strong, rest = notice.details.partition(notice.strong) if notice.strong else ("", "", notice.details)
        self._lead.setText(lead)
        self._strong.setText(strong)
        self._details.setText(rest)
        self._details.setToolTip(look.plain_tool_tip(notice.whole or notice.details))
        self._paint_tone()
        if previous is None or previous.links != notice.links:
            self._make_links(notice.links)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        if self._notice is not None:
            self._paint_tone()

    def _paint_tone(self) -> None:
        assert self._notice is not None
        self._state.setStyleSheet(look.text_style(getattr(self._theme, self._notice.color)))
        if self.property("tone") != self._notice.tone:
            self.setProperty("tone", self._notice.tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def _make_links(self, links: tuple[tuple[str, str], ...]) -> None:
        for button in self._links:
            button.deleteLater()
        self._links = []
        for link_id, text in links:
            button = QPushButton(text, self)
            button.setProperty("kind", "link")
            button.setProperty("link", link_id)
            button.clicked.connect(self._on_clicked)
            self._row.addWidget(button)
            self._links.append(button)

    def _on_clicked(self) -> None:
        self.link_chosen.emit(self.sender().property("link"))

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label
