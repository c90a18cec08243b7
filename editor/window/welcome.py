"""The welcome page: sample flows as cards, recent files, a new flow; one press opens, and a sample runs at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from editor import theme as look
from editor.theme import Theme
from editor.window.action_set import ActionSet
from editor.window.samples import SampleFlow
from node_engine.models.description import Family

_COLUMNS = 2


class Card(QFrame):
    """A sample that runs when it is pressed."""

    chosen = Signal(object)

    def __init__(self, sample: SampleFlow, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setObjectName(f"sample_{sample.name}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(sample.title)
        self.setAccessibleDescription(sample.text)
        self.setMinimumHeight(look.CARD_HEIGHT)
        self.sample = sample
        self._tile = QLabel(self)
        self._run = QLabel(self.tr("Open and run"), self)
        self._run.setProperty("role", "accent")
        text = _plain(sample.text, "secondary", self)
        text.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(look.GAP)
        head.addWidget(self._tile)
        head.addWidget(_plain(sample.title, "title", self), 1)
        head.addWidget(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_L, look.GAP_L, look.GAP_L, look.GAP_L)
        column.setSpacing(look.GAP_S)
        column.addLayout(head)
        column.addWidget(text)
        column.addStretch()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Tint the tile."""
        color = theme.family[Family(self.sample.family)]
        self._tile.setPixmap(look.tile_pixmap(self.sample.icon, color, self.devicePixelRatioF()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.sample)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.sample)
        else:
            super().keyPressEvent(event)


class Welcome(QScrollArea):
    """What an empty window shows. `sample_wanted(SampleFlow)`, `file_wanted(str)`."""

    sample_wanted = Signal(object)
    file_wanted = Signal(str)

    def __init__(
        self, samples: Sequence[SampleFlow], actions: ActionSet, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._theme = theme
        self._cards: list[Card] = []
        self._recent = QVBoxLayout()
        self._recent.setSpacing(look.GAP_XS)
        self._recent_title = _plain(self.tr("Recent"), "section")
        page = QWidget(self)
        page.setObjectName("welcome_page")
        page.setMaximumWidth(look.PAGE_WIDTH)
        column = QVBoxLayout(page)
        column.setContentsMargins(look.GAP_XL, 2 * look.GAP_XL, look.GAP_XL, look.GAP_XL)
        column.setSpacing(look.GAP)
        self._fill(column, samples, actions)
        centre = QWidget(self)
        centre.setObjectName("welcome_centre")
        row = QHBoxLayout(centre)
        row.addStretch()
        row.addWidget(page, 100)
        row.addStretch()
        self.setWidget(centre)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List the files that were open last; those that are gone are left out."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        shown = [path for path in paths if path.is_file()]
        self._recent_title.setVisible(bool(shown))
        for path in shown:
            self._recent.addWidget(self._recent_row(path))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for card in self._cards:
            card.set_theme(theme)

    def _fill(self, column: QVBoxLayout, samples: Sequence[SampleFlow], actions: ActionSet) -> None:
        column.addWidget(_plain(self.tr("Node Engine"), "display"))
        lead = _plain(self.tr("Draw a flow, run it, and always see what happened."), "secondary")
        column.addWidget(lead)
        column.addLayout(self._buttons(actions))
        column.addSpacing(look.GAP)
        if samples:
            column.addWidget(_plain(self.tr("Start with a sample: one press opens and runs it"), "section"))
            column.addLayout(self._card_grid(samples))
            column.addSpacing(look.GAP)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        column.addStretch()

    def _buttons(self, actions: ActionSet) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(look.GAP_S)
        for action_id, kind in (("file.new", "primary"), ("file.open", ""), ("help.start", "flat")):
            button = QPushButton(actions[action_id].text(), self)
            button.setObjectName(f"welcome_{action_id}")
            button.setProperty("kind", kind)
            button.setToolTip(actions[action_id].toolTip())
            button.clicked.connect(actions[action_id].trigger)
            row.addWidget(button)
        row.addStretch()
        return row

    def _card_grid(self, samples: Sequence[SampleFlow]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(look.GAP)
        for place, sample in enumerate(samples):
            card = Card(sample, self._theme, self)
            card.chosen.connect(self.sample_wanted)
            self._cards.append(card)
            grid.addWidget(card, place // _COLUMNS, place % _COLUMNS)
        return grid

    def _recent_row(self, path: Path) -> QPushButton:
        button = QPushButton(f"{path.name}    {path.parent}", self)
        button.setProperty("kind", "row")
        button.setIcon(look.icon("workflow", self._theme.secondary))
        button.setToolTip(look.plain_tool_tip(str(path)))
        button.setProperty("path", str(path))
        button.clicked.connect(self._on_recent)
        return button

    def _on_recent(self) -> None:
        self.file_wanted.emit(self.sender().property("path"))


def _plain(text: str, role: str, parent: QWidget | None = None) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
