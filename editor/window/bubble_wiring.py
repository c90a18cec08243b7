"""Answers what the pointer rests on: the values that a component, or what left by one of its wires, wrote last."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from PySide6.QtCore import QObject

from editor.canvas.bubble import BubbleTarget
from editor.panels.value_text import short_value
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.session.run_view import RunView, StepRow
from editor.window.flow_tab import FlowTab
from node_engine.errors import NodeEngineError
from node_engine.models.ids import MAIN_FRAME, ComponentKey
from node_engine.models.json import JsonObject

_MOST = 8


class BubbleWiring(QObject):
    """One per tab."""

    def __init__(self, tab: FlowTab, session: EngineSession, jobs: Jobs) -> None:
        super().__init__(tab)
        self._tab = tab
        self._session = session
        self._jobs = jobs
        self._numbers = count()
        tab.canvas.bubble_wanted.connect(self._on_wanted)

    def _on_wanted(self, kind: str, key: str, port: str | None) -> None:
        runs = self._session.run_model
        run = runs.run(self._tab.run_id)
        if run is None:
            return
        until = runs.shown_step if runs.is_looking_back else None
        step = last_step(run, key, port, until)
        if step is not None and step.changes:
            target = BubbleTarget(kind, ComponentKey(key), port)
            self._jobs.start(f"bubble {next(self._numbers)}", self._show(run, step, target))

    async def _show(self, run: RunView, step: StepRow, target: BubbleTarget) -> None:
        try:
            state = await self._session.state_at(run.id, step.number, step.frame)
        except NodeEngineError:
            return  # the run was forgotten meanwhile: there is nothing to show
        if self._tab.canvas.bubble_target == target and isinstance(state, dict):
            self._tab.canvas.set_bubble(value_lines(state, (text.key for text in step.change_texts())))


def last_step(run: RunView, key: str, port: str | None, until: int | None) -> StepRow | None:
    """The last step of a component that is over, of those that left by `port` if one is named."""
    for row in reversed(run.steps):
        is_there = row.key == key and row.frame == MAIN_FRAME and row.next is not None
        if is_there and (until is None or row.number <= until) and (port is None or port in (row.port, "next")):
            return row
    return None


def value_lines(state: JsonObject, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Names and values of the context, not too many."""
    return [(key, short_value(state[key])) for key in keys if key in state][:_MOST]
