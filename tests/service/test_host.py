"""The engine in its background thread: start, stop with streams and runs, switching the service off and on."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from node_engine.engine.settings import EngineSettings
from node_engine.errors import NodeEngineError
from node_engine.models.flow import FlowDefinition
from node_engine.models.run import RunState
from node_engine.service.binding import ServiceSettings
from node_engine.service.discovery import running_services
from node_engine.service.host import EngineHost
from tests.service.running import flow, step

WAIT = flow(step("w", "Wait", seconds=60))


def readers_of(host: EngineHost) -> int:
    service = host._service
    return len(service._parts.readers) if service is not None and service._parts is not None else 0


def until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[EngineHost]:
    settings = ServiceSettings(port=0, discovery_folder=tmp_path / "discovery")
    host = EngineHost(EngineSettings(), service_settings=settings)
    host.start()
    yield host
    host.stop()
    assert "engine" not in [thread.name for thread in threading.enumerate()]


def test_after_start_the_engine_takes_work_and_callers_may_come(host: EngineHost) -> None:
    run = host.submit(host.runtime.invoke(FlowDefinition.model_validate(flow(step("a", assignments={"x": 1})))))
    health = httpx.get(f"{host.url}/health", trust_env=False, timeout=20)

    assert run.result(20).context["x"] == 1
    assert health.json()["name"] == "node-engine"
    assert host.problem is None


def test_a_plain_function_is_called_on_the_engines_thread(host: EngineHost) -> None:
    assert host.call(lambda: threading.current_thread().name).result(20) == "engine"


def test_the_discovery_file_is_there_while_the_service_answers(host: EngineHost, tmp_path: Path) -> None:
    folder = tmp_path / "discovery"
    until(lambda: bool(running_services(folder)))

    found = running_services(folder)[0]
    host.stop()

    assert (found.url, found.token) != (None, "")
    assert found.token == host.token
    assert running_services(folder) == []


def test_stopping_ends_open_streams_and_runs_and_answers_callers(host: EngineHost) -> None:
    url, runtime = host.url, host.runtime
    answers: list[httpx.Response] = []
    lines: list[str] = []

    def call() -> None:
        answers.append(httpx.post(f"{url}/invoke", json=WAIT, trust_env=False, timeout=20))

    def listen() -> None:
        with httpx.stream("GET", f"{url}/sse?session_id=s", trust_env=False, timeout=20) as stream:
            lines.extend(stream.iter_lines())

    threads = [threading.Thread(target=target) for target in (call, listen)]
    for thread in threads:
        thread.start()
    until(lambda: host.call(lambda: len(runtime.live_runs())).result(20) == 1)
    until(lambda: host.call(lambda: readers_of(host)).result(20) == 1)
    began_s = time.monotonic()
    host.stop()
    for thread in threads:
        thread.join(20)

    assert time.monotonic() - began_s < 4
    assert answers[0].status_code == 200
    assert [run.state for run in runtime.runs()] == [RunState.STOPPED]
    assert "event: run.stopped" in lines


def test_the_service_is_switched_off_and_on_without_the_engine(host: EngineHost, tmp_path: Path) -> None:
    first = str(host.url)
    run = host.call(lambda: host.runtime.start(FlowDefinition.model_validate(WAIT))).result(20)

    host.stop_service().result(20)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{first}/health", trust_env=False)
    assert host.url is None
    second = host.start_service().result(20)

    assert httpx.get(f"{second}/health", trust_env=False, timeout=20).status_code == 200
    assert host.url == second
    assert host.call(lambda: run.state).result(20) is RunState.RUNNING


def test_a_taken_port_gives_the_next_and_no_free_one_a_problem_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        hosts = [
            EngineHost(
                EngineSettings(),
                service_settings=ServiceSettings(port=taken, exact_port=exact, discovery_folder=tmp_path / "d"),
            )
            for exact in (False, True)
        ]
        for each in hosts:
            each.start()
        urls, problems = [each.url for each in hosts], [each.problem for each in hosts]
        for each in hosts:
            each.stop()

    assert urls[0] not in (None, f"http://127.0.0.1:{taken}")
    assert urls[1] is None
    assert problems[0] is None
    assert "--port" in str(problems[1])


def test_without_the_service_no_socket_is_opened(tmp_path: Path) -> None:
    host = EngineHost(EngineSettings(), serve=False)
    host.start()

    assert host.url is None
    host.stop()


def test_work_for_a_host_that_stopped_is_refused_in_words(host: EngineHost) -> None:
    host.stop()

    with pytest.raises(NodeEngineError, match="does not run"):
        host.call(print)


def test_importing_the_host_loads_no_web_packages() -> None:
    code = (
        "import sys; import node_engine.service.host; "
        "print([name for name in ('fastapi', 'uvicorn', 'httpx', 'starlette') if name in sys.modules])"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    assert loaded.strip() == "[]"


def test_starting_takes_a_moment_only(tmp_path: Path) -> None:
    """The web packages load after `start` returned; the limit is generous for slow machines."""
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from node_engine.engine.settings import EngineSettings\n"
        "from node_engine.service.binding import ServiceSettings\n"
        "from node_engine.service.host import EngineHost\n"
        "settings = ServiceSettings(port=0, discovery_folder=Path(sys.argv[1]))\n"
        "host = EngineHost(EngineSettings(), service_settings=settings)\n"
        "began_s = time.perf_counter()\n"
        "host.start()\n"
        "print(time.perf_counter() - began_s)\n"
        "host.stop()\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "d")], capture_output=True, check=True, text=True
    )

    assert float(result.stdout) < 3
