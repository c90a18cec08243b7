"""Answers the questions of panels that need more than one part of the session."""

from __future__ import annotations

from collections.abc import Sequence

from editor.panels.answers import RunFilter
from editor.session.engine_session import EngineSession
from editor.window.debug_commands import enclosing_step
from node_engine.analysis.effects import Effect, effects_from
from node_engine.models.ids import EXIT
from node_engine.models.run import RunSummary


class DebugAnswers:
    """Coroutines for the window's loop."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    async def past_runs(self, wanted: RunFilter) -> Sequence[RunSummary]:
        """The runs of the journal that fit, newest first."""
        if not self._session.is_ready:
            return []
        return await self._session.debugger.past_runs(wanted.flow_key, wanted.origin, wanted.state, wanted.text)

    async def effects(self, run_id: str, step: int, before: bool) -> Sequence[Effect]:
        """What would happen again if a run were forked at a step."""
        view = self._session.run_model.run(run_id)
        if view is None or not view.is_loaded:
            await self._session.load_run(run_id)
            view = self._session.run_model.run(run_id)
        row = None if view is None else enclosing_step(view, step)
        if row is None:
            return []
        start = row.key if before else row.next
        if start is None or start == EXIT:
            return []
        return effects_from(await self._session.flow_of(run_id), start, self._session.catalog())
