"""What can go wrong between a client and its service."""

from __future__ import annotations

import orjson

from node_engine.errors import NodeEngineError
from node_engine.models.json import JsonValue


class ServiceError(NodeEngineError):
    """The service refused a call; `status` is the HTTP status, `detail` what it answered."""

    def __init__(self, status: int, detail: JsonValue) -> None:
        text = detail if isinstance(detail, str) else orjson.dumps(detail).decode()
        super().__init__(f"{text} (HTTP {status})")
        self.status = status
        self.detail = detail


class ServiceNotFoundError(NodeEngineError):
    """No service runs, or it cannot be reached."""
