"""Looking back at runs over HTTP: who wrote a value, an expression over the steps, two runs compared."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter

from node_engine.analysis.compare import ComparedStep
from node_engine.engine.expressions import check
from node_engine.engine.writings import Writing
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.ids import MAIN_FRAME, FrameId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.service.answers import json_answer
from node_engine.service.bodies import check_model, read_json
from node_engine.service.breakpoint_routes import condition_problem
from node_engine.service.parts import ServiceParts
from node_engine.service.routes import documented_body
from node_engine.service.run_answers import summary_json

_BREAKPOINT: TypeAdapter[Breakpoint] = TypeAdapter(Breakpoint)


def history_routes(parts: ServiceParts) -> APIRouter:
    """The router for questions about what happened in a run."""
    router = APIRouter(tags=["debugging"])
    lookback = parts.engine.lookback

    @router.get("/runs/{run_id}/writers")
    async def writers(
        request: Request,
        run_id: str,
        path: str = Query(description="A context path such as order.total or messages[0]."),
        frame: str = Query(MAIN_FRAME, description="The frame whose context is meant."),
    ) -> Response:
        """Who wrote the value at a context path, first to last: the start, steps, edits by hand."""
        parts.capabilities.check_run(request, run_id)
        found = await lookback.writers(run_id, path, FrameId(frame))
        return json_answer([writing_json(each) for each in found])

    @router.get("/runs/{run_id}/watch")
    async def watch(
        request: Request, run_id: str, expression: str = Query(description="For example score < limit.")
    ) -> Response:
        """The value of an expression after each step."""
        parts.capabilities.check_run(request, run_id)
        problem = check(expression)
        if problem is not None:
            where = ("query", "expression")
            raise RequestValidationError([{"type": "expression", "loc": where, "msg": problem, "input": expression}])
        found = await lookback.watch(run_id, expression)
        return json_answer([{"step": each.step, "value": each.value, "error": each.error} for each in found])

    @router.post(
        "/runs/{run_id}/would_stop", openapi_extra={"requestBody": documented_body(Breakpoint.model_json_schema())}
    )
    async def would_stop(request: Request, run_id: str) -> Response:
        """How often a breakpoint would have stopped this run. Its `flow_key` is that of the run if it is left out."""
        parts.capabilities.check_run(request, run_id)
        summary = await lookback.summary(run_id)
        body = await read_json(request, parts.limits)
        if isinstance(body, dict):
            body = {"flow_key": summary.flow_key, **body}
        breakpoint_ = check_model(body, _BREAKPOINT)
        problems = condition_problem(breakpoint_)
        if problems:
            raise RequestValidationError(problems)
        return json_answer(asdict(await lookback.would_stop(run_id, breakpoint_)))

    @router.get("/compare")
    async def compare_runs(
        request: Request, a: str = Query(description="A run."), b: str = Query(description="Another run.")
    ) -> Response:
        """The steps of two runs side by side, aligned by (frame, key, visit), and the first row that differs."""
        for run_id in (a, b):
            parts.capabilities.check_run(request, run_id)
        found = await lookback.compare(a, b)
        rows: list[JsonValue] = [row_json(row) for row in found.rows]
        first, second = summary_json(await lookback.summary(a)), summary_json(await lookback.summary(b))
        return json_answer({"a": first, "b": second, "rows": rows, "first_difference": found.first_difference})

    return router


def writing_json(writing: Writing) -> JsonObject:
    """One writing of a value: who, and the value before and after."""
    return {
        "by": writing.by,
        "step": writing.step,
        "key": writing.key,
        "before": writing.before,
        "after": writing.after,
        "is_new": writing.is_new,
        "is_removed": writing.is_removed,
    }


def row_json(row: ComparedStep) -> JsonObject:
    """One row of a comparison."""
    return {
        "frame": row.id.frame,
        "key": row.id.key,
        "visit": row.id.visit,
        "a_number": row.a_number,
        "b_number": row.b_number,
        "difference": row.difference.value,
    }
