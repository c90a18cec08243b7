"""Request bodies: read within the limit, parsed once, checked by a model, refused with FastAPI's 422 bodies.

FastAPI's own way parses with the standard library, which accepts NaN and lone surrogates and any depth, and validates
through several layers; this does the same in half the time.
"""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from node_engine.errors import LimitError
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonValue
from node_engine.models.limits import Limits
from node_engine.models.parse import JsonTextError, dump_json, parse_json
from node_engine.service.guard import too_large

T = TypeVar("T")

_FLOW: TypeAdapter[FlowDefinition] = TypeAdapter(FlowDefinition)
_RETRY_AFTER_S = "1"
_MOST_PROBLEMS = 100
_MOST_DETAIL_BYTES = 1024 * 1024

Problems = list[dict[str, Any]]


async def read_json(request: Request, limits: Limits) -> JsonValue:
    """The JSON value of the body.

    Raises:
        HTTPException: 413, the body is too large.
        RequestValidationError: there is no body, or it is not acceptable JSON.
    """
    data = await _read(request, limits.request_body_bytes)
    if not data:
        return None
    try:
        return parse_json(data, depth=limits.json_depth)
    except JsonTextError as error:
        raise RequestValidationError(
            [
                {
                    "type": "json_invalid",
                    "loc": ("body", error.position),
                    "msg": "JSON decode error",
                    "input": {},
                    "ctx": {"error": error.reason},
                }
            ]
        ) from None


async def read_model(request: Request, adapter: TypeAdapter[T], limits: Limits) -> T:
    """The body as the adapter's type; raises as `read_json` does, and RequestValidationError if it does not fit."""
    return check_model(await read_json(request, limits), adapter)


async def read_flow(request: Request, limits: Limits, problems: Problems | None = None) -> FlowDefinition:
    """The flow in the body; `problems` are those already found in the query, told of together with the body's.

    Raises:
        HTTPException: 413, the body or the flow is too large.
        RequestValidationError: no flow.
    """
    value = await read_json(request, limits)
    if isinstance(value, dict):
        components = value.get("flow")
        if isinstance(components, list) and len(components) > limits.flow_components:
            raise HTTPException(
                413, f"The flow has {len(components):,} components; {limits.flow_components:,} are allowed at most."
            )
    try:
        flow = check_model(value, _FLOW)
    except RequestValidationError as error:
        raise RequestValidationError([*(problems or ()), *error.errors()]) from None
    if problems:
        raise RequestValidationError(problems)
    return flow


def check_model(value: JsonValue, adapter: TypeAdapter[T]) -> T:
    """The value as the adapter's type.

    Raises:
        RequestValidationError: it does not fit; worded as FastAPI does.
    """
    if value is None:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}])
    try:
        return adapter.validate_python(value, from_attributes=True)
    except ValidationError as error:
        raise RequestValidationError(_problems(error)) from None


def busy(error: LimitError) -> HTTPException:
    """The answer when there is no place for another run or stream now."""
    return HTTPException(429, str(error), {"Retry-After": _RETRY_AFTER_S})


def missing_query(name: str) -> dict[str, Any]:
    """The problem of a query parameter that is not there."""
    return {"type": "missing", "loc": ("query", name), "msg": "Field required", "input": None}


def answer_validation_error(error: RequestValidationError) -> Response:
    """FastAPI's 422 body, made with the same JSON rules as every other answer."""
    problems: Problems = list(error.errors())
    body = dump_json({"detail": [_plain(problem) for problem in problems]})
    if len(body) > _MOST_DETAIL_BYTES:
        body = dump_json({"detail": [{**_plain(problem), "input": None} for problem in problems]})
    return Response(body, 422, media_type="application/json")


async def _read(request: Request, limit_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit_bytes:
            raise HTTPException(413, too_large(limit_bytes))
        chunks.append(chunk)
    return b"".join(chunks)


def _problems(error: ValidationError) -> Problems:
    """The errors with "body" before their place. A body of a million mistakes gets one line, not a million."""
    count = error.error_count()
    if count > _MOST_PROBLEMS:
        message = f"{count:,} values do not fit; look at the model in /openapi.json"
        return [{"type": "too_many_errors", "loc": ("body",), "msg": message, "input": None}]
    return [{**found, "loc": ("body", *found["loc"])} for found in error.errors(include_url=False)]


def _plain(problem: dict[str, Any]) -> dict[str, Any]:
    context = problem.get("ctx")
    if not isinstance(context, dict):
        return problem
    return {**problem, "ctx": {name: str(value) for name, value in context.items()}}
