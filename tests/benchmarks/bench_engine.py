"""What one step costs, by length of the flow and size of the context, and how fast a moment of a run is found."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from node_engine.engine.component import Component, StepResult
from node_engine.engine.engine import Engine, EngineSettings
from node_engine.engine.watch import calm_garbage_collector
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.json import JsonObject
from tests.benchmarks.measuring import Row

STEP_US = 20.0
FLATNESS = 1.5
STATE_MS = 50.0
_STEPS = 20_000
_ROUNDS = 5
"""Steps measured for each figure."""


class Count(Component):
    """Adds one to a counter: the trivial component."""

    async def execute(self) -> StepResult:
        """Count."""
        self.context["n"] = self.context.get("n", 0) + 1
        return self.continue_flow()


class CountTo(Component):
    """Adds one to a counter and goes back to itself until it is at `limit`."""

    async def execute(self) -> StepResult:
        """Count, and loop."""
        count = self.context["n"] = self.context.get("n", 0) + 1
        return self.continue_flow(self.key if count < self.context["limit"] else None)


class Collect(Component):
    """Appends to a list that grows: what a keyframe and patches are for."""

    async def execute(self) -> StepResult:
        """Append, and loop."""
        items = self.context.setdefault("items", [])
        items.append({"number": len(items), "text": "an item of a list"})
        return self.continue_flow(self.key if len(items) < 10_000 else None)


PARTS = {part.__name__: part for part in (Count, CountTo, Collect)}


def row_of(count: int, context: JsonObject) -> FlowDefinition:
    """So many components in a row."""
    flow = [FlowComponent(key=f"step_{index}", name="Count") for index in range(count)]
    return FlowDefinition(key="row", session_id="bench", flow=flow, context=context)


def loop_of(count: int, context: JsonObject) -> FlowDefinition:
    """One component that runs so often."""
    flow = [FlowComponent(key="count", name="CountTo")]
    return FlowDefinition(key="loop", session_id="bench", flow=flow, context={"limit": count, **context})


def text_of(size_bytes: int) -> JsonObject:
    """A context with texts of that size."""
    return {f"text_{index}": "x" * 1_000 for index in range(size_bytes // 1_000)}


async def step_us(engine: Engine, flow: FlowDefinition, steps: int) -> float:
    """The time of one step in a median run.

    What starting and answering cost, more with a large context, is measured with nothing to do and taken off.
    """
    runs = max(5, min(200, _STEPS // 2 // steps))
    idle = flow.model_copy(update={"flow": [flow.flow[0].model_copy(update={"enabled": False})]})
    base_s = median([await _time(engine, idle) for _ in range(20)])
    return (median([await _time(engine, flow) for _ in range(runs)]) - base_s) / (steps - 1) * 1e6


async def _time(engine: Engine, flow: FlowDefinition) -> float:
    began_s = perf_counter()
    await engine.runtime.invoke(flow)
    return perf_counter() - began_s


async def sustained_us(engine: Engine, flow: FlowDefinition, steps: int) -> float:
    """The time of one step over many runs in a row, until the journal has written everything: median of rounds."""
    times = []
    for _ in range(_ROUNDS):
        began_s = perf_counter()
        for _ in range(_STEPS // steps // _ROUNDS):
            await engine.runtime.invoke(flow)
        if engine.journal is not None:
            await engine.journal.flush()
        times.append((perf_counter() - began_s) / (_STEPS // steps // _ROUNDS * steps) * 1e6)
    return median(times)


async def measure(folder: Path) -> list[Row]:
    """Every figure of this module."""
    calm_garbage_collector()
    rows: list[Row] = []
    cases = {"in a row": row_of(1_000, text_of(1_000)), "in a loop": loop_of(1_000, text_of(1_000))}
    async with Engine(EngineSettings(), PARTS) as engine:
        await engine.runtime.invoke(cases["in a row"])
        for name, flow in cases.items():
            figure = await sustained_us(engine, flow, 1_000)
            rows.append(_limited(f"a step, 1,000 {name}: events, changes, trace", figure, STEP_US))
    async with Engine(EngineSettings(state_dir=folder), PARTS) as engine:
        for name, flow in cases.items():
            figure = await sustained_us(engine, flow, 1_000)
            rows.append(_limited(f"a step, 1,000 {name}: journal too", figure, STEP_US))
    rows.extend(await _flatness())
    rows.append(await _state_at())
    return rows


async def _flatness() -> list[Row]:
    lengths = {count: (row_of(count, text_of(1_000)), count) for count in (10, 1_000, 5_000)}
    sizes = {size: (loop_of(2_000, text_of(size)), 2_000) for size in (1_000, 100_000, 1_000_000)}
    async with Engine(EngineSettings(), PARTS) as engine:
        by_length = await _compared(engine, "components", lengths)
    async with Engine(EngineSettings(), PARTS) as engine:
        return [by_length, await _compared(engine, "bytes of context", sizes)]


async def _compared(engine: Engine, name: str, cases: dict[int, tuple[FlowDefinition, int]]) -> Row:
    """The cases in turns, since the machine drifts: the median of each."""
    rounds = [[await step_us(engine, *case) for case in cases.values()] for _ in range(3)]
    figures = [median(turns) for turns in zip(*rounds, strict=True)]
    ratio = max(figures) / min(figures)
    shown = f"{', '.join(f'{figure:.1f}' for figure in figures)} µs = {ratio:.2f}×"
    return (f"a step with {'/'.join(f'{case:,}' for case in cases)} {name}", shown, f"{FLATNESS}×", ratio <= FLATNESS)


async def _state_at() -> Row:
    async with Engine(EngineSettings(), PARTS) as engine:
        run = engine.runtime.start(
            FlowDefinition(key="list", flow=[FlowComponent(key="collect", name="Collect")], session_id="bench")
        )
        await run.wait()
        times = []
        for number in (1, 1_999, 5_000, 7_999, 10_000):
            began_s = perf_counter()
            state = run.state_at(number)
            times.append((perf_counter() - began_s) * 1_000)
            assert len(state["items"]) == number  # type: ignore[arg-type]  # a list
    figure = f"most {max(times):.1f} ms"
    return ("any moment of a run of 10,000 steps", figure, f"{STATE_MS:g} ms", max(times) <= STATE_MS)


def _limited(name: str, figure_us: float, limit_us: float) -> Row:
    return (name, f"{figure_us:.1f} µs", f"{limit_us:g} µs", figure_us <= limit_us)


def run() -> list[Row]:
    """Measure; answers with (name, figure, limit, whether it holds)."""
    with TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder)))
    gc.collect()
    return rows
