"""What the inspector shows while nothing is selected: the flow itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.panels.details.json_page import JsonPage
from editor.panels.plain_text import ElidedLabel, Line, PlainLabel, one_line, tooltip
from editor.theme import GAP_S, SPACE, Theme
from node_engine.errors import NodeEngineError
from node_engine.models.json import JsonObject
from node_engine.models.problem import Problem, Severity, count_problems

_PROBLEMS_SHOWN = 5
_SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}


class FlowPage(QWidget):
    """The flow's key, counts, problems and the context that runs start with.

    Signals:
        go_to: component key and field path of a problem.
    """

    go_to = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._editor: DocumentEditor | None = None
        self.key = QLineEdit(self)
        self.key.setAccessibleName(self.tr("Flow key"))
        self.error = PlainLabel("", "error", self, wrap=True)
        self.counts = PlainLabel("", "secondary", self, wrap=True)
        self.session = ElidedLabel("", "caption", self)
        self.context = JsonPage(theme, parent=self, most_lines=40, is_eager=True)
        self.context.set_label(self.tr("Context that runs start with"))
        self._problems = QVBoxLayout()
        self._problems.setSpacing(SPACE // 2)
        self._arrange()
        self.error.hide()
        self.key.editingFinished.connect(self._on_key_edited)
        self.context.applied.connect(self._on_context_applied)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.context.set_theme(theme)

    def show_flow(self, document: Document, editor: DocumentEditor) -> None:
        """Show a flow as it is now."""
        is_other = document is not self._document
        self._document, self._editor = document, editor
        if is_other or not self.key.hasFocus():
            self.key.setText(document.key)
        self.session.set_whole_text(self.tr("Session {0}").format(document.session_id))
        self.context.show_object(document.context, keeps_typing=not is_other)
        self._show_counts()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_S)
        column.addWidget(PlainLabel(self.tr("Flow key"), "secondary", self))
        column.addWidget(self.key)
        column.addWidget(self.error)
        column.addWidget(self.counts)
        column.addLayout(self._problems)
        column.addWidget(self.session)
        column.addSpacing(GAP_S)
        column.addWidget(Line(self))
        column.addSpacing(SPACE)
        column.addWidget(PlainLabel(self.tr("Context that runs start with"), "secondary", self))
        column.addWidget(self.context, 1)

    def _show_counts(self) -> None:
        document = self._document
        if document is None:
            return
        problems = document.problems()
        parts = [
            self.tr("%n component(s)", "", len(document.keys())),
            self.tr("%n wire(s)", "", sum(document.has(wire.target) for wire in document.wires())),
            self.tr("%n problem(s)", "", count_problems(problems)),
        ]
        self.counts.setText(", ".join(_counted(part) for part in parts))
        while self._problems.count():
            item = self._problems.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for problem in problems[:_PROBLEMS_SHOWN]:
            button = _ProblemLine(problem, self)
            button.clicked.connect(self._on_problem_pressed)
            self._problems.addWidget(button, 0)

    def _on_problem_pressed(self) -> None:
        place = self.sender().property("place")
        self.go_to.emit(str(place[0]), str(place[1]))

    def _on_key_edited(self) -> None:
        document, editor = self._document, self._editor
        if document is None or editor is None or self.key.text() == document.key:
            return
        try:
            editor.set_flow_key(self.key.text())
            self.error.hide()
        except NodeEngineError as error:
            self.error.setText(str(error))
            self.error.show()

    def _on_context_applied(self, context: JsonObject) -> None:
        if self._editor is not None:
            self._editor.set_context(context)


class _ProblemLine(QPushButton):
    """One problem on one line, shortened to the width there is."""

    def __init__(self, problem: Problem, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = f"{_SIGNS[problem.severity]}  {problem.message}"
        self.setProperty("kind", "row")
        self.setProperty("place", [problem.component_key or "", problem.field or ""])
        self.setToolTip(tooltip(problem.message))
        self.setAccessibleName(problem.message)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 2 * GAP_S - SPACE
        shown = self.fontMetrics().elidedText(one_line(self._text), Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))


def _counted(text: str) -> str:
    """English plural where no translation is loaded: "1 wire(s)" becomes "1 wire"."""
    return text.replace("(s)", "" if text.startswith("1 ") else "s")
