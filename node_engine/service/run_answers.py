"""Runs and steps as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from node_engine.models.json import JsonObject
from node_engine.models.run import RunSummary, StepRecord

if TYPE_CHECKING:
    from node_engine.engine.run import Run


def summary_json(summary: RunSummary) -> JsonObject:
    """A run as one row."""
    return asdict(summary)


def live_json(run: Run) -> JsonObject:
    """A run in memory: its row, and under `paused` where and why it stands, as the event run.paused tells it."""
    held = run.gate.held
    is_standing = held is not None and not held.released.done()
    paused = {"frame": held.frame.id, **held.facts()} if held is not None and is_standing else None
    return {**summary_json(run.summary()), "paused": paused}


def step_json(step: StepRecord) -> JsonObject:
    """A step without what it changed."""
    return {
        "number": step.number,
        "frame": step.id.frame,
        "key": step.id.key,
        "visit": step.id.visit,
        "name": step.name,
        "state": step.state.value,
        "started_s": step.started_s,
        "elapsed_ms": step.elapsed_ms,
        "next": step.next,
        "port": step.port,
        "error": step.error,
        "tries": step.tries,
    }
