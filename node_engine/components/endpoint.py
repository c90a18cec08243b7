"""Components that run elsewhere: registry entries of type endpoint, called over HTTP as the documented system does."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from node_engine.engine.component import Component, Family, FlowStep, StepResult, Touch
from node_engine.errors import ComponentLoadError, ComponentRunError, FlowFileError
from node_engine.models.flow import FlowDefinition
from node_engine.models.limits import MIB
from node_engine.models.parse import dump_json, parse_json
from node_engine.models.registration import ComponentRegistration
from node_engine.models.status import FlowStatus

ANSWER_BYTES = 8 * MIB
_CONNECT_S = 5.0
_ANSWER_S = 300.0
_DEPTH = 80
_TUNNEL_PREFIX = "tunnel "


class EndpointComponent(Component):
    """Sends the flow to ENDPOINT/invoke_component and goes on with what comes back. Abstract: see `load_endpoint`."""

    family: ClassVar[Family] = Family.CODE
    icon: ClassVar[str] = "globe"
    touches: ClassVar[frozenset[Touch]] = frozenset({Touch.NETWORK})
    endpoint: ClassVar[str] = ""
    remote_name: ClassVar[str] = ""
    remote_class: ClassVar[str] = ""

    async def call(self) -> StepResult:
        """One call: the step's flow there, its answer taken over here."""
        answer = await self._post()
        self._take_over(answer.flow_definition)
        failure = answer.flow_definition.status.error
        return self.exit_flow_with_error(failure) if failure else StepResult(next=answer.next)

    async def _post(self) -> FlowStep:
        timeout = httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)
        trusts_proxy = self.endpoint.startswith("https:")
        try:
            async with (
                httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=trusts_proxy) as client,
                client.stream("POST", self._url(), content=self._body(), headers=self._headers()) as response,
            ):
                return self._read(response.status_code, await self._bytes(response))
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise self._error(f"{self.endpoint} could not be called: {reason}") from error

    def _url(self) -> httpx.URL:
        names = {"component_name": self.remote_name, "class_name": self.remote_class, "component_key": self.key}
        return httpx.URL(f"{self.endpoint.rstrip('/')}/invoke_component", params=names)

    def _body(self) -> bytes:
        flow = self.flow_definition.model_copy(update={"context": {}, "status": FlowStatus()})
        return dump_json({**flow.model_dump(mode="json"), "context": self.context})

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self.tunnel_authorization:
            value = self.tunnel_authorization
            has_prefix = value.lower().startswith(_TUNNEL_PREFIX)
            headers["X-Tunnel-Authorization"] = value if has_prefix else f"{_TUNNEL_PREFIX}{value}"
        return headers

    async def _bytes(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > ANSWER_BYTES:
                raise self._error(f"{self.endpoint} answered with more than {ANSWER_BYTES // MIB} MiB")
        return bytes(body)

    def _read(self, status_code: int, body: bytes) -> FlowStep:
        if status_code != httpx.codes.OK:
            words = body[:500].decode(errors="replace")
            raise self._error(f"{self.endpoint} answered with status {status_code}: {words}")
        try:
            return FlowStep.model_validate(parse_json(body, depth=_DEPTH))
        except (FlowFileError, ValidationError) as error:
            raise self._error(f"{self.endpoint} did not answer with a FlowStep") from error

    def _take_over(self, flow: FlowDefinition) -> None:
        """The context as it came back, changing only what differs; and what was logged there."""
        for key, value in flow.context.items():
            if dict.get(self.context, key) != value or key not in self.context:
                self.context[key] = value
        for key in [key for key in self.context if key not in flow.context]:
            del self.context[key]
        for item in flow.status.log:
            self.log(item.message, level=item.level)

    def _error(self, reason: str) -> ComponentRunError:
        return ComponentRunError(self.name, reason, component_key=self.key)


def load_endpoint(registration: ComponentRegistration) -> type[Component]:
    """The class for an entry {endpoint, component_name, class_name}; a `Loader` of `engine.registry`.

    Raises ComponentLoadError for missing fields, and for an address that is neither https nor a loopback IP address.
    """
    config = registration.config
    fields = [config.get(name) for name in ("endpoint", "component_name", "class_name")]
    if not all(isinstance(field, str) and field for field in fields):
        reason = 'a component of type endpoint needs "endpoint", "component_name" and "class_name" as text'
        raise ComponentLoadError(registration.key, reason)
    _check_address(registration.key, str(fields[0]))
    values: dict[str, Any] = {
        "endpoint": fields[0],
        "remote_name": fields[1],
        "remote_class": fields[2],
        "label": registration.label,
        "description": registration.description,
        "execute": EndpointComponent.call,
        "__doc__": registration.description,
    }
    return type(str(fields[2]), (EndpointComponent,), values)


def _check_address(key: str, endpoint: str) -> None:
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ComponentLoadError(key, f'the endpoint "{endpoint}" is not an address: {error}') from error
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise ComponentLoadError(key, f'the endpoint "{endpoint}" must be an address without user, ? or #')
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        reason = f'the endpoint "{endpoint}" must begin with https://, or be on this machine: http://127.0.0.1:PORT'
        raise ComponentLoadError(key, reason)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
