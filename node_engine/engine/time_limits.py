"""Limits of time of a whole run and of each step; time spent paused does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node_engine.models.run import RunState

if TYPE_CHECKING:
    from node_engine.engine.run import Run


def check_time(run: Run) -> None:
    """End the run, or the steps under way, when their time is up. Steps with a limit of their own watch it."""
    limit_s = run.limits.run_timeout_s
    if limit_s is not None and run.clock.worked_s() > limit_s:
        run.end_with(RunState.FAILED, f"The run took longer than its limit of {limit_s:g} s and was ended.")
    step_s = run.limits.step_timeout_s
    if step_s is None:
        return
    for frame in run.frames_alive:
        scope = frame.scope
        if scope is None or scope.children or scope.plan.component.timeout_s is not None:
            continue
        if run.clock.worked_s(scope.tried_s) > step_s:
            scope.end_overdue(step_s)
