"""Finds the problems of a document: at once in small flows, beside the window in large ones."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from node_engine.analysis.problems import find_problems
from node_engine.models.description import Catalog
from node_engine.models.flow import FlowDefinition
from node_engine.models.problem import Problem

if TYPE_CHECKING:
    from editor.document.document import Document

AT_ONCE = 1_000
"""Components; 10,000 take a quarter of a second, far too long for one frame."""
_LOOK_MS = 30

Answer = Future[list[Problem]]


class ProblemFinder(QObject):
    """Keeps the problems of the present state.

    Signals:
        found: the problems of a large flow are there; until then those of an earlier state were given.
    """

    found = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._problems: list[Problem] = []
        self._is_current = False
        self._answer: Answer | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._on_look)

    def forget(self) -> None:
        """The flow became another: what is known is of an earlier state."""
        self._is_current = False

    def problems(self) -> list[Problem]:
        """The problems; of a large flow those known so far, and `found` follows."""
        if not self._is_current and self._answer is None:
            document = self._document
            self._is_current = True
            if len(document.keys()) <= AT_ONCE:
                self._problems = find_problems(document.flow(), document.catalog)
            else:
                self._answer = _find_beside(document.flow(), document.catalog)
                self._timer.start()
        return self._problems

    def _on_look(self) -> None:
        if self._answer is None or not self._answer.done():
            return
        self._timer.stop()
        self._problems, self._answer = self._answer.result(), None
        self.found.emit()


def _find_beside(flow: FlowDefinition, catalog: Catalog) -> Answer:
    """Find in a thread that holds plain data only: a thread must never be the last to hold a Qt object."""
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="problems")
    answer = thread.submit(find_problems, flow, catalog)
    thread.shutdown(wait=False)
    return answer
