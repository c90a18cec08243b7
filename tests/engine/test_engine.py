"""The engine as a whole: what it opens, what it closes, what it tells."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
import sys
import threading

import pytest

from node_engine.engine.engine import Engine, EngineSettings
from node_engine.errors import LimitError
from node_engine.models.description import Touch
from node_engine.models.event import SSEMessage
from node_engine.models.limits import Limits
from tests.engine import parts
from tests.engine.parts import PARTS
from tests.flows import flow


class Reaches(parts.Add):
    """Touches the network."""

    touches = frozenset({Touch.NETWORK})


class Nests(parts.Add):
    """Holds a flow in its config."""

    nested = ("flow",)


async def test_nothing_is_left_after_the_engine_is_closed(tmp_path):
    threads = set(threading.enumerate())
    async with Engine(EngineSettings(state_dir=tmp_path), PARTS) as engine:
        run = engine.runtime.start(flow().step("g", "Gate"))
        await parts.Gate.began.wait()

    assert run.state == "stopped"
    assert asyncio.all_tasks() == {asyncio.current_task()}
    left = {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")} - threads
    assert left == set()


async def test_run_numbers_go_on_where_the_last_process_ended(tmp_path):
    numbers = []
    for _ in range(2):
        async with Engine(EngineSettings(state_dir=tmp_path), PARTS) as engine:
            for _ in range(2):
                run = engine.runtime.start(flow("a"))
                await run.wait()
                numbers.append(run.number)

    assert numbers == [1, 2, 3, 4]


async def test_the_journal_has_what_the_run_has(tmp_path):
    async with Engine(EngineSettings(state_dir=tmp_path), PARTS) as engine:
        run = engine.runtime.start(flow("a").step("b", "Boom", on_error="continue").step("c"))
        await run.wait()
        await engine.journal.flush()

        for record in run.records:
            assert await engine.journal.state_at(run.id, record.number) == run.state_at(record.number)
        assert [step.id for step in await engine.journal.steps(run.id)] == [record.id for record in run.records]


async def test_runs_go_on_without_a_place_for_the_journal(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    async with Engine(EngineSettings(state_dir=tmp_path / "file"), PARTS) as engine:
        result = await engine.runtime.invoke(flow("a"))

    assert result.status.error is None
    assert engine.notices[0].startswith("Runs are not kept: the folder")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
async def test_what_runs_hold_is_for_this_user_only(tmp_path):
    old = tmp_path / "old"
    old.mkdir(mode=0o755)

    for folder in (tmp_path / "new", old):
        async with Engine(EngineSettings(state_dir=folder), PARTS):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_blocked_loop_is_logged_with_what_blocks_it(caplog):
    caplog.set_level(logging.WARNING)

    async with Engine(EngineSettings(limits=Limits(stall_s=0.05)), PARTS) as engine:
        await engine.runtime.invoke(flow().step("s", "Spin", {"seconds": 0.3}))

    assert "The engine's loop stands still for more than 0.05 s" in caplog.text
    assert "time.monotonic() < end_s" in caplog.text


async def test_what_a_flow_touches_is_that_of_all_its_components():
    async with Engine(EngineSettings(), {**PARTS, "Reaches": Reaches, "Nests": Nests}) as engine:
        nested = {"key": "child", "flow": [{"key": "r", "name": "Reaches"}]}

        assert engine.runtime.touches_of(flow("a").step("b", "Unknown")) == frozenset()
        assert engine.runtime.touches_of(flow("a").step("r", "Reaches")) == {Touch.NETWORK}
        assert engine.runtime.touches_of(flow().step("n", "Nests", {"flow": nested})) == {Touch.NETWORK}


async def test_only_the_newest_runs_are_kept(runtime):
    runtime.limits = Limits(history_runs=3)
    for _ in range(5):
        await runtime.invoke(flow("a"))

    assert [summary.number for summary in runtime.runs()] == [5, 4, 3]


async def test_runs_with_many_steps_leave_memory_sooner(runtime):
    runtime.limits = Limits(history_bytes=45_000)
    for _ in range(4):
        await runtime.invoke(flow(*map(str, range(10))))

    assert [summary.number for summary in runtime.runs()] == [4, 3]


async def test_older_runs_keep_their_steps_and_let_go_of_log_and_trace(runtime):
    first = runtime.start(flow("a"))
    answer = await first.wait()
    for _ in range(6):
        await runtime.invoke(flow("a"))

    later = await first.wait()

    assert (len(answer.status.trace), len(later.status.trace)) == (1, 0)
    assert later.context == answer.context
    assert first.state_at(1)["n"] == 1


async def test_an_answer_nobody_has_fetched_stays_whole(runtime):
    first = runtime.start(flow("a"))
    for _ in range(6):
        await runtime.invoke(flow("a"))

    assert len((await first.wait()).status.trace) == 1


async def test_a_message_from_outside_reaches_its_session(runtime):
    cursor = runtime.events.session_cursor("s")

    await runtime.emit(SSEMessage(session_id="s", event="hello", data="x"), connection_id="c")

    event = cursor.read().events[0]
    assert (event.name, event.data, event.connection_id) == ("hello", "x", "c")


async def test_a_message_from_outside_is_bounded(runtime):
    runtime.limits = Limits(event_bytes=10)

    await runtime.emit(SSEMessage(session_id="s", event="e", data="x" * 10))
    with pytest.raises(LimitError):
        await runtime.emit(SSEMessage(session_id="s", event="e", data="x" * 11))


def streamed(runtime, session="session"):
    """Names of what SSE readers of a session see."""
    return [event.name for event in runtime.events.session_cursor(session, after=0).read().events]


async def test_log_lines_are_streamed_only_when_asked_for(runtime):
    await runtime.invoke(flow().step("s", "Say"))
    assert "log" not in streamed(runtime)

    await runtime.invoke(flow(session_id="other").step("s", "Say", {"level": "error"}).having(stream_log=True))

    assert streamed(runtime, "other") == [
        "run.started",
        "log",
        "log",
        "step.started",
        "log",
        "said",
        "step.finished",
        "log",
        "run.finished",
    ]
    log = [event.data for event in runtime.events.session_cursor("other", after=0).read().events if event.name == "log"]
    assert all({"namespace", "level", "message", "flow_definition"} <= set(data) and json.dumps(data) for data in log)
    assert [data["flow_definition"] is not None for data in log] == [False, False, True, False]


async def test_a_component_in_a_thread_can_log(runtime):
    result = await runtime.invoke(flow().step("t", "InThread"))

    assert result.context["thread"] == "component t"
    assert "s:session | f:flow | c:InThread:t | from the thread" in [item.message for item in result.status.log]
