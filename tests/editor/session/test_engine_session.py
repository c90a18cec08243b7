"""The session: a real engine in its thread, driven from the window's."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from editor.session import EngineSession, RunView
from node_engine.engine.engine import EngineSettings
from node_engine.errors import NodeEngineError, UnknownRunError
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.limits import EDITOR_LIMITS
from node_engine.models.run import RunState
from node_engine.service.host import EngineHost
from tests.editor.session.conftest import InWindow


def flow(*components: FlowComponent, **context: Any) -> FlowDefinition:
    return FlowDefinition(key="f", flow=list(components), context=context)


def setter(key: str, **values: Any) -> FlowComponent:
    return FlowComponent(key=key, name="Set", config={"assignments": values})


def shown_in(session: EngineSession, qtbot: QtBot, *states: RunState) -> RunView:
    """The shown run once it is in one of these states."""
    model = session.run_model
    qtbot.waitUntil(lambda: model.shown is not None and model.shown.state in states, timeout=20_000)
    assert model.shown is not None
    return model.shown


def test_the_catalog_is_there_once_the_engine_is_ready(session: EngineSession) -> None:
    assert {"If", "Set", "InvokeFlow"} <= session.catalog().keys()


def test_a_run_is_shown_step_by_step(session: EngineSession, in_window: InWindow, qtbot: QtBot) -> None:
    run_id = in_window(session.start_run(flow(setter("a", x=1), setter("b", x=2))))
    view = shown_in(session, qtbot, RunState.FINISHED)

    assert view.id == run_id
    assert [(row.key, [str(text) for text in row.change_texts()]) for row in view.steps] == [
        ("a", ["+ x 1"]),
        ("b", ["~ x 2"]),
    ]
    assert view.taken[("a", "b")] == 1  # type: ignore[index]
    assert in_window(session.state_at(run_id, 0)).get("x") is None
    assert in_window(session.state_at(run_id, 1))["x"] == 1
    assert in_window(session.flow_of(run_id)).flow[0].key == "a"


def test_a_breakpoint_holds_and_verbs_move_on(session: EngineSession, in_window: InWindow, qtbot: QtBot) -> None:
    in_window(session.debugger.set_breakpoints("f", [Breakpoint(flow_key="f", component_key="b")]))
    run_id = in_window(session.start_run(flow(setter("a"), setter("b"), setter("c"), setter("d"))))
    paused_at = shown_in(session, qtbot, RunState.PAUSED).paused_at

    in_window(session.debugger.over(run_id))
    qtbot.waitUntil(lambda: session.run_model.paused_key() == "c", timeout=20_000)
    in_window(session.debugger.run_to(run_id, "d"))
    qtbot.waitUntil(lambda: session.run_model.paused_key() == "d", timeout=20_000)
    in_window(session.debugger.resume(run_id))

    assert paused_at == ("b", 1)
    assert shown_in(session, qtbot, RunState.FINISHED).marks.keys() == {"a", "b", "c", "d"}


def test_stop_ends_a_run_that_waits(session: EngineSession, in_window: InWindow, qtbot: QtBot) -> None:
    run_id = in_window(session.start_run(flow(setter("a")), paused_at_start=True))
    shown_in(session, qtbot, RunState.PAUSED)

    in_window(session.debugger.stop(run_id))

    assert shown_in(session, qtbot, RunState.STOPPED).steps == []


def test_one_component_alone(session: EngineSession, in_window: InWindow) -> None:
    answer = in_window(session.invoke_component(flow(setter("a", x=1), setter("b", y=2)), "b"))

    assert answer.flow_definition.context["y"] == 2
    assert "x" not in answer.flow_definition.context


def test_an_event_sent_from_the_window_comes_back_to_it(
    session: EngineSession, in_window: InWindow, qtbot: QtBot
) -> None:
    in_window(session.emit_event("s", "hello", "world"))

    qtbot.waitUntil(lambda: ("hello", "world") in [(r.name, r.data) for r in session.run_model.events], timeout=20_000)


def test_a_run_that_is_gone_is_told_in_words(session: EngineSession, in_window: InWindow) -> None:
    with pytest.raises(UnknownRunError):
        in_window(session.debugger.pause("nope"))


def test_steps_can_be_loaded_again(session: EngineSession, in_window: InWindow, qtbot: QtBot) -> None:
    run_id = in_window(session.start_run(flow(setter("a", x=1))))
    view = shown_in(session, qtbot, RunState.FINISHED)
    view.missed = 3

    in_window(session.load_run(run_id))

    assert view.missed == 0
    assert [row.key for row in view.steps] == ["a"]


def test_what_a_flow_touches_can_be_asked(session: EngineSession) -> None:
    reading = flow(FlowComponent(key="r", name="ReadFile", config={"path": "x"}))

    assert session.touches_of(flow(setter("a"))) == frozenset()
    assert {touch.value for touch in session.touches_of(reading)} == {"files"}


def test_before_the_engine_runs_it_says_so(in_window: InWindow, session: EngineSession) -> None:
    idle = EngineSession(session.host)

    with pytest.raises(NodeEngineError, match="still starting"):
        in_window(idle.start_run(flow()))


def test_no_other_thread_collects_garbage_while_the_engine_runs(session: EngineSession) -> None:
    while_running = gc.isenabled()

    session.close()

    assert (while_running, gc.isenabled()) == (False, True)


def test_the_service_goes_on_and_off(session: EngineSession, in_window: InWindow, qtbot: QtBot) -> None:
    told: list[str | None] = []
    session.service_changed.connect(lambda: told.append(session.url))

    in_window(session.start_service())
    in_window(session.stop_service())

    assert told[0] is not None
    assert told[0].startswith("http://127.0.0.1:")
    assert told[1] is None


def test_runs_of_an_earlier_program_are_listed_and_can_be_looked_into(
    session: EngineSession, in_window: InWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    run_id = in_window(session.start_run(flow(setter("a", x=1), setter("b", y=2))))
    shown_in(session, qtbot, RunState.FINISHED)
    session.close()
    settings = EngineSettings(registry_root=None, state_dir=tmp_path, limits=EDITOR_LIMITS)
    later = EngineSession(EngineHost(settings, serve=False))
    with qtbot.waitSignal(later.ready, timeout=30_000):
        later.start()

    (view,) = later.run_model.runs()
    is_loaded = view.is_loaded
    later.run_model.show(run_id)
    qtbot.waitUntil(lambda: view.is_loaded, timeout=20_000)

    assert (is_loaded, view.step_count) == (False, 2)
    assert [row.key for row in view.steps] == ["a", "b"]
    assert view.marks.keys() == {"a", "b"}
    assert in_window(later.state_at(run_id, 2))["y"] == 2
    assert [component.key for component in in_window(later.flow_of(run_id)).flow] == ["a", "b"]
    later.close()
