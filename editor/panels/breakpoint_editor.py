"""Edits one breakpoint: its fields, what it would have done in the last run, and Save."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from editor.document.breakpoints import BreakpointStore
from editor.document.document import Document
from editor.panels.answers import StopCheck, WouldStop
from editor.panels.breakpoint_form import BreakpointForm
from editor.panels.breakpoint_words import place_words
from editor.panels.known_context import KnownContext
from editor.panels.plain_text import ElidedLabel
from editor.session.jobs import Jobs
from editor.session.run_view import RunView
from editor.theme import GAP, GAP_S, PANEL_RIGHT, SPACE, STRIP, Theme
from node_engine.models.breakpoint import Breakpoint

_JOB = "would stop"
_MOST_STEPS = 6
"""As many numbers of steps are named."""


class BreakpointEditor(QWidget):
    """Signals: `closed` when the breakpoint was saved, removed, or left as it was."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store: BreakpointStore | None = None
        self._document: Document | None = None
        self._known: KnownContext | None = None
        self._would_stop: WouldStop | None = None
        self._id = ""
        self._asked: tuple[str, Breakpoint] | None = None
        self.jobs = Jobs(self)
        self.title = ElidedLabel("", "heading", self)
        self.form = BreakpointForm(theme)
        self.answer = self.form.answer
        self.save = QPushButton(self.tr("Save"), self)
        self.save.setProperty("kind", "primary")
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.remove = QPushButton(self.tr("Remove"), self)
        self.remove.setProperty("kind", "danger")
        self._arrange()
        self.save.clicked.connect(self._on_save)
        self.cancel.clicked.connect(self.closed)
        self.remove.clicked.connect(self._on_remove)
        self.form.paused.connect(self._ask)
        self.form.edited.connect(self._show_title)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._on_ended)

    def set_document(self, document: Document | None, store: BreakpointStore | None) -> None:
        """Edit breakpoints of this document."""
        self._document, self._store = document, store

    def set_would_stop(self, would_stop: WouldStop | None) -> None:
        """Take the callable that tells how often a breakpoint would have stopped a run."""
        self._would_stop = would_stop

    def set_known(self, known: KnownContext) -> None:
        """Complete over this context and ask about its run."""
        self._known = known
        self.form.set_context(known.value)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.form.set_theme(theme)

    def show_breakpoint(self, one: Breakpoint) -> None:
        """Show a breakpoint, kept or new."""
        document, store = self._document, self._store
        if document is not None:
            self.form.set_flow(document.keys(), self._ports)
        self._id = one.id
        self.remove.setVisible(store is not None and store.get(one.id) is not None)
        self.form.show_breakpoint(one)
        self.answer.setText("")
        self._show_title()
        self._ask()
        is_new_place = one.component_key is None and one.path is None and one.event is None
        (self.form.place if is_new_place else self.form.condition.edit).setFocus()

    def _ports(self, key: str) -> list[tuple[str, str]]:
        document = self._document
        known = document is not None and document.has(key)
        return [(port.name, port.label) for port in document.ports(key)] if known and document is not None else []

    def _arrange(self) -> None:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(GAP, 0, GAP, GAP_S)
        inner.addWidget(self.form)
        inner.addStretch(1)
        area.setWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(GAP, SPACE, GAP, SPACE)
        head.setSpacing(GAP_S)
        head.addWidget(self.title, 1)
        for button in (self.remove, self.cancel, self.save):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(area, 1)

    def _show_title(self) -> None:
        draft = self.form.draft()
        self.title.set_whole_text(
            self.tr("Breakpoint") if draft is None else self.tr("Breakpoint {0}").format(place_words(draft))
        )

    def _run(self) -> RunView | None:
        return None if self._known is None else self._known.past_run()

    def _ask(self) -> None:
        """Ask how often the breakpoint as it is typed would have stopped the last run."""
        draft, run, would_stop = self.form.draft(), self._run(), self._would_stop
        if draft is None or run is None or would_stop is None:
            self._asked = None
            self.answer.setText("")
            return
        if self.jobs.start(_JOB, self._check(would_stop, run, draft)):
            self._asked = (run.id, draft)

    async def _check(self, would_stop: WouldStop, run: RunView, draft: Breakpoint) -> None:
        found = await would_stop(run.id, draft)
        if self._asked == (run.id, draft):
            self.answer.setText(self._words(found, run, logs=draft.log is not None))

    def _words(self, found: StopCheck, run: RunView, *, logs: bool) -> str:
        if not found.of:
            return self.tr("Run {0} never came by here.").format(run.number)
        times = self.tr("1 time") if found.of == 1 else self.tr("{0} times").format(found.of)
        logged = self.tr("Would have logged {0} of {1} in run {2}")
        stopped = self.tr("Would have stopped {0} of {1} in run {2}")
        text = (logged if logs else stopped).format(found.stopped, times, run.number)
        shown = ", ".join(str(step) for step in found.steps[:_MOST_STEPS])
        if shown:
            more = "…" if len(found.steps) > _MOST_STEPS else ""
            text += self.tr(", at step {0}").format(shown + more)
        return f"{text}." if found.error is None else f"{text}.\n✕ {found.error}"

    def _on_ended(self, _name: str) -> None:
        draft, run = self.form.draft(), self._run()
        if draft is not None and run is not None and self._asked != (run.id, draft) and self.isVisible():
            self._ask()

    def _on_failed(self, _name: str, message: str) -> None:
        self.answer.setText(message)

    def _on_save(self) -> None:
        draft = self.form.draft()
        if self.form.show_problems() or draft is None or self._store is None:
            return
        self._store.put(draft)
        self.closed.emit()

    def _on_remove(self) -> None:
        if self._store is not None:
            self._store.remove(self._id)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_save()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class BreakpointPopup(QFrame):
    """The editor in a small window of its own, for a right click in the gutter or on a wire."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        self.editor = BreakpointEditor(theme, self)
        self.editor.closed.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addWidget(self.editor)

    def open_at(self, place: QPoint, one: Breakpoint) -> None:
        """Show a breakpoint's fields at a place of the screen."""
        self.editor.show_breakpoint(one)
        self.resize(PANEL_RIGHT + STRIP, self.sizeHint().height())
        self.move(place)
        self.show()
