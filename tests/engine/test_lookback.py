"""Looking back: who wrote a value, an expression over the steps, what a breakpoint would have done."""

from __future__ import annotations

import pytest

from node_engine.engine.engine import Engine, EngineSettings
from node_engine.errors import UnknownKeyError, UnknownRunError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.limits import Limits
from node_engine.models.run import Origin
from tests.engine.driving import go, reach
from tests.engine.parts import PARTS, Write
from tests.flows import flow

CHILD = {"key": "child", "flow": [{"key": "x", "name": "Add"}, {"key": "y", "name": "Add"}]}


@pytest.fixture(params=["in memory", "in the journal"])
async def engine(request, tmp_path):
    """An engine whose finished runs are asked for in memory, or in the journal."""
    async with Engine(EngineSettings(state_dir=tmp_path, limits=Limits(cancel_grace_s=0.1)), PARTS) as opened:
        opened.forgets = request.param == "in the journal"
        yield opened


async def finished(engine, built):
    """The id of a run that is over."""
    run = engine.runtime.start(built)
    await run.wait()
    return await put_away(engine, run)


async def put_away(engine, run):
    """The id of a run, which is out of memory if the journal is to be asked."""
    await engine.journal.flush()
    if engine.forgets:
        engine.runtime._finished.clear()
        assert engine.lookback.live(run.id) is None
    return run.id


def at(place, key=None, **fields):
    return Breakpoint(flow_key="flow", place=BreakPlace(place), component_key=key, **fields)


def told(writings):
    return [(each.by, each.key, each.step, each.before, each.after) for each in writings]


# Who wrote this?


async def test_every_writing_is_told_with_before_and_after(engine):
    run_id = await finished(engine, flow("a", "b").having(n=5))

    writings = await engine.lookback.writers(run_id, "n")

    assert told(writings) == [
        ("start", None, None, None, 5),
        ("step", "a", 1, 5, 6),
        ("step", "b", 2, 6, 7),
    ]
    assert [(each.is_new, each.is_removed, each.at) for each in writings] == [
        (True, False, 0),
        (False, False, 1),
        (False, False, 2),
    ]


async def test_edits_by_hand_are_told_apart_from_steps(engine):
    run = engine.runtime.start(flow("a", "b"), paused_at_start=True)
    await reach(run)
    await go(run, "step")
    run.edit_context([{"op": "remove", "path": "/n"}])
    run.resume()
    await run.wait()

    writings = await engine.lookback.writers(await put_away(engine, run), "n")

    assert told(writings) == [("step", "a", 1, None, 1), ("edit", None, None, 1, None), ("step", "b", 2, None, 1)]
    assert [(each.is_removed, each.at) for each in writings] == [(False, 1), (True, 1), (False, 2)]


async def test_parts_of_a_value_have_writers_of_their_own(engine):
    Write.values = {"order": {"lines": [{"price": 1}, {"price": 2}], "total": 3}}
    run_id = await finished(engine, flow("a").step("w", "Write").having(order={"lines": [], "total": 3}))

    found = {
        path: [each.by for each in await engine.lookback.writers(run_id, path)]
        for path in (
            "order.lines[1].price",
            "/order/lines/1/price",
            "order.total",
            "order",
            "nothing",
            "order.lines[-1]",
        )
    }

    assert found == {
        "order.lines[1].price": ["step"],
        "/order/lines/1/price": ["step"],
        "order.total": ["start"],
        "order": ["start", "step"],
        "nothing": [],
        "order.lines[-1]": ["step"],
    }


async def test_an_item_that_moved_in_its_list_was_written(engine):
    run = engine.runtime.start(flow("a").having(items=["x", "y", "z"]), paused_at_start=True)
    await reach(run)
    run.edit_context([{"op": "remove", "path": "/items/0"}])
    run.resume()
    await run.wait()
    run_id = await put_away(engine, run)

    assert told(await engine.lookback.writers(run_id, "items[1]"))[1:] == [("edit", None, None, "y", "z")]


async def test_a_child_flow_has_writers_of_its_own(engine):
    run_id = await finished(engine, flow().step("n", "Nest", {"flow": CHILD}))

    inside = await engine.lookback.writers(run_id, "n", "main/n#1")
    outside = await engine.lookback.writers(run_id, "n")

    assert [(each.key, each.step) for each in inside] == [("x", 2), ("y", 3)]
    assert [(each.key, each.step, each.after) for each in outside] == [("n", 1, 2)]
    with pytest.raises(UnknownKeyError):
        await engine.lookback.writers(run_id, "n", "main/gone#1")


async def test_values_that_are_too_large_are_only_counted(engine):
    Write.values = {"big": ["x" * 100] * 1_000, "text": "y" * 100_000}
    run_id = await finished(engine, flow().step("w", "Write"))

    big = await engine.lookback.writers(run_id, "big")
    text = await engine.lookback.writers(run_id, "text")

    assert big[0].after == {"omitted": True, "items": 1_000}
    assert len(text[0].after) == 16_385


async def test_the_newest_writings_come_first_when_there_are_too_many(engine):
    run_id = await finished(engine, flow(*"abcdef").having(n=0))

    writings = await engine.lookback.writers(run_id, "n", limit=2)

    assert [(each.key, each.before, each.after) for each in writings] == [("e", 4, 5), ("f", 5, 6)]


async def test_a_run_that_nobody_knows_is_refused(engine):
    for question in (
        engine.lookback.writers("gone", "n"),
        engine.lookback.watch("gone", "n"),
        engine.lookback.would_stop("gone", at("error")),
        engine.lookback.compare("gone", "gone"),
    ):
        with pytest.raises(UnknownRunError):
            await question


# Watch


async def test_an_expression_has_a_value_after_every_step(engine):
    run_id = await finished(engine, flow("a", "b", "c"))

    values = await engine.lookback.watch(run_id, "n * 10")
    places = await engine.lookback.watch(run_id, "key + str(visit) + str(len(ctx.path))")

    assert [(each.step, each.value) for each in values] == [(1, 10), (2, 20), (3, 30)]
    assert [each.value for each in places] == ["a11", "b12", "c13"]


async def test_what_cannot_be_worked_out_is_told_for_that_step_only(engine):
    Write.values = {"late": 1}
    run_id = await finished(engine, flow("a").step("w", "Write").step("b"))

    values = await engine.lookback.watch(run_id, "late")

    assert [each.value for each in values] == [None, 1, 1]
    assert "late" in values[0].error
    assert values[1].error is None


async def test_every_step_is_watched_in_its_own_frame_or_only_one_frame(engine):
    run_id = await finished(engine, flow("a").step("n", "Nest", {"flow": CHILD}).step("b"))

    everywhere = await engine.lookback.watch(run_id, "n")
    outside = await engine.lookback.watch(run_id, "n", "main")

    assert [(each.step, each.value) for each in everywhere] == [(1, 1), (2, 3), (3, 2), (4, 3), (5, 4)]
    assert [each.step for each in outside] == [1, 2, 5]


async def test_a_running_step_shows_the_present(engine):
    run = engine.runtime.start(flow("a", "b"), paused_at_start=True)
    await reach(run)
    await go(run, "step")

    assert [each.value for each in await engine.lookback.watch(run.id, "n")] == [1]
    run.stop()


# Would it have stopped?

LOOP = flow("a", "b").step("s", "Say", {"event": "score", "data": "7"}).step("x", "Boom", on_error={"go_to": "a"})


@pytest.mark.parametrize(
    ("mark", "stopped", "of", "steps"),
    [
        (at("before", "b"), 3, 3, [2, 6, 10]),
        (at("before", "b", condition="n > 2 and visit == 2"), 1, 3, [6]),
        (at("after", "b", condition="n == 4"), 1, 3, [6]),
        (at("before", "b", hits="every 2"), 1, 3, [6]),
        (at("wire", "b", port="next"), 3, 3, [2, 6, 10]),
        (at("wire", "b", port="error"), 0, 0, []),
        (at("wire", "x", port="error"), 2, 2, [4, 8]),
        (at("error"), 2, 2, [4, 8]),
        (at("error", condition="not caught"), 0, 2, []),
        (at("change", path="n"), 6, 6, [1, 2, 5, 6, 9, 10]),
        (at("change", path="path[3]"), 1, 1, [6]),
        (at("event", event="score", condition="data > 5 and n == 4"), 1, 2, [7]),
        (at("event", "b", event="score"), 0, 0, []),
        (at("before", "nowhere"), 0, 0, []),
        (at("before", "a", enabled=False), 3, 3, [1, 5, 9]),
        (Breakpoint(flow_key="other", component_key="a"), 0, 0, []),
    ],
)
async def test_it_would_have_stopped_where_it_would_have_stopped(engine, mark, stopped, of, steps):
    engine.runtime.limits = engine.runtime.limits.__class__(run_steps=10, cancel_grace_s=0.1)
    run_id = await finished(engine, LOOP)

    check = await engine.lookback.would_stop(run_id, mark)

    assert (check.stopped, check.of, check.steps, check.error) == (stopped, of, steps, None)


async def test_the_check_says_why_a_condition_would_have_failed(engine):
    run_id = await finished(engine, flow("a", "b"))

    check = await engine.lookback.would_stop(run_id, at("before", "a", condition="scroe > 1"))

    assert (check.stopped, check.of) == (1, 1)
    assert "scroe" in check.error


async def test_the_check_agrees_with_what_happens(engine):
    mark = at("wire", "l", port="yes", condition="n == 1")
    built = flow("a").step("l", "Leave", {"port": "yes"}, outputs={"yes": "b"}).step("c").step("b")
    first = await finished(engine, built)

    check = await engine.lookback.would_stop(first, mark)
    engine.runtime.breakpoints.put([mark])
    run = engine.runtime.start(built, origin=Origin.EDITOR)

    assert check.steps == [2]
    assert await reach(run) == "main/l#1"
    run.stop()


async def test_the_check_looks_into_child_flows(engine):
    run_id = await finished(engine, flow().step("n", "Nest", {"flow": CHILD}))

    check = await engine.lookback.would_stop(run_id, Breakpoint(flow_key="child", component_key="y"))

    assert check.steps == [3]


# The rest


async def test_two_runs_are_compared(engine):
    good, bad = flow("a", "b"), flow("a", "b").having(n=1)
    first, second = await finished(engine, good), await finished(engine, bad)

    compared = await engine.lookback.compare(first, second)

    assert [(row.a_number, row.b_number, row.difference) for row in compared.rows] == [
        (1, 1, "changes"),
        (2, 2, "changes"),
    ]
    assert compared.first_difference == 0


async def test_steps_states_and_flows_are_told_wherever_the_run_is(engine):
    run_id = await finished(engine, flow("a", "b").having(n=1))
    lookback = engine.lookback

    assert [step.id.key for step in await lookback.steps(run_id)] == ["a", "b"]
    assert (await lookback.state_at(run_id, 1))["n"] == 2
    assert (await lookback.state_before(run_id, 1)) == {"n": 1}
    assert (await lookback.flow(run_id)).context == {"n": 1}
    assert (await lookback.summary(run_id)).steps == 2
    with pytest.raises(UnknownRunError):
        await lookback.summary("gone")


async def test_without_a_journal_only_memory_is_asked(runtime):
    run = runtime.start(flow("a").step("s", "Say"))
    await run.wait()

    check = await runtime.lookback.would_stop(run.id, at("event", event="said"))

    assert check.steps == [2]
    with pytest.raises(UnknownRunError):
        await runtime.lookback.steps("gone")
