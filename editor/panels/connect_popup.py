"""A small popup that connects a port with a component by keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from editor.panels.forms.choice_controls import Chooser, KeyControl
from editor.panels.plain_text import PlainLabel
from editor.theme import GAP, GAP_S, PANEL_LEFT, ROW, SPACE
from node_engine.analysis.ports import Port


class ConnectPopup(QFrame):
    """Signals: `chosen` with the port's path and the target's key ("" disconnects)."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        self._ports: Sequence[Port] = ()
        self._keys: Sequence[str] = ()
        self.title = PlainLabel("", "section", self)
        self.port = Chooser(self)
        self.target = KeyControl(lambda: self._keys, self.tr("nothing: choose or type a key"), self)
        self.done = QPushButton(self.tr("Connect"), self)
        self.done.setProperty("kind", "primary")
        self.port.setAccessibleName(self.tr("Port"))
        self.target.set_label(self.tr("Leads to"), "")
        self._arrange()
        self.port.currentIndexChanged.connect(self._show_target)
        self.done.clicked.connect(self._on_done)

    def open_at(self, place: QPoint, source: str, ports: Sequence[Port], keys: Sequence[str]) -> None:
        """Show the popup for a component's ports; `keys` are the components that can be chosen."""
        self._ports, self._keys = ports, keys
        self.title.setText(self.tr("Where {0} leads").format(source))
        self.port.clear()
        self.port.addItems([port.label or port.name for port in ports])
        self.target.refresh_keys()
        self._show_target()
        self.resize(self.sizeHint())
        self.move(place)
        self.show()
        (self.port if len(ports) > 1 else self.target.chooser).setFocus()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP_S)
        column.addWidget(self.title)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.port, 2)
        row.addWidget(self.target, 3)
        row.addWidget(self.done)
        column.addLayout(row)

    def _show_target(self) -> None:
        place = self.port.currentIndex()
        if 0 <= place < len(self._ports):
            self.target.set_value(self._ports[place].target)

    def _on_done(self) -> None:
        place = self.port.currentIndex()
        target = self.target.value()
        self.close()
        if 0 <= place < len(self._ports):
            self.chosen.emit(self._ports[place].path, target if isinstance(target, str) else "")

    def sizeHint(self) -> QSize:
        return QSize(PANEL_LEFT + 5 * ROW, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_done()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
