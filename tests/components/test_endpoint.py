"""Components that run elsewhere: what is sent, what is taken over, and which addresses and answers are refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from node_engine.components import BUILTINS
from node_engine.components.endpoint import ANSWER_BYTES, load_endpoint
from node_engine.engine.component import StepResult
from node_engine.engine.context import Context
from node_engine.errors import ComponentLoadError, ComponentRunError
from node_engine.models.flow import FlowDefinition
from node_engine.models.registration import ComponentRegistration


class Remote(ThreadingHTTPServer):
    """A service that answers each call with what the test set, and keeps the calls."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.change: dict[str, Any] = {"context": {"kept": 1, "new": True}}
        self.next: str | None = "there"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Remote

    def do_POST(self) -> None:
        flow = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, dict(self.headers), flow))
        answer = {"next": self.server.next, "flow_definition": {**flow, **self.server.change}}
        body = self.server.body if self.server.body is not None else orjson.dumps(answer)
        self.send_response(self.server.status)
        for name, value in {**self.server.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Host:
    """As much of a run as the component uses."""

    config: Any = None
    name = "Far"

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def log(self, level: str, message: str) -> None:
        self.lines.append((str(level), message))

    def debug_information(self, message: str) -> None:
        pass


@pytest.fixture
def remote() -> Iterator[Remote]:
    server = Remote()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def registration(endpoint: str, **config: Any) -> ComponentRegistration:
    names = {"endpoint": endpoint, "component_name": "process", "class_name": "Process", **config}
    return ComponentRegistration(key="Far", label="Far away", description="d", type="endpoint", config=names)


async def call(remote: Remote, host: Host | None = None, tunnel: str | None = None) -> tuple[Any, FlowDefinition]:
    flow = FlowDefinition.model_validate(
        {"key": "f", "session_id": "s", "flow": [{"key": "k", "name": "Far"}], "context": {"kept": 1, "gone": 2}}
    )
    flow.context = Context(flow.context)
    component = load_endpoint(registration(remote.url + "/"))(flow, "k", host or Host(), tunnel)  # type: ignore[arg-type]
    return await component.execute(), flow  # type: ignore[misc]


async def test_the_flow_is_sent_and_context_next_and_log_are_taken_over(remote: Remote) -> None:
    host = Host()
    remote.change["status"] = {"log": [{"namespace": "n", "level": "warning", "message": "far"}]}

    result, flow = await call(remote, host)

    path, headers, sent = remote.calls[0]
    assert urlsplit(path).path == "/invoke_component"
    assert parse_qs(urlsplit(path).query) == {
        "component_name": ["process"], "class_name": ["Process"], "component_key": ["k"]
    }  # fmt: skip
    assert headers["Content-Type"] == "application/json"
    assert "X-Tunnel-Authorization" not in headers
    assert (sent["key"], sent["session_id"], sent["context"]) == ("f", "s", {"kept": 1, "gone": 2})
    assert result == StepResult(next="there")
    assert dict(flow.context) == {"kept": 1, "new": True}
    assert host.lines == [("warning", "far")]


@pytest.mark.parametrize(("given", "sent"), [("abc", "tunnel abc"), ("tunnel abc", "tunnel abc")])
async def test_the_tunnel_prefix_is_added_only_if_missing(remote: Remote, given: str, sent: str) -> None:
    await call(remote, tunnel=given)

    assert remote.calls[0][1]["X-Tunnel-Authorization"] == sent


async def test_a_failure_there_is_the_failure_here(remote: Remote) -> None:
    remote.change["status"] = {"error": "it went wrong"}

    result, _ = await call(remote)

    assert result.error == "it went wrong"


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (500, {}, b"oh no", "answered with status 500: oh no"),
        (307, {"Location": "http://127.0.0.1:1/"}, b"", "answered with status 307"),
        (200, {}, b"{", "did not answer with a FlowStep"),
        (200, {}, b'{"next": 1}', "did not answer with a FlowStep"),
        (200, {}, b"x" * (ANSWER_BYTES + 1), "answered with more than 8 MiB"),
    ],
)
async def test_an_unusable_answer_is_told_in_words(
    remote: Remote, status: int, headers: dict[str, str], body: bytes, words: str
) -> None:
    remote.status, remote.headers, remote.body = status, headers, body

    with pytest.raises(ComponentRunError, match=words):
        await call(remote)

    assert len(remote.calls) == 1


async def test_nobody_there_is_told_in_words(remote: Remote) -> None:
    flow = FlowDefinition(key="f", flow=[])
    component = load_endpoint(registration("http://127.0.0.1:1"))(flow, "k", Host())  # type: ignore[arg-type]

    with pytest.raises(ComponentRunError, match="could not be called"):
        await component.execute()  # type: ignore[misc]


@pytest.mark.parametrize(
    "endpoint", ["https://example.org/x", "http://127.0.0.1:80", "http://127.9.9.9", "http://[::1]:1"]
)
def test_https_and_loopback_addresses_are_allowed(endpoint: str) -> None:
    assert load_endpoint(registration(endpoint)).__name__ == "Process"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://example.org",
        "http://localhost:8001",
        "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org",
        "https://user:password@example.org",
        "http://192.168.0.1",
        "http://0.0.0.0:1",
        "http://10.0.0.1",
        "http://2130706433",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "127.0.0.1:80",
        "http://[::1",
        "http://127.0.0.1:99999999",
        "https://",
        "https://example.org?x=1",
        "",
    ],
)
def test_every_other_address_is_refused(endpoint: str) -> None:
    with pytest.raises(ComponentLoadError):
        load_endpoint(registration(endpoint))


def test_missing_fields_are_told_and_endpoints_are_no_built_in() -> None:
    with pytest.raises(ComponentLoadError, match='needs "endpoint", "component_name" and "class_name"'):
        load_endpoint(registration("https://example.org", class_name=None))

    assert "EndpointComponent" not in BUILTINS
