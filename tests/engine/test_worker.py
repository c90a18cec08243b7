"""Code in worker processes: what it can do, how it fails in words, and that nothing of it stays behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from node_engine.engine.worker import CodeRequest, CodeResult, Workers
from node_engine.errors import ComponentRunError, NotJsonError
from node_engine.models.limits import MIB, Limits

SMALL = Limits(worker_memory_bytes=512 * MIB, worker_answer_bytes=MIB, workers=2, workers_idle=1)


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(SMALL)
    yield pool
    await pool.close()
    assert pool.process_ids() == []


def function(body: str, context: dict[str, Any] | None = None, **options: Any) -> CodeRequest:
    """A request that runs `body` as the whole source, or as the body of execute when it is indented."""
    source = f"async def execute(ctx, config):\n{body}" if body.startswith("    ") else body
    return CodeRequest("PythonFunction", source, context or {}, options.pop("config", {}), **options)


async def failure(workers: Workers, request: CodeRequest, timeout_s: float | None = 30) -> str:
    with pytest.raises(ComponentRunError) as caught:
        await workers.run_code(request, timeout_s=timeout_s)
    return caught.value.reason


async def test_a_function_changes_the_context_and_only_what_changed_comes_back(workers: Workers) -> None:
    context = {"a": 1, "list": [1, 2], "same": {"x": [1]}, "old": True, "flag": 1}
    request = function(
        "    ctx['a'] += config['by']\n    ctx['list'].append((3,))\n    ctx['flag'] = True\n    del ctx['old']\n"
        "    return {'port': 'high'}\n",
        context,
        config={"by": 2},
    )

    result = await workers.run_code(request)
    result.apply(context)

    assert result == CodeResult({"a": 3, "list": [1, 2, [3]], "flag": True}, ["old"], {"port": "high"})
    assert context == {"a": 3, "list": [1, 2, [3]], "same": {"x": [1]}, "flag": True}


async def test_plain_functions_other_names_and_big_numbers_work(workers: Workers) -> None:
    source = "import math\ndef double(ctx):\n    ctx['n'] = ctx['n'] * 2\n    return math.floor(2.5)\n"

    result = await workers.run_code(CodeRequest("Code", source, {"n": 2**70}, {}, function="double"))

    assert result.changed == {"n": 2**71}
    assert result.returned == 2


async def test_awaiting_works_and_state_does_not_stay(workers: Workers) -> None:
    source = (
        "import asyncio\nseen = []\nasync def execute(ctx, config):\n"
        "    await asyncio.sleep(0)\n    seen.append(1)\n    return len(seen)\n"
    )

    first = await workers.run_code(function(source))
    second = await workers.run_code(function(source))

    assert (first.returned, second.returned) == (1, 1)
    assert len(workers.process_ids()) == 1


async def test_a_worker_is_used_again_however_large_the_program_is_that_started_it(workers: Workers) -> None:
    large = b"x" * 600_000_000

    await workers.run_code(function("    return 1\n"))

    assert len(workers.process_ids()) == 1
    assert large


async def test_log_print_and_events_arrive_while_the_code_runs(workers: Workers) -> None:
    lines: list[tuple[str, str]] = []
    events: list[tuple[str, str]] = []

    async def on_event(name: str, data: str) -> None:
        events.append((name, data))

    request = function(
        "    import sys\n    print('one', 2)\n    print('half', end='')\n    print('odd', file=sys.stderr)\n"
        "    log('mine', 'error')\n    emit('progress', {'n': 1})\n    emit('done')\n",
        on_log=lambda level, message: lines.append((level, message)),
        on_event=on_event,
    )

    await workers.run_code(request)

    assert lines == [("info", "one 2"), ("warning", "odd"), ("error", "mine"), ("info", "half")]
    assert events == [("progress", '{"n": 1}'), ("done", "")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    x = {}\n    return x['gone']\n", "KeyError: 'gone' (line 3: return x['gone'])"),
        ("    return 1 / 0\n", "ZeroDivisionError: division by zero (line 2: return 1 / 0)"),
        ("    retrun 1\n", "SyntaxError: invalid syntax (line 2: retrun 1)"),
        ("    import nothing_here.at_all\n", "Install it with: pip install nothing_here"),
        ("    import cv2\n", "Install it with: pip install opencv-python"),
        ("    exit()\n", "the code called exit() (line 2: exit())"),
        ("    import sys; sys.exit(3)\n", "the code called exit()"),
        ("    import os; os._exit(7)\n", "the code ended its own process (exit code 7)"),
        ("    import os; os.abort()\n", "the process of the code crashed (signal SIGABRT)"),
        ("    import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n", "ended by the system"),
        ("    ctx['big'] = 'x' * 2_000_000\n", "the code gave back 2 MiB; 1 MiB are allowed"),
        ("    return 'x' * 2_000_000\n", "the code gave back 2 MiB"),
        ("    return b'x' * 10_000_000_000\n", "the code needed more than 512 MiB of memory (line 2"),
        ("    return input()\n", "EOFError"),
        ("    import json; json.loads('{')\n", "JSONDecodeError"),
        ("    raise KeyboardInterrupt\n", "KeyboardInterrupt (line 2"),
        ("    def deep(): deep()\n    deep()\n", "RecursionError"),
        ("    class Odd(Exception):\n        def __str__(self): return 1\n    raise Odd\n", "Odd (line 4"),
        ("    raise ValueError('\\ud800')\n", "ValueError: ?"),
        ("x = 1\n", "the code has no function execute; write: async def execute(ctx, config):"),
        ("", "the code has no function execute"),
    ],
)
async def test_a_failure_is_told_in_words_and_the_next_call_works(workers: Workers, body: str, words: str) -> None:
    reason = await failure(workers, function(body))

    assert words in reason
    assert (await workers.run_code(function("    return 1\n"))).returned == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("    ctx['a'] = {'b': [1, {2}]}\n", "/a/b/1"),
        ("    ctx['a'] = float('nan')\n", "/a"),
        ("    ctx['a'] = {1: 2}\n", "/a"),
        ("    ctx['a'] = '\\ud800'\n", "/a"),
        ("    ctx['a'] = object()\n", "/a"),
        ("    ctx['a'] = ctx\n", "/a/a"),
    ],
)
async def test_what_is_not_json_is_refused_with_its_place(workers: Workers, body: str, path: str) -> None:
    with pytest.raises(NotJsonError) as caught:
        await workers.run_code(function(body))

    assert caught.value.path.startswith(path)


async def test_a_busy_loop_ends_at_its_deadline_and_the_next_call_works(workers: Workers) -> None:
    started_s = time.perf_counter()

    reason = await failure(workers, function("    while True: pass\n"), timeout_s=0.3)

    assert reason == "the code was ended after 0.3 s"
    assert time.perf_counter() - started_s < 5
    assert (await workers.run_code(function("    return 1\n"))).returned == 1


@pytest.mark.parametrize(
    "body",
    [
        "    while True: pass\n",
        "    import time; time.sleep(1000)\n",
        "    import asyncio; await asyncio.sleep(1000)\n",
        "    while True:\n        try:\n            while True: pass\n        except BaseException: pass\n",
        "    import signal\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    while True: pass\n",
        "    import subprocess; subprocess.run(['sleep', '1000'])\n",
    ],
)
async def test_cancelling_ends_the_process_and_its_children_at_once(workers: Workers, body: str) -> None:
    running = asyncio.Event()
    body = f"    print('running')\n{body}"
    request = function(body, on_log=lambda level, message: running.set())
    task = asyncio.create_task(workers.run_code(request))
    await asyncio.wait_for(running.wait(), 30)
    process = psutil.Process(workers.process_ids()[0])
    family = [process, *process.children(recursive=True)]

    task.cancel()
    started_s = time.perf_counter()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(psutil.wait_procs, [process], 10)

    assert time.perf_counter() - started_s < 5  # 10 ms on an idle machine
    assert not any(_is_alive(member) for member in family)
    assert (await workers.run_code(function("    return 1\n"))).returned == 1


def _is_alive(process: psutil.Process) -> bool:
    """False also for one that has ended and that nobody has asked about yet."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


async def test_endless_output_is_bounded_and_said(workers: Workers) -> None:
    lines: list[str] = []
    request = function(
        "    for n in range(100_000): print(n)\n    print('x' * 5_000_000)\n    return 'done'\n",
        on_log=lambda level, message: lines.append(message),
    )

    result = await workers.run_code(request)

    assert result.returned == "done"
    assert len(lines) == 10_001
    assert lines[-1].startswith("More output was left out")


async def test_code_runs_in_its_own_empty_folder_without_the_secrets_of_the_environment(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_API_KEY", "secret")
    body = (
        "    import os\n    found = os.listdir('.')\n    open('left', 'w').write('x')\n    os.mkdir('deep')\n"
        "    return [os.getcwd(), found, 'MY_API_KEY' in os.environ]\n"
    )

    first: Any = (await workers.run_code(function(body))).returned
    second: Any = (await workers.run_code(function(body))).returned

    assert first == second
    assert first[1:] == [[], False]
    assert first[0] != os.getcwd()


async def test_a_process_with_threads_or_tasks_left_is_not_used_again(workers: Workers) -> None:
    leaving = function("    import threading, time\n    threading.Thread(target=time.sleep, args=(9,)).start()\n")

    await workers.run_code(leaving)
    assert workers.process_ids() == []
    await workers.run_code(function("    import asyncio\n    asyncio.ensure_future(asyncio.sleep(9))\n"))

    assert workers.process_ids() == []


async def test_more_calls_than_places_wait_and_all_are_answered(workers: Workers) -> None:
    requests = [function(f"    return {n}\n") for n in range(6)]

    results = await asyncio.gather(*(workers.run_code(request) for request in requests))

    assert [result.returned for result in results] == list(range(6))
    assert len(workers.process_ids()) <= SMALL.workers_idle


async def test_folders_of_ended_workers_are_removed() -> None:
    pool = Workers(SMALL)
    folder: Any = (await pool.run_code(function("    import os; return os.getcwd()\n"))).returned

    await pool.close()

    assert not os.path.exists(folder)  # noqa: ASYNC240


COMPONENT = """
from node_engine import Component, FlowStep
from pydantic import BaseModel

class Shout(Component):
    class Config(BaseModel):
        times: int = 1

    async def execute(self):
        self.log("shouting")
        await self.emit("shouted", "now")
        self.context["text"] = self.context["text"].upper() + "!" * self.config.times
        if self.config.get("times") > 5:
            return self.exit_flow_with_error("too loud")
        return FlowStep(next="end", flow_definition=self.flow_definition)
"""


def shout(config: dict[str, Any], source: str = COMPONENT) -> CodeRequest:
    flow = {"key": "f", "session_id": "s", "flow": [{"key": "k", "name": "Shout", "config": config}]}
    return CodeRequest("Shout", source, {"text": "hi"}, config, class_name="Shout", key="k", flow=flow)


async def test_a_component_class_given_as_text_runs_in_the_worker() -> None:
    pool = Workers()

    result = await pool.run_code(shout({"times": 2}))
    loud = await pool.run_code(shout({"times": 6}))
    await pool.close()

    assert (result.changed, result.next, result.failure) == ({"text": "HI!!"}, "end", None)
    assert loud.failure == "too loud"


async def test_a_wrong_class_is_told_in_words() -> None:
    pool = Workers()

    missing = await failure(pool, shout({}, "class Other: pass"))
    wrong = await failure(pool, shout({"times": "many"}))
    answer = await failure(pool, shout({}, COMPONENT.replace("FlowStep(next=", "dict(next=")))
    await pool.close()

    assert "the code has no class Shout that derives from node_engine.Component" in missing
    assert "times" in wrong
    assert "execute answered with dict" in answer


def test_it_works_on_a_loop_in_another_thread_as_in_the_editor() -> None:
    outcome: list[object] = []

    async def use() -> None:
        pool = Workers(SMALL)
        reason = await failure(pool, function("    while True: pass\n"), timeout_s=0.3)
        result = await pool.run_code(function("    return 1\n"))
        await pool.close()
        outcome.extend([reason, result.returned])

    thread = threading.Thread(target=lambda: asyncio.run(use()))
    thread.start()
    thread.join(60)

    assert outcome == ["the code was ended after 0.3 s", 1]


ENGINE_PROGRAM = """
import asyncio, sys
from node_engine.engine.worker import CodeRequest, Workers

async def main():
    workers = Workers()
    def tell(level, message):
        print(message, flush=True)
    source = "import os, re\\ndef execute(ctx):\\n    print(os.getpid())\\n    " + sys.argv[1]
    await workers.run_code(CodeRequest("x", source, {}, {}, on_log=tell))

asyncio.run(main())
"""


@pytest.mark.parametrize("body", ["while True: pass", "re.match('(a+)+b', 'a' * 60)"])
def test_a_worker_ends_when_the_engine_is_killed(tmp_path: Path, body: str) -> None:
    engine = subprocess.Popen([sys.executable, "-c", ENGINE_PROGRAM, body], stdout=subprocess.PIPE, cwd=tmp_path)
    assert engine.stdout is not None
    worker = psutil.Process(int(engine.stdout.readline()))

    engine.kill()
    engine.wait(30)
    engine.stdout.close()

    worker.wait(10)
    assert not worker.is_running()
    asyncio.run(_use())
    assert not list(Path(tempfile.gettempdir()).glob(f"node-engine-worker-{engine.pid}-*"))


async def _use() -> None:
    pool = Workers(SMALL)
    await pool.run_code(function("    return 1\n"))
    await pool.close()
