"""Small endpoints that the sample flows call instead of the internet."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from node_engine.models.json import JsonObject
from node_engine.service.answers import json_answer
from node_engine.service.bodies import read_json
from node_engine.service.parts import ServiceParts

_REMEMBERED_IDS: Final = 1_024
_LONGEST_WAIT_MS: Final = 60_000


class Flaky:
    """Counts calls by id, so that each id fails as often as it was asked to and works then."""

    def __init__(self) -> None:
        self._calls: dict[str, int] = {}

    def call(self, call_id: str, fail: int) -> tuple[bool, int]:
        """Whether this call works, and the how many-th it is. After one that works, counting starts again."""
        attempt = self._calls.pop(call_id, 0) + 1
        if attempt > fail:
            return True, attempt
        self._calls[call_id] = attempt
        if len(self._calls) > _REMEMBERED_IDS:
            del self._calls[next(iter(self._calls))]
        return False, attempt


def samples_routes(parts: ServiceParts) -> APIRouter:
    """The router with /samples/echo, /samples/flaky and /samples/slow."""
    router = APIRouter(prefix="/samples", tags=["samples"])
    flaky_calls = Flaky()

    @router.get("/echo")
    async def echo(request: Request) -> Response:
        """Answers with what it was asked."""
        return json_answer(_echoed(request))

    @router.post("/echo")
    async def echo_body(request: Request) -> Response:
        """Answers with what it was sent."""
        return json_answer({**_echoed(request), "body": await read_json(request, parts.limits)})

    @router.get("/flaky")
    @router.post("/flaky")
    async def flaky(
        fail: Annotated[int, Query(ge=0, le=100, description="How many calls fail before one works.")] = 2,
        id: Annotated[str, Query(max_length=200, description="Calls of one id are counted together.")] = "",
    ) -> Response:
        """Fails with 503 a number of times, then works."""
        works, attempt = flaky_calls.call(id, fail)
        if works:
            return json_answer({"ok": True, "attempt": attempt})
        return json_answer({"ok": False, "attempt": attempt, "detail": "Not yet: this address fails on purpose."}, 503)

    @router.get("/slow")
    async def slow(
        ms: Annotated[int, Query(ge=0, le=_LONGEST_WAIT_MS, description="How long to wait, in milliseconds.")] = 1_000,
    ) -> Response:
        """Answers after a while."""
        await asyncio.sleep(ms / 1_000)
        return json_answer({"ok": True, "waited_ms": ms})

    return router


def _echoed(request: Request) -> JsonObject:
    return {"method": request.method, "query": dict(request.query_params)}
