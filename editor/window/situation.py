"""Reads from the window's parts what decides which actions apply."""

from __future__ import annotations

from editor.session.engine_session import EngineSession
from editor.session.run_view import RunView
from editor.window.actions import Situation
from editor.window.debug_commands import errors_breakpoint
from editor.window.flow_tab import FlowTab
from node_engine.models.run import RunState


def situation_of(tab: FlowTab | None, run: RunView | None, session: EngineSession, has_closed_tab: bool) -> Situation:
    """The situation with this flow in front and this run shown on it."""
    stack = tab.document.undo_stack if tab is not None else None
    return Situation(
        has_flow=tab is not None,
        is_editable=tab is not None and not tab.is_read_only,
        selected=len(tab.canvas.selection()) if tab is not None else 0,
        wires=len(tab.canvas.selected_wires()) if tab is not None else 0,
        can_undo=stack is not None and stack.canUndo(),
        can_redo=stack is not None and stack.canRedo(),
        is_live=run is not None and run.is_live,
        is_paused=run is not None and run.state is RunState.PAUSED,
        has_run=run is not None,
        has_failed=run is not None and run.state is RunState.FAILED,
        is_past=session.run_model.is_looking_back,
        has_steps=run is not None and run.step_count > 0,
        is_interrupted=run is not None and run.state is RunState.INTERRUPTED,
        may_retry=run is not None and run.paused is not None and run.paused.may_retry,
        is_held=run is not None and run.paused is not None and run.paused.held_until_s is not None,
        has_earlier_run=run is not None and session.run_model.run_before(run) is not None,
        is_armed=session.debugger.armed_until_s is not None,
        stops_at_errors=tab is not None and errors_breakpoint(tab) is not None,
        has_closed_tab=has_closed_tab,
        has_breakpoints=tab is not None and bool(tab.breakpoint_store.all()),
        is_serving=session.url is not None,
        is_ready=session.is_ready,
    )
