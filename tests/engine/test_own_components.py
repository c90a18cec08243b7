"""Components of the user's own in whole runs: modules of a folder, code in a worker process, and stopping them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from node_engine.components import BUILTINS
from node_engine.engine.engine import Engine, EngineSettings
from node_engine.models.description import Touch
from node_engine.models.flow import FlowDefinition
from node_engine.models.run import RunState

MODULE = """
from node_engine import Component
from .helper import MARK

class Mark(Component):
    async def execute(self):
        self.context["text"] = self.context.get("text", "") + MARK
        return self.continue_flow()
"""
CODE = """
from node_engine import Component

class Count(Component):
    default_config = {"by": 1}

    async def execute(self):
        self.log("counting")
        await self.emit("counted", "yes")
        self.context["n"] = self.context.get("n", 0) + self.config.get("by")
        if self.config.get("fail"):
            return self.exit_flow_with_error("told to fail")
        return self.continue_flow(self.config.get("to"))
"""


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    root = tmp_path / "registry"
    (root / "components").mkdir(parents=True)
    (root / "components" / "mark.py").write_text(MODULE)
    (root / "components" / "helper.py").write_text("MARK = '#'\n")
    entry = {"key": "Count", "label": "", "description": "", "type": "code", "config": {"code": CODE, "class": "Count"}}
    (root / "registry.json").write_bytes(orjson.dumps([entry]))
    async with Engine(EngineSettings(registry_root=root, state_dir=tmp_path / "state"), BUILTINS) as engine:
        yield engine


def flow(*steps: tuple[str, str, dict[str, Any]]) -> FlowDefinition:
    entries = [{"key": key, "name": name, "config": config} for key, name, config in steps]
    return FlowDefinition.model_validate({"key": "f", "session_id": "s", "flow": entries})


async def test_modules_and_code_of_a_registry_folder_run_in_one_flow(engine: Engine) -> None:
    steps = flow(
        ("a", "Mark", {}),
        ("b", "Count", {}),
        ("c", "Count", {"by": 5, "to": "e"}),
        ("d", "Mark", {}),
        ("e", "Mark", {}),
    )

    result = await engine.runtime.invoke(steps)

    assert result.status.error is None
    assert result.context == {"text": "##", "n": 6, "session_id": "s"}
    assert engine.runtime.touches_of(steps) == {Touch.CODE}


async def test_a_failure_reported_by_code_is_the_failure_of_the_run(engine: Engine) -> None:
    result = await engine.runtime.invoke(flow(("b", "Count", {"fail": True}), ("a", "Mark", {})))

    assert result.status.error == "told to fail"
    assert "text" not in result.context


async def test_a_changed_file_is_used_by_the_next_run(engine: Engine) -> None:
    await engine.runtime.invoke(flow(("a", "Mark", {})))
    assert engine.settings.registry_root is not None
    _rewrite(engine.settings.registry_root / "components" / "helper.py", "MARK = 'changed'\n")

    result = await engine.runtime.invoke(flow(("a", "Mark", {})))

    assert result.context["text"] == "changed"


def _rewrite(path: Path, text: str) -> None:
    path.write_text(text)


@pytest.mark.parametrize(
    "body", ["while True: pass", "import time; time.sleep(1000)", "import re; re.match('(a+)+b', 'a' * 60)"]
)
async def test_stop_ends_code_that_never_looks_up_within_a_second_and_the_next_run_works(
    engine: Engine, body: str
) -> None:
    code = f"def execute(ctx, config):\n    print('running')\n    {body}\n"
    cursor = engine.events.cursor()
    run = engine.runtime.start(flow(("spin", "PythonFunction", {"code": code})))
    async with asyncio.timeout(30):
        while not any("running" in str(event.data) for event in cursor.read().events):
            await cursor.wait()
    processes = [psutil.Process(pid) for pid in engine.workers.process_ids()]

    started_s = time.perf_counter()
    run.stop()
    await run.wait()
    await asyncio.to_thread(psutil.wait_procs, processes, 10)
    elapsed_s = time.perf_counter() - started_s
    after = await engine.runtime.invoke(
        flow(("ok", "PythonFunction", {"code": "def execute(ctx, config):\n    return 7\n"}))
    )

    assert run.state is RunState.STOPPED
    assert elapsed_s < 5  # 10 ms on an idle machine; 1 s is promised
    assert processes
    assert not any(process.is_running() for process in processes)
    assert after.context["result"] == 7


async def test_a_function_emits_events_and_touches_only_what_it_changes(engine: Engine) -> None:
    code = "def execute(ctx, config):\n    emit('half', {'done': 1})\n    ctx['n'] = len(ctx['list'])\n"
    definition = flow(("f", "PythonFunction", {"code": code}))
    definition.context["list"] = [1, 2]
    cursor = engine.events.cursor()

    result = await engine.runtime.invoke(definition)

    assert result.context["n"] == 2
    assert [event.data for event in cursor.read().events if event.name == "half"] == ['{"done": 1}']


async def test_a_step_limit_of_time_ends_code_and_names_it(engine: Engine) -> None:
    definition = flow(("spin", "PythonFunction", {"code": "def execute(ctx, config):\n    while True: pass\n"}))
    definition.flow[0].timeout_s = 0.3

    result = await engine.runtime.invoke(definition)

    assert result.status.error is not None
    assert "0.3 s" in result.status.error
    assert engine.workers.process_ids() == []


async def test_runs_with_code_are_in_the_journal_with_their_steps(engine: Engine) -> None:
    run = engine.runtime.start(flow(("a", "Mark", {}), ("b", "Count", {})))
    await run.wait()
    assert engine.journal is not None
    await engine.journal.flush()

    assert await engine.journal.state_at(run.id, 2) == {"text": "#", "n": 1}
    assert [event.data for event in await engine.journal.events(run.id) if event.name == "counted"] == ["yes"]
