"""A line for an expression or a message: completes over a known context, says below what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.forms.completing import Completing
from editor.panels.forms.completion import NOTHING, Offers, offers_in_expression
from editor.panels.forms.text_edit import TextEdit
from editor.panels.plain_text import PlainLabel
from editor.theme import SPACE, Theme
from node_engine.models.json import JsonObject

Context = Callable[[], JsonObject]
"""Answers the context that is completed over."""
Check = Callable[[str], str]
"""Answers what is wrong with a text, "" for nothing."""
_PAUSE_MS = 400


def nothing_known() -> JsonObject:
    """Know no context."""
    return {}


def nothing_wrong(_text: str) -> str:
    """Find nothing wrong."""
    return ""


def expression_problem(text: str) -> str:
    """What is wrong with an expression as it is written; an empty one is fine."""
    from node_engine.engine.expressions import check  # not needed before somebody types one

    return "" if not text.strip() else check(text) or ""


def breakpoint_names() -> Mapping[str, str]:
    """The names beside the context that conditions of breakpoints can use, and what they mean."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("breakpoints", text)

    return {
        "ctx": tr("the whole context"),
        "key": tr("the component's key"),
        "visit": tr("how often it was reached"),
        "error": tr("the error's text"),
        "event": tr("the event's name"),
        "elapsed": tr("time of the step in ms"),
        "item": tr("the item of the loop"),
        "index": tr("the number of the turn"),
    }


class ExpressionField(QWidget):
    """One line for an expression.

    Signals:
        typed: each text made by the person.
        paused: the person stopped typing for a moment.
        accepted: Enter was pressed.
        escaped: Escape was pressed.
    """

    typed = Signal(str)
    paused = Signal()
    accepted = Signal()
    escaped = Signal()

    def __init__(
        self,
        theme: Theme,
        name: str,
        *,
        placeholder: str = "",
        check: Check = expression_problem,
        names: Mapping[str, str] | None = None,
        in_braces: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make a field; with `in_braces` only what stands in {…} is an expression."""
        super().__init__(parent)
        self._check = check
        self._names = names or {}
        self._in_braces = in_braces
        self._context: Context = nothing_known
        self._refusal = ""
        self.edit = TextEdit(theme, is_mono=True, parent=self)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name)
        self.completing = Completing(self.edit, self._offers, theme)
        self.error = PlainLabel("", "error", self, wrap=True)
        self.error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.edit)
        column.addWidget(self.error)
        self.setFocusProxy(self.edit)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_paused)
        self.edit.typed.connect(self._on_typed)

    def set_context(self, context: Context) -> None:
        """Complete over what this answers."""
        self._context = context

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.edit.set_theme(theme)
        self.completing.set_theme(theme)

    def text(self) -> str:
        """What is typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Show another text; tells nothing."""
        self._refusal = ""
        self.edit.set_text(text)
        self.show_problem()

    def problem(self) -> str:
        """What is wrong with the text, "" for nothing."""
        return self._refusal or self._check(self.text())

    def refuse(self, message: str) -> None:
        """Show what somebody else found wrong, until the person types again."""
        self._refusal = message
        self.show_problem()

    def show_problem(self) -> bool:
        """Show now what is wrong; True if something is."""
        problem = self.problem()
        self.error.setText(problem)
        self.error.setVisible(bool(problem))
        if bool(self.edit.property("invalid")) != bool(problem):
            self.edit.setProperty("invalid", bool(problem))
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)
        return bool(problem)

    def _offers(self, before: str) -> Offers:
        if self._in_braces:
            start = before.rfind("{")
            if start < before.rfind("}") or start < 0:
                return NOTHING
            before = before[start + 1 :]
        return offers_in_expression(before, self._context(), self._names)

    def _on_typed(self, text: str) -> None:
        self._refusal = ""
        if self.error.isVisible():
            self.show_problem()
        self._pause.start()
        self.typed.emit(text)

    def _on_paused(self) -> None:
        self.show_problem()
        self.paused.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        super().keyPressEvent(event)
