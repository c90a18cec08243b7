"""Which service of this user runs, and a connection to it that is bound to this machine."""

from __future__ import annotations

import httpx
import orjson

from node_engine.client.errors import ServiceNotFoundError
from node_engine.service.discovery import Discovery, running_services

CONNECT_TIMEOUT_S = 5.0
_HEALTH_TIMEOUT_S = 5.0


async def find_service() -> Discovery:
    """The newest running service of this user, proved by its instance id.

    Raises:
        ServiceNotFoundError: none runs.
    """
    for discovery in running_services():
        if await _is_alive(discovery):
            return discovery
    raise ServiceNotFoundError("No service of this user runs. Start one: node-engine serve")


async def _is_alive(discovery: Discovery) -> bool:
    """Ask who answers there, without the token: a port or process number may belong to somebody else by now."""
    async with open_service(discovery.url, None, discovery.uds) as client:
        try:
            answer = await client.get("/health", timeout=_HEALTH_TIMEOUT_S)
            health = orjson.loads(answer.content)
        except (httpx.TransportError, orjson.JSONDecodeError):
            return False
        return isinstance(health, dict) and health.get("instance_id") == discovery.instance_id


def open_service(url: str, token: str | None, uds: str | None) -> httpx.AsyncClient:
    """HTTP to the service, past any proxy; answers may take as long as a run does."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.AsyncHTTPTransport(uds=uds)
    timeout = httpx.Timeout(CONNECT_TIMEOUT_S, read=None)  # a run may take an hour
    return httpx.AsyncClient(base_url=url, headers=headers, transport=transport, timeout=timeout, trust_env=False)
