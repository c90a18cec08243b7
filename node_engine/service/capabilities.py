"""What a caller may do once inside: by token, by what a flow touches, by who started a run (TRUST.md §3)."""

from __future__ import annotations

from typing import Final

from fastapi import HTTPException, Request

from node_engine.analysis.nested import nested_flows
from node_engine.engine.registry import Registry
from node_engine.engine.runtime import Runtime
from node_engine.models.description import Touch
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import RunId
from node_engine.service.guard import HAS_TOKEN, TOKEN_WORDS

_REMEMBERED_RUNS: Final = 4_096


class Capabilities:
    """The rules about tokens that need to know flows and runs; the guard knows requests only."""

    def __init__(self, runtime: Runtime, registry: Registry, *, allow_code: bool) -> None:
        self._runtime = runtime
        self._registry = registry
        self._allow_code = allow_code
        self._open_runs: dict[RunId, None] = {}

    def check_flow(self, request: Request, flow: FlowDefinition) -> None:
        """See that the caller may run this flow.

        Raises:
            HTTPException: 401, it touches something and there is no token; 403, it brings code and that is off.
        """
        touches = self._runtime.touches_of(flow)
        if not touches:
            return
        if not has_token(request):
            named = ", ".join(sorted(touches))
            raise _token_wanted(f"This flow reaches beyond its own data ({named}). {TOKEN_WORDS}")
        if Touch.CODE in touches and not self._allow_code and self._brings_code(flow):
            raise HTTPException(
                403,
                "This flow holds Python source. The service runs code from requests only when it was started with "
                "--allow-code.",
            )

    def note_open_run(self, run_id: RunId) -> None:
        """Remember a run that a caller without the token started: who knows its id may steer it."""
        self._open_runs[run_id] = None
        if len(self._open_runs) > _REMEMBERED_RUNS:
            del self._open_runs[next(iter(self._open_runs))]

    def check_run(self, request: Request, run_id: str) -> None:
        """See that the caller may look at and steer this run.

        Raises:
            HTTPException: 401, somebody else started it and there is no token.
        """
        if not has_token(request) and RunId(run_id) not in self._open_runs:
            raise _token_wanted(f"This run was started by somebody else. {TOKEN_WORDS}")

    def _brings_code(self, flow: FlowDefinition) -> bool:
        return any(self._component_brings_code(component) for component in flow.flow)

    def _component_brings_code(self, component: FlowComponent) -> bool:
        """True when a built-in component gets code from its config; components on disk bring their own."""
        registry = self._registry
        description = registry.catalog().get(component.name)
        if description is None:
            return False
        nested = list(nested_flows(component, description))
        if any(part.flow is not None and self._brings_code(part.flow) for part in nested):
            return True
        if not registry.is_built_in(component.name) or (nested and all(part.flow is not None for part in nested)):
            return False
        return Touch.CODE in registry.touches(component.name, component.config)


def has_token(request: Request) -> bool:
    """True when the guard found the right token in the request."""
    return bool(request.scope.get(HAS_TOKEN))


def needs_token(request: Request) -> None:
    """A dependency of routes that are never open.

    Raises:
        HTTPException: 401, there is no token.
    """
    if not has_token(request):
        raise _token_wanted(TOKEN_WORDS)


def _token_wanted(message: str) -> HTTPException:
    return HTTPException(401, message, headers={"WWW-Authenticate": "Bearer"})
