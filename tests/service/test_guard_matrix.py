"""Every route of the service against the door: a route that is not in the table fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from node_engine.models.limits import Limits
from node_engine.service.app import create_app
from node_engine.service.guard import Guard
from tests.service.running import RunningService, running_service
from tests.service.test_guard import HOSTS, ORIGINS, SITES, TOKENS, TYPES

OPEN, TOKEN = "open", "token"
"""open: anyone on this machine; token: needs it (runs that one started oneself aside)."""
ROUTES = {
    ("POST", "/invoke"): OPEN,
    ("POST", "/invoke_component"): OPEN,
    ("GET", "/registry"): OPEN,
    ("GET", "/sse"): OPEN,
    ("POST", "/emit_sse_message"): OPEN,
    ("GET", "/health"): OPEN,
    ("GET", "/components/{name}"): OPEN,
    ("POST", "/check"): OPEN,
    ("GET", "/runs"): TOKEN,
    ("GET", "/runs/{run_id}"): TOKEN,
    ("GET", "/runs/{run_id}/steps/{number}"): TOKEN,
    ("GET", "/runs/{run_id}/events"): TOKEN,
    ("POST", "/runs/{run_id}/pause"): TOKEN,
    ("POST", "/runs/{run_id}/step"): TOKEN,
    ("POST", "/runs/{run_id}/step_into"): TOKEN,
    ("POST", "/runs/{run_id}/step_out"): TOKEN,
    ("POST", "/runs/{run_id}/resume"): TOKEN,
    ("POST", "/runs/{run_id}/stop"): TOKEN,
    ("POST", "/runs/{run_id}/run_to"): TOKEN,
    ("POST", "/runs/{run_id}/set_next"): TOKEN,
    ("POST", "/runs/{run_id}/context"): TOKEN,
    ("POST", "/runs/{run_id}/retry_step"): TOKEN,
    ("POST", "/runs/{run_id}/edit_config"): TOKEN,
    ("POST", "/runs/{run_id}/hold_longer"): TOKEN,
    ("GET", "/runs/{run_id}/writers"): TOKEN,
    ("GET", "/runs/{run_id}/watch"): TOKEN,
    ("POST", "/runs/{run_id}/would_stop"): TOKEN,
    ("GET", "/runs/{run_id}/steps/{number}/effects"): TOKEN,
    ("POST", "/runs/{run_id}/fork"): TOKEN,
    ("POST", "/runs/{run_id}/continue"): TOKEN,
    ("GET", "/compare"): TOKEN,
    ("GET", "/breakpoints"): TOKEN,
    ("PUT", "/breakpoints"): TOKEN,
    ("GET", "/samples/echo"): OPEN,
    ("POST", "/samples/echo"): OPEN,
    ("GET", "/samples/flaky"): OPEN,
    ("POST", "/samples/flaky"): OPEN,
    ("GET", "/samples/slow"): OPEN,
    ("GET", "/openapi.json"): OPEN,
}
BODY = b'{"key":"f","flow":[],"session_id":"s","event":"e","data":"d"}'


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningService]:
    async with running_service(tmp_path, limits=Limits(event_readers=0)) as service:
        yield service


def guard_of(running: RunningService, *, require_token: bool = False) -> Guard:
    parts = running.service._parts
    assert parts is not None
    hosts = frozenset({"127.0.0.1:8000", "localhost:8000"})
    app: Any = create_app(parts)
    return Guard(app, hosts=hosts, token="t0ken", require_token=require_token, body_bytes=1_000)


def scope_of(method: str, path: str, headers: dict[str, bytes | None]) -> dict[str, Any]:
    concrete = path.replace("{run_id}", "r").replace("{number}", "1").replace("{name}", "Repeat")
    given = [(name.encode(), value) for name, value in headers.items() if value is not None]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": concrete,
        "raw_path": concrete.encode(),
        "query_string": b"session_id=s&component_key=k&ms=0&path=p&expression=1&a=r&b=r",
        "root_path": "",
        "scheme": "http",
        "headers": given,
        "state": {},
    }


async def status_of(door: Guard, scope: dict[str, Any]) -> int:
    sent: list[Any] = []
    messages = iter([{"type": "http.request", "body": BODY}])

    async def receive() -> Any:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    await door(scope, receive, send)
    status: int = sent[0]["status"]
    return status


def headers_with(**changed: bytes | None) -> dict[str, bytes | None]:
    good: dict[str, bytes | None] = {
        "host": b"localhost:8000",
        "content-type": b"application/json",
        "content-length": b"%d" % len(BODY),
    }
    return {**good, **{name.replace("_", "-"): value for name, value in changed.items()}}


async def test_the_table_and_the_application_name_the_same_routes(running: RunningService) -> None:
    app: Any = guard_of(running)._app._app

    found = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    found.add(("GET", "/openapi.json"))  # the page does not list itself

    assert found == set(ROUTES)


async def test_without_the_token_only_open_routes_are_reached(running: RunningService) -> None:
    door = guard_of(running)

    statuses = {route: await status_of(door, scope_of(*route, headers_with())) for route in ROUTES}

    assert {route for route, status in statuses.items() if status == 401} == {
        route for route, kind in ROUTES.items() if kind == TOKEN
    }


async def test_with_required_token_only_health_is_reached_without_it(running: RunningService) -> None:
    door = guard_of(running, require_token=True)

    statuses = {route: await status_of(door, scope_of(*route, headers_with())) for route in ROUTES}
    with_token = {
        route: await status_of(door, scope_of(*route, headers_with(authorization=b"Bearer t0ken"))) for route in ROUTES
    }

    assert {route for route, status in statuses.items() if status != 401} == {("GET", "/health")}
    assert not {route for route, status in with_token.items() if status in (401, 403, 415, 421)}


async def test_every_route_refuses_every_wrong_header(running: RunningService) -> None:
    door = guard_of(running)
    wrong: list[Any] = []
    for route in ROUTES:
        method, path = route
        for name, values, expected in (
            ("host", HOSTS, 421),
            ("origin", ORIGINS, 403),
            ("sec_fetch_site", SITES, 403),
            ("content_type", TYPES, 415 if method in ("POST", "PUT") else None),
            ("authorization", TOKENS, 401 if path != "/health" else None),
        ):
            for value, is_good in values.items():  # type: ignore[attr-defined]  # a mapping of allowed values
                if is_good is not False or expected is None:
                    continue
                status = await status_of(door, scope_of(method, path, headers_with(**{name: value})))
                if status != expected:
                    wrong.append((route, name, value, status))

    assert wrong == []


async def test_no_route_ever_answers_500(running: RunningService) -> None:
    door = guard_of(running)

    statuses = {
        route: await status_of(door, scope_of(*route, headers_with(authorization=b"Bearer t0ken"))) for route in ROUTES
    }

    assert {route for route, status in statuses.items() if status >= 500} <= {
        ("GET", "/samples/flaky"),
        ("POST", "/samples/flaky"),
    }
