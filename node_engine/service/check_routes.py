"""Questions about the service, its components and flows that run nothing."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from fastapi import APIRouter, HTTPException, Request, Response

from node_engine import __version__
from node_engine.analysis.problems import find_problems
from node_engine.components.checking import check_config
from node_engine.models.description import ComponentDescription
from node_engine.models.json import JsonObject
from node_engine.models.registration import RegistryRow
from node_engine.service.answers import json_answer
from node_engine.service.bodies import read_flow
from node_engine.service.parts import ServiceParts
from node_engine.service.routes import FLOW_BODY

NAME = "node-engine"


def check_routes(parts: ServiceParts) -> APIRouter:
    """The router with /health, /registry, /components and /check."""
    router = APIRouter(tags=["components"])
    registry = parts.registry
    health_answer = {"name": NAME, "version": __version__, "instance_id": parts.instance_id}

    @router.get("/health", tags=["service"], response_model=dict[str, str])
    async def health() -> Response:
        """Who answers here. The one address that never needs the token."""
        return json_answer(health_answer)

    @router.get("/registry", response_model=list[RegistryRow])
    async def list_components() -> Response:
        """All components that a flow can name."""
        registry.refresh()
        return json_answer([row.model_dump() for row in registry.rows()])

    @router.get("/components/{name}")
    async def component(name: str) -> Response:
        """What is known of a component: config schema, outputs, reads, writes, touches, sample."""
        description = registry.catalog().get(name)
        if description is None:
            nearest = registry.nearest(name)
            hint = f' Did you mean "{nearest}"?' if nearest else " GET /registry lists all."
            raise HTTPException(404, f"Component not found: {name}.{hint}")
        return json_answer(described(description))

    @router.post("/check", openapi_extra={"requestBody": FLOW_BODY})
    async def check(request: Request) -> Response:
        """The problems of a flow. Nothing of it is run."""
        flow = await read_flow(request, parts.limits)
        catalog = registry.catalog()
        problems = await asyncio.to_thread(find_problems, flow, catalog, check_config)
        return json_answer({"problems": [asdict(problem) for problem in problems]})

    return router


def described(description: ComponentDescription) -> JsonObject:
    """A description as JSON, with the fields that callers have a use for."""
    return {
        "name": description.name,
        "label": description.label,
        "description": description.description,
        "type": description.type,
        "family": description.family.value,
        "config_schema": description.config_schema,
        "config_default": description.config_default,
        "outputs": [asdict(output) for output in description.outputs],
        "reads": list(description.reads),
        "writes": list(description.writes),
        "touches": [*sorted(touch.value for touch in description.touches)],
        "repeatable": description.repeatable,
        "sample": None if description.sample is None else asdict(description.sample),
        "help": description.help,
        "problem": description.problem,
    }
