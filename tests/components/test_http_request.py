"""HttpRequest against a real server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from node_engine.engine.runtime import Runtime
from node_engine.models.parse import dump_json
from tests.components.conftest import RunFlow, RunOne


class Answers(BaseHTTPRequestHandler):
    """Tells what it was asked, redirects, fails, and takes its time."""

    released = Event()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/slow":
            self.released.wait(30)
        if path == "/moved":
            self._answer(302, b"", Location="/echo")
        elif path == "/text":
            self._answer(200, "Grüße".encode("latin-1"), **{"Content-Type": "text/plain; charset=latin-1"})
        elif path == "/large":
            self._answer(200, b"x" * 5_000)
        elif path == "/broken":
            self._answer(200, b"{", **{"Content-Type": "application/json"})
        elif path == "/503":
            self._answer(503, b'{"detail":"later"}', **{"Content-Type": "application/json"})
        else:
            length = int(self.headers.get("Content-Length") or 0)
            asked = {
                "method": self.command,
                "path": self.path,
                "body": self.rfile.read(length).decode(),
                "type": self.headers.get("Content-Type"),
                "secret": self.headers.get("X-Secret"),
            }
            self._answer(200, dump_json(asked), **{"Content-Type": "application/json"})

    def do_POST(self) -> None:
        self.do_GET()

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests look at answers."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    Answers.released.clear()
    http = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    Answers.released.set()
    http.shutdown()
    http.server_close()
    thread.join(10)


async def answer_of(run: Any) -> Any:
    ended = await run.wait()
    assert ended.status.error is None
    return ended.context["response"]


async def error_of(run: Any) -> str:
    error = (await run.wait()).status.error
    assert error is not None
    return str(error)


async def test_a_request_sends_what_it_is_told(run_one: RunOne, server: str) -> None:
    config = {
        "method": "POST",
        "url": f"{server}/echo/{{{{id}}}}",
        "query": {"q": "a b&c", "n": 2},
        "body": {"name": "{{name}}", "big": 12345678901234567890123},
    }

    run = await run_one("HttpRequest", config, {"id": 7, "name": "Ä"})

    answer = await answer_of(run)
    assert run.steps()[0].port == "ok"
    assert (answer["status"], answer["url"]) == (200, f"{server}/echo/7?q=a+b%26c&n=2")
    assert answer["body"] == {
        "method": "POST",
        "path": "/echo/7?q=a+b%26c&n=2",
        "body": '{"name":"Ä","big":12345678901234567890123}',
        "type": "application/json",
        "secret": None,
    }


async def test_a_path_means_the_local_service(run_one: RunOne, runtime: Runtime, server: str) -> None:
    runtime.base_url = server

    run = await run_one("HttpRequest", {"url": "/echo"})

    assert (await answer_of(run))["body"]["path"] == "/echo"


async def test_answers_are_read_by_their_type(run_one: RunOne, server: str) -> None:
    text = await answer_of(await run_one("HttpRequest", {"url": f"{server}/text"}))
    broken = await answer_of(await run_one("HttpRequest", {"url": f"{server}/broken"}))
    moved = await answer_of(await run_one("HttpRequest", {"url": f"{server}/moved"}))
    kept = await answer_of(await run_one("HttpRequest", {"url": f"{server}/moved", "follow_redirects": False}))

    assert (text["body"], broken["body"]) == ("Grüße", "{")
    assert (moved["body"]["path"], kept["status"]) == ("/echo", 302)


async def test_a_status_from_400_branches_or_fails(run_flow: RunFlow, server: str) -> None:
    request = {"key": "a", "name": "HttpRequest", "config": {"url": f"{server}/503"}}

    branching = await run_flow({**request, "outputs": {"http_error": "b"}}, {"key": "b", "name": "Log"})
    failing = await run_flow(request)

    assert (await answer_of(branching))["body"] == {"detail": "later"}
    assert [step.port for step in branching.steps()] == ["http_error", None]
    assert await error_of(failing) == f"GET {server}/503 answered 503 Service Unavailable"


async def test_a_failing_status_is_tried_again_by_the_retry_policy(run_one: RunOne, server: str) -> None:
    run = await run_one("HttpRequest", {"url": f"{server}/503"}, retry={"times": 2, "delay_s": 0.01})

    assert run.steps()[0].tries == 3


async def test_no_answer_branches_or_fails(run_flow: RunFlow) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    request = {"key": "a", "name": "HttpRequest", "config": {"url": url}}

    branching = await run_flow({**request, "outputs": {"network_error": "b"}}, {"key": "b", "name": "Log"})
    failing = await run_flow(request)

    answer = await answer_of(branching)
    assert answer["status"] is None
    assert f"GET {url} got no answer:" in answer["error"]
    assert f"GET {url} got no answer:" in await error_of(failing)


async def test_a_slow_answer_is_given_up(run_one: RunOne, server: str) -> None:
    run = await run_one("HttpRequest", {"url": f"{server}/slow", "seconds": 0.2})

    assert "nothing came within 0.2 s" in await error_of(run)


async def test_without_a_local_service_a_path_gets_no_answer(run_one: RunOne) -> None:
    run = await run_one("HttpRequest", {"url": "/echo"})

    assert "the local service, which is switched off" in await error_of(run)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "no address", "http://a\nb/"])
async def test_what_is_no_address_says_so(run_one: RunOne, url: str) -> None:
    run = await run_one("HttpRequest", {"url": url})

    assert "is no web address" in await error_of(run)


async def test_an_answer_beyond_the_limit_is_refused(run_one: RunOne, runtime: Runtime, server: str) -> None:
    runtime.limits = replace(runtime.limits, value_bytes=4_000)

    run = await run_one("HttpRequest", {"url": f"{server}/large"})

    assert "is larger than" in await error_of(run)


async def test_a_secret_of_the_environment_is_sent_and_shown_nowhere(
    run_one: RunOne, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SECRET", "swordfish")
    config = {"url": f"{server}/echo", "headers": {"X-Secret": {"$env": "TEST_SECRET"}}}

    run = await run_one("HttpRequest", config)
    unset = await run_one("HttpRequest", {"url": f"{server}/echo", "headers": {"X-Secret": {"$env": "NO_SUCH"}}})

    assert (await answer_of(run))["body"]["secret"] == "swordfish"
    assert "swordfish" not in str(run.steps()[0].config)
    assert "needs the environment variable NO_SUCH" in await error_of(unset)
