"""A client of the service, for scripts: the same names and models as the runtime, over HTTP.

    async with NodeEngineClient() as client:
        answer = await client.invoke(flow)

Without arguments it finds the running service of this user by its discovery file.
"""

from node_engine.client.client import NodeEngineClient
from node_engine.client.connection import ReceivedEvent
from node_engine.client.errors import ServiceError, ServiceNotFoundError
from node_engine.client.finding import find_service

__all__ = ["NodeEngineClient", "ReceivedEvent", "ServiceError", "ServiceNotFoundError", "find_service"]
