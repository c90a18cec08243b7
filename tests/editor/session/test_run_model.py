"""The run model: what the window knows of runs."""

from __future__ import annotations

from itertools import count
from typing import Any

from pytestqt.qtbot import QtBot

from editor.session import Mark, RunModel
from node_engine.models.event import Event
from node_engine.models.run import Origin, RunState, RunSummary, StepId, StepRecord, StepState

_numbers = count(1)


def event(name: str, /, *, run: str = "r1", **data: Any) -> Event:
    facts = {"run_id": run, "flow_key": "f", "origin": "http", "frame": "main", **data}
    return Event(next(_numbers), "s", name, facts, 100.0, run)  # type: ignore[arg-type]


def started(number: int = 1, **data: Any) -> Event:
    return event("run.started", number=number, **data)


def step(number: int, key: str, following: str | None, visit: int = 1, **data: Any) -> list[Event]:
    facts = {"step": number, "key": key, "name": "N", "visit": visit, **data}
    return [
        event("step.started", **facts),
        event("step.finished", **facts, next=following, elapsed_ms=2.0, changes=[], state=data.get("state", "done")),
    ]


def fed(model: RunModel, *events: Event) -> RunModel:
    model.feed(events)
    model.flush()
    return model


def test_a_run_appears_with_its_steps_marks_and_wires(model: RunModel) -> None:
    fed(model, started(41), *step(1, "a", "b"), *step(2, "b", "a"), *step(3, "a", "exit", visit=2))

    (view,) = model.runs()

    assert (view.number, view.origin, view.state, view.flow_key) == (41, Origin.HTTP, RunState.RUNNING, "f")
    assert [(row.number, row.key, row.visit, row.next) for row in view.steps] == [
        (1, "a", 1, "b"), (2, "b", 1, "a"), (3, "a", 2, "exit"),
    ]  # fmt: skip
    assert view.marks == {"a": Mark(StepState.DONE, 2, 2.0), "b": Mark(StepState.DONE, 1, 2.0)}
    assert view.taken == {("a", "b"): 1, ("b", "a"): 1, ("a", "exit"): 1}


def test_the_past_of_a_run_is_what_it_was(model: RunModel) -> None:
    fed(model, started(), *step(1, "a", "b"), *step(2, "b", "a"), *step(3, "a", "b", visit=2))

    model.show("r1")
    model.show_step(2)

    assert model.overlay().marks == {"a": Mark(StepState.DONE, 1, 2.0), "b": Mark(StepState.DONE, 1, 2.0)}
    assert model.overlay().taken == {("a", "b"): 1}
    assert model.marks_at(None)["a"].visits == 2  # type: ignore[index]


def test_a_paused_run_says_where_it_stands(model: RunModel) -> None:
    fed(model, started(), *step(1, "a", "b"), event("run.paused", key="b", visit=1, reason="breakpoint"))
    model.show("r1")
    paused_at, paused_key = model.runs()[0].paused_at, model.paused_key()

    fed(model, event("run.resumed", verb="step"))

    assert paused_at == ("b", 1)
    assert paused_key == "b"
    assert model.paused_key() is None
    assert model.runs()[0].state is RunState.RUNNING


def test_a_failure_is_at_its_step_and_at_the_run(model: RunModel) -> None:
    fed(
        model,
        started(),
        event("step.started", step=1, key="a", name="N", visit=1),
        event("step.failed", step=1, key="a", name="N", visit=1, error="boom", elapsed_ms=1.0),
        event("run.failed", elapsed_ms=3.0, steps=1, error="boom"),
    )

    view = model.runs()[0]

    assert view.marks["a"] == Mark(StepState.FAILED, 1, 1.0, "boom")  # type: ignore[index]
    assert (view.state, view.error, view.elapsed_ms) == (RunState.FAILED, "boom", 3.0)


def test_a_step_under_way_when_the_run_is_stopped_is_stopped(model: RunModel) -> None:
    fed(
        model,
        started(),
        event("step.started", step=1, key="a", name="N", visit=1),
        event("run.stopped", elapsed_ms=1.0),
    )

    assert model.runs()[0].steps[0].state is StepState.STOPPED


def test_steps_of_nested_flows_leave_no_mark_on_the_main_one(model: RunModel) -> None:
    fed(model, started(), *step(1, "inner", "exit", frame="main/call#1"), *step(2, "call", "exit"))

    view = model.runs()[0]

    assert set(view.marks) == {"call"}
    assert set(view.overlay(frame="main/call#1").marks) == {"inner"}  # type: ignore[arg-type]


def test_signals_come_once_for_a_batch(model: RunModel, qtbot: QtBot) -> None:
    told: list[str] = []
    model.run_changed.connect(told.append)
    model.runs_changed.connect(lambda: told.append("runs"))
    model.events_changed.connect(lambda: told.append("events"))

    fed(model, started(), *step(1, "a", "b"), *step(2, "b", "exit"))

    assert told == ["r1", "runs", "events"]


def test_a_run_can_be_shown_before_its_first_event(model: RunModel) -> None:
    told: list[object] = []
    model.shown_changed.connect(lambda: told.append(model.shown))

    model.show("r1")
    fed(model, started())

    assert told == [None, model.run("r1")]


def test_edits_by_hand_are_noted_at_the_step_before(model: RunModel) -> None:
    change = {"op": "add", "path": "/x", "value": 1}

    fed(model, started(), *step(1, "a", "b"), event("context.edited", changes=[change], by="user"))

    assert model.runs()[0].steps[0].edits == [change]


def test_log_lines_and_events_are_kept_and_bounded(model: RunModel) -> None:
    lines = [event("log", level="info", namespace="n", message=f"m{number}", key="a") for number in range(20_000)]

    fed(model, started(), *lines)

    assert model.runs()[0].log[-1].message == "m19999"
    assert len(model.runs()[0].log) == 5_000
    assert len(model.events) == 10_000
    assert model.event_count == 20_001


def test_events_without_a_run_are_events_only(model: RunModel) -> None:
    fed(model, Event(next(_numbers), "s", "greeted", "Ada", 1.0))  # type: ignore[arg-type]

    assert [row.name for row in model.events] == ["greeted"]
    assert model.runs() == []


def test_old_runs_are_forgotten_but_never_live_or_shown_ones(qapp: object) -> None:
    model = RunModel(kept_runs=3)
    model.show("r0")

    for number in range(8):
        fed(model, event("run.started", run=f"r{number}", number=number))
        ended = [event("run.finished", run=f"r{number}", elapsed_ms=1.0)] if number != 1 else []
        fed(model, *ended)

    kept = {view.id for view in model.runs()}
    assert kept >= {"r0", "r1", "r7"}
    assert len(kept) <= 4


def test_a_run_from_history_is_like_a_live_one(model: RunModel) -> None:
    record = StepRecord(1, StepId("main", "a", 1), "N", StepState.DONE, 1.0, 2.0, "exit")  # type: ignore[arg-type]
    summary = RunSummary("r9", 9, "f", "s", Origin.CLI, RunState.FINISHED, 1.0, 5.0, 1)  # type: ignore[arg-type]

    model.load(summary)
    is_loaded = model.runs()[0].is_loaded
    model.load(summary, [record])

    view = model.runs()[0]
    assert (is_loaded, view.is_loaded) == (False, True)
    assert view.marks == {"a": Mark(StepState.DONE, 1, 2.0)}
    assert view.taken == {("a", "exit"): 1}
    assert view.elapsed_ms == 5.0


def test_lost_events_are_told_and_mended_by_a_load(model: RunModel) -> None:
    told: list[int] = []
    model.gap_found.connect(told.append)
    fed(model, started(), *step(1, "a", "b"))

    model.feed([], missed=7)
    fed(model, *step(5, "e", "exit"))
    records = [StepRecord(n, StepId("main", "k", n), "N", StepState.DONE, 1.0) for n in range(1, 6)]  # type: ignore[arg-type]
    missed = model.runs()[0].missed
    model.load(RunSummary("r1", 1, "f", "s", Origin.HTTP, RunState.RUNNING, 1.0, 5.0, 5), records)  # type: ignore[arg-type]

    assert told == [7]
    assert missed == 7
    assert [row.number for row in model.runs()[0].steps] == [1, 2, 3, 4, 5]
    assert model.runs()[0].missed == 0
